"""What a row of `INPUT_WORDS` says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pellucid.data import Dataset
from pellucid.preprocessing import Preprocessing
from pellucid.report.embedding import Embedded


class InputWords(Protocol):
    """The row of one kind of input; all arguments are of this kind."""

    def steps(self, preprocessing: Preprocessing) -> list[str]:
        """Return the fixed way from an input to the network, a sentence a step."""
        ...

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        """Return whether numbers were asked to be learned as they stand in the data."""
        ...

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Embedded, str]]:
        """Return some examples as small pictures with their names; [] where there is nothing to see of one."""
        ...
