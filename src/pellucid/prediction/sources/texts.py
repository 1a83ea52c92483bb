"""Texts that are handed over: strings, and files of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import NewText, new_texts
from pellucid.errors import DataError
from pellucid.kinds import TextInput
from pellucid.prediction.given import Given
from pellucid.prediction.outputs import BATCH
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.prediction.unlike import Unlike
from pellucid.preprocessing import UNKNOWN, TextPreprocessing
from pellucid.runs import RunRecord
from pellucid.words import counted, visible

EMPTY = "(nothing)"
"""How a text is called that has no letter."""
_SHOWN = 40


class TextSources:
    """Opens texts."""

    reads = "texts"
    hand_over = "Hand over a text, a list of texts, or the path of a file of them."

    def predict(self, given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
        """Answer texts, as many at once as go through the network together."""
        preprocessing = TextPreprocessing.of(record.preprocessing)
        texts = texts_for(given, record)
        while some := list(islice(texts, BATCH)):
            known = [new.text for new in some if not new.fault]
            answered = iter(judge(preprocessing.encode(known)) if known else ())
            for new in some:
                if new.fault:
                    yield Prediction(name=new.name, decision="error", error=new.fault)
                    continue
                marked = compare_with_vocabulary(new.text, preprocessing).mark(next(answered))
                yield marked.model_copy(update={"name": new.name})

    def first(self, given: Given, record: RunRecord) -> NDArray[Any]:
        """Return the first text, [1, T]."""
        new = next((one for one in texts_for(given, record) if not one.fault), None)
        if new is None:
            raise DataError("There is no text that can be read.", fix=self.hand_over)
        return TextPreprocessing.of(record.preprocessing).encode([new.text])


def compare_with_vocabulary(text: str, preprocessing: TextPreprocessing) -> Unlike:
    """Return what about a text is unlike the training's: unknown tokens, and what is cut off.

    A text of which no token that is read was met in training is foreign, whatever the model: all such texts are the
    same to it.
    """
    tokens, ids = preprocessing.split(text), preprocessing.ids(text)
    room = preprocessing.longest - int(preprocessing.begin)
    foreign = not (ids[:room] != UNKNOWN).any()
    return Unlike(tuple(_notes(tokens, ids, room, foreign=foreign)), foreign=foreign)


def _notes(tokens: Sequence[str], ids: NDArray[np.int64], room: int, *, foreign: bool) -> Iterator[str]:
    unknown = np.flatnonzero(ids == UNKNOWN)
    if foreign:
        yield "none of its tokens is known from training, so that nothing of it tells the answer"
    elif len(unknown):
        first = ", ".join(f"'{visible(tokens[place])}'" for place in unknown[:3].tolist())
        yield f"{counted(len(unknown), 'token')} of {len(tokens):,} unknown to the network, e.g. {first}"
    if len(tokens) > room:
        yield f"only the first {room:,} of {len(tokens):,} tokens are read"


def given_texts(given: Given, *, whole: bool = False, column: str | None = None) -> Iterator[NewText]:
    """Yield every text that is handed over.

    Args:
        given: a string is a text; a Path leads to a file or a folder of texts, see `new_texts`; or a list of these.
        whole, column: as of `new_texts`.

    Raises:
        DataError: it is none of these.
    """
    if isinstance(given, str):
        yield NewText(shortened(given) or EMPTY, given, "" if given.strip() else "the text is empty")
    elif isinstance(given, Path):
        yield from new_texts(given, whole=whole, column=column)
    elif isinstance(given, Sequence) or hasattr(given, "tolist"):
        for one in given:
            yield from given_texts(one, whole=whole, column=column)
    else:
        raise DataError(f"This run answers texts, not a {type(given).__name__}.", fix=TextSources.hand_over)


def texts_for(given: Given, record: RunRecord) -> Iterator[NewText]:
    """Yield every text that is handed over to a run: its files are read as those that it learned from."""
    column = record.dataset.options.get("text")
    return given_texts(
        given, whole=TextInput.of(record.dataset.input).multiline, column=None if column is None else str(column)
    )


def shortened(text: str) -> str:
    """Return the beginning of a text, as its name."""
    line = " ".join(text.split())
    return visible(line if len(line) <= _SHOWN else f"{line[: _SHOWN - 3]}...")
