"""How stamps are written is found out, and columns of numbers cost next to nothing."""

from __future__ import annotations

import pytest

from pellucid.data import stamps
from pellucid.data.stamps import pattern_of


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["20260101", "20260102", "20260103"], "%Y%m%d"),
        (["1949", "1950", "1951"], "%Y"),
        (["1949", "1950", "1951", "n/a"], "%Y"),
        (["2026-01-01", "2026-01-02"], "%Y-%m-%d"),
        (["1.5", "2.5", "-3e5"], None),
        (["1", "1", "1"], None),
        (["194912", "194913"], None),
    ],
)
def test_a_pattern_is_that_of_most_cells(cells: list[str], expected: str | None) -> None:
    assert pattern_of(cells) == expected


def test_numbers_are_tried_in_the_two_ways_that_they_can_be_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    parse = stamps.parse_stamp

    def counted(cell: str, pattern: str) -> object:
        tried.append(pattern)
        return parse(cell, pattern)

    monkeypatch.setattr(stamps, "parse_stamp", counted)
    assert pattern_of(["1.5"] * 200) is None
    assert set(tried) == {"%Y%m%d", "%Y"}
    assert len(tried) == 6
