"""An exhibit in the terminal, as a page, and in a run's report: alike for every command that looks into a run."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.cli.output import console, print_json, say
from pellucid.files import check_target, file_stem
from pellucid.words import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pellucid.api import Run
    from pellucid.runs import Exhibit


def refuse_bad_place(out: Path | None) -> None:
    """Raise WritingError where a file cannot be written: before the work, not after.

    Its folder does not exist, or there is a link, a folder or a device at its place: a device would be replaced.
    """
    if out is not None:
        check_target(out)


def show_learned(result: Any, run: Run, out: Path | None, *, report: bool, json: bool) -> None:
    """Show what was found about a run: printed, as a page, in the run's report.

    Args:
        result: of `run.features`, or of `api.landscape`.
        run: what it is about.
        out: the page; None for NAME.html in this folder, and for none where `json` is asked for.
        report: whether to keep it with the run.
        json: whether to print the result as JSON and nothing else.
    """
    from pellucid.report import exhibit_of

    exhibit = exhibit_of(result, command=plain_command())
    if json:
        print_json(result.to_dict())
    else:
        print_exhibit(exhibit)
    if out is not None or not json:
        show_page([exhibit], run, out, quiet=json)
    if report:
        show_kept([exhibit], run, quiet=json)


def print_exhibit(exhibit: Exhibit) -> None:
    """Print its words and tables; its figures are for the page."""
    from rich.table import Table

    from pellucid.report import word_columns

    out = console()
    out.print(exhibit.title, style="bold", markup=False)
    for words in exhibit.paragraphs:
        out.print(words, markup=False)
    for table in exhibit.tables:
        drawn = Table(box=None, header_style="bold", pad_edge=False, title=table.caption or None, title_justify="left")
        worded = word_columns(table)
        for place, name in enumerate(table.header):
            is_number = table.numeric and place and place not in worded
            drawn.add_column(name, justify="right" if is_number else "left", overflow="fold")
        for row in table.rows:
            drawn.add_row(*row)
        out.print()
        out.print(drawn)
    for words in exhibit.notes:
        out.print()
        out.print(words, markup=False, style="dim")


def show_page(exhibits: Sequence[Exhibit], run: Run, out: Path | None, *, quiet: bool) -> None:
    """Write the page, NAME.html in this folder unless `out` says where, and say so."""
    from pellucid.report import write_page

    path = out or Path(f"{file_stem(run.record.name)}-{exhibits[0].name}.html")
    write_page(exhibits, path, title=run.record.name)
    if not quiet:
        say()
        say(f"The page: {path}")


def show_kept(exhibits: Sequence[Exhibit], run: Run, *, quiet: bool) -> None:
    """Keep them with the run, write the run's report anew, and say so."""
    from pellucid.report import keep

    page = keep(run, exhibits)
    if not quiet:
        say(f"In the report: {page}")


def plain_command() -> str:
    """Return the command that was typed, for a page that others may read: paths from the root lose their folders."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return visible(shlex.join(["pellucid", *words]))
