"""`pellucid audit`: a table, JSON, an exit code for machines, decisions as a file; and the gate of `train`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import MakePhotos, Type

import pellucid


@pytest.fixture
def leaking(photos: MakePhotos) -> Path:
    """Return a folder with train/ and test/, where 2 of 20 test pictures lie in train, and a file that is broken."""
    root = photos("photos", train=0, test=0)
    for split, count in (("train", 40), ("test", 10)):
        made = photos(f"{split}-of", ant=count, bee=count)
        shutil.rmtree(root / split)
        made.rename(root / split)
    for label in ("ant", "bee"):
        for number in range(10):  # noise of the fixture is the same each time: the test has its own
            target = root / "test" / label / f"{number}.png"
            source = root / "train" / label / f"{30 + number}.png"
            target.write_bytes(source.read_bytes())
            if number > 0:
                source.unlink()
    (root / "train" / "ant" / "broken.png").write_bytes(b"no picture")
    return root


def test_the_table_is_worst_first_and_says_what_to_do(pellucid_: Type, leaking: Path) -> None:
    said = pellucid_("audit", leaking)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[1].startswith("high     10 %  2 of 20 test pictures are also in train; e.g. test/ant/0.png = train/")
    assert any(line.startswith("medium") and "train/ant/broken.png" in line for line in lines)
    assert lines[-2] == "Page: audit-photos.html"
    assert lines[-1] == f"Mend: pellucid audit {leaking} --fix"


def test_check_leaves_with_1_until_the_fixes_are_applied(pellucid_: Type, leaking: Path) -> None:
    assert pellucid_("audit", leaking, "--check", "--json").code == 1
    fixed = pellucid_("audit", leaking, "--fix")
    assert "Fixes: fixes-photos.csv" in fixed.out
    assert pellucid_("audit", leaking, "--fix").code == 2
    again = pellucid_("audit", "fixes-photos.csv", "--check", "--json")
    assert again.code == 0
    assert json.loads(again.out)["findings"] == []


def test_train_leaves_the_copies_out_or_keeps_them_and_a_fixed_run_needs_no_file(
    pellucid_: Type, leaking: Path, tmp_path: Path
) -> None:
    shared = ("--model", "linear", "--epochs", "1", "--runs-dir", tmp_path / "r")
    mended = pellucid_("train", leaking, *shared, "--name", "mended")
    assert (
        "found: 2 training pictures left out of train: val or test hold the same, 2 of 20 of test (10.0 %). "
        in mended.out
    )
    record = pellucid.open_run(tmp_path / "r" / "mended").record
    assert record.dataset.options["allow_leaks"] is False
    kept = pellucid_("train", leaking, *shared, "--name", "kept", "--allow-leaks")
    assert kept.code == 0
    allowed = pellucid.open_run(tmp_path / "r" / "kept").record
    assert allowed.dataset.options["allow_leaks"] is True
    assert allowed.dataset.num_examples["train"] == record.dataset.num_examples["train"] + 2
    pellucid_("audit", leaking, "--fix")
    fixed = pellucid_("train", leaking, *shared, "--name", "fixed", "--fixes", "fixes-photos.csv")
    assert "fixes: 3 excluded, by fixes-photos.csv." in fixed.out + fixed.err
    (tmp_path / "fixes-photos.csv").unlink()
    said = pellucid_("reproduce", tmp_path / "r" / "fixed")
    assert said.code == 0, said.out + said.err


def test_what_is_refused_leaves_no_run(pellucid_: Type, leaking: Path, tmp_path: Path) -> None:
    (leaking / "train" / "bee" / "also.png").write_bytes((leaking / "test" / "ant" / "3.png").read_bytes())
    said = pellucid_("train", leaking, "--epochs", "1", "--runs-dir", tmp_path / "r")
    assert said.code == 2
    assert "1 set of equal pictures across the splits has different labels" in said.err
    assert "--allow-leaks" in said.err
    assert not (tmp_path / "r").exists()
