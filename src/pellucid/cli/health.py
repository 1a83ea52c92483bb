"""`pellucid health`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid import api
from pellucid.cli.output import JsonFlag, new_app, print_json, say_lines

if TYPE_CHECKING:
    from pellucid.runs import Health

app = new_app()


@app.command(epilog="\b\nExample:\n  pellucid health runs/digits-cnn")
def health(run: Annotated[Path, typer.Argument(help="A run folder.")], json: JsonFlag = False) -> None:
    """Say whether a training was sound: gradients, dead and saturated units, how fast weights moved; and what helps."""
    found = api.open_run(run).health
    if json:
        print_json(found.to_dict())
    else:
        say_lines(_describe(found))


def _describe(health: Health) -> str:
    from pellucid.report import SOUND, exhibit_of

    lines: list[str] = []
    if health.epochs:
        table = exhibit_of(health).tables[0]
        rows = [table.header, *table.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(table.header))]
        lines += [f"{table.caption}, on {health.epochs[-1].examples} training examples:"]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines.append("")
    for one in health.findings:
        lines += [f"{one.kind}: {one.sentence}", f"  What usually helps: {one.advice}", f"  Threshold: {one.source}"]
    return "\n".join(lines or []) + ("" if health.findings else SOUND)
