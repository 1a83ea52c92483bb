"""What `textcnn` alone can be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from pellucid.kinds import OwnOptions, OwnValue


class TextCNNOptions(OwnOptions):
    """What stands beside the filters."""

    token_weights: bool = Field(
        default=True,
        description="whether each token has a weight beside the filters, which begins where naive Bayes ends",
    )
    before: ClassVar[Mapping[str, OwnValue]] = {"token_weights": False}
