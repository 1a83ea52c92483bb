"""What is being done is told to one listener: the piece of work that was begun last and has not ended."""

from __future__ import annotations

import time

import pytest

from pellucid.doing import Work, doing, listening


def test_work_within_work_stands_in_its_place_until_it_ends() -> None:
    heard: list[str | None] = []

    def hear(work: Work | None) -> None:
        heard.append(None if work is None else work.what)

    with listening(hear), doing("measuring"), doing("answering"):
        pass
    assert heard == [None, "measuring", "answering", "measuring", None]


def test_the_innermost_listener_alone_hears_and_is_told_what_goes_on() -> None:
    outer: list[Work | None] = []
    inner: list[Work | None] = []
    with listening(outer.append), doing("reading"), listening(inner.append), doing("looking"):
        pass
    assert outer == [None, Work("reading"), None, None]
    assert inner == [Work("reading"), Work("looking"), Work("reading")]


def test_how_far_it_has_come_and_how_long_it_will_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    heard: list[Work | None] = []
    with listening(heard.append), doing("looking", 10) as moved:
        for done, seconds in ((1, 1.0), (2, 1.1), (5, 5.0)):  # the second comes too soon after the first
            now[0] = 100.0 + seconds
            moved(done)
    assert heard[2:4] == [Work("looking", 1, 10, 9.0), Work("looking", 5, 10, 5.0)]


def test_work_that_fails_has_ended() -> None:
    heard: list[Work | None] = []
    with listening(heard.append), pytest.raises(ValueError, match="no"), doing("failing"):
        raise ValueError("no")
    assert heard[-1] is None


def test_where_nobody_listens_nothing_happens() -> None:
    with doing("anything", 3) as moved:
        moved(1)
