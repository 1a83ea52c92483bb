"""Where what was looked at goes: onto a page of its own, or with a run into its report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from pellucid.report.exhibits import show_exhibit
from pellucid.report.rendering import write_template
from pellucid.report.result_exhibits import exhibit_of
from pellucid.runs import RunFolder
from pellucid.version import VERSION


class Reported(Protocol):
    """A run as far as it matters here: a folder, and a report that can be written anew."""

    @property
    def folder(self) -> RunFolder:
        """Where it lies."""

    def report(self) -> Path:
        """Write its report anew, and return its path."""


def write_page(
    results: Sequence[Any], path: str | Path, *, title: str = "", eyebrow: str = "Looked at", command: str = ""
) -> Path:
    """Write results as one self-contained page.

    Args:
        results: a section each: whatever `exhibit_of` takes, exhibits among it.
        path: of the page; it is replaced at once.
        title: of the page; "" for that of the first section.
        eyebrow: a few words above the title: what kind of page it is; "" for none.
        command: what to type to see them again; exhibits have their own.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    exhibits = [exhibit_of(result, command=command) for result in results]
    return write_template(
        path,
        "exhibits.html.jinja",
        title=title or exhibits[0].title,
        eyebrow=eyebrow,
        version=VERSION,
        contents=[(exhibit.name, exhibit.title) for exhibit in exhibits],
        exhibits=[show_exhibit(exhibit) for exhibit in exhibits],
    )


def keep(run: Reported, results: Sequence[Any], *, command: str = "") -> Path:
    """Keep results with a run, write its report anew, and return the report's path.

    Args:
        run: in whose report they are shown; an exhibit of the same name is replaced.
        results: as in `write_page`.
        command: likewise.
    """
    for result in results:
        run.folder.write_exhibit(exhibit_of(result, command=command))
    return run.report()
