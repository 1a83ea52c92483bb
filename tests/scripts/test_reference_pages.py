"""The pages of the reference: each name once, and docstrings as Sphinx wants them."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import pellucid
from architecture import ROOMS, SOURCE
from reference_pages import as_restructured_text, write_pages


@pytest.mark.slow
def test_every_public_name_has_its_place_and_none_has_two() -> None:
    pages = write_pages()
    directives = re.findall(r"^\.\. (?:auto(?!module)\w+|py:data):: (\S+)", "\n".join(pages.values()), re.MULTILINE)
    assert [name for name, times in Counter(directives).items() if times > 1] == []
    public = {f"pellucid.{name}" for name in pellucid.__all__ if not name.startswith("_")}
    assert public <= set(re.findall(r":: (\S+)", pages["pellucid"]))
    assert {f"rooms/{room.name}" for room in ROOMS if room.name != "__main__"} <= set(pages)
    assert {"pellucid.prediction.Prediction", "pellucid.trace.Trace"} <= set(re.findall(r":: (\S+)", pages["results"]))


def test_the_table_of_rooms_names_those_that_there_are() -> None:
    there = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {room.name for room in ROOMS} == there - {"__init__"}


def test_asterisks_are_no_marks_and_examples_are_code() -> None:
    lines = [
        "Take [N, *shape], not `a * b`.",
        "",
        "Args:",
        "    **choices: any * of them.",
        "",
        "Example:",
        "    f(*a)",
    ]
    assert as_restructured_text(lines) == [
        r"Take [N, \*shape], not `a * b`.",
        "",
        "Args:",
        r"    **choices: any \* of them.",
        "",
        "Example:",
        "    .. code-block:: python",
        "",
        "        f(*a)",
    ]
