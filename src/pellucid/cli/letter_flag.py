"""The flag by which one letter of a written answer is chosen."""

from __future__ import annotations

from typing import Annotated

import typer

LetterFlag = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Of an answer that is a text: which letter of it is followed, counted from 0; without it, the first. The "
        "network is told what it wrote itself before that.",
        show_default=False,
    ),
]
