"""The number of threads: chosen by what is free, written down before it is used, and computed with again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from pellucid.api import open_run, resume, train
from pellucid.data import Dataset, load_dataset
from pellucid.machine import STARTED, CpuTimes
from pellucid.runs import EpochRow, RunFolder, ThreadsFrom
from pellucid.training import Engine, threads
from pellucid.training.threads import free_threads

CHOICES: dict[str, Any] = {"model": "mlp", "hidden": "8", "epochs": 4, "health": False, "patience": 0}


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let torch compute with two threads, and nobody's environment say otherwise."""
    before = torch.get_num_threads()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(threads, "_small", {})
    monkeypatch.setattr(threads, "_STANDS", 0.0)
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def iris() -> Dataset:
    return load_dataset("iris")


def _busy(monkeypatch: pytest.MonkeyPatch, free: list[int]) -> None:
    """Let so many cores be free: at first, before each epoch; the last number for all that follow."""
    monkeypatch.setattr(threads, "one_is_as_quick", lambda engine, most: False)
    monkeypatch.setattr(threads, "cores", lambda: 2)
    monkeypatch.setattr(threads, "free_cores", lambda since: free.pop(0) if len(free) > 1 else free[0])


def _used(into: list[int]) -> Callable[[Engine, EpochRow], None]:
    return lambda engine, row: into.append(torch.get_num_threads())


