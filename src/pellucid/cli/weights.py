"""`pellucid weights`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.output import JsonFlag, console, new_app, print_json, say
from pellucid.errors import RecipeError
from pellucid.typed_numbers import read_numbers
from pellucid.words import visible

EXIT_PROBLEM = 1

app = new_app()

EPILOG = """\b
Examples:
  pellucid weights list
  pellucid weights add resnet18.safetensors --model timm:resnet18 --licence Apache-2.0
  pellucid weights verify
  pellucid weights bundle --out weights.zip
  pellucid weights add weights.zip
"""


@app.callback(epilog=EPILOG)
def weights() -> None:
    """Pretrained weights to start from ('pellucid train photos/ --model NAME --pretrained').

    They are looked for in the store (the data directory's weights/), in its pretrained/, and in what timm and
    torchvision downloaded before. Nothing here uses the network.
    """


@app.command("list")
def list_(json: JsonFlag = False) -> None:
    """Show all weights on this machine, with source, licence, checksum and what they expect of their input."""
    faults: list[str] = []
    found = api.list_weights(faults)
    _say_faults(faults)
    if json:
        print_json([stored.to_dict() for stored in found])
        return
    from rich.text import Text

    out = console()
    for stored in found:
        card = stored.card
        head = "with its head, which is not borrowed" if card.head else "without a head"
        out.print(Text.assemble((visible(card.name), "bold"), f"  {card.bytes:,} bytes, {head}"))
        out.print(f"  source    {card.source}", markup=False)
        out.print(f"  licence   {card.licence}", markup=False)
        out.print(f"  expects   RGB, {card.input_size} x {card.input_size}, {_statistics(card.mean, card.std)}")
        out.print(f"  sha256    {card.sha256}")
        out.print(f"  lies in   {stored.path} ({stored.place})", markup=False)
    if not found:
        say("There are none. To add some: pellucid weights add FILE --model NAME, or pellucid fetch NAME")


@app.command()
def add(
    path: Annotated[
        Path, typer.Argument(help="A safetensors file, a torch checkpoint, a folder with one of them, or a bundle.")
    ],
    model: Annotated[
        str | None, typer.Option(help="Whose weights they are, e.g. timm:resnet18; not for a bundle.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where they come from, in words or as an address.")] = None,
    licence: Annotated[str | None, typer.Option("--licence", "--license", help="Under which they may be used.")] = None,
    mean: Annotated[
        str | None, typer.Option(help="Of the pictures they were trained on, three numbers in 0..1, e.g. 0.5,0.5,0.5.")
    ] = None,
    std: Annotated[str | None, typer.Option(help="Their deviation, likewise.")] = None,
    imgsz: Annotated[
        int | None, typer.Option("--imgsz", "--img-size", min=1, max=8192, help="Side of those pictures, in pixels.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Put weights into the store: opened without running any code in them, and checked tensor by tensor first.

    A torch checkpoint is converted to safetensors. What you leave open is the library's own for this model.
    """
    about = api.About(
        source=source, licence=licence, mean=_three(mean, "--mean"), std=_three(std, "--std"), input_size=imgsz
    )
    added = api.add_weights(path, model=model, about=about)
    if json:
        print_json([stored.to_dict() for stored in added])
        return
    for stored in added:
        card = stored.card
        say(f"{card.name}: every tensor fits. Kept as {stored.path}")
        say(f"  source: {card.source}; licence: {card.licence} (--source, --licence)")
        expects = f"RGB, {card.input_size} x {card.input_size}, {_statistics(card.mean, card.std)}"
        say(f"  expects: {expects} (--imgsz, --mean, --std)")
        say(f"  sha256: {card.sha256}")
    say(f"Next: pellucid train photos/ --model {added[0].card.name} --pretrained")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Of the model, as 'pellucid weights list' shows it.")],
    json: JsonFlag = False,
) -> None:
    """Take weights out of the store. Runs that began from them still answer, but cannot be reproduced."""
    removed = api.remove_weights_of(name)
    if json:
        print_json(removed.to_dict())
    else:
        say(f"Removed {removed.path}")


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Of models; all if left out.")] = None,
    json: JsonFlag = False,
) -> None:
    """Read weights again: are their checksums right, and do names and shapes fit? Exit code 1 where one does not."""
    faults: list[str] = []
    checked = api.verify_weights(names or (), faults)
    _say_faults(faults)
    if json:
        print_json([one.to_dict() for one in checked])
    else:
        for one in checked:
            say(f"{one.weights.card.name}: {one.problem or 'whole, and fits'}  ({one.weights.path})")
    if faults or any(one.problem for one in checked):
        raise typer.Exit(EXIT_PROBLEM)


@app.command()
def bundle(
    names: Annotated[list[str] | None, typer.Argument(help="Of models; all on this machine if left out.")] = None,
    out: Annotated[Path, typer.Option(help="The file to make.")] = Path("weights.zip"),
    json: JsonFlag = False,
) -> None:
    """Make one file to carry to a machine without a network; there: pellucid weights add FILE."""
    made = api.bundle_weights(names or (), out=out)
    if json:
        print_json(made.to_dict())
        return
    for stored in made.weights:
        say(f"{stored.card.name}: {stored.card.bytes:,} bytes")
    say(f"Written: {made.path}, sha256 {made.sha256}")
    say(f"On the other machine: pellucid weights add {made.path.name}")


def _say_faults(faults: list[str]) -> None:
    """Say what is left out of a list, beside it."""
    for fault in faults:
        say(fault, err=True)


def _three(text: str | None, flag: str) -> tuple[float, float, float] | None:
    if text is None:
        return None
    first, second, third = read_numbers(text, flag, expected="Three numbers, e.g. 0.485,0.456,0.406.", count=3)
    if not all(0 <= value <= 1 for value in (first, second, third)):
        raise RecipeError(f"{flag} is '{text}'.", expected="Numbers between 0 and 1, of pictures scaled to 0..1.")
    return first, second, third


def _statistics(mean: tuple[float, ...], std: tuple[float, ...]) -> str:
    return f"mean {' '.join(f'{value:g}' for value in mean)}, std {' '.join(f'{value:g}' for value in std)}"
