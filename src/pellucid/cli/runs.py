"""`pellucid runs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.output import JsonFlag, console, new_app, print_json

app = new_app()


@app.command(epilog="\b\nExample:\n  pellucid runs --runs-dir elsewhere/runs")
def runs(
    runs_dir: Annotated[Path, typer.Option(help="Where the run folders are.")] = Path("runs"), json: JsonFlag = False
) -> None:
    """List the runs there are, newest first."""
    from pellucid.errors import PellucidError
    from pellucid.runs import list_runs

    rows: list[dict[str, object]] = []
    for folder in list_runs(runs_dir):
        try:
            record = folder.read_record()
        except PellucidError as problem:
            rows.append({"run": str(folder.path), "status": f"damaged: {problem}"})
            continue
        best = record.best
        rows.append(
            {
                "run": str(folder.path),
                "status": record.status,
                "model": record.model.name,
                "best epoch": best.epoch if best else None,
                f"val {best.metric}" if best else "val": round(best.value, 4) if best else None,
                "test openings": folder.num_openings("test"),
            }
        )
    if json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"There are no runs in '{runs_dir}'. Begin with: pellucid train digits")
        return
    out = console()
    for row in rows:
        out.print(
            "  ".join(
                f"{key} {value}" if key not in ("run", "status", "model") else str(value)
                for key, value in row.items()
                if value is not None
            ),
            markup=False,
        )
