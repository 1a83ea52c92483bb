"""A language model is asked: how probable is a text, factor by factor; and how would it go on?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.errors import DataError, RecipeError
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.prediction.reading_on import ReadingOn
from pellucid.prediction.spoken import Factor, Sampled, Sentence
from pellucid.preprocessing import SPECIAL, UNKNOWN, TextPreprocessing
from pellucid.tasks import Draws, Sampling, draw_tokens
from pellucid.words import counted, visible

if TYPE_CHECKING:
    from pellucid.prediction.predictor import Predictor

_BEFORE = ("\n", ".", " ")
"""What is thought to stand before a text, the first of them that is known: a text begins where another thing ended."""
_SHOWN = 3
MOST_TOKENS = 1_000_000


class LanguageModel:
    """A run that gives a probability to each next token.

    Args:
        predictor: of the run.
    """

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor
        self.given = TextPreprocessing.of(predictor.record.preprocessing)
        # Nothing is learned of what follows a window's last token, which is only predicted.
        self.reach = max(1, self.given.longest - 1)
        known = (self.given.ids(sign) for sign in _BEFORE)
        self._before: NDArray[np.int64] = next(
            (ids for ids in known if len(ids) == 1 and ids[0] != UNKNOWN), np.array([len(SPECIAL)], np.int64)
        )

    @property
    def before(self) -> str:
        """What is thought to stand before a text."""
        return self.given.token(int(self._before[0]))

    def sentence(self, text: str) -> Sentence:
        """Return a text's probability as the product of its tokens', each given those before it.

        Raises:
            DataError: there is no token in it.
        """
        ids = self.given.ids(text)
        if not len(ids):
            raise DataError("The text is empty: there is no token whose probability could be told.")
        whole = np.concatenate([self._before, ids])
        tokens = self.given.split(text)
        factors: list[Factor] = []
        for place, logs in enumerate(self._logs(whole)):
            number = int(whole[place + 1])
            likeliest = int(logs.argmax())
            factors.append(
                Factor(
                    token=tokens[place],
                    context="".join(self._shown(whole[: place + 1])),
                    log=float(logs[number]),
                    probability=math.exp(float(logs[number])),
                    bits=-float(logs[number]) / math.log(2),
                    rank=1 + int((logs > logs[number]).sum()),
                    likeliest=self.given.token(likeliest),
                    likeliest_probability=math.exp(float(logs[likeliest])),
                )
            )
        return Sentence(
            text=text,
            before=self.before,
            factors=tuple(factors),
            characters=len(text),
            notes=tuple(self._unknown(tokens, ids, "counted as the unknown token")),
        )

    def sample(self, prompt: str, *, how: Sampling, length: int, seed: int, number: int = 1) -> list[Sampled]:
        """Go on with a prompt, each time on its own: the same seed gives the same text, however many are asked for.

        Args:
            prompt: what stands before; "" begins where a line ended.
            how: the next token is chosen.
            length: tokens to draw.
            seed: of the draws; the i-th text hangs on it and on i.
            number: how many texts.

        Raises:
            RecipeError: a number is out of range.
        """
        if not 1 <= length <= MOST_TOKENS:
            raise RecipeError(f"--length is {length:,}.", expected=f"1 to {MOST_TOKENS:,} tokens.")
        if number < 1:
            raise RecipeError(f"-n is {number:,}.", expected="1 or more texts.")
        tokens, ids = self.given.split(prompt), self.given.ids(prompt)
        notes = tuple(self._unknown(tokens, ids, "left out"))
        known = ids[ids != UNKNOWN]
        start = known if len(known) else self._before
        drawn = [self._draw(start, how, length, seed, place) for place in range(number)]
        return [
            Sampled(
                prompt=prompt,
                text=self.given.decode([*known, *new])[len(self.given.decode(known)) :],
                whole=self.given.decode([*known, *new]),
                tokens=length,
                temperature=how.temperature,
                top_k=how.top_k,
                top_p=how.top_p,
                seed=seed,
                number=place,
                notes=notes,
            )
            for place, new in enumerate(drawn)
        ]

    @torch.no_grad()
    def _draw(self, start: NDArray[np.int64], how: Sampling, length: int, seed: int, number: int) -> list[int]:
        """Return the tokens of one text. It goes through the network alone: a batch would round otherwise."""
        ids: list[int] = start.tolist()
        draws = Draws(seed, 0, torch.tensor([number]))
        reading = ReadingOn(self.predictor.model, reach=self.reach, device=self.predictor.device)
        for step in range(length):
            logits = reading.after(ids, vocabulary=self.given.size).double().cpu()
            logits[:, : len(SPECIAL)] = -torch.inf  # neither padding nor what is unknown is ever said
            uniform = draws.uniform(1, stream=step)[:, 0]
            ids.append(int(draw_tokens(logits, how, uniform)))
        return ids[len(start) :]

    @torch.no_grad()
    def _logs(self, whole: NDArray[np.int64]) -> Iterator[NDArray[np.float64]]:
        """Yield [V] logarithms of the probabilities after each of [M] tokens but the last.

        Of a long text windows are read that overlap by half, as when a run is measured.
        """
        length = self.reach
        last = len(whole) - 1
        half = max(1, length // 2)
        stops = [min(length, last), *range(length + half, last, half)]
        stops = stops if stops[-1] == last else [*stops, last]
        done = 0
        for stop in stops:
            window = whole[max(0, stop - length) : stop]
            logs = torch.log_softmax(self._outputs(torch.from_numpy(window)[None])[0].double(), 1).cpu().numpy()
            yield from logs[len(window) - (stop - done) :]
            done = stop

    def _outputs(self, tokens: Tensor) -> Tensor:
        """Return [N, t, V] logits of [N, t] tokens, t up to the window's length."""
        outputs: Tensor = self.predictor.model(tokens.to(self.predictor.device))
        return outputs.float().reshape(*tokens.shape, self.given.size)

    def _shown(self, ids: NDArray[np.int64]) -> list[str]:
        tokens = [self.given.token(int(number)) for number in ids[-self.reach :]]
        return [" ".join(tokens)] if self.given.unit == "word" else tokens

    def _unknown(self, tokens: list[str], ids: NDArray[np.int64], done: str) -> Iterator[str]:
        places = np.flatnonzero(ids == UNKNOWN).tolist()
        if places:
            first = ", ".join(f"'{visible(tokens[place])}' at {place + 1}" for place in places[:_SHOWN])
            more = ", ..." if len(places) > _SHOWN else ""
            yield f"{counted(len(places), 'token')} never seen in training ({first}{more}): {done}."


_SAYS_NO_MORE = Refused(
    "Only a language model goes on with a text, and only a network that draws makes pictures; this one answers."
)
SPEAKING: KindTable[type[LanguageModel]] = KindTable(
    "way to go on with a text",
    TARGETS,
    {
        "class": _SAYS_NO_MORE,
        "future": _SAYS_NO_MORE,
        "labels": _SAYS_NO_MORE,
        "next": LanguageModel,
        "mask": Refused("This run answers pictures with masks: pellucid predict RUN PICTURE --out FOLDER."),
        "generated": Refused("This run draws pictures: pellucid sample RUN -n 64."),
        "paired": Refused("This run answers pictures with pictures: pellucid predict RUN PICTURE --out FOLDER."),
        "picture": _SAYS_NO_MORE,
        "text": Refused("This run answers texts with texts: pellucid predict RUN --text 'a text'."),
        "value": _SAYS_NO_MORE,
        "values": _SAYS_NO_MORE,
    },
)
"""What a run says of texts beside its answers, by the kind of its target."""
