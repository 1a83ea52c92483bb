"""How a run's answers came about over one or two columns, as an exhibit: epochs side by side, then the hidden units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pellucid.report.charts import (
    Side,
    class_areas,
    class_curves,
    class_key,
    unit_curves,
    value_areas,
    value_curves,
)
from pellucid.report.wording import percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.features import Course, CourseEpoch, Step, UnitsSeen

NAME = "course"


def course_exhibit(course: Course, *, command: str = "") -> Exhibit:
    """Return what is shown of answers over one or two columns."""
    figures = _of_two(course) if len(course.axes) == 2 else _of_one(course)
    for layer in course.units:
        figures += _units(course, layer)
    tables = (_borders(course),) if course.ifs and course.has_classes else ()
    return Exhibit(
        name=NAME,
        title=_title(course),
        paragraphs=_words(course),
        figures=tuple(figures),
        tables=tables,
        notes=_notes(course),
        command=command,
    )


def _title(course: Course) -> str:
    over = " and ".join(f"“{axis.name}”" for axis in course.axes)
    what = "The borders between the classes" if course.has_classes else f"The answers for “{course.target}”"
    moving = ", epoch by epoch" if len(course.moments) > 1 else ""
    return f"{what} over {over}{moving}"


def _words(course: Course) -> tuple[str, ...]:
    said = []
    if course.straight:
        said.append(course.straight)
    if len(course.moments) > 1:
        first, best = course.moments[0], course.answering
        start = "Before the first step" if first.epoch == 0 else f"After {counted(first.epoch, 'epoch')}"
        shares = (
            f", {percent(first.right, 0)} of the training examples were answered rightly; with the weights that are "
            f"kept, those of epoch {best.epoch}, {percent(best.right, 0)} are."
            if first.right is not None and best.right is not None
            else f" and epoch by epoch; the weights of epoch {best.epoch} are kept."
        )
        said.append(f"{start}{shares}")
    if course.held:
        cells = ", ".join(f"“{name}” = {cell}" for name, cell in course.held)
        said.append(
            f"All other columns are held in the middle of the training ({cells}); the examples lie where "
            "their own cells put them, so an example may lie on another ground than its answer."
        )
    if course.ifs:
        said.append(f"What a programmer would write, with comparisons learned from the same examples: {_code(course)}.")
    return tuple(said)


def _notes(course: Course) -> tuple[str, ...]:
    notes = []
    if course.has_classes and len(course.axes) == 2:
        notes.append(
            "The ground has the colour of the likeliest class, the stronger the surer; the line is where two classes "
            "are equally likely. The marks are training examples."
        )
    if course.beyond:
        lie = "lies" if course.beyond == 1 else "lie"
        notes.append(f"{counted(course.beyond, 'training example')} {lie} far from all others, beyond what is drawn.")
    cut = [one for one in course.units if one.values.shape[-1] < one.total]
    notes += [
        f"Of {one.layer} those {one.values.shape[-1]} of {one.total:,} units are shown that vary most." for one in cut
    ]
    if course.units and len(course.axes) == 1:
        notes.append("Hidden units along the same column; the thin line is 0.")
    if course.units and len(course.axes) == 2:
        notes.append(
            "Hidden units over the same ground: blue where a unit gives little, orange where it gives much; the line "
            "is where it turns from one to the other."
        )
    if len(course.moments) == 1:
        notes.append(
            "No epochs were kept on the way: of older runs there are none, and of networks beyond 20,000 weights."
        )
    return tuple(notes)


def _said(moment: CourseEpoch, course: Course) -> str:
    when = "Before the first step" if moment.epoch == 0 else f"After {counted(moment.epoch, 'epoch')}"
    right = "" if moment.right is None else f": {percent(moment.right, 0)} right"
    is_one_of_many = len(course.moments) > 1 and moment.epoch == course.best
    return f"{when}{right}{' (these weights are kept)' if is_one_of_many else ''}"


def _of_two(course: Course) -> list[Figure]:
    sides = [Side(axis.name, axis.low, axis.high) for axis in course.axes]
    figures: list[Figure] = []
    if course.has_classes:
        key = class_key(course.answers, label=f"Classes: {', '.join(course.answers)}")
        figures.append(Figure.from_svg(key, alt=f"Classes: {', '.join(course.answers)}", role="main"))
    for moment in course.moments:
        said = _said(moment, course)
        if course.has_classes:
            drawn = class_areas(moment.answers, sides, course.places, course.marks, label=f"Likeliest class. {said}")
            figures.append(Figure.from_svg(drawn, alt=said, caption=said, role="panel"))
            continue
        for number, name in enumerate(course.answers):
            values = moment.answers[:, :, number]
            words = f"{name}: {values.min():.4g} (blue) to {values.max():.4g} (orange). {said}"
            drawn = value_areas(values, sides, course.places, label=words)
            figures.append(Figure.from_svg(drawn, alt=words, caption=words, role="panel"))
    return figures


def _of_one(course: Course) -> list[Figure]:
    (axis,), (along,) = course.axes, course.along
    side, points = Side(axis.name, axis.low, axis.high), course.places[:, 0]
    if course.has_classes:
        figures = []
        for moment in course.moments:
            said = _said(moment, course)
            drawn = class_curves(along, moment.answers, course.answers, side, points, course.marks, label=said)
            figures.append(Figure.from_svg(drawn, alt=f"Probability of each class. {said}", caption=said, role="main"))
        return figures
    figures = []
    for number, name in enumerate(course.answers):
        curves = [
            ("before the first step" if one.epoch == 0 else f"epoch {one.epoch}", one.answers[:, number])
            for one in sorted(course.moments, key=lambda one: one.epoch == course.best)
        ]
        said = f"{name} along {axis.name}: dashed as it was, solid as it is now"
        values = course.marks if len(course.answers) == 1 else course.marks[:0]
        drawn = value_curves(
            along, curves, side, points[: len(values)], values, title=name, label=f"{said}; marks are training examples"
        )
        figures.append(Figure.from_svg(drawn, alt=said, caption=said, role="main"))
    return figures


def _units(course: Course, layer: UnitsSeen) -> list[Figure]:
    figures = []
    shown = layer.values.shape[-1]
    for unit in range(shown):
        values = layer.values[..., unit]
        low, high = float(values.min()), float(values.max())
        said = f"Unit {unit + 1} of {layer.layer}: {low:.2g} to {high:.2g}"
        if len(course.axes) == 2:
            sides = [Side(axis.name, axis.low, axis.high) for axis in course.axes]
            border = 0.0 if low < 0 < high else (low + high) / 2
            drawn = value_areas(values, sides, border=border, label=said, is_bare=True)
        else:
            (axis,), (along,) = course.axes, course.along
            drawn = unit_curves(along, values, Side(axis.name, axis.low, axis.high), label=said)
        figures.append(Figure.from_svg(drawn, alt=said, caption=said, role="tile"))
    return figures


def _borders(course: Course) -> ExhibitTable:
    """Return where answers change, by the ifs and by the network, in the same rows."""
    learned = course.steps()
    ends = sorted({step.below for step in (*course.ifs, *learned)})
    rows, start = [], -math.inf
    for end in ends:
        where = f"{_number(start)} to {_number(end)}"
        where = (
            f"below {_number(end)}" if math.isinf(start) else f"from {_number(start)} on" if math.isinf(end) else where
        )
        rows.append((where, _at(course.ifs, end, course), _at(learned, end, course)))
        start = end
    name = course.axes[0].name
    return ExhibitTable(
        header=(name, "a programmer's ifs", "the network"),
        rows=tuple(rows),
        caption=f"The answer along {name}",
        numeric=False,
    )


def _at(steps: tuple[Step, ...], end: float, course: Course) -> str:
    return next(course.answers[step.answer] for step in steps if end <= step.below)


def _code(course: Course) -> str:
    """Return comparisons in one line, as one would write them."""
    name = course.axes[0].name
    parts = [
        f"if {name} < {_number(step.below)}: {course.answers[step.answer]}"
        if not math.isinf(step.below)
        else course.answers[step.answer]
        for step in course.ifs
    ]
    return "; else ".join(parts)


def _number(value: float) -> str:
    return f"{value:.4g}"
