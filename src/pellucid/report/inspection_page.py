"""The page of `pellucid inspect DATA`: a dataset to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pellucid.data import ColumnSummary, Inspection
from pellucid.kinds import SPLITS
from pellucid.report import wording
from pellucid.report.embedding import Embedded, embed
from pellucid.report.exhibits import show_exhibit
from pellucid.report.provenance import count_rows, describe_data, last_part
from pellucid.report.rendering import write_template
from pellucid.report.typical_exhibit import typical_exhibit
from pellucid.report.whole_series_exhibit import whole_series_exhibit
from pellucid.version import VERSION
from pellucid.words import counted

MAX_SHEET_PICTURES = 600
"""Samples on one page; with many classes each shows fewer."""
LONGEST = 160
"""Pixels of a sample's longer side at most."""
MOST_FORMATS = 4
"""Formats of files that are named, the most frequent first."""


@dataclass(frozen=True)
class Sheet:
    """One class (or all examples): its mean picture and some samples with their names."""

    name: str
    num_train: int | None
    mean: Embedded | None
    samples: tuple[tuple[Embedded, str], ...]


@dataclass(frozen=True)
class ColumnRow:
    """One column in words; `common` is (word, count, percent of the most frequent) of a category."""

    name: str
    kind: str
    missing: int
    distinct: int
    mean: str
    std: str
    range: str
    is_target: bool
    common: tuple[tuple[str, int, float], ...]


def write_inspection(path: str | Path, inspection: Inspection) -> Path:
    """Write the page of a dataset: counts, sizes, what each class is like, samples, columns, or texts.

    Args:
        path: of the page; it is replaced at once.
        inspection: what there is to see.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    sheets = tuple(_sheets(inspection))
    typical = show_exhibit(typical_exhibit(inspection.typical)) if inspection.typical else None
    if inspection.whole:
        typical = show_exhibit(whole_series_exhibit(inspection.whole))
    columns = _column_rows(inspection)
    totals = tuple(inspection.split_counts.get(split, 0) for split in SPLITS)
    contents = [("summary", "Summary")]
    contents += [("typical", "Series" if inspection.whole else "Typical")] if typical else []
    contents += [("samples", "Samples")] if sheets else []
    contents += [("columns", "Columns")] if columns else []
    contents += [("texts", "Texts")] if inspection.texts else []
    contents += [("decisions", "Decisions"), ("identity", "Identity")]
    return write_template(
        path,
        "inspection.html.jinja",
        title=inspection.name,
        version=VERSION,
        contents=contents,
        facts=_facts(inspection),
        description=describe_data(inspection.input, inspection.target, inspection.n),
        how_read=inspection.how_read,
        splits=SPLITS,
        rows=count_rows(_by_split(inspection)),
        totals=(*totals, sum(totals)),
        typical=typical,
        sheets=sheets,
        columns=columns,
        texts=inspection.texts,
        findings=inspection.findings,
        decisions=tuple((one.name, one.value, one.reason) for one in inspection.decisions),
        source=last_part(inspection.source),
        inspection=inspection,
    )


def _by_split(inspection: Inspection) -> dict[str, dict[str, int]]:
    counts = inspection.class_counts
    if counts is None:
        return {split: {"all": inspection.split_counts.get(split, 0)} for split in SPLITS}
    return {split: {name: by_split.get(split, 0) for name, by_split in counts.items()} for split in SPLITS}


def _facts(inspection: Inspection) -> tuple[tuple[str, str], ...]:
    facts = [("Examples", counted(inspection.n, inspection.input.example))]
    if inspection.class_counts is not None:
        facts.append(("Classes", wording.count(len(inspection.class_counts))))
    facts += inspection.input.facts()
    if inspection.kinds:
        most = list(inspection.kinds.items())[:MOST_FORMATS]
        facts.append(("Files", ", ".join(f"{wording.count(number)} {kind}" for kind, number in most)))
    return tuple(facts)


def _sheets(inspection: Inspection) -> Iterator[Sheet]:
    most = max(1, MAX_SHEET_PICTURES // max(len(inspection.sheets), 1))
    counts = inspection.class_counts or {}
    for name, samples in inspection.sheets.items():
        mean = inspection.mean_pictures.get(name)
        yield Sheet(
            name=name,
            num_train=counts[name].get("train") if name in counts else None,
            mean=None if mean is None else embed(mean, longest=LONGEST),
            samples=tuple((embed(sample.pixels, longest=LONGEST), sample.name) for sample in samples[:most]),
        )


def _column_rows(inspection: Inspection) -> tuple[ColumnRow, ...]:
    rows = [_column_row(column) for column in inspection.columns]
    if inspection.target_summary is not None:
        rows.append(_column_row(inspection.target_summary, is_target=True))
    return tuple(rows)


def _column_row(column: ColumnSummary, *, is_target: bool = False) -> ColumnRow:
    most = max((times for _, times in column.most_common or ()), default=1)
    return ColumnRow(
        name=column.name,
        kind=column.kind,
        missing=column.missing,
        distinct=column.distinct,
        mean="" if column.mean is None else wording.decimal(column.mean),
        std="" if column.std is None else wording.decimal(column.std),
        range=""
        if column.minimum is None
        else f"{wording.decimal(column.minimum)} to {wording.decimal(column.maximum)}",
        is_target=is_target,
        common=tuple(
            (word or "(empty)", times, round(100 * times / most, 1)) for word, times in column.most_common or ()
        ),
    )
