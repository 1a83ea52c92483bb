"""The next token: how surprising a text is, per token and per character."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.comparison import SIGNIFICANT
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.moving_blocks import blocked_interval, blocked_p_value
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import NextTarget, Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer

HEADLINE = "nats_per_token"


class NextScoring(Scoring):
    """Scores by the tokens that did come."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean surprise of a token."""
        return HEADLINE

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score the whole split, and say what each token had before it."""
        surprises = answer.as_targets
        block = NextTarget.of(truth.target).block
        tokens = int(np.isfinite(surprises).sum())
        note = (
            f"Measured on {tokens:,} tokens: every token of the split once, but for stretches across its borders. Each "
            f"is predicted from at least the {block // 2:,} characters before it (a window has {block:,})."
        )
        return Evaluation(
            split=about.split,
            n=len(surprises),
            task=about.task,
            metrics=self.metrics(surprises, truth),
            headline=HEADLINE,
            notes=(note,),
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return nats per token, bits per character and perplexity.

        Args:
            answered: [N, T] surprises in nats, NaN of tokens that are not counted.
            truth: of the same examples.
        """
        sums: NDArray[np.float64] = np.nansum(answered.astype(np.float64), axis=1)
        counts = np.isfinite(answered).sum(1).astype(np.float64)
        characters = (truth.targets[:, 1] - truth.targets[:, 0]).astype(np.float64)
        nats = _mean(sums, counts, truth.seed)
        bits = _mean(sums / math.log(2), characters, truth.seed)
        return {HEADLINE: nats, "bits_per_character": bits, "perplexity": _exponential(nats)}

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare surprises at the same tokens, stretch by stretch."""
        a, b = names
        is_counted = np.isfinite(first) & np.isfinite(second)
        counts = is_counted.sum(axis=1).astype(np.float64)
        own, others = (np.where(is_counted, one, 0.0).sum(axis=1, dtype=np.float64) for one in (first, second))
        difference = _mean(others - own, counts, truth.seed)
        p_value = blocked_p_value(others - own, counts, seed=truth.seed)
        total = counts.sum()
        a_value, b_value = float(own.sum() / total), float(others.sum() / total)
        is_shown = p_value is not None and p_value < SIGNIFICANT
        verdict: Literal["a", "b", "none"] = "none" if not is_shown else "b" if difference.value < 0 else "a"
        interval = (
            f" ({difference.low:+.4f} to {difference.high:+.4f})"
            if difference.low is not None and difference.high is not None
            else ""
        )
        better = {"a": f"{a} does better", "b": f"{b} does better"}.get(verdict, "no difference is shown")
        summary = (
            f"{better}: {b_value:.4f} nats per token against {a_value:.4f}, a difference of "
            f"{difference.value:+.4f}{interval}."
        )
        return PairedComparison(
            a=a,
            b=b,
            metric=HEADLINE,
            n=len(first),
            a_value=a_value,
            b_value=b_value,
            difference=difference,
            p_value=p_value,
            test="moving blocks",
            verdict=verdict,
            summary=summary,
        )


def _mean(sums: NDArray[np.float64], counts: NDArray[np.float64], seed: int) -> Metric:
    value = float(sums.sum() / counts.sum())
    ends = blocked_interval(sums, counts, seed=seed)
    if ends is None:
        return Metric(value=value, note=f"too few to say: {len(sums)} stretches")
    return Metric(value=value, low=ends[0], high=ends[1], method="moving-blocks")


def _exponential(nats: Metric) -> Metric:
    """Return the perplexity: among how many equally likely tokens the next one would be as surprising."""
    ends = {} if nats.low is None or nats.high is None else {"low": math.exp(nats.low), "high": math.exp(nats.high)}
    return nats.model_copy(update={"value": math.exp(min(nats.value, 700)), **ends})
