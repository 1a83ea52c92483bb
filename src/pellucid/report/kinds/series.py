"""What is said of series."""

from __future__ import annotations

from collections.abc import Iterable

from pellucid.data import Dataset, draw_example
from pellucid.preprocessing import Preprocessing, SeriesPreprocessing
from pellucid.report.embedding import Embedded, embed
from pellucid.words import counted

SIDE = 128
"""Pixels of a sample's width."""
_SCALED = {
    "standard": "less its channel's mean over the training series, divided by its deviation",
    "none": "as it stands in the data (--scale none)",
    "window": "less the mean of the series itself, divided by its deviation",
    "last": "less the last value of its window, divided by the deviation",
}


class SeriesWords:
    """The row of series."""

    def steps(self, preprocessing: Preprocessing) -> list[str]:
        """Return how values are scaled, and what becomes of those that are missing."""
        given = SeriesPreprocessing.of(preprocessing)
        steps = [f"{counted(len(given.channels), 'channel')}: each value {_SCALED[given.scale]}."]
        taken = [name for place, name in enumerate(given.channels) if given.takes_log(place)]
        if taken:
            steps.insert(0, f"Of {', '.join(taken)} the logarithm is taken: growth becomes a straight line.")
        if given.masked:
            steps.append(
                f"Shorter series are filled up behind their end to {counted(given.length, 'step')}; a missing value "
                "counts as the mean, and a channel of its own says at which steps there is one."
            )
        return steps

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        """Return whether --scale none was asked for."""
        return SeriesPreprocessing.of(preprocessing).scale == "none"

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Embedded, str]]:
        """Return the series as lines, small."""
        return [
            (embed(draw_example(dataset, index, side=SIDE), longest=SIDE), dataset.example_name(index))
            for index in indices
        ]