@pytest.mark.usefixtures("two")
def test_each_change_is_written_down_with_its_epoch(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(monkeypatch, [2, 2, 1, 1, 2])
    used: list[int] = []
    run = train(iris, runs_dir=tmp_path, callbacks=[_used(used)], **CHOICES)
    assert used == [2, 1, 1, 2]
    assert [(choice.epoch, choice.threads) for choice in run.record.thread_choices] == [(0, 2), (2, 1), (4, 2)]
    assert "busy" in run.record.thread_choices[1].reason
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two")
def test_a_choice_is_kept_before_it_is_computed_with(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(monkeypatch, [2, 2, 1])
    seen: list[int] = []
    set_threads = torch.set_num_threads

    def spy(number: int) -> None:
        if number == 1 and (tmp_path / "r" / "run.json").exists():
            seen.append(len(RunFolder(tmp_path / "r").read_record().thread_choices))
        set_threads(number)

    def stop(engine: Engine, row: EpochRow) -> bool:
        kept = RunFolder(tmp_path / "r").read_record().thread_choices
        assert kept[-1].threads == torch.get_num_threads()
        return False

    monkeypatch.setattr(torch, "set_num_threads", spy)
    train(iris, runs_dir=tmp_path, name="r", callbacks=[stop], **CHOICES)
    assert seen


@pytest.mark.usefixtures("two")
def test_reproducing_computes_with_the_threads_of_each_epoch(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(monkeypatch, [2, 1, 2, 1])
    first: list[int] = []
    run = train(iris, runs_dir=tmp_path, callbacks=[_used(first)], **CHOICES)
    _busy(monkeypatch, [2])
    again: list[int] = []
    made = run.reproduce(callbacks=[_used(again)])
    assert first == again == [1, 2, 1, 1]
    assert made.equal


@pytest.mark.usefixtures("two")
def test_resuming_computes_the_epoch_that_was_begun_with_its_threads(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(monkeypatch, [2, 1])

    def stop(engine: Engine, row: EpochRow) -> bool:
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        train(iris, runs_dir=tmp_path, name="r", callbacks=[stop], **CHOICES)
    _busy(monkeypatch, [2])
    used: list[int] = []
    resume(tmp_path / "r", data=iris, callbacks=[_used(used)])
    assert used == [1, 2, 2]  # epoch 2 was stopped before it was kept, and is computed again as then
    kept = open_run(tmp_path / "r").record.thread_choices
    assert [(choice.epoch, choice.threads) for choice in kept] == [(0, 2), (1, 1), (3, 2)]


@pytest.mark.usefixtures("two")
def test_the_flag_fixes_the_number(iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _busy(monkeypatch, [2, 1, 2])
    run = train(iris, runs_dir=tmp_path, threads=2, **CHOICES)
    assert [choice.threads for choice in run.record.thread_choices] == [2]
    assert "--threads" in run.record.thread_choices[0].reason


@pytest.mark.usefixtures("two")
def test_what_the_environment_says_is_kept(iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _busy(monkeypatch, [1])
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    run = train(iris, runs_dir=tmp_path, **CHOICES)
    assert [choice.threads for choice in run.record.thread_choices] == [2]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("quick", "expected"), [(True, 1), (False, 2)])
def test_a_network_for_which_one_thread_is_as_quick_gets_one(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: bool, expected: int
) -> None:
    _busy(monkeypatch, [2])
    monkeypatch.setattr(threads, "one_is_as_quick", lambda engine, most: quick)
    assert train(iris, runs_dir=tmp_path, **CHOICES).record.thread_choices[-1].threads == expected


@pytest.mark.usefixtures("two")
def test_one_thread_that_was_chosen_as_the_speed_fell_is_kept_and_not_given_up_an_epoch_later(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _busy(monkeypatch, [2])
    monkeypatch.setattr(threads, "busy_others", lambda since: None)
    found = iter([False, True])
    monkeypatch.setattr(threads, "one_is_as_quick", lambda engine, most: next(found))
    speeds, after = iter([100.0, 10.0]), threads.Threads.after
    monkeypatch.setattr(threads.Threads, "after", lambda self, _speed: after(self, next(speeds, 100.0)))
    choices = train(iris, runs_dir=tmp_path, **{**CHOICES, "epochs": 5}).record.thread_choices
    assert [(choice.epoch, choice.threads) for choice in choices] == [(0, 2), (3, 1)]


@pytest.mark.usefixtures("two")
def test_a_moment_too_short_to_tell_of_others_is_looked_at_together_with_what_was_before_it(
    iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[CpuTimes] = []
    _busy(monkeypatch, [1])
    monkeypatch.setattr(threads, "busy_others", lambda since: None)

    def free(since: CpuTimes) -> int:
        looked.append(since)
        return 1

    monkeypatch.setattr(threads, "free_cores", free)
    train(iris, runs_dir=tmp_path, **CHOICES)
    assert looked == [STARTED] * 5  # ahead, and before each epoch: none of them lasts for 0.3 s

    # Two looks an epoch, for the choice and for where the next one looks back to; one look ahead.
    seen = iter([1.0, 1.0, 1.0, 1.0, None, 1.0, 1.0, 1.0, 1.0])
    monkeypatch.setattr(threads, "busy_others", lambda since: next(seen, 1.0))
    looked.clear()
    train(iris, runs_dir=tmp_path, **CHOICES)
    assert looked[0] == looked[1] == STARTED != looked[2] == looked[3] != looked[4]


@pytest.mark.usefixtures("two")
def test_a_choice_stands_for_a_while(iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _busy(monkeypatch, [2, 1, 2, 1, 2])
    monkeypatch.setattr(threads, "_STANDS", 1e9)
    choices = train(iris, runs_dir=tmp_path, **CHOICES).record.thread_choices
    assert [(choice.epoch, choice.threads) for choice in choices] == [(0, 2), (1, 1)]


@pytest.mark.usefixtures("two")
def test_trying_leaves_the_training_as_it_was(iris: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "free_cores", lambda since: 2)
    monkeypatch.setattr(threads, "_AS_QUICK", 0.0)  # tried, and never found to be as quick
    one = train(iris, runs_dir=tmp_path, **CHOICES)
    two = train(iris, runs_dir=tmp_path, threads=2, **CHOICES)
    weights = [run.model.state_dict() for run in (one, two)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


@pytest.mark.usefixtures("two")
def test_answering_takes_what_others_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "free_cores", lambda since: 1)
    with free_threads():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with threads.threads_restored(), free_threads():  # within a training the number is part of the bits
        assert torch.get_num_threads() == 2


def test_records_whose_choices_are_out_of_order_are_refused(iris: Dataset, tmp_path: Path) -> None:
    run = train(iris, runs_dir=tmp_path, **CHOICES)
    data = run.record.to_dict()
    wrong = [ThreadsFrom(epoch=epoch, threads=1).to_dict() for epoch in (2, 1)]
    with pytest.raises(ValueError, match="not in order"):
        type(run.record).model_validate({**data, "thread_choices": wrong})
