"""However the pictures come to the training, the weights are the same bits; and the second time nothing is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid import decoding
from pellucid.data import images, survey
from pellucid.records import Decision
from pellucid.training import NullProgress

CHOICES: dict[str, Any] = {"model": "cnn", "epochs": 2, "batch": 32, "imgsz": 16, "augment": "crop", "device": "cpu"}


class Listens(NullProgress):
    """A watcher that remembers what was decided."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def decided(self, decision: Decision) -> None:
        self.said[decision.name] = decision.reason


def weights(run: pellucid.Run) -> bytes:
    return (run.path / "checkpoints" / "best.safetensors").read_bytes()


@pytest.mark.slow
def test_threads_memory_and_cache_leave_the_weights_alone(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for number, (workers, cache) in enumerate(
        [(1, "memory"), (2, "memory"), (4, "memory"), (1, "disk"), (4, "disk"), (2, "anew")]
    ):
        monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path / f"cache-{number}"))
        if cache == "anew":  # neither memory nor a cache: every batch is decoded for itself
            monkeypatch.setenv("PELLUCID_CACHE_LIMIT", "0")
            cache = "disk"
        run = pellucid.train(picture_folder, runs_dir=tmp_path / "runs", workers=workers, cache=cache, **CHOICES)
        found.add(weights(run))
    assert len(found) == 1


@pytest.mark.slow
def test_a_second_training_decodes_nothing(
    picture_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Listens(), Listens()
    run = pellucid.train(picture_folder, runs_dir=tmp_path, progress=first, **CHOICES)
    assert "kept in the cache for the next training" in first.said["pixels"]

    def refuse(*_: object) -> None:
        raise AssertionError("a picture was decoded")

    monkeypatch.setattr(survey, "decode_picture", refuse)
    monkeypatch.setattr(images, "decode", refuse)
    with pytest.raises(AssertionError, match="decoded"):  # only the report shows pictures as they are
        pellucid.train(picture_folder, runs_dir=tmp_path, progress=second, **CHOICES)
    assert "nothing is decoded" in second.said["pixels"]
    again = pellucid.open_run(tmp_path / f"{run.path.name}-2")
    assert again.record.status == "finished"
    assert weights(again) == weights(run)
    assert again.evaluations[0].metrics == run.evaluations[0].metrics


def test_what_decodes_is_part_of_the_key(picture_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = decoding.decoder_version()
    assert before == decoding.decoder_version()
    code = picture_folder / "code.py"
    code.write_text("1")
    first = decoding.source_digest(code)
    code.write_text("2")
    assert decoding.source_digest(code) != first
