"""The journal of a search after a kill at any byte."""

from __future__ import annotations

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
