"""What a report shows of every network that reads texts: the vectors that it has learned for their tokens."""

from __future__ import annotations

from pellucid.features import vectors_of_tokens
from pellucid.prediction import OpenedRun
from pellucid.preprocessing import TextPreprocessing
from pellucid.report.token_vectors_exhibit import token_vectors_exhibit
from pellucid.runs import Exhibit


class TextExhibits:
    """The row of texts."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return a map of the vectors of tokens; nothing of a network that has none."""
        given = TextPreprocessing.of(opened.record.preprocessing)
        found = vectors_of_tokens(opened.predictor.model, given)
        return [] if found is None else [token_vectors_exhibit(found)]
