"""The sheet of augmented examples, as two commands show it: `train --preview` and `inspect --augment`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid import api
from pellucid.cli.output import print_json, say

if TYPE_CHECKING:
    from pellucid.data import Dataset


def show_preview(dataset: Dataset, *, out: Path | None = None, json: bool, **choices: Any) -> None:
    """Write what the first epochs of a training would see of some pictures as a page, and say where it lies.

    Args:
        dataset: of pictures.
        out: where the page is written; None for preview-NAME.html.
        json: whether to print JSON instead.
        choices: of `api.preview`.

    Raises:
        PellucidError: as `api.preview`.
    """
    made = api.preview(dataset, **choices)
    page = api.write_preview_page(made, out)
    if json:
        print_json({"page": str(page), **made.to_dict()})
        return
    say(made.decision.words)
    say(f"Page:    {page}")
    say("Nothing was trained.")
