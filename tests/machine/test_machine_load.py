"""How many cores are free, from hand-made clocks and files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pellucid import machine
from pellucid.machine import CpuTimes, busy_others, cores, free_cores


def _moment(wall: float, busy: float | None, own: float) -> CpuTimes:
    return CpuTimes(wall, busy, own)


def test_others_are_what_the_machine_did_less_what_we_did() -> None:
    assert busy_others(_moment(10, 100, 5), _moment(20, 125, 13)) == pytest.approx(1.7)
    assert busy_others(_moment(10, 100, 5), _moment(20, 115, 21)) == 0.0


@pytest.mark.parametrize("until", [(10.1, 101.0, 5.0), (20.0, None, 6.0)])
def test_nothing_is_said_of_a_moment_or_without_the_systems_word(until: tuple[float, float | None, float]) -> None:
    assert busy_others(_moment(10, 100, 5), _moment(*until)) is None


def test_the_systems_file_is_read_as_its_manual_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 10 50 9000 77 3 2 5 40 0\ncpu0 1 2 3\n")
    monkeypatch.setattr(machine, "PROC_STAT", stat)
    assert machine.now().machine == pytest.approx(170 / os.sysconf("SC_CLK_TCK"))
    for broken in ("", "cpu a b c d e f g h", "cpu 1 2"):
        stat.write_text(broken)
        assert machine.now().machine is None
    monkeypatch.setattr(machine, "PROC_STAT", tmp_path / "none")
    assert machine.now().machine is None


@pytest.mark.parametrize(
    ("limit", "expected"), [("100000 100000", 1), ("150000 100000", 2), ("max 100000", 4), ("nonsense", 4)]
)
def test_a_containers_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, expected: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(machine, "CPU_LIMIT", tmp_path / "cpu.max")
    (tmp_path / "cpu.max").write_text(limit)
    assert cores() == expected


@pytest.mark.parametrize(("busy", "expected"), [(0.0, 4), (0.3, 4), (1.0, 3), (2.6, 1), (9.0, 1)])
def test_threads_are_the_cores_less_those_of_others(
    monkeypatch: pytest.MonkeyPatch, busy: float, expected: int
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(machine, "now", lambda: _moment(20.0, 100 + 10 * busy + 7, 12.0))
    assert free_cores(_moment(10, 100, 5)) == expected


def test_where_nothing_is_known_all_cores_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "now", lambda: _moment(20.0, None, 12.0))
    assert free_cores(_moment(10, None, 5)) == cores()
