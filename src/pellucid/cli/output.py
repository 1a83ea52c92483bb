"""How results are printed: JSON and nothing else, or words for people. All that a command says leaves through here.

Words may come from strangers: names of classes, columns, files and runs. Here, and nowhere before, what would steer a
terminal becomes codes, no word is taken for markup, and what the output's encoding lacks is written as codes.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid.words import finite, visible, visible_lines

if TYPE_CHECKING:
    from rich.console import Console

VerboseFlag = Annotated[
    bool, typer.Option("--verbose", help="Print every choice with its reason, and every epoch.", show_default=False)
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]")


def print_json(result: Any) -> None:
    r"""Print plain JSON types to standard output; NaN and infinities, which JSON does not know, are null.

    What would steer a terminal, and what the output's encoding lacks, is written in JSON's own way (`\u001b`).
    """
    plain = finite(result)
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(_encoding(sys.stdout))
    except UnicodeEncodeError:
        text = json.dumps(plain, indent=2, ensure_ascii=True, allow_nan=False)
    # Outside of its strings JSON holds none of these, so only characters of strings are replaced.
    _write(_UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def say(line: object = "", *, err: bool = False) -> None:
    """Print one line."""
    _write(visible(str(line), encoding=_encoding(sys.stderr if err else sys.stdout)), err=err)


def say_lines(text: object) -> None:
    """Print a text of several lines, whose breaks are ours and not those of a name."""
    _write(visible_lines(str(text), encoding=_encoding(sys.stdout)))


_in_place = ""
"""What stands on the line that is overwritten."""


def say_in_place(words: str) -> None:
    """Overwrite the line that a terminal shows of what is being done; with no words, leave it empty."""
    global _in_place
    stream = sys.stderr
    if words != _in_place and stream is not None and stream.isatty():
        _in_place = words
        room = shutil.get_terminal_size().columns - 1
        stream.write("\r\x1b[K" + visible(words, encoding=_encoding(stream))[:room])
        stream.flush()


def is_terminal(*, err: bool = False) -> bool:
    """Whether a person looks at standard output, or at standard errors."""
    stream = sys.stderr if err else sys.stdout
    return stream is not None and stream.isatty()


def console(*, stderr: bool = False) -> Console:
    """Return a console that colours and fits a terminal, and is plain in a file or a pipe.

    A string printed by it, or in a cell of a table, is one line; `Text` may hold several.
    """
    from rich.console import Console
    from rich.segment import Segment
    from rich.text import Text

    class Screen(Console):
        def print(self, *objects: Any, **options: Any) -> None:
            say_in_place("")
            super().print(*objects, **options)

        def render_str(self, text: str, **options: Any) -> Text:
            options["markup"] = options["emoji"] = False
            return super().render_str(visible(text, encoding=self.encoding), **options)

        def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield (
                    segment
                    if segment.control
                    else segment._replace(text=visible_lines(segment.text, encoding=self.encoding))
                )

    return Screen(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=not is_terminal(err=stderr))


def new_app() -> typer.Typer:
    """Return the application of one command, set up as all are."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def _write(text: str, *, err: bool = False) -> None:
    say_in_place("")
    stream = sys.stderr if err else sys.stdout
    if stream is not None:
        stream.write(text + "\n")
        stream.flush()


def _encoding(stream: Any) -> str:
    return getattr(stream, "encoding", None) or "utf-8"
