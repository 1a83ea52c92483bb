"""Work on many files gives the same results with one thread and with several."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pellucid.data.pace import work_on_each

ALWAYS: dict[bool, Callable[[object], bool]] = {True: lambda _: True, False: lambda _: False}


@pytest.mark.parametrize("number", [0, 1, 15, 16, 17, 33, 500])
@pytest.mark.parametrize("light", [False, True])
def test_each_place_is_worked_on_once_and_the_results_are_in_order(number: int, light: bool) -> None:
    places = [3 * place + 1 for place in range(number)]
    done: list[int] = []

    def work(place: int) -> int:
        done.append(place)
        return -place

    assert work_on_each(work, places, is_light=lambda _: light) == [-place for place in places]
    assert sorted(done) == places


def test_light_work_stays_in_its_thread_and_heavy_work_is_shared() -> None:
    for light in (True, False):
        threads: set[str] = set()

        def work(_: int, threads: set[str] = threads) -> None:
            threads.add(threading.current_thread().name)

        work_on_each(work, range(100), is_light=ALWAYS[light])
        assert (threads == {threading.current_thread().name}) is light


def test_an_error_comes_through() -> None:
    def work(place: int) -> int:
        return 1 // (place - 90)

    for light in (True, False):
        with pytest.raises(ZeroDivisionError):
            work_on_each(work, range(100), is_light=ALWAYS[light])
