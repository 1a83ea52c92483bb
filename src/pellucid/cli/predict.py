"""`pellucid predict`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say
from pellucid.errors import DataError
from pellucid.files import write_atomically
from pellucid.words import for_spreadsheet

if TYPE_CHECKING:
    from pellucid.prediction import Prediction

app = new_app()

EXIT_NOTHING_ANSWERED = 2

EPILOG = """\b
Examples:
  pellucid predict runs/photos-cnn new/a.jpg new/b.jpg
  pellucid predict runs/photos-cnn new/ --out answers.csv
  pellucid predict runs/photos-cnn new.zip more.npz
  pellucid predict runs/passengers-lstm --out next.csv
"""


@app.command(epilog=EPILOG)
def predict(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Pictures; folders, archives, .npz, .npy or Parquet files of them; CSV or Parquet for a table; of a "
            "forecast a newer CSV, or nothing: then it goes on from its own file's last row."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the answers to this CSV file; words that look like formulas get an apostrophe before them."
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Answer new pictures or rows. A file that cannot be read is one row with its error; it never ends the run."""
    from pellucid import api

    refuse_bad_place(out)
    opened = api.open_run(run)
    predictions = opened.predict(list(files) if files else None)
    if not files:
        say("Note: it goes on from the last row of the training's own file; reading inputs opens no split.", err=True)
    if opened.not_measured:
        say(f"Note: {opened.not_measured}", err=True)
    if any(prediction.decision == "unchecked" for prediction in predictions):
        say(f"Note: answers are unchecked. {' '.join(opened.predictor.why_unchecked)}", err=True)
    if not predictions:
        raise DataError(
            f"There is no picture in {', '.join(map(str, files or ()))}.",
            expected="Picture files, or folders, archives or arrays that hold some.",
        )
    if out is not None:
        _write_csv(out, predictions)
    if json:
        print_json([prediction.to_dict() for prediction in predictions])
    else:
        _print_lines(predictions, out)
    if all(prediction.decision == "error" for prediction in predictions):
        raise typer.Exit(EXIT_NOTHING_ANSWERED)


def _print_lines(predictions: list[Prediction], out: Path | None) -> None:
    for prediction in predictions if out is None else ():
        say(prediction)
    counts = Counter(prediction.decision for prediction in predictions)
    words = {"error": "errors"}
    summary = ", ".join(
        f"{number:,} {words.get(decision, decision) if number > 1 else decision}"
        for decision, number in counts.most_common()
    )
    noted = sum(bool(prediction.notes) for prediction in predictions)
    if noted:
        summary += f"; {noted:,} with notes on what is unlike the training"
    say(f"{len(predictions):,} in all: {summary}." + (f" Written to {out}." if out else ""))


def _write_csv(path: Path, predictions: list[Prediction]) -> None:
    from pellucid.prediction import table_of

    columns, rows = table_of(predictions)

    def write(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in (columns, *rows):
                writer.writerow([for_spreadsheet(cell) if isinstance(cell, str) else cell for cell in row])

    write_atomically(path, write)
