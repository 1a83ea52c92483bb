"""Searching for the likeliest answers to a text, instead of taking the likeliest letter each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.kinds import TARGETS, KindTable, Refused, text_of
from pellucid.models import WritingNetwork
from pellucid.prediction.beam import Hypothesis, beam_search
from pellucid.prediction.given import Given
from pellucid.prediction.judging.text import Candidate, TextPrediction
from pellucid.prediction.outputs import BATCH, part_of
from pellucid.prediction.predictor import NO_NUMBERS, Predictor
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources import ANSWERING
from pellucid.tasks import TextAnswer, TextToText
from pellucid.training import batch_within, free_threads, halving

WIDEST = 100
"""Beginnings of an answer that are kept at once, at most."""


class BeamSearch:
    """Answers texts with the best of several answers each.

    Args:
        predictor: of a run whose answers are texts.
        beam: how many beginnings are kept at each place, and answers at the end.

    Raises:
        RecipeError: the beam is no such number, or the run's network does not write letter by letter.
    """

    def __init__(self, predictor: Predictor, beam: int) -> None:
        if not 1 <= beam <= WIDEST:
            raise RecipeError(f"--beam is {beam}.", expected=f"1 to {WIDEST}: how many answers are looked for.")
        network, task = predictor.model, predictor.task
        if not isinstance(network, WritingNetwork) or not isinstance(task, TextToText):
            raise RecipeError(
                f"The network of '{predictor.record.name}' cannot be asked letter by letter.",
                expected="A network that writes, such as seq2seq or transformer-seq2seq.",
                fix="Leave out --beam.",
            )
        self.predictor, self.beam, self.network, self.task = predictor, beam, network, task

    def predict(self, given: Given) -> Iterator[Prediction]:
        """Answer everything that is handed over; see `Predictor.predict`."""
        record = self.predictor.record
        return ANSWERING[record.preprocessing.kind].predict(given, record, self.search)

    def search(self, inputs: NDArray[Any]) -> list[Prediction]:
        """Return a prediction, still without its name, for each of [N, T] prepared texts."""
        most = batch_within(min(BATCH, max(1, len(inputs))), inputs[:1].size, self.predictor.device)
        with free_threads():
            found = halving(max(1, most // self.beam), lambda size: self._found(inputs, size))
        return [self._prediction(answers) for answers in found]

    def _found(self, inputs: NDArray[Any], size: int) -> list[list[Hypothesis]]:
        """Search `size` texts at once, those of like length together, as `run_network` answers them."""
        lengths = self.predictor.record.preprocessing.lengths(inputs)
        order = None if lengths is None else np.argsort(lengths, kind="stable")
        found: list[list[Hypothesis]] = []
        for start in range(0, len(inputs), size):
            tokens = self.predictor.to_tensor(part_of(inputs, start, start + size, order, lengths))
            found += beam_search(self.network, tokens, self.beam, end=self.task.end, first=self.task.end)
        return found if order is None else [found[place] for place in np.argsort(order, kind="stable")]

    def _prediction(self, found: list[Hypothesis]) -> Prediction:
        if not all(np.isfinite(one.logs).all() for one in found) or not found:
            return Prediction(name="", decision="error", error=NO_NUMBERS)
        # In the form of greedy answers, so that both have the same sums of logarithms, to the last bit.
        tokens = np.zeros((len(found), self.task.length), np.int64)
        logs = np.zeros((len(found), self.task.length), np.float32)
        for row, one in enumerate(found):
            tokens[row, : len(one.tokens)], logs[row, : len(one.logs)] = one.tokens, one.logs
        answer = TextAnswer(self.task.code_points(torch.from_numpy(tokens)), logs)
        candidates = tuple(
            Candidate(text=text_of(points), probability=float(share), score=one.score)
            for points, share, one in zip(answer.points, answer.probabilities, found, strict=True)
        )
        best = candidates[0]
        return TextPrediction(
            name="", decision="ok", text=best.text, probability=best.probability, candidates=candidates
        )


_NO_LETTERS = Refused("--beam looks for the likeliest of many texts, and this run's answers are no texts.")
SEARCHING: KindTable[type[BeamSearch]] = KindTable(
    "search for the likeliest answers",
    TARGETS,
    {
        "class": _NO_LETTERS,
        "future": _NO_LETTERS,
        "labels": _NO_LETTERS,
        "next": Refused("A language model goes on with a text: pellucid sample RUN --prompt 'a text' --temperature 0."),
        "mask": Refused("Pixels are answered all at once: there is no search for the likeliest."),
        "generated": _NO_LETTERS,
        "paired": _NO_LETTERS,
        "picture": _NO_LETTERS,
        "text": BeamSearch,
        "value": _NO_LETTERS,
        "values": _NO_LETTERS,
    },
)
"""What --beam does, by the kind of target."""
