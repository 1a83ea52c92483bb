"""The page of errors: every message of the source stands on it, in words, with how to mend it."""

from __future__ import annotations

from pathlib import Path

from error_reference import write_page

ERRORS = '''
class PellucidError(Exception):
    """Base of all."""

class DataError(PellucidError):
    """The data cannot be read."""

class RecipeError(PellucidError):
    """A choice is out of range."""
'''
ROOM = '''
from pellucid.errors import DataError

LAYOUTS = "Known: a, b."

class OddError(DataError):
    """Odd data."""

def read(path, rows, error=DataError):
    if not rows:
        raise DataError(f"{path} holds {len(rows):,} rows | none.", expected="Some.", fix="Add one.")
    if len(rows) > 9:
        raise OddError(f"{path.name} is {'long' if rows else 'wide'}.", expected=LAYOUTS)
    try:
        return sorted(rows)
    except ValueError as problem:
        raise DataError(f"{path}: {problem}") from None
    raise error("It is " + "late.")

ROWS = {"toy": Refused("Toys are not drawn.")}
'''


def page_of(tmp_path: Path) -> str:
    (tmp_path / "errors.py").write_text(ERRORS)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reading.py").write_text(ROOM)
    return write_page(tmp_path)


def test_a_message_stands_with_its_mend_its_room_and_what_is_put_in(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert r"| ‹path› holds ‹number› rows \| none. | Some. Add one. | `data` |" in page


def test_a_kind_that_a_room_defines_is_one_with_its_docstring_and_constants_are_read(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert "## OddError\n\nOdd data.\n" in page
    assert "| ‹name› is long / wide. | Known: a, b. | `data` |" in page


def test_what_only_hands_on_is_left_out_and_what_the_caller_chooses_is_of_the_base(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert "‹problem›" not in page
    assert "It is late." in page.partition("## PellucidError")[2]


def test_the_reason_of_a_refused_kind_stands_there_too(tmp_path: Path) -> None:
    assert "Toys are not drawn." in page_of(tmp_path).partition("## RecipeError")[2]
