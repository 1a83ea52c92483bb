"""What `pellucid trace` shows: from its flags to one result, which is printed or given as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pellucid.cli.exhibit import plain_command, show_kept, show_page
from pellucid.errors import RecipeError
from pellucid.typed_numbers import read_wholes
from pellucid.words import percent

if TYPE_CHECKING:
    from pathlib import Path

    from pellucid.api import Run
    from pellucid.runs import Exhibit


class Shown(Protocol):
    """A result that is text, and JSON."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""


@dataclass(frozen=True)
class GradientAt:
    """The loss's gradient at a layer's values, or at one of them.

    Attributes:
        layer: its name.
        at: the position in its values, without the example; () for all.
        values: the gradient, of one example in the values' shape, of several [N, ...].
        batched: whether there are several examples.
    """

    layer: str
    at: tuple[int, ...]
    values: Any
    batched: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"layer": self.layer, "at": list(self.at), "gradient": self.values.tolist()}

    def __str__(self) -> str:
        place = f"[{', '.join(map(str, self.at))}]" if self.at else ""
        if self.values.size == 1:
            return f"the loss's gradient at {self.layer}{place}: {self.values.item():+.6g}"
        sizes = abs(self.values)
        shape = " x ".join(map(str, self.values.shape))
        lines = [
            f"the loss's gradient at {self.layer}{place}: {shape} values{' (examples first)' if self.batched else ''}",
            f"from {self.values.min():.6g} to {self.values.max():.6g}, mean size {sizes.mean():.4g}, "
            f"{percent(float((sizes == 0).mean()))} zeros",
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Updates:
    """Chosen weights with the terms of their gradients and their first update."""

    updates: Sequence[Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"updates": [update.to_dict() for update in self.updates]}

    def __str__(self) -> str:
        return "\n\n".join(str(update) for update in self.updates)


def forward_result(
    run: Run, source: Any, *, layer: str | None, unit: int | None, at: tuple[int, ...], letter: int | None
) -> Shown:
    """Return the trace, a layer's values, or the arithmetic of one of them."""
    traced = run.trace(source, letter)
    if layer is None:
        return traced
    values = traced[layer]
    return values if unit is None else values.unit(unit, at=at)


def backward_result(
    run: Run,
    sources: list[Any],
    targets: list[str] | None,
    *,
    layer: str | None,
    unit: int | None,
    at: tuple[int, ...],
    weights: list[str],
    optimizer: str | None,
    lr: float | None,
    steps: int,
) -> Shown:
    """Return the loss and its gradients, a layer's gradient, chosen weights with their update, or several steps."""
    if steps > 1 and not weights:
        raise RecipeError("--steps shows how weights move, but not which.", fix="Add --weight NAME:POSITION.")
    chosen = [parse_weight(text) for text in weights]
    if chosen:
        from pellucid.trace import rule_of

        rule = rule_of(run.record, optimizer, lr)
        if steps > 1:
            return run.slow_motion(sources, targets, steps=steps, rule=rule, weights=chosen)
        return Updates(run.backward(sources, targets).advance(chosen, rule, {}))
    back = run.backward(sources, targets)
    if layer is None:
        return back
    gradient = back.gradient(layer)
    batched = len(sources) > 1
    if unit is None:
        return GradientAt(layer, (), gradient, batched)
    dims = gradient.ndim - batched
    place = (*at, unit) if dims == 2 else (unit, *at)
    shape = gradient.shape[batched:]
    if len(place) > dims or any(p >= size for p, size in zip(place, shape, strict=False)):
        raise RecipeError(
            f"'{layer}' has no value at {list(place)}.", expected=f"Its values have the shape {list(shape)}."
        )
    where: tuple[Any, ...] = (slice(None), *place) if batched else place
    return GradientAt(layer, place, gradient[where], batched)


def parse_weight(text: str) -> tuple[str, tuple[int, ...]]:
    """Read "conv1.weight:0,0,2,2".

    Raises:
        RecipeError: it is not a name and a position.
    """
    name, colon, place = text.rpartition(":")
    expected = "A parameter's name and a position in it, counted from 0, e.g. conv1.weight:0,0,2,2."
    if not colon or not name:
        raise RecipeError(f"--weight is '{text:.60}'.", expected=expected)
    return name, read_wholes(place, f"--weight {name:.60}", expected=expected) if place.strip() else ()


def keep_result(run: Run, result: Any, out: Path | None, *, report: bool, quiet: bool) -> None:
    """Write a result as a page, or into the run's report, or both.

    Raises:
        RecipeError: it is a layer's gradient, which has no page.
    """
    from pellucid.report import exhibit_of

    if isinstance(result, GradientAt):
        raise RecipeError("A layer's gradient has no page of its own.", fix="Leave out --layer, or choose a --weight.")
    results = result.updates if isinstance(result, Updates) else [result]
    exhibits = [exhibit_of(one, command=plain_command()) for one in results]
    if out is not None:
        show_page([_joined(exhibits)], run, out, quiet=quiet)
    if report:
        show_kept(exhibits, run, quiet=quiet)


def _joined(exhibits: list[Exhibit]) -> Exhibit:
    """Return one section with the tables of all."""
    tables = tuple(table for exhibit in exhibits for table in exhibit.tables)
    title = "; ".join(exhibit.title for exhibit in exhibits)
    return exhibits[0].model_copy(update={"title": title, "tables": tables})
