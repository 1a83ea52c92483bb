"""`pellucid sample`, and `generate` as other tools call it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pellucid import api
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.errors import RecipeError, WritingError
from pellucid.files import file_stem, make_folder, write_bytes, write_text
from pellucid.kinds import listed
from pellucid.typed_numbers import LARGEST

if TYPE_CHECKING:
    from pellucid.api import Run
    from pellucid.prediction import DrawnPictures

app = new_app()

TEXTS, PICTURES, JUDGED = 1, 64, 2_000
"""How many are drawn unless -n says so."""
EPILOG = """\b
Examples:
  pellucid sample runs/shakespeare-transformer --prompt "ROMEO:" --length 300
  pellucid sample runs/shakespeare-ngram --temperature 0
  pellucid sample runs/shakespeare-lstm -n 3 --temperature 0.8 --top-k 40 --seed 1
  pellucid sample runs/digits-vae -n 64 --seed 7 --out grid.png
  pellucid sample runs/digits-dcgan --judge runs/digits-cnn
  pellucid sample runs/digits-ddpm -n 64 --seed 7 --out grid.png
"""


@app.command(epilog=EPILOG)
def sample(
    run: Annotated[
        Path, typer.Argument(help="The folder of a run that writes or draws: a language model, dcgan, ddpm, vae.")
    ],
    prompt: Annotated[
        str | None,
        typer.Option(help="The text to go on with; without it, the beginning of a line.", show_default=False),
    ] = None,
    length: Annotated[
        int | None,
        typer.Option(min=1, help="Tokens to draw (500): characters, words or pieces of words.", show_default=False),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(
            min=0, help="Below 1 likely tokens become likelier; 0 always takes the likeliest (1).", show_default=False
        ),
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(min=1, help="Draw from so many of the likeliest tokens.", show_default=False)
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Draw from the likeliest tokens of this probability together."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Same seed, same text or pictures.")] = 0,
    number: Annotated[
        int | None,
        typer.Option(
            "-n",
            min=1,
            max=100_000,
            help="How many texts (1) or pictures (64; 2,000 to be judged).",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a prompt with tokens that training never saw.")
    ] = False,
    strides: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Of pictures drawn out of noise: in how many strides; without it, as many as in training.",
            show_default=False,
        ),
    ] = None,
    judge: Annotated[
        Path | None,
        typer.Option(
            help="Of pictures: the run of a classifier, which judges them beside real ones (val) and noise.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the texts to this file, too. Of pictures: a .png of all in rows, an .npy of their levels, or a "
            "folder with a PNG each."
        ),
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Let a language model go on with a text, token by token; or draw pictures from random numbers."""
    opened = api.open_run(run)
    if opened.draws:
        told = {"--prompt": prompt, "--length": length, "--temperature": temperature, "--top-k": top_k}
        told |= {"--top-p": top_p, "--strict": strict or None}
        if given := [name for name, value in told.items() if value is not None]:
            raise RecipeError(f"{listed(given)}: for texts, and '{run}' draws pictures.", fix="Leave it out.")
        _draw(opened, number, seed=seed, strides=strides, judge=judge, out=out, json=json)
        return
    if judge is not None or strides is not None:
        flag = "--strides" if judge is None else "--judge"
        raise RecipeError(f"{flag} is for pictures, and this run writes texts.", fix="Leave it out.")
    refuse_bad_place(out)
    texts = opened.sample(
        prompt or "",
        length=500 if length is None else length,
        temperature=1.0 if temperature is None else temperature,
        top_k=top_k,
        top_p=top_p,
        seed=seed,
        number=number or TEXTS,
    )
    notes = texts[0].notes
    if strict and notes:
        raise RecipeError(f"The prompt: {notes[0]}", fix="Leave out --strict, or write it with what is known.")
    for note in notes:
        say(f"Note: the prompt: {note}", err=True)
    if out is not None:
        write_text(out, "\n\n".join(one.whole for one in texts) + "\n")
    if json:
        print_json({"texts": [one.to_dict() for one in texts]})
        return
    for place, one in enumerate(texts):
        if place:
            say("---")
        say_lines(one.whole)


def _draw(
    opened: Run,
    number: int | None,
    *,
    seed: int,
    strides: int | None,
    judge: Path | None,
    out: Path | None,
    json: bool,
) -> None:
    """Draw pictures, write them, and say where; or let a classifier judge them, and write them if asked to."""
    given, place = out, out or Path(f"{file_stem(opened.record.name)}-samples.png")
    if place.suffix:
        refuse_bad_place(place)
    if judge is not None:
        if strides is not None:
            raise RecipeError("A judge measures what a run draws in its own strides.", fix="Leave --strides out.")
        judged = opened.judge(api.open_run(judge), number=number or JUDGED, seed=seed)
        number = judged.drawn.n
        if json:
            print_json(judged.to_dict())
        else:
            say_lines(judged)
        if given is None:
            return
    drawn = opened.draw(number or PICTURES, seed=seed, strides=strides)
    if json and judge is None:
        print_json(drawn.to_dict())
    if given is None and json:
        return
    _write(drawn, place)
    if not json:
        _, _, height, width = drawn.levels.shape
        say(f"{len(drawn):,} of {height} x {width} pixels, seed {seed} -> {place}")


def _write(drawn: DrawnPictures, place: Path) -> None:
    """Write pictures as one, as an array, or each by itself."""
    if place.suffix.lower() == ".npy":
        import numpy as np

        file = io.BytesIO()
        np.save(file, drawn.levels)
        write_bytes(place, file.getvalue())
    elif place.suffix:
        write_bytes(place, drawn.grid())
    else:
        try:
            make_folder(place, within=place)
        except OSError as problem:
            raise WritingError(f"The folder {place} cannot be made ({problem.strerror}).") from None
        for number in range(len(drawn)):
            write_bytes(place / f"{number:04d}.png", drawn.png(number))
