"""The one next token of a text: what a language model says after its last token."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pellucid.data import TextInputs
from pellucid.errors import DataError, RecipeError, did_you_mean
from pellucid.prediction.asked import Asked
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.outputs import Outputs
from pellucid.prediction.predictor import Predictor
from pellucid.preprocessing import TextPreprocessing
from pellucid.runs import RunRecord
from pellucid.tasks import NextAnswer
from pellucid.words import percent, visible

_SHOWN = 3
"""Of the likeliest tokens, how many are named."""


class OneToken:
    """The row of the next token.

    Of a text from elsewhere the token behind its end is asked for; of an example of the dataset its last token, from
    those before it. At most as many tokens are read as a prediction was learned from: of a longer text the end counts.
    """

    def asked(self, record: RunRecord, whole: Asked) -> Asked:
        """Return the tokens that are read, without padding.

        Raises:
            DataError: there are none.
        """
        given, text = TextPreprocessing.of(record.preprocessing), whole.text or ""
        ids, written = given.ids(text), given.split(text)
        if whole.index is not None:
            ids, written = ids[:-1], written[:-1]
        if not len(ids):
            raise DataError("There is no token before the one that is asked for.", fix="Hand over a longer text.")
        reach = max(1, given.longest - 1)
        prepared = ids[-reach:][None].astype(given.prepared_dtype)
        return replace(whole, prepared=prepared, tokens=tuple(written[-reach:]))

    def names(self, record: RunRecord) -> tuple[str, ...]:
        """Return all tokens as they are shown: a line break as a code."""
        given = TextPreprocessing.of(record.preprocessing)
        return tuple(visible(given.token(number)) for number in range(given.size))

    def words(self, predictor: Predictor, asked: Asked, outputs: Outputs) -> str:
        """Return the likeliest tokens with their probabilities."""
        given = TextPreprocessing.of(predictor.record.preprocessing)
        logs = NextAnswer.of(predictor.answer(outputs)).logs[0, -1]
        likeliest = np.argsort(-logs, kind="stable")[:_SHOWN].tolist()
        return ", ".join(f"'{visible(given.token(one))}' ({percent(float(np.exp(logs[one])))})" for one in likeliest)

    def right(self, opened: OpenedRun, index: int) -> str:
        """Return the token that came."""
        given = TextPreprocessing.of(opened.trained.preprocessing)
        return f"'{visible(given.split(_window(opened, index))[-1])}'"

    def known(self, opened: OpenedRun, index: int) -> NDArray[np.int64]:
        """Return the number of the token that came."""
        given = TextPreprocessing.of(opened.trained.preprocessing)
        return np.asarray(given.ids(_window(opened, index))[-1], np.int64)

    def typed(self, record: RunRecord, text: str) -> NDArray[np.int64]:
        """Return the number of a token.

        Raises:
            RecipeError: training never saw it.
        """
        names = self.names(record)
        if visible(text) not in names:
            raise RecipeError(
                f"'{visible(text)}' is no token that training saw.{did_you_mean(text, names)}",
                expected="One of the tokens that come next: a character, a word, or a piece of one.",
            )
        return np.asarray(names.index(visible(text)), np.int64)


def _window(opened: OpenedRun, index: int) -> str:
    return TextInputs.of(opened.dataset.inputs).text(index)
