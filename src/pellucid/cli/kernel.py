"""`pellucid kernel`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid import api
from pellucid.cli.exhibit import plain_command, refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.files import file_stem
from pellucid.printed import text_of
from pellucid.typed_numbers import read_wholes

if TYPE_CHECKING:
    from pellucid.runs import Exhibit

app = new_app()

EPILOG = """\b
Examples:
  pellucid kernel photo.jpg --kernel sobel-x
  pellucid kernel --kernel gabor --theta 45 --frequency 0.15
  pellucid kernel photo.jpg --kernel "1 0 -1; 2 0 -2; 1 0 -1" --stride 2 --padding same --at 4,7
  pellucid kernel photo.jpg --kernel edge --report runs/photos-cnn
  pellucid kernel "1 0 0 1; 0 1 1 0; 0 1 1 0; 1 0 0 1" --kernel "1 -1; -1 1" --pool max
"""


@app.command(epilog=EPILOG)
def kernel(
    picture: Annotated[
        str | None,
        typer.Argument(help="A picture, or numbers in rows ('1 0; 0 1'); without it, one that is built in."),
    ] = None,
    kernel: Annotated[
        str | None,
        typer.Option(
            help="identity, edge, laplacian, sharpen, box (blur), gaussian, sobel-x, sobel-y, emboss, gabor, or "
            "numbers: '1 0 -1; 2 0 -2; 1 0 -1'. Without it sobel-x, or none where --pool is given.",
            show_default=False,
        ),
    ] = None,
    stride: Annotated[int, typer.Option(min=1, help="Pixels between neighbouring places of the kernel.")] = 1,
    padding: Annotated[
        str, typer.Option(help="valid, same or full: how many zeros are put around the picture.")
    ] = "valid",
    flip: Annotated[
        bool, typer.Option("--flip", help="Turn the kernel by 180 degrees first: convolution as mathematics has it.")
    ] = False,
    theta: Annotated[float, typer.Option(help="Of gabor: direction of the waves, in degrees.")] = 0.0,
    frequency: Annotated[float, typer.Option(help="Of gabor: waves per pixel, up to 0.5.")] = 0.15,
    grey: Annotated[bool, typer.Option("--grey", help="Put the colours together first.")] = False,
    pool: Annotated[str | None, typer.Option(help="max or mean: pool the picture, or the kernel's result.")] = None,
    size: Annotated[int, typer.Option(min=1, help="Side of the pooling window.")] = 2,
    pool_stride: Annotated[
        int | None, typer.Option(min=1, help="Pixels between pooling windows; without it their side.")
    ] = None,
    pool_padding: Annotated[
        int, typer.Option(min=0, help="Rows and columns put around before pooling; they never win, and count as 0.")
    ] = 0,
    at: Annotated[
        list[str] | None,
        typer.Option(help="row,column of a number of the result to be told; may be given several times."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Page to write; without it kernel-NAME.html in this folder.")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="RUN", help="A run folder, in whose report it is shown, too.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Slide a kernel over a picture, step by step, and show the arithmetic of each number; pooling likewise."""
    from pellucid.report import keep, write_page

    refuse_bad_place(out)
    run = None if report is None else api.open_run(report)
    places = [_place(words) for words in at or []]
    results: list[Any] = []
    if kernel is not None or pool is None:
        results.append(
            api.convolve(
                picture,
                kernel or "sobel-x",
                stride=stride,
                padding=padding,  # type: ignore[arg-type]
                flip=flip,
                theta=theta,
                frequency=frequency,
                grey=grey,
            )
        )
    if pool is not None:
        source = results[0] if results else picture
        results.append(api.pool(source, size, kind=pool, stride=pool_stride, padding=pool_padding, grey=grey))  # type: ignore[arg-type]
    arithmetic = [results[-1].at(*place) for place in places]
    is_shown = run is not None or out is not None or not json
    exhibits = _exhibits(results, places) if is_shown else []
    kept = None if run is None else keep(run, exhibits)
    if json:
        print_json(
            {
                "results": [result.to_dict() for result in results],
                "arithmetic": [one.to_dict() for one in arithmetic],
            }
        )
        if out is None:
            return
    page = write_page(exhibits, out or _page_of(results), eyebrow="A kernel over a picture")
    if json:
        return
    for result in results:
        # Places are those of the last result.
        around = places[0] if places and result is results[-1] else None
        say_lines(f"{text_of(result, around)}\n")
    for one in arithmetic or [results[-1].at(*_telling(results[-1]))]:
        say_lines(f"{one}\n")
    say(f"Page: {page}")
    if kept is not None:
        say(f"In the report: {kept}")


def _exhibits(results: list[Any], places: list[tuple[int, int]]) -> list[Exhibit]:
    """Return what is shown of each result; places and command belong to the last."""
    from pellucid.report import exhibit_of

    last = exhibit_of(results[-1], places=places or None, command=plain_command())
    return [*map(exhibit_of, results[:-1]), last]


def _page_of(results: list[Any]) -> Path:
    first = results[0]
    return Path(
        f"kernel-{file_stem(first.kernel.name)}.html" if hasattr(first, "kernel") else f"pool-{first.kind}.html"
    )


def _telling(result: Any) -> tuple[int, int]:
    """Return a place whose number says something: where a kernel answers most, where a window's numbers differ most."""
    place: tuple[int, int] = result.steps(1)[0]
    return place


def _place(words: str) -> tuple[int, int]:
    row, column = read_wholes(words, "--at", expected="A row and a column, counted from 0, e.g. 4,7.", count=2)
    return row, column
