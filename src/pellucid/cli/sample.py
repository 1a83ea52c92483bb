"""`pellucid sample`, and `generate` as other tools call it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.errors import RecipeError
from pellucid.files import write_text
from pellucid.typed_numbers import LARGEST

app = new_app()

EPILOG = """\b
Examples:
  pellucid sample runs/shakespeare-transformer --prompt "ROMEO:" --length 300
  pellucid sample runs/shakespeare-ngram --temperature 0
  pellucid sample runs/shakespeare-lstm -n 3 --temperature 0.8 --top-k 40 --seed 1
"""


@app.command(epilog=EPILOG)
def sample(
    run: Annotated[Path, typer.Argument(help="The folder of a language model's run.")],
    prompt: Annotated[str, typer.Option(help="The text to go on with; without it, the beginning of a line.")] = "",
    length: Annotated[int, typer.Option(min=1, help="Tokens to draw: characters, words or pieces of words.")] = 500,
    temperature: Annotated[
        float, typer.Option(min=0, help="Below 1 likely tokens become likelier; 0 always takes the likeliest.")
    ] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(min=1, help="Draw from so many of the likeliest tokens.", show_default=False)
    ] = None,
    top_p: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Draw from the likeliest tokens of this probability together."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Same seed, same text.")] = 0,
    number: Annotated[int, typer.Option("-n", min=1, max=1000, help="How many texts.")] = 1,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a prompt with tokens that training never saw.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the texts to this file, too.")] = None,
    json: JsonFlag = False,
) -> None:
    """Let a language model go on with a text, token by token."""
    refuse_bad_place(out)
    texts = api.open_run(run).sample(
        prompt, length=length, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed, number=number
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
