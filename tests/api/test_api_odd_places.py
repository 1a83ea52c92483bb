"""Odd names and odd places: each works, or says plainly why not, and leaves nothing half-written."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pellucid
from pellucid.cli import main
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names there are Unicode")


def _fill(root: bytes, *labels: bytes) -> Path:
    random = np.random.default_rng(0)
    for label in labels:
        folder = os.fsdecode(os.path.join(root, label))
        os.makedirs(folder)
        for number in range(12):
            pixels = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(os.path.join(folder, os.fsdecode(b"p\xff%d.png" % number)))
    return Path(os.fsdecode(root))


@pytest.mark.slow
def test_names_that_are_no_utf_8_train_and_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    photos = _fill(os.fsencode(tmp_path / "photos"), b"caf\xe9", b"plain")
    run = pellucid.train(str(photos), model="linear", epochs=1)
    target = run.record.dataset.target
    assert isinstance(target, ClassTarget)
    assert target.classes == ("caf\\xe9", "plain")
    assert run.evaluate("val").n == len(run.dataset.splits["val"])  # opened again by its path
    main(["predict", str(run.path), str(photos), "--out", "answers.csv"])
    assert "p\\xff3.png" in Path("answers.csv").read_text(encoding="utf-8")
    assert "24 in all: 24 unchecked" in capsys.readouterr().out


def test_names_cannot_steer_a_terminal(tmp_path: Path) -> None:
    photos = _fill(os.fsencode(tmp_path / "photos"), b"cat", b"dog")
    (photos / "cat" / "a\x1b[2J\nb\u202e.jpg").write_bytes(b"no picture")
    (photos / "dog").rename(photos / "d\x1b]0;og")
    dataset = pellucid.load_dataset(str(photos))
    assert isinstance(dataset.target, ClassTarget)
    assert dataset.target.classes == ("cat", "d\\x1b]0;og")
    assert [fault.split(":")[0] for fault in dataset.faults] == ["cat/a\\x1b[2J\\nb\\u202e.jpg"]


def test_pipe_among_pictures_is_left_out(tmp_path: Path) -> None:
    photos = _fill(os.fsencode(tmp_path / "photos"), b"cat", b"dog")
    pellucid.load_dataset(str(photos))  # what it found out is kept, and looked up by every file's content
    os.mkfifo(photos / "cat" / "pipe.png")
    assert pellucid.load_dataset(str(photos)).faults == (
        "cat/pipe.png: it is no file but a pipe, a socket or a device.",
    )


def test_folder_that_is_no_utf_8_itself_is_refused(tmp_path: Path) -> None:
    photos = _fill(os.path.join(os.fsencode(tmp_path), b"b\xe9d"), b"a", b"b")
    with pytest.raises(DataError, match=r"b\\xe9d holds bytes that are no UTF-8.*Rename it"):
        pellucid.load_dataset(str(photos))


@pytest.mark.slow
def test_no_home_folder_is_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PELLUCID_DATA", "PELLUCID_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", "/proc/nobody")
    photos = _fill(os.fsencode(tmp_path / "photos"), b"a", b"b")
    assert pellucid.train(str(photos), model="linear", epochs=1, runs_dir=tmp_path / "runs").record.status == "finished"


@pytest.mark.slow
def test_disk_that_fills_up_ends_in_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the first weights are written; afterwards the run can be resumed."""
    monkeypatch.chdir(tmp_path)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "weights")

    with monkeypatch.context() as patch:
        patch.setattr("safetensors.torch.save_file", full)
        with pytest.raises(SystemExit) as leaving:
            main(["train", "digits", "--model", "linear", "--epochs", "1"])
    assert leaving.value.code == 2
    assert "No space left on device. The disk may be full" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.partial"))
    main(["train", "--resume", "runs/digits-linear"])
    assert pellucid.open_run("runs/digits-linear").record.status == "finished"
