"""Series: numbers in order, of one channel or several."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from pellucid.kinds.inputs.base import INPUTS, Input
from pellucid.records import Record
from pellucid.words import counted, steady_name

_Name = Annotated[str, AfterValidator(steady_name)]


class KnownColumn(Record):
    """A column whose values are known of the time that is forecast: a price that is set, a holiday, a plan."""

    name: _Name
    words: tuple[_Name, ...] = ()
    """Of a column of words: all that it holds, each a channel that is 1 where it stands; () of numbers."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that it becomes: itself, or one for each of its words."""
        return tuple(f"{self.name}: {word}" for word in self.words) or (self.name,)


@INPUTS.register
class SeriesInput(Input):
    """Series, or windows that are cut from them."""

    kind: Literal["series"] = "series"
    noun: ClassVar[str] = "series"
    many: ClassVar[str] = "series"
    plural: ClassVar[str] = "series"
    is_drawn: ClassVar[bool] = True
    channels: Annotated[tuple[_Name, ...], Field(min_length=1)]
    """Names of the numbers that there are at each step, in order."""
    lengths: tuple[int, int, int]
    """Steps of the shortest example, of the median one, and of the longest."""
    step: str | None = None
    """How far apart two steps are, in words, e.g. "1 month"; None where nothing tells."""
    num_series: int = 0
    """Series that the examples are cut from; 0 where each example is a series of its own."""
    gaps: bool = False
    """Whether values are missing within an example."""
    known: tuple[KnownColumn, ...] = ()
    """Columns that are known ahead: their channels are there twice, the second time as many steps earlier as are
    forecast, so that a window also holds what is known of the steps behind it."""

    @property
    def example(self) -> str:
        """A window where examples are cut from longer series."""
        return "window" if self.num_series else self.noun

    @property
    def has_gaps(self) -> bool:
        """Whether some steps have to be filled up: lengths differ, or values are missing."""
        return self.gaps or self.lengths[0] != self.lengths[2]

    def size_words(self) -> str:
        """Return the steps, and the channels where there are several."""
        return f" of {self._steps(short=True)}{self._channels()}"

    def sentence(self, total: str) -> str:
        """Return steps, channels, and from how many series they are cut."""
        cut = f", cut from {self.num_series:,} series" if self.num_series else ""
        apart = f", {self.step} apart" if self.step else ""
        missing = "; some values are missing" if self.gaps else ""
        ahead = f"; known ahead: {', '.join(column.name for column in self.known)}" if self.known else ""
        return f"{total} of {self._steps(short=False)}{self._channels()}{apart}{cut}{missing}{ahead}."

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the channels."""
        return self.channels

    @property
    def parts_note(self) -> str:
        """That what is known ahead stands there early, under the names "NAME +h"."""
        names = {name for column in self.known for name in column.channels}
        early = [(base, steps) for base, _, steps in (one.rpartition(" +") for one in self.channels) if base in names]
        if not early:
            return ""
        (name, steps), rest = early[0], len(early) - 1
        more = f"; so do the {rest:,} others of such names" if rest else ""
        return f"'{name} +{steps}' stands {steps} steps early: at each step what '{name}' is {steps} steps later{more}"

    def agrees_with(self, other: Input) -> bool:
        """Return whether `other` has the same channels."""
        return isinstance(other, SeriesInput) and self.channels == other.channels

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return lengths, channels, and how far apart steps are."""
        low, middle, high = self.lengths
        length = f"{high:,}" if low == high else f"{low:,} to {high:,}, median {middle:,}"
        found = [("Steps", length), ("Channels", f"{len(self.channels):,}")]
        found += [("Step", self.step)] if self.step else []
        found += [("Cut from", f"{self.num_series:,} series")] if self.num_series else []
        found += [("Known ahead", ", ".join(column.name for column in self.known))] if self.known else []
        return tuple(found)

    def _steps(self, *, short: bool) -> str:
        low, middle, high = self.lengths
        if low == high:
            return counted(high, "step")
        return f"{low:,} to {high:,} steps" + ("" if short else f", median {middle:,}")

    def _channels(self) -> str:
        return "" if len(self.channels) == 1 else f" in {counted(len(self.channels), 'channel')}"
