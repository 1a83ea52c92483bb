"""`--data`: where the data of a run are now, typed after they were moved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]
MakePhotos = Callable[..., Path]

LOOKING = [
    ("evaluate", "RUN", "--split", "val"),
    ("explain", "RUN", "0", "--neighbours", "0"),
    ("trace", "RUN", "0"),
    ("features", "RUN", "maps", "0"),
    ("landscape", "RUN", "--size", "3"),
    ("compare", "RUN", "RUN"),
    ("reproduce", "RUN"),
]


@pytest.fixture
def moved(pellucid_: Type, photos: MakePhotos, tmp_path: Path) -> tuple[Path, Path]:
    """Return a finished run on a folder that was moved afterwards, and where the folder is now."""
    folder = photos(cat=20, dog=20)
    told = pellucid_("train", folder, "--model", "cnn", "--epochs", 1, "--name", "r")
    assert told.code == 0, told.err
    return tmp_path / "runs" / "r", folder.rename(tmp_path / "elsewhere")


def test_all_that_looks_at_the_data_says_they_are_gone_and_takes_their_new_place(
    pellucid_: Type, moved: tuple[Path, Path], tmp_path: Path
) -> None:
    run, place = moved
    record = (run / "run.json").read_bytes()
    for words in LOOKING:
        typed = [str(run) if word == "RUN" else word for word in words]
        gone = pellucid_(*typed)
        assert gone.code == 2, words
        assert f"The data of 'r' lay in {tmp_path / 'photos'}, and nothing is there now." in gone.err
        assert "--data PATH" in gone.err
        found = pellucid_(*typed, "--data", place)
        assert found.code == 0, (words, found.err)
        assert json.loads((run / "run.json").read_text())["dataset"]["moved_to"] == str(place)
        (run / "run.json").write_bytes(record)


def test_a_place_that_was_said_once_is_remembered(pellucid_: Type, moved: tuple[Path, Path]) -> None:
    run, place = moved
    assert pellucid_("report", run, "--data", place).code == 0
    assert pellucid_("trace", run, "0", "--data", place).code == 0
    again = pellucid_("evaluate", run, "--split", "val")
    assert again.code == 0, again.err


def test_a_wrong_place_is_refused(pellucid_: Type, moved: tuple[Path, Path], tmp_path: Path) -> None:
    run, place = moved
    (tmp_path / "empty").mkdir()
    for wrong, words in ((tmp_path / "nowhere", "no file or folder"), (tmp_path / "empty", "is empty"), ("", "--data")):
        said = pellucid_("trace", run, "0", "--data", wrong)
        assert said.code == 2, wrong
        assert words in said.err
    shutil.rmtree(place / "dog")
    (place / "fox").mkdir()
    for number, picture in enumerate(sorted((place / "cat").iterdir())):
        if number == 1:
            alone = pellucid_("trace", run, "0", "--data", place)
            assert alone.code == 2
            assert f"The data of 'r' cannot be read at '{place}' as they were then." in alone.err
        if number % 4 == 0:
            picture.rename(place / "fox" / picture.name)
    said = pellucid_("trace", run, "0", "--data", place)
    assert said.code == 2
    assert "are not those of 'r': 40 examples then, 20 now" in said.err
    assert "without dog and with fox" in said.err


def test_data_without_a_run_to_go_on_with_are_named_without_a_flag(pellucid_: Type, photos: MakePhotos) -> None:
    folder = photos(cat=20, dog=20)
    for command in ("train", "tune"):
        said = pellucid_(command, "--data", folder)
        assert said.code == 2
        assert f"leave the flag out: pellucid {command} {folder}" in said.err


def test_a_search_remembers_the_place_that_was_said_once(pellucid_: Type, photos: MakePhotos, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    folder = photos(cat=20, dog=20)
    words = ("--model", "linear", "--epochs", 1, "--trials", 1, "--repeats", 0, "--name", "s")
    assert pellucid_("tune", folder, *words).code == 0
    search, place = tmp_path / "runs" / "s", folder.rename(tmp_path / "elsewhere")
    gone = pellucid_("tune", "--resume", search, "--trials", 2)
    assert gone.code == 2
    assert "nothing is there now" in gone.err
    assert pellucid_("tune", "--resume", search, "--trials", 2, "--data", place).code == 0
    assert json.loads((search / "search.json").read_text())["dataset"]["moved_to"] == str(place)
    again = pellucid_("tune", "--resume", search, "--trials", 3)
    assert again.code == 0, again.err
    place.rename(folder)
    assert pellucid_("tune", "--resume", search, "--trials", 3, "--data", folder).code == 0
    assert json.loads((search / "search.json").read_text())["dataset"]["moved_to"] is None
