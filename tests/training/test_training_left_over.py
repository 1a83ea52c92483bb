"""Variables that torchrun, a scheduler or a notebook left behind: ignored unless all are there and fit together."""

from __future__ import annotations

import pytest
import torch

from pellucid.data.memory import free_memory, is_out_of_memory
from pellucid.torchrun import VARIABLES, Started, how_started
from pellucid.training.processes import own_device, these_processes

ALL = {
    "RANK": "1",
    "WORLD_SIZE": "2",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "localhost",
    "MASTER_PORT": "29500",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return a patch of an environment without any of them."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_any_there_is_one_process_and_no_word(environment: pytest.MonkeyPatch) -> None:
    assert how_started() == (Started(), "")
    assert (these_processes().count, these_processes().left_over) == (1, "")


def test_all_of_them_say_which_process_this_is(environment: pytest.MonkeyPatch) -> None:
    for name, value in ALL.items():
        environment.setenv(name, value)
    assert how_started() == (Started(rank=1, count=2, local_rank=1, local_count=2), "")
    assert own_device(torch.device("cuda")) == torch.device("cuda", 1)


@pytest.mark.parametrize(
    "given",
    [
        {"RANK": "0", "WORLD_SIZE": "2"},
        {"RANK": "3"},
        {"WORLD_SIZE": "²"},
        {"LOCAL_WORLD_SIZE": "²"},
        {"LOCAL_WORLD_SIZE": "0"},
        {**ALL, "MASTER_PORT": ""},
        {**ALL, "RANK": "²"},
        {**ALL, "RANK": "-1"},
        {**ALL, "RANK": "2"},
        {**ALL, "WORLD_SIZE": "two"},
        {**ALL, "WORLD_SIZE": "9" * 5000},
        {**ALL, "LOCAL_RANK": "2"},
        {**ALL, "LOCAL_WORLD_SIZE": "3"},
        {**ALL, "MASTER_PORT": "99999"},
        {**ALL, "RANK": "1.0"},
    ],
    ids=range(15),
)
def test_what_is_left_over_is_ignored_with_a_word(environment: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        environment.setenv(name, value)
    started, word = how_started()
    assert started == Started()
    assert "ignored" in word
    assert len(word) < 300
    processes = these_processes()
    (decision,) = processes.describe(torch.nn.Linear(1, 1))
    assert (processes.count, decision.value, decision.reason) == (1, "1", word)
    assert free_memory() > 1 << 20
    assert own_device(torch.device("cuda")) == torch.device("cuda")


@pytest.mark.parametrize("said", ["can't start new thread", "Resource temporarily unavailable", "std::bad_alloc"])
def test_no_room_for_a_thread_is_no_memory(said: str) -> None:
    assert is_out_of_memory(RuntimeError(said))
    assert not is_out_of_memory(ValueError(said))
