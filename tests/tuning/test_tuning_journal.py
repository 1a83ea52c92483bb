"""The journal of a search after a kill at any byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pellucid.errors import RunError
from pellucid.tuning import SearchFolder
from pellucid.tuning.journal import Journal, mend

from .conftest import Begin

pytest.importorskip("optuna")


def test_a_line_without_an_end_never_happened(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    for whole, rest in ((b'{"a": 1}\n{"b": 2}\n', b'{"c": '), (b"", b'{"c"'), (b'{"a": 1}\n', b"x" * 9000), (b"", b"")):
        journal.write_bytes(whole + rest)
        mend(journal)
        assert journal.read_bytes() == whole


def test_a_journal_cut_off_at_any_byte_is_gone_on_with(begin: Begin) -> None:
    folder = begin()
    record = folder.read_record()
    journal = Journal(folder, record)
    journal.end(journal.propose().model_copy(update={"status": "finished", "score": 0.5, "epochs": 4}))
    kept = folder.journal.read_bytes()
    second = journal.propose()
    whole = folder.journal.read_bytes()
    for length in range(len(kept), len(whole)):
        folder.journal.write_bytes(whole[:length])
        again = Journal(folder, record)
        trials = again.trials()
        assert trials[0].status == "finished"
        assert trials[0].score == 0.5
        number = trials[1].number if len(trials) == 2 else again.propose().number
        assert again.complete(number).choices == second.choices  # what was lost is proposed as it was
        assert len(again.trials()) == 2


def test_a_trial_ends_once(begin: Begin) -> None:
    folder = begin()
    journal = Journal(folder, folder.read_record())
    trial = journal.propose()
    journal.end(trial.model_copy(update={"status": "finished", "score": 0.5}))
    journal.end(trial.model_copy(update={"status": "diverged", "score": None}))
    assert [one.status for one in journal.trials()] == ["finished"]


def test_a_diverged_trial_is_learned_from_and_never_wins(begin: Begin) -> None:
    folder = begin(method="tpe")
    journal = Journal(folder, folder.read_record())
    trial = journal.propose()
    journal.end(trial.model_copy(update={"status": "diverged", "note": "the loss became nan"}))
    assert journal.trials()[0].status == "diverged"
    assert journal.trials()[0].score is None


def test_a_folder_without_a_search_is_said_with_the_nearest(begin: Begin) -> None:
    folder = begin()
    with pytest.raises(RunError, match="Did you mean 'corners-linear-search'"):
        SearchFolder.open(folder.path.parent / "corner-linear-search")


def test_the_same_search_is_found_again_and_another_gets_a_number(begin: Begin) -> None:
    first = begin()
    assert begin().path == first.path
    assert begin(pruning="median").path == first.path.with_name(first.path.name + "-2")
    assert begin(pruning="median").path == first.path.with_name(first.path.name + "-2")


def a_journal(begin: Begin) -> tuple[SearchFolder, list[str]]:
    folder = begin()
    journal = Journal(folder, folder.read_record())
    journal.end(journal.propose().model_copy(update={"status": "finished", "score": 0.5, "epochs": 4}))
    return folder, folder.journal.read_text().splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "null",
        "7",
        '"x"',
        "{}",
        "x",
        "\x00",
        "[" * 50_000,
        '{"op_code": 4}',
        '{"op_code": 99, "worker_id": "w"}',
        '{"op_code": "4", "worker_id": "w", "study_id": 0, "datetime_start": "2025-01-01T00:00:00"}',
        '{"op_code": 4, "worker_id": "w", "study_id": 7, "datetime_start": "2025-01-01T00:00:00"}',
        '{"op_code": 4, "worker_id": "w", "study_id": 0, "datetime_start": "yesterday"}',
        '{"op_code": 5, "worker_id": "w", "trial_id": 0, "param_name": "lr", "param_value_internal": "x", '
        '"distribution": "{}"}',
        '{"op_code": 5, "worker_id": "w", "trial_id": 1, "param_name": "lr", "param_value_internal": 1.0, '
        '"distribution": "{"}',
        '{"op_code": 6, "worker_id": "w", "trial_id": 99, "state": 1, "values": [1.0]}',
        '{"op_code": 6, "worker_id": "w", "trial_id": 0, "state": 77}',
        '{"op_code": 7, "worker_id": "w", "trial_id": -1, "step": 1, "intermediate_value": 1.0}',
        '{"op_code": 7, "worker_id": "w", "trial_id": 0, "step": "x", "intermediate_value": 1.0}',
        '{"op_code": 8, "worker_id": "w", "trial_id": 0, "user_attr": []}',
        '{"op_code": 8, "worker_id": "w", "trial_id": 0, "user_attr": {}}',
        '{"op_code": 1, "worker_id": "w", "study_id": 0}',
        '{"op_code": 2, "worker_id": "w", "study_id": 0, "user_attr": {"a": 1}, "more": 1}',
    ],
    ids=lambda line: line[:50],
)
def test_a_line_that_is_no_event_is_said_in_words(begin: Begin, line: str) -> None:
    folder, lines = a_journal(begin)
    folder.journal.write_text("\n".join([*lines, line]) + "\n")
    with pytest.raises(RunError, match=r"journal\.jsonl' is damaged"):
        Journal(folder, folder.read_record())


HEADS = [{"head": 1}, {"head": {"epochs": -1}}, {"head": {"curve": [1]}}, {"head": {"epochs": 1, "curve": {"x": 1}}}]


@pytest.mark.parametrize(
    "kept",
    [{"status": "great"}, {"epochs": "four"}, {"score": "high"}, {"seconds": []}, {"products": 7}, {"note": 1}, *HEADS],
    ids=str,
)
def test_what_is_kept_of_a_trial_is_a_trials(begin: Begin, kept: dict[str, object]) -> None:
    folder = begin()
    journal = Journal(folder, folder.read_record())
    trial = journal.propose()
    journal.end(trial.model_copy(update={"status": "finished", "score": 0.5, "epochs": 4}))
    lines = [json.loads(line) for line in folder.journal.read_text().splitlines()]
    (name,) = kept
    lines = [line for line in lines if line["op_code"] != 8 or name not in line["user_attr"]]
    place = next(place for place, line in enumerate(lines) if line["op_code"] == 6 and line["state"] == 1)
    lines.insert(place, {"op_code": 8, "worker_id": "w", "trial_id": 0, "user_attr": kept})
    folder.journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(RunError, match=r"journal\.jsonl"):
        Journal(folder, folder.read_record())
