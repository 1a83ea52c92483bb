"""Numbers with their words."""

from __future__ import annotations

import pytest

from pellucid.words import counted


@pytest.mark.parametrize(
    ("number", "words", "expected"),
    [
        (1, ("class",), "1 class"),
        (2, ("class",), "2 classes"),
        (1200, ("picture",), "1,200 pictures"),
        (0, ("entry",), "0 entries"),
        (1, ("row has", "rows have"), "1 row has"),
        (2, ("row has", "rows have"), "2 rows have"),
    ],
)
def test_counted_things_are_plural_where_due(number: int, words: tuple[str, ...], expected: str) -> None:
    assert counted(number, *words) == expected
