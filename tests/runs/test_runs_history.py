"""Rows of metrics.jsonl: numbers by their names, whoever wrote them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from pellucid.errors import RunError
from pellucid.runs import RunFolder


def folder_with(tmp_path: Path, text: str) -> RunFolder:
    folder = RunFolder.create(tmp_path, "run")
    (folder.path / "metrics.jsonl").write_text(text)
    return folder


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "7",
        "null",
        '"epoch"',
        "{}",
        '{"epoch": null}',
        '{"epoch": "1"}',
        '{"epoch": true}',
        '{"epoch": 0}',
        '{"epoch": -1}',
        '{"epoch": 1.5}',
        '{"epoch": NaN}',
        '{"epoch": Infinity}',
        '{"epoch": 1e300}',
        '{"epoch": 1, "train_loss": "low"}',
        '{"epoch": 1, "train_loss": [0.5]}',
        '{"epoch": 1, "train_loss": {"a": 1}}',
        '{"epoch": 1, "train_loss": null}',
        '{"epoch": 1, "train_loss": false}',
        '{"epoch": 1, "seconds": 1' + "0" * 400 + "}",
        '{"epoch": 1, "' + "x" * 5000 + '": 1}',
        "[" * 50_000,
        '{"epoch": 1',
        "\x00",
    ],
    ids=lambda line: line[:40],
)
def test_a_line_that_is_no_epoch_is_said_in_words(tmp_path: Path, line: str) -> None:
    folder = folder_with(tmp_path, f'{{"epoch": 1, "train_loss": 0.5}}\n{line}\n')
    with pytest.raises(RunError, match=r"metrics\.jsonl' is damaged"):
        folder.history()


def test_numbers_that_are_none_come_back_in_words_and_in_tokens(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '{"epoch": 1, "a": NaN, "b": "NaN", "c": "-Infinity", "d": Infinity, "e": 1e-320}\n')
    (row,) = folder.history()
    assert math.isnan(row["a"])
    assert math.isnan(row["b"])
    assert (row["c"], row["d"], row["e"]) == (-math.inf, math.inf, 1e-320)


@pytest.mark.parametrize("line", ["[]", "null", '{"schema_version": 1}', '{"schema_version": "1"}', "[" * 50_000, "x"])
def test_a_look_that_is_none_is_said_in_words(tmp_path: Path, line: str) -> None:
    folder = RunFolder.create(tmp_path, "run")
    (folder.path / "health.jsonl").write_text(line + "\n")
    with pytest.raises(RunError, match=r"health\.jsonl"):
        folder.health()


@pytest.mark.parametrize("epochs", [(1, 1), (1, 2, 2), (2, 1), (1, 3, 2)])
def test_an_epoch_comes_once_and_in_order(tmp_path: Path, epochs: tuple[int, ...]) -> None:
    folder = folder_with(tmp_path, "".join(f'{{"epoch": {epoch}, "train_loss": 0.5}}\n' for epoch in epochs))
    with pytest.raises(RunError, match=r"metrics\.jsonl' is damaged: epoch \d comes after epoch \d"):
        folder.history()


def test_copies_of_a_look_are_refused_before_they_are_read(tmp_path: Path) -> None:
    """A line that is right, but comes 20,000 times, would be a quarter of a minute of work."""
    folder = RunFolder.create(tmp_path, "run")
    line = '{"schema_version": 1, "epoch": 2, "layers": "never looked at"}\n'
    (folder.path / "health.jsonl").write_text(line * 20_000)
    with pytest.raises(RunError, match=r"health\.jsonl' is damaged: epoch 2 comes after epoch 2"):
        folder.health()


def test_what_safetensors_left_is_swept_and_what_only_looks_like_it_is_not(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    for name in (".tmpA1b2C3", ".tmpzzzzzz"):
        (folder.checkpoints / name).write_bytes(b"half")
    (folder.checkpoints / ".tmp").write_text("mine")
    (folder.checkpoints / ".tmpnotes.txt").write_text("mine")
    (folder.checkpoints / ".tmpfolder").mkdir()
    (folder.path / ".tmpA1b2C3").write_text("mine")
    folder.sweep()
    left = sorted(path.name for path in folder.checkpoints.iterdir())
    assert left == [".tmp", ".tmpfolder", ".tmpnotes.txt"]
    assert (folder.path / ".tmpA1b2C3").exists()
