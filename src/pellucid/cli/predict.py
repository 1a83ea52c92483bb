"""`pellucid predict`."""

from __future__ import annotations

import csv
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid import api
from pellucid.cli.answer_files import write_answer_files
from pellucid.cli.exhibit import plain_command, refuse_bad_place, show_page
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.cli.typed_cells import VALUE, cells_of, names_of_rows, sort_words
from pellucid.errors import DataError, RecipeError
from pellucid.files import write_atomically
from pellucid.kinds import listed
from pellucid.prediction import table_of
from pellucid.report import exhibit_of
from pellucid.runs import why_rough
from pellucid.words import for_spreadsheet

if TYPE_CHECKING:
    from pellucid.api import Run
    from pellucid.prediction import Prediction

app = new_app()

EXIT_NOTHING_ANSWERED = 2

EPILOG = """\b
Examples:
  pellucid predict runs/photos-cnn new/a.jpg new/b.jpg
  pellucid predict runs/photos-cnn new/ --out answers.csv
  pellucid predict runs/photos-cnn new.zip more.npz
  pellucid predict runs/line-linear --x 10
  pellucid predict runs/iris-mlp --sepal-length 5 --sepal-width 3.4 --petal-length 1.5 --petal-width 0.2
  pellucid predict runs/shakespeare-ngram --text "Where are we going" --out page.html
  pellucid predict runs/dates-seq2seq --text "march 3, 2021" --beam 4
  pellucid predict runs/sms-textcnn --text "You have won a prize" new.txt
  pellucid predict runs/passengers-lstm --out next.csv
  pellucid predict runs/sales-lstm --template next.csv
  pellucid predict runs/sales-lstm next.csv
  pellucid predict runs/digits-autoencoder a.png --out back/
  pellucid predict runs/cells-unet new/ --out masks/ --overlay
"""


