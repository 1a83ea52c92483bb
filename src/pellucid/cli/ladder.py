"""What `pellucid train --ladder` prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.cli.output import print_json, say, say_lines
from pellucid.errors import RecipeError
from pellucid.files import file_stem

if TYPE_CHECKING:
    from pellucid.ladder import Ladder


def check_ladder(*, ladder: bool, open_test: bool, others: Mapping[str, Any]) -> None:
    """Raise RecipeError for flags that do not go together.

    Args:
        ladder: whether --ladder was typed.
        open_test: whether --open-test was.
        others: flags that a ladder has no use for, and what they were given.
    """
    if open_test and not ladder:
        raise RecipeError("--open-test goes with --ladder.", fix="To measure a run: pellucid evaluate RUN")
    taken = [flag for flag, value in others.items() if value]
    if ladder and taken:
        raise RecipeError(f"{taken[0]} does not go with --ladder, which trains several runs.", fix="Leave it out.")


def show_ladder(made: Ladder, *, runs_dir: Path, json: bool) -> None:
    """Print a ladder, and write its page beside the runs of its networks."""
    from pellucid.report import write_page

    if json:
        print_json(made.to_dict())
        return
    page = write_page([made], runs_dir / f"ladder-{file_stem(made.dataset)}.html", eyebrow="")
    say_lines(f"\n{made}\n")
    say(f"Page: {page}")
