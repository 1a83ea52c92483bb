"""The next values of a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from pellucid.errors import DataError
from pellucid.kinds.targets.base import TARGETS, Target
from pellucid.kinds.targets.measured import read_finite
from pellucid.kinds.time_axis import TimeAxis
from pellucid.words import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Anchor = Literal["last", "season", "moved-season", "moved-seasons", "none"]
"""What a network of forecasts counts from: the window's last value; the value a season before; that one moved by how
far the last value lies above its own a season before; the mean of that and the same two seasons before; or nothing."""


LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""The quantiles that are forecast of every step: the median, and the borders of the bands."""
BANDS = (95, 80, 50)
"""The bands of a forecast in percent, the outermost first: so many values are to lie within."""


@TARGETS.register
class FutureTarget(Target):
    """The h values that follow a window of a series: [N, h] float64, in the series' own unit."""

    kind: Literal["future"] = "future"
    noun: ClassVar[str] = "step ahead"
    dimensions: ClassVar[int] = 2
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "time"
    continues: ClassVar[bool] = True
    name: str
    """Of the column that is forecast; it is among the inputs' channels."""
    horizon: Annotated[int, Field(ge=1)]
    """h, the steps that are forecast at once."""
    season: Annotated[int, Field(ge=1)] = 1
    """m, the steps after which the series resembles itself; 1 where there is no such number."""
    axis: TimeAxis = TimeAxis()
    """When the steps are."""
    begins: int = 0
    """The place on the axis of the first value that is learned."""

    @property
    def answers(self) -> tuple[str, ...]:
        """Each step ahead: "+1", "+2", ..."""
        return tuple(f"+{step}" for step in range(1, self.horizon + 1))

    @property
    def categories(self) -> tuple[str, ...]:
        """None: numbers are not counted."""
        return ()

    @property
    def learned(self) -> str:
        """How far ahead is forecast."""
        return f"the next {self._steps()} of '{self.name}'"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return how far ahead is forecast."""
        return (f"the next {self._steps()} of '{self.name:.24}' to forecast",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        season = f" Its season is {self.season:,} steps." if self.season > 1 else ""
        return f"The next {self._steps()} of “{self.name}” are forecast, {self.axis.words} apart.{season}"

    def as_array(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return [N, h] float64."""
        import numpy as np

        return np.asarray(values, np.float64)

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there is anything to forecast.

        Raises:
            DataError: the series never changes.
        """
        values = targets[_all(targets)]
        if len(values) and values.min() == values.max():
            raise DataError(
                f"The series '{self.name}' of '{dataset}' is constant: all its values are {values.flat[0]:g}.",
                expected="Values that change, so that there is something to forecast.",
                fix="Choose another column with --target.",
            )

    def counts(self, targets: Any) -> tuple[int, ...]:
        """Return nothing: numbers are not counted."""
        return ()

    def numbers(self, targets: Any) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return all values under the series' name: one unit, however far ahead."""
        # Windows overlap: those of a dataset are addresses, which are only laid out where numbers are asked for.
        values = targets if hasattr(targets, "dtype") else targets[_all(targets)]
        return ((self.name, values.reshape(-1)),)

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each step ahead."""
        return tuple((name, targets[:, place]) for place, name in enumerate(self.answers))

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return all indices, in the order of what comes next."""
        return {self.name: targets[:, 0].argsort(kind="stable")}

    @property
    def strata_words(self) -> str:
        """By what splits are made."""
        return "in time"

    def place_words(self, place: int) -> str:
        """Return the stamp of a place, counted from the first that is learned."""
        return self.axis.stamp(place + self.begins)

    def say(self, one: Any) -> dict[str, float]:
        """Return the values by step."""
        return {name: float(value) for name, value in zip(self.answers, one.tolist(), strict=True)}

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the values, of many the first and the last."""
        values = [f"{value:.{digits}g}" for value in one.tolist()]
        return ", ".join(values if len(values) <= _SHOWN else [*values[:3], "...", values[-1]])

    def parse(self, text: str) -> NDArray[np.float32]:
        """Return [h] float32 numbers that were typed with commas between them."""
        return read_finite(text, self.answers)

    def _not_two_classes(self) -> str:
        return "are numbers"

    def _steps(self) -> str:
        if self.horizon == 1:
            return "value"
        unit = self.axis.unit if self.axis.is_known and self.axis.every == 1 else "value"
        return counted(self.horizon, unit, f"{unit}s")


_SHOWN = 6


def _all(targets: Any) -> NDArray[np.int64]:
    import numpy as np

    return np.arange(len(targets))
