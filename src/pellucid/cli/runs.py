"""`pellucid runs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.output import JsonFlag, console, new_app, print_json

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
        typer.echo(f"There are no runs in '{runs_dir}'. Begin with: pellucid train digits")
        return
    out = console()
    for row in rows:
        out.print(_line(row), markup=False, soft_wrap=True)


def _runs(runs_dir: Path) -> list[Row]:
    from pellucid.errors import PellucidError
    from pellucid.runs import list_runs

    rows: list[Row] = []
    for folder in list_runs(runs_dir):
        try:
            record = folder.read_record()
            status = folder.status_now(record)
        except PellucidError as problem:
            rows.append({"run": str(folder.path), "status": f"damaged: {problem}"})
            continue
        best = record.best
        rows.append(
            {
                "run": str(folder.path),
                "status": status,
                "model": record.model.name,
                "best epoch": best.epoch if best else None,
                f"val {best.metric}" if best else "val": round(best.value, 4) if best else None,
                "test openings": folder.num_openings("test"),
            }
        )
    return rows


def _searches(runs_dir: Path) -> list[Row]:
    """Return a row per search; its trials, which are runs, lie in its own folder and are not listed."""
    if not any(runs_dir.glob("*/search.json")):
        return []  # nothing heavy is imported for an ordinary list
    from pellucid.errors import PellucidError
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
    parts = [str(value) if key in plain else f"{key} {value}" for key, value in row.items() if value is not None]
    return "  ".join(["search", *parts] if "search" in row else parts)
