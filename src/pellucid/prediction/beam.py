"""Beam search: the few likeliest beginnings of an answer are kept at every place, instead of the likeliest alone."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.models import State, WritingNetwork

ALPHA = 0.6
"""How much longer answers are helped; Wu et al. 2016 found 0.6 to 0.7 best. 0 ranks by probability alone."""
_DEAD = -torch.inf


@dataclass(frozen=True)
class Hypothesis:
    """An answer that was found.

    Attributes:
        tokens: its numbers, the end among them; without the end where an answer may be no longer.
        logs: the natural logarithm of each one's probability, those before it given; float32 as Python floats.
    """

    tokens: tuple[int, ...]
    logs: tuple[float, ...]

    @property
    def score(self) -> float:
        """By what answers are ranked: the logarithm of the probability, divided by `length_penalty`."""
        return sum(self.logs) / length_penalty(len(self.tokens))


def length_penalty(length: int, alpha: float = ALPHA) -> float:
    """Return ((5 + length) / 6) ^ alpha (Wu et al. 2016, equation 14), without which short answers would always win."""
    return float(((5 + length) / 6) ** alpha)


@torch.no_grad()
def beam_search(network: WritingNetwork, tokens: Tensor, beam: int, *, end: int, first: int) -> list[list[Hypothesis]]:
    """Return for each text up to `beam` answers, the best by `Hypothesis.score` first.

    At each place the `beam` likeliest continuations of all beginnings of a text are kept. One that ends is an answer,
    and goes on no more. A text is done when it has `beam` answers, or when answers may be no longer. With a beam of 1
    that is greedy writing: the very same numbers where the same texts are read together.

    Args:
        network: in evaluation mode.
        tokens: [N, T] what is read.
        beam: at least 1.
        end: the number that ends an answer.
        first: the lowest number that is a letter, or the end.
    """
    count = len(tokens)
    state, _ = network.read(tokens)
    every = torch.arange(count, device=tokens.device).repeat_interleave(beam)
    search = _Search(_rows(state, every) if beam > 1 else state, count, beam, end, first)
    for _ in range(network.places):
        search.step(network)
        if search.is_done:
            break
    return search.found()


class _Search:
    """The beginnings of answers to N texts, `beam` of each; the shape of what the network is asked never changes."""

    def __init__(self, state: State, count: int, beam: int, end: int, first: int) -> None:
        device = state["there"].device
        self.state, self.beam, self.end, self.first = state, beam, end, first
        self.read = state
        self.token = torch.full((count * beam, 1), end, dtype=torch.int64, device=device)
        # [N, beam] sums of logarithms; only the first beginning of each text lives before the first letter.
        self.sums = torch.full((count, beam), _DEAD, dtype=torch.float64, device=device)
        self.sums[:, 0] = 0
        self.begun: list[list[Hypothesis]] = [[Hypothesis((), ())] * beam for _ in range(count)]
        self.ended: list[list[Hypothesis]] = [[] for _ in range(count)]

    @property
    def is_done(self) -> bool:
        """Whether no beginning lives."""
        return not bool(torch.isfinite(self.sums).any())

    def step(self, network: WritingNetwork) -> None:
        """Go on by one letter."""
        written = network.written(self.state, self.token)
        logits = written.logits[:, 0]
        count, beam = self.sums.shape
        told = torch.log_softmax(logits.float(), 1)
        # Ranked in double precision, so that what greedy writing tells apart is never a tie here.
        ranked = torch.log_softmax(logits.double(), 1)
        ranked[:, : self.first] = _DEAD
        sums = self.sums[:, :, None] + ranked.view(count, beam, -1)
        best, places = torch.sort(sums.flatten(1), dim=1, descending=True, stable=True)
        best, places = best[:, :beam], places[:, :beam]
        width = logits.shape[1]
        parents, letters = places // width, places % width
        rows = (torch.arange(count, device=places.device)[:, None] * beam + parents).flatten()
        logs = told[rows, letters.flatten()].view(count, beam)
        self.sums = torch.where(letters == self.end, _DEAD, best)
        self._keep(best.tolist(), parents.tolist(), letters.tolist(), logs.tolist())
        self.token = letters.view(-1, 1)
        self.state = self._followed(written.state, rows) if beam > 1 else written.state

    def _followed(self, state: State, rows: Tensor) -> State:
        """Return the state of those beginnings that others go on from; what was read is the same for all of a text."""
        return {name: values if values is self.read.get(name) else values[rows] for name, values in state.items()}

    def _keep(
        self, best: list[list[float]], parents: list[list[int]], letters: list[list[int]], logs: list[list[float]]
    ) -> None:
        for text, begun in enumerate(self.begun):
            kept = []
            for total, parent, letter, log in zip(best[text], parents[text], letters[text], logs[text], strict=True):
                one = Hypothesis((*begun[parent].tokens, letter), (*begun[parent].logs, log))
                kept.append(one)
                if total > _DEAD and letter == self.end and len(self.ended[text]) < self.beam:
                    self.ended[text].append(one)
            self.begun[text] = kept
            if len(self.ended[text]) >= self.beam:
                self.sums[text] = _DEAD

    def found(self) -> list[list[Hypothesis]]:
        """Return the answers to each text, those among them that could not end because they may be no longer."""
        living = torch.isfinite(self.sums).tolist()
        return [
            sorted(
                [*ended, *(one for one, lives in zip(begun, alive, strict=True) if lives)],
                key=lambda one: -one.score,
            )[: self.beam]
            for ended, begun, alive in zip(self.ended, self.begun, living, strict=True)
        ]


def _rows(state: State, rows: Tensor) -> State:
    return {name: values[rows] for name, values in state.items()}
