"""What `seq2seq` alone can be told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pellucid.models.own_options import OwnOptions

Attention = Literal["bahdanau", "dot", "none"]


class Seq2SeqOptions(OwnOptions):
    """How what is read reaches what is written."""

    attention: Attention = Field(
        default="dot",
        description="how a model that writes looks back at what it read: dot (products), bahdanau (a small network), "
        "or none (it sees a summary alone)",
    )