@app.command(epilog=EPILOG, context_settings={"ignore_unknown_options": True})
def predict(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            help="Pictures; folders, archives, .npz, .npy or Parquet files of them; CSV or Parquet for a table; files "
            "of texts; or the cells of a row as flags named like the columns, e.g. --x 10. Of a forecast a newer CSV, "
            "one of what is known ahead, or nothing: it goes on from its own file's last row.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        list[str] | None,
        typer.Option(help="A text to be answered, for a run on texts; may be typed several times.", show_default=False),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(
            "--value", help="A cell of a column whose name cannot be a flag: 'NAME=CELL'.", show_default=False
        ),
    ] = None,
    beam: Annotated[
        int | None,
        typer.Option(
            help="Of answers that are texts: look for so many by beam search, and answer the best; without it, the "
            "likeliest letter is taken each time.",
            show_default=False,
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Steps ahead of a forecast; more than the run forecasts at once are fed back, and marked so.",
            show_default=False,
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            help="Write the rows of what must be known ahead of a forecast (train --future) to this CSV, to be filled "
            "in, and answer nothing.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the answers to this CSV file; words that look like formulas get an apostrophe before them. Of "
            "a language model: a page, each token coloured by its surprise. Of answers that are pictures: the folder "
            "they go to."
        ),
    ] = None,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Of masks: write each picture with its mask over it, too.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Answer new pictures, rows or texts. What cannot be read is one row with its error; it never ends the run."""
    paths, typed = sort_words(files or ())
    typed += [(VALUE, pair) for pair in value or ()]
    if str(run).startswith("--"):
        raise RecipeError(f"{run} stands where the run is to be named.", expected="The run first: predict RUN --x 10.")
    may_be_folder = out is not None and out.is_dir() and not out.is_symlink()
    if not may_be_folder:
        refuse_bad_place(out)
    opened = api.open_run(run)
    folder = _folder_of_files(opened, out)
    if folder != out:
        refuse_bad_place(out)
    target = opened.record.dataset.target
    if overlay and not (target.on_pixels and target.answers):
        raise RecipeError(f"--overlay is for masks, and '{run}' answers no pixels.", fix="Leave it out.")
    cells = cells_of(typed, opened.record.dataset.input.parts if typed else (), run=str(run))
    if text and not opened.record.dataset.input.is_typed:
        reads = opened.predictor.reads
        raise RecipeError(f"--text is for runs on texts, and '{run}' reads {reads}.", fix="Name files.")
    if text and opened.goes_on and beam is None:
        _print_products(opened, text, files=[Path(path) for path in paths], out=out, json=json)
        return
    if template is not None:
        others = {"--out": out, "--beam": beam, "--json": json or None, "--text": text, "typed cells": cells}
        _refuse_beside("--template writes rows and answers nothing", others)
        _write_template(opened, template, paths, horizon=horizon)
        return
    if horizon is not None:
        _refuse_beside("--horizon is about forecasts, which go on from files", {"typed cells": cells})
    given = [*(text or ()), *map(Path, paths)]
    predictions = [] if cells and not given else opened.predict(given or None, horizon=horizon, beam=beam)
    if not given and not cells:
        say("Note: it goes on from the last row of the file it was trained on; the test split stays sealed.", err=True)
    if cells:
        answered = opened.predict(cells, beam=beam)
        named = zip(names_of_rows(cells), answered, strict=True)
        predictions = [*(one.model_copy(update={"name": name}) for name, one in named), *predictions]
    if opened.not_measured:
        say(f"Note: {opened.not_measured}", err=True)
    for sentence in why_rough(opened.predictor.answering):
        say(f"Note: {sentence}", err=True)
    if any(prediction.decision == "unchecked" for prediction in predictions):
        say(f"Note: answers are unchecked. {' '.join(opened.predictor.why_unchecked)}", err=True)
    if not predictions:
        raise DataError(
            f"There is no picture in {', '.join(paths)}.",
            expected="Picture files, or folders, archives or arrays that hold some.",
        )
    written = [] if folder is None else write_answer_files(predictions, folder, overlay=overlay)
    table = out if folder != out else None
    if table is not None:
        _write_csv(table, predictions)
    if json:
        print_json([prediction.to_dict() for prediction in predictions])
    else:
        _print_lines(predictions, table, written)
    if all(prediction.decision == "error" for prediction in predictions):
        raise typer.Exit(EXIT_NOTHING_ANSWERED)


def _refuse_beside(what: str, others: Mapping[str, object]) -> None:
    """Raise RecipeError where something stands beside what takes no account of it."""
    told = [name for name, value in others.items() if value]
    if told:
        raise RecipeError(f"{what}; {listed(told)} would change nothing.", fix="Leave one of them out.")


def _write_template(opened: Run, out: Path, paths: list[str], *, horizon: int | None) -> None:
    """Write the rows of what must be known ahead, and say how to go on."""
    opened.template(out, paths or None, horizon=horizon)
    further = [] if horizon is None else ["--horizon", str(horizon)]
    command = shlex.join(["pellucid", "predict", str(opened.path), *paths, str(out), *further])
    say(f"Written to {out}. Fill it in, then: {command}")


def _print_products(opened: Run, texts: list[str], *, files: list[Path] | None, out: Path | None, json: bool) -> None:
    """Print the probability of each text as a product, and write it as a page, each token coloured by its surprise."""
    if files or (out is not None and out.suffix.lower() not in (".html", ".htm")):
        raise RecipeError(
            "A language model tells the probability of what is typed with --text, and nothing else is to be named.",
            fix="Leave out the files; --out PAGE.html writes a page, and --json prints all numbers.",
        )
    sentences = [opened.probability(text) for text in texts]
    if json:
        print_json({"texts": [sentence.to_dict() for sentence in sentences]})
    else:
        for place, sentence in enumerate(sentences):
            say_lines(f"\n{sentence}" if place else str(sentence))
    if out is not None:
        exhibits = [exhibit_of(sentence, command=plain_command()) for sentence in sentences]
        show_page(exhibits, opened, out, quiet=json)


def _folder_of_files(opened: Run, out: Path | None) -> Path | None:
    """Return where files go that answers are, unless `--out` names a table of their numbers; None of other answers."""
    folder = opened.record.dataset.target.files_folder
    if not folder:
        return None
    return Path(folder) if out is None or out.suffix.lower() == ".csv" else out


def _print_lines(predictions: list[Prediction], out: Path | None, written: Sequence[tuple[Path, ...]] = ()) -> None:
    for place, prediction in enumerate(predictions if out is None else ()):
        paths = written[place] if written else ()
        say(f"{prediction} -> {', '.join(map(str, paths))}" if paths else prediction)
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
    columns, rows = table_of(predictions)

    def write(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in (columns, *rows):
                writer.writerow([for_spreadsheet(cell) if isinstance(cell, str) else cell for cell in row])

    write_atomically(path, write)
