"""`pellucid runs`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid.cli.output import JsonFlag, new_app, print_json, say
from pellucid.errors import PellucidError, RunError
from pellucid.files import guarded

if TYPE_CHECKING:
    from pellucid.runs import RunFolder

app = new_app()

Row = dict[str, object]


@app.command(epilog="\b\nExample:\n  pellucid runs --runs-dir elsewhere/runs")
def runs(
    runs_dir: Annotated[Path, typer.Option(help="Where the run folders are.")] = Path("runs"), json: JsonFlag = False
) -> None:
    """List the runs and the searches there are, newest first."""
    rows = [*_runs(runs_dir), *_searches(runs_dir)]
    if json:
        print_json(rows)
        return
    if not rows:
        say(f"There are no runs in '{runs_dir}'. Begin with: pellucid train digits")
        return
    for row in rows:
        say(_line(row))


def _runs(runs_dir: Path) -> list[Row]:
    from pellucid.runs import list_runs

    rows: list[Row] = []
    for folder in list_runs(runs_dir):
        try:
            with guarded(lambda reason: RunError(f"{reason}.")):
                rows.append(_run(folder))
        except PellucidError as problem:
            rows.append({"run": str(folder.path), "status": f"damaged: {problem}"})
    return rows


def _run(folder: RunFolder) -> Row:
    record = folder.read_record()
    best, status = record.best, folder.status_now(record)
    can_go_on = status in ("killed", "interrupted", "finished, not measured")
    return {
        "run": str(folder.path),
        "status": status,
        "model": record.model.name,
        "best epoch": best.epoch if best else None,
        f"val {best.metric}" if best else "val": round(best.value, 4) if best else None,
        "test openings": folder.num_openings("test"),
        "resume": f"pellucid train --resume {shlex.quote(str(folder.path))}" if can_go_on else None,
    }


def _searches(runs_dir: Path) -> list[Row]:
    """Return a row per search; its trials, which are runs, lie in its own folder and are not listed."""
    if not any(runs_dir.glob("*/search.json")):
        return []  # nothing heavy is imported for an ordinary list
    from pellucid.tuning import list_searches, summarise_search

    rows: list[Row] = []
    for folder in list_searches(runs_dir):
        try:
            one = summarise_search(folder)
        except PellucidError as problem:
            rows.append({"search": str(folder.path), "status": f"cannot be read: {problem}"})
            continue
        asked = "" if one.trials_asked is None else f" of {one.trials_asked}"
        rows.append(
            {
                "search": one.search,
                "status": one.status,
                "model": one.model,
                "trials": f"{one.trials}{asked}",
                "best trial": one.best_trial,
                f"val {one.metric}": None if one.best is None else round(one.best, 4),
                "worth it": {True: "yes", False: "no", None: None}[one.worth_it],
            }
        )
    return rows


def _line(row: Row) -> str:
    """Return one line: what it is comes first, what is not known is left out."""
    plain = ("run", "search", "status", "model")
    known = {key: value for key, value in row.items() if value is not None}
    how = known.pop("resume", None)
    parts = [str(value) if key in plain else f"{key} {value}" for key, value in known.items()]
    parts += [f"go on with: {how}"] if how is not None else []
    return "  ".join(["search", *parts] if "search" in row else parts)
