"""Lists that show themselves as a table: in a prompt as text, in a notebook as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, SupportsIndex, TypeVar, overload

from pellucid.doing import doing
from pellucid.evaluation import LargeError
from pellucid.report import plain_table, table_html
from pellucid.words import counted, percent

if TYPE_CHECKING:
    from pellucid.evaluation import Evaluation, LargeError, Mistake
    from pellucid.prediction import Prediction
    from pellucid.runs import EpochRow

MOST_ROWS = 24
"""Rows that are shown; of more the first and the last."""
_WIDEST = 44
Item = TypeVar("Item")
Row = Mapping[str, str]


class ShownList(list[Item], Generic[Item]):
    """A list whose display is a table; else a list like any other.

    Args:
        items: what it holds.
        what: one of them is called, e.g. "evaluation".
        row: the cells of one item by the names of their columns.
    """

    def __init__(self, items: Iterable[Item], *, what: str, row: Callable[[Item], Row]) -> None:
        super().__init__(items)
        self._what = what
        self._row = row

    @overload
    def __getitem__(self, place: SupportsIndex) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> ShownList[Item]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> Item | ShownList[Item]:
        if isinstance(place, slice):
            return ShownList(super().__getitem__(place), what=self._what, row=self._row)
        return super().__getitem__(place)

    def __repr__(self) -> str:
        head, rows = self._table()
        return "\n".join([self._title, *(plain_table(head, rows, widest=_WIDEST) if rows else ())])

    def _repr_html_(self) -> str:
        head, rows = self._table()
        return table_html(self._title, head, rows)

    @property
    def _title(self) -> str:
        return counted(len(self), self._what)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Return the names of the columns, and the rows that are shown, one of "..." where some are left out."""
        half = MOST_ROWS // 2
        shown = [self._row(item) for item in (list(self) if len(self) <= MOST_ROWS else [*self[:half], *self[-half:]])]
        head = list(dict.fromkeys(name for row in shown for name in row))
        rows = [[row.get(name, "") for name in head] for row in shown]
        if len(self) > MOST_ROWS:
            rows.insert(half, ["..."] * len(head))
        return head, rows


class History(ShownList["EpochRow"]):
    """A training epoch by epoch, a dict of numbers each; a column by its name. A data frame is made of it as it is.

    Example:
        run.history[-1]["val_loss"]
        run.history["val_loss"]
    """

    def __init__(self, rows: Iterable[EpochRow]) -> None:
        super().__init__(rows, what="epoch", row=_epoch)

    @overload
    def __getitem__(self, place: SupportsIndex) -> EpochRow: ...
    @overload
    def __getitem__(self, place: slice) -> ShownList[EpochRow]: ...
    @overload
    def __getitem__(self, place: str) -> list[float]: ...
    def __getitem__(self, place: SupportsIndex | slice | str) -> EpochRow | ShownList[EpochRow] | list[float]:
        """Return an epoch, some of them, or a column; NaN in epochs that did not measure it.

        Raises:
            KeyError: no epoch has such a number; the message lists those there are.
        """
        if not isinstance(place, str):
            return super().__getitem__(place)
        if not any(place in row for row in self):
            known = dict.fromkeys(name for row in self for name in row)
            raise KeyError(f"No epoch has '{place}'; there are: {', '.join(known)}.")
        return [row.get(place, float("nan")) for row in self]


def shown_mistakes(mistakes: Sequence[Mistake | LargeError]) -> ShownList[Mistake | LargeError]:
    """Return mistakes as a list that shows itself."""
    return ShownList(mistakes, what="mistake", row=_mistake)


def shown_evaluations(evaluations: Iterable[Evaluation]) -> ShownList[Evaluation]:
    """Return evaluations as a list that shows itself."""
    return ShownList(evaluations, what="evaluation", row=_evaluation)


def shown_predictions(predictions: Iterable[Prediction]) -> ShownList[Prediction]:
    """Return answers as a list that shows itself; how many there are so far is told while they are made."""

    def told() -> Iterator[Prediction]:
        for number, one in enumerate(predictions, start=1):
            moved(number)
            yield one

    with doing("answering") as moved:
        return ShownList(told(), what="prediction", row=_prediction)


def _epoch(row: EpochRow) -> Row:
    return {name: f"{value:.4g}" if abs(value) < 1e5 else f"{value:,.0f}" for name, value in row.items()}


def _mistake(one: Mistake | LargeError) -> Row:
    if isinstance(one, LargeError):
        return {
            "index": str(one.index),
            "name": one.name,
            "is": f"{one.target:.5g}",
            "answered": f"{one.predicted:.5g}",
            "off by": f"{one.error:+.4g}",
        }
    return {
        "index": str(one.index),
        "name": one.name,
        "is": one.target,
        "answered": one.predicted,
        "with": percent(one.probability, 1),
        "right one had": percent(one.target_probability, 1),
    }


def _evaluation(one: Evaluation) -> Row:
    opened = "" if one.opening is None else f"opening {one.opening.number}: {one.opening.reason}"
    return {
        "split": one.split,
        "examples": f"{one.n:,}",
        "score": f"{one.title(one.headline)} {one.headline_metric}",
        "better than": ", ".join(
            baseline.name for baseline in one.baselines if baseline.versus and baseline.versus.verdict == "b"
        ),
        "opened": opened,
    }


def _prediction(one: Prediction) -> Row:
    return {"name": one.name, "answer": str(one).removeprefix(f"{one.name}: ")}
