"""What a classifier says of pictures that a network draws, beside real ones and noise."""

from __future__ import annotations

from typing import Literal

from pellucid.evaluation.records import Metric, Opening
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName
from pellucid.printed import Printed
from pellucid.records import Record

SetName = Literal["drawn", "held-out", "noise"]
SURE = 0.9
"""A picture is accepted where the judge gives some class a higher probability."""
FEW = 0.3
"""A class is missing where its share among drawn pictures is less than this times that among held-out ones."""
COPIED = 0.9
"""Drawn pictures may be copies where they lie closer to training pictures than this times what held-out ones do."""


class JudgedSet(Record):
    """What is measured of one set of pictures."""

    name: SetName
    n: int
    accepted: Metric
    """Share that the judge takes for some class with more than 90 %."""
    shares: tuple[Metric, ...]
    """Share of each class, in the order of the judge's."""
    frechet: Metric
    """Squared Fréchet distance from the training pictures, in the judge's features."""
    kernel: Metric
    """Squared maximum mean discrepancy from the training pictures, likewise."""
    nearest: Metric
    """Median distance to the nearest training picture: the root of the sum of squared differences of levels."""


class Judged(Printed, Record):
    """What a judge says of a run that draws pictures, beside real pictures of a split that it never saw, and noise."""

    run: str
    judge: str
    split: SplitName
    seed: int
    classes: tuple[str, ...]
    compared: int
    """Pictures of each set that the distances of distributions are taken from: as many of each."""
    reference: int
    """Training pictures that these are distances from."""
    width: int
    """Features of the judge's: what its last layer reads."""
    sets: tuple[JudgedSet, ...]
    copying: Metric
    """`nearest` of drawn pictures over that of held-out ones; well below 1 where training pictures are copied."""
    notes: tuple[str, ...] = ()
    opening: Opening | None = None
    schema_version: Literal[1] = 1

    def of(self, name: str) -> JudgedSet:
        """Return one of the sets.

        Raises:
            KeyError: there is none of this name.
        """
        found = {one.name: one for one in self.sets}
        return found[name]  # type: ignore[index]

    @property
    def drawn(self) -> JudgedSet:
        """The drawn pictures."""
        return self.of("drawn")

    @property
    def smallest(self) -> tuple[str, Metric]:
        """The class that is drawn least often, and its share."""
        place = min(range(len(self.classes)), key=lambda one: self.drawn.shares[one].value)
        return self.classes[place], self.drawn.shares[place]

    def as_evaluation(self, task: str) -> Evaluation:
        """Return it as the evaluation of a run, which counts the opening of a sealed split."""
        drawn = self.drawn
        metrics = {
            "accepted": drawn.accepted,
            "smallest_class": self.smallest[1],
            "frechet": drawn.frechet,
            "kernel_distance": drawn.kernel,
            "copying": self.copying,
        }
        said = tuple(
            f"{_called(one.name)}: {one.accepted.value:.1%} accepted, Fréchet distance {one.frechet.value:.4g}."
            for one in self.sets
            if one.name != "drawn"
        )
        about = (
            f"{drawn.n:,} drawn pictures (seed {self.seed}), judged by '{self.judge}' against "
            f"{self.reference:,} of training."
        )
        return Evaluation(
            split=self.split,
            n=drawn.n,
            task=task,
            metrics=metrics,
            headline="accepted",
            notes=(about, *said, *self.notes),
            opening=self.opening,
        )

    def __repr__(self) -> str:
        """Return one line."""
        return f"Judged({self.run} by {self.judge}: {self.drawn.accepted.value:.1%} accepted)"


def _called(name: str) -> str:
    return {"held-out": "Held-out pictures", "noise": "Noise"}.get(name, name)
