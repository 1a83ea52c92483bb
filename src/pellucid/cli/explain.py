"""`pellucid explain`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.letter_flag import LetterFlag
from pellucid.cli.output import JsonFlag, is_terminal, new_app, print_json, say, say_in_place, say_lines
from pellucid.cli.trace import example_of
from pellucid.errors import RecipeError
from pellucid.files import file_stem
from pellucid.typed_numbers import LARGEST
from pellucid.words import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pellucid.api import Run
    from pellucid.attribution import Explanation
    from pellucid.kinds import SplitName

app = new_app()

EPILOG = """\b
Examples:
  pellucid explain runs/photos-lenet5 new/a.jpg
  pellucid explain runs/photos-lenet5 new/a.jpg --method grad-cam --method occlusion --class bees
  pellucid explain runs/digits-cnn 0 7 12 --out page.html --report
  pellucid explain runs/photos-lenet5 --mistakes 5
  pellucid explain runs/sms-textcnn "You have won a prize" --method occlusion
  pellucid explain runs/dates-seq2seq "march 3, 2021" --letter 6
  pellucid explain runs/shakespeare-lstm "To be or no" --class t
"""


@app.command(epilog=EPILOG)
def explain(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    examples: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[input...]",
            help="Pictures, CSV files with a row, texts, or numbers of examples of the run's dataset, counted from 0.",
            show_default=False,
        ),
    ] = None,
    mistakes: Annotated[
        int,
        typer.Option(min=0, max=24, help="Explain so many of the worst mistakes on --split; needs no input."),
    ] = 0,
    split: Annotated[
        Literal["train", "val", "test"],
        typer.Option(help="Whose mistakes; test only once 'pellucid evaluate' has opened it."),
    ] = "val",
    method: Annotated[
        list[str] | None,
        typer.Option(
            help="grad-cam, grad-cam++, layer-cam, saliency, smooth-grad, gradient-x-input, integrated-gradients or "
            "occlusion; may be given several times, or 'all'. Without it: grad-cam of pictures, "
            "integrated-gradients of rows.",
            show_default=False,
        ),
    ] = None,
    class_: Annotated[
        str | None,
        typer.Option("--class", help="Class, label, number or next token to explain; without it, what is answered."),
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Layer whose maps are weighed; without it, one is found.")] = None,
    letter: LetterFlag = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Of noise, shuffled weights and random orders.")] = 0,
    checks: Annotated[
        bool, typer.Option(help="Check each map against shuffled weights and random orders of its parts.")
    ] = True,
    neighbours: Annotated[int, typer.Option(min=0, help="How many of the nearest training examples to show.")] = 5,
    out: Annotated[
        Path | None, typer.Option(help="Page to write; without it explain-NAME.html in this folder.")
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Keep it with the run, and show it in its report.")] = False,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Show where the model looked, whether that means anything, and which training examples are nearest."""
    from pellucid.report import keep, write_page

    refuse_bad_place(out)
    opened = api.open_run(run, data=data)
    asked = [*(examples or ()), *_worst(opened, mistakes, split)]
    if not asked:
        if mistakes:
            say("[]" if json else f"There is nothing to explain: no mistake on {split} is known of {run}.")
            return
        raise RecipeError("Nothing to explain was named.", fix="Name a picture or an example, or add --mistakes 5.")
    explanations = [
        opened.explain(
            example_of(example),
            method=_methods(method),
            target=class_,
            layer=layer,
            seed=seed,
            checks=checks,
            neighbours=neighbours,
            letter=letter,
            watch=None if json else _watcher(example),
        )
        for example in asked
    ]
    if json:
        print_json([explanation.to_dict() for explanation in explanations])
    else:
        _print(explanations)
    command = _typed(run, asked, method, (("--class", class_), ("--layer", layer), ("--letter", letter)))
    if out is not None or not json:
        title = f"What speaks for {len(explanations)} answers" if len(explanations) > 1 else ""
        page = out or _page_of(explanations[0])
        place = write_page(explanations, page, title=title, eyebrow="Explanation", command=command)
        if not json:
            say()
            say(f"The page: {place}")
    if report:
        kept = keep(opened, explanations, command=command)
        if not json:
            say(f"In the report: {kept}")


def _page_of(explanation: Explanation) -> Path:
    """Return explain-NAME.html in this folder, after the example."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", PurePath(explanation.name).stem)
    return Path(f"explain-{file_stem(stem)}.html")


def _worst(run: Run, number: int, split: SplitName) -> list[str]:
    """Return the examples of the worst mistakes, by their number in the dataset."""
    return [str(mistake.index) for mistake in run.mistakes(split)[:number]] if number else []


def _methods(given: list[str] | None) -> list[str]:
    from pellucid.attribution import METHODS

    return list(METHODS) if given and "all" in given else given or []


def _watcher(example: str) -> Callable[[str], None] | None:
    """Return what tells a terminal what is done, on a line that is overwritten; None in a pipe."""
    if not is_terminal(err=True):
        return None
    return lambda what: say_in_place(f"{Path(example).name}: {what} ...")


def _print(explanations: list[Explanation]) -> None:
    say_in_place("")
    say_lines("\n\n".join(str(explanation) for explanation in explanations))


def _typed(
    run: Path, examples: list[str], method: list[str] | None, flags: Sequence[tuple[str, str | int | None]]
) -> str:
    """Return the command for a page that others may read: paths from the root lose their folders."""
    words = ["pellucid", "explain", _plain(str(run)), *map(_plain, examples)]
    for name in method or ():
        words += ["--method", name]
    for flag, value in flags:
        words += [] if value is None else [flag, str(value)]
    return visible(shlex.join(words))


def _plain(path: str) -> str:
    return Path(path).name if Path(path).is_absolute() else path
