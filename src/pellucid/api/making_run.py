"""What a run makes of random numbers: texts that go on, and pictures; and what a judge says of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid import prediction, tasks
from pellucid.api.kept_run import KeptRun
from pellucid.kinds import SplitName
from pellucid.late import Late

if TYPE_CHECKING:
    from pellucid.evaluation import Judged
    from pellucid.prediction import DrawnPictures, Sampled, Sentence

_JUDGE_RUN = Late("pellucid.api.judging", "judge_run")


class MakingRun(KeptRun):
    """The verbs of runs that make texts or pictures; others refuse them in words."""

    def probability(self, text: str) -> Sentence:
        """Return a text's probability under a language model: the product of its tokens', each given those before it.

        Args:
            text: any text; `print` shows it factor by factor.

        Raises:
            RecipeError: the run is no language model.
            DataError: the text is empty.
        """
        return prediction.language_model_of(self.opened).sentence(text)

    def sample(
        self,
        prompt: str = "",
        *,
        length: int = 500,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        number: int = 1,
    ) -> list[Sampled]:
        """Let a language model go on with a text.

        Args:
            prompt: what stands before; "" begins where a line ended.
            length: tokens to draw.
            temperature: what the logits are divided by; 0 always takes the likeliest token.
            top_k: only so many of the likeliest tokens are drawn from; None for all.
            top_p: only the likeliest tokens of this probability together are drawn from; None for all.
            seed: same seed, same texts.
            number: how many texts; each is the same however many are asked for.

        Raises:
            RecipeError: the run is no language model, or a number is out of range.
        """
        how = tasks.Sampling(temperature=temperature, top_k=top_k, top_p=top_p)
        speaker = prediction.language_model_of(self.opened)
        return speaker.sample(prompt, how=how, length=length, seed=seed, number=number)

    @property
    def draws(self) -> bool:
        """Whether the run is asked for pictures that are drawn from random numbers."""
        return self.record.dataset.target.kind in prediction.DRAWING

    def draw(self, number: int = 64, *, seed: int = 0, strides: int | None = None) -> DrawnPictures:
        """Draw pictures from random numbers alone.

        Args:
            number: how many; each is the same however many are asked for.
            seed: same seed, same pictures.
            strides: of a network that takes noise away: in how many it is to do so; None for the run's own.

        Raises:
            RecipeError: the run answers inputs, has learned nothing of what its codes are like, or draws in no strides.
        """
        drawing = prediction.DRAWING[self.record.dataset.target.kind](self.opened.predictor, strides=strides)
        return drawing.draw(number, seed=seed)

    def judge(
        self,
        judge: KeptRun,
        split: SplitName = "val",
        *,
        number: int = 2_000,
        seed: int = 0,
        keep: bool = False,
        reason: str = "asked for",
    ) -> Judged:
        """Let a classifier's run judge what this run draws, beside real pictures of a split and noise.

        Args:
            judge: the run of a classifier of such pictures.
            split: whose pictures stand beside; opening test is written down and counted.
            number: how many pictures are drawn, 50 or more.
            seed: of the draws.
            keep: whether it is kept with the run and told in its report, as it always is of test.
            reason: why the sealed test split is opened.

        Raises:
            RecipeError: the run draws nothing, or the judge tells no classes apart.
            RunError: the split is empty, or the data changed.
        """
        how = {"reason": reason, "number": number, "seed": seed, "keep": keep}
        judged: Judged = _JUDGE_RUN(self.opened, judge.opened, split, **how)
        return judged

    @property
    def goes_on(self) -> bool:
        """Whether the run is a language model, which tells the probability of a text and goes on with one."""
        return prediction.goes_on(self.opened)
