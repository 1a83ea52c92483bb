"""One source that cannot be read is one answer with its error; the others are answered."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.data.delimited import read_table
from pellucid.prediction.rows import read_rows
from pellucid.preprocessing import NumberColumn, TablePreprocessing

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")


def test_among_many_sources_each_bad_one_is_one_error(run: pellucid.Run, digit_files: Path, tmp_path: Path) -> None:
    good = sorted((digit_files / "3").glob("*.png"))[:2]
    (tmp_path / "head.npy").write_bytes(b"\x93NUMPY\x01\x00\x10\x00((((((((((((((((")
    with zipfile.ZipFile(tmp_path / "head.npz", "w") as archive:
        archive.writestr("images.npy", b"\x93NUMPY\x09\x00")
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "cut.tar.gz").write_bytes(b"\x1f\x8b\x08")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1PAR1")
    os.mkfifo(tmp_path / "pipe.zip")
    os.mkfifo(tmp_path / "pipe.npz")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "me.png").symlink_to("me.png")
    (tmp_path / "zero.npy").symlink_to("/dev/zero")
    names = ["head.npy", "head.npz", "cut.zip", "cut.tar.gz", "cut.parquet", "pipe.zip", "pipe.npz", "pipe.png"]
    bad = [tmp_path / name for name in [*names, "me.png", "zero.npy", "x" * 300 + ".png", "gone.zip"]]
    found = run.predict([good[0], *bad, Path("~nosuchuser/1.png"), good[1]])
    assert [one.decision for one in found] == ["ok", *["error"] * (len(bad) + 1), "ok"]
    assert all(one.error and len(one.error) < 400 for one in found[1:-1])


def test_what_a_folder_holds_that_cannot_be_looked_into_is_an_error_of_its_own(
    run: pellucid.Run, digit_files: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "good.png").write_bytes(sorted((digit_files / "3").glob("*.png"))[0].read_bytes())
    (folder / "me").symlink_to("me")
    (folder / "gone").symlink_to("nowhere")
    answers = {one.name: one for one in run.predict(folder)}
    assert answers[f"{folder}/good.png"].decision == "ok"
    assert "Too many levels" in (answers[f"{folder}/me"].error or "")
    assert "No such file" in (answers[f"{folder}/gone"].error or "")


def test_a_number_far_beyond_those_of_training_is_an_error_of_its_row(tmp_path: Path) -> None:
    columns = (
        NumberColumn(name="x", fill=0.0, mean=0.0, std=0.5),
        NumberColumn(name="y", fill=1, mean=0, std=1, log=True),
    )
    (tmp_path / "new.csv").write_text("x,y\n1,2\n1e300,2\n-1e39,2\n3,1e308\n4,5\n")
    rows = read_rows(read_table(tmp_path / "new.csv"), TablePreprocessing(columns=columns), impute=False)
    assert [error is None for error in rows.errors] == [True, False, False, True, True]
    assert "'1e300', too far beyond the numbers of training" in (rows.errors[1] or "")
    assert np.isfinite(rows.inputs).all()
    assert rows.inputs.shape == (3, 2)
