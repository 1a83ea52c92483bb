"""Data that were moved after a training: where they are now can be said, is checked, and is remembered."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from PIL import Image

import pellucid
from pellucid.data import Dataset
from pellucid.errors import DataError, RunError

MakeData = Callable[[Path], Path]


def as_folder(root: Path) -> Path:
    """Return `root`/photos: two class folders of thirty pictures each."""
    generator = np.random.default_rng(3)
    for label, bright in (("dark", 40), ("light", 200)):
        (root / "photos" / label).mkdir(parents=True)
        for number in range(30):
            pixels = np.clip(bright + generator.integers(-30, 30, (8, 8)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(root / "photos" / label / f"{number:02}.png")
    return root / "photos"


def as_list(root: Path) -> Path:
    """Return a CSV beside the pictures it lists, with paths relative to it."""
    photos = as_folder(root)
    with (photos / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "kind"])
        rows.writerows(
            [path.relative_to(photos).as_posix(), path.parent.name] for path in sorted(photos.rglob("*.png"))
        )
    return photos / "labels.csv"


def as_zip(root: Path) -> Path:
    """Return an archive of the folder."""
    photos = as_folder(root)
    shutil.make_archive(str(root / "packed"), "zip", photos)
    return root / "packed.zip"


def as_npz(root: Path) -> Path:
    """Return arrays of pixels and labels in three splits."""
    generator = np.random.default_rng(3)
    arrays: dict[str, Any] = {}
    for split, count in (("train", 40), ("val", 10), ("test", 10)):
        labels = np.arange(count) % 2
        arrays[f"{split}_labels"] = labels
        arrays[f"{split}_images"] = (labels[:, None, None] * 150 + generator.integers(0, 90, (count, 8, 8))).astype(
            "uint8"
        )
    root.mkdir(parents=True, exist_ok=True)
    np.savez(root / "pixels.npz", **arrays)
    return root / "pixels.npz"


def as_table(root: Path) -> Path:
    """Return a CSV of numbers and a target that has to be named."""
    generator = np.random.default_rng(3)
    root.mkdir(parents=True, exist_ok=True)
    with (root / "table.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["price", "age", "size"])
        for age, size in generator.normal(size=(60, 2)):
            rows.writerow([f"{2 * age + size:.4f}", f"{age:.4f}", f"{size:.4f}"])
    return root / "table.csv"


def as_parquet(root: Path) -> Path:
    """Return the same table as a Parquet file."""
    with as_table(root).open() as file:
        rows = list(csv.DictReader(file))
    columns = {name: [float(row[name]) for row in rows] for name in ("price", "age", "size")}
    pyarrow.parquet.write_table(pyarrow.table(columns), root / "table.parquet")
    return root / "table.parquet"


OPTIONS: dict[MakeData, dict[str, Any]] = {
    as_table: {"target": "price", "seed": 4, "val": 0.2},
    as_parquet: {"target": "price"},
}


def train(source: Path, runs: Path, **options: Any) -> pellucid.Run:
    return pellucid.train(
        pellucid.load_dataset(source, **options), model="linear", epochs=1, name="r", runs_dir=runs, health=False
    )


@pytest.mark.parametrize("make", [as_folder, as_list, as_zip, as_npz, as_table, as_parquet])
def test_moved_data_are_found_at_their_new_place_and_remembered(make: MakeData, tmp_path: Path) -> None:
    source = make(tmp_path / "old")
    before = train(source, tmp_path, **OPTIONS.get(make, {})).evaluate("val", baselines=False)
    (tmp_path / "old").rename(tmp_path / "new")
    place = tmp_path / "new" / source.relative_to(tmp_path / "old")
    with pytest.raises(RunError, match=r"lay in .*old.*nothing is there now.*--data PATH"):
        pellucid.open_run(tmp_path / "r").evaluate("val", baselines=False)
    after = pellucid.open_run(tmp_path / "r", data=place).evaluate("val", baselines=False)
    assert after.metrics == before.metrics
    again = pellucid.open_run(tmp_path / "r")
    assert again.dataset.source == again.record.dataset.moved_to == str(place)
    assert again.record.dataset.source == str(source)


def test_data_that_came_back_are_found_without_a_word(tmp_path: Path) -> None:
    source = as_folder(tmp_path / "old")
    train(source, tmp_path)
    shutil.copytree(source, tmp_path / "copy")
    assert pellucid.open_run(tmp_path / "r", data=str(tmp_path / "copy")).dataset
    shutil.rmtree(tmp_path / "copy")
    assert pellucid.open_run(tmp_path / "r").dataset.source == str(source)
    assert pellucid.open_run(tmp_path / "r", data=source).dataset
    assert pellucid.open_run(tmp_path / "r").record.dataset.moved_to is None


def test_other_data_are_refused_with_what_differs(tmp_path: Path) -> None:
    source = as_folder(tmp_path / "old")
    train(source, tmp_path)
    record = (tmp_path / "r" / "run.json").read_bytes()

    def refusal(name: str, change: Callable[[Path], object]) -> str:
        place = tmp_path / name
        shutil.copytree(source, place)
        change(place)
        with pytest.raises(RunError) as caught:
            _ = pellucid.open_run(tmp_path / "r", data=place).dataset
        return str(caught.value)

    fewer = refusal("fewer", lambda place: (place / "dark" / "00.png").unlink())
    assert "fewer' are not those of 'r': 60 examples then, 59 now; dark 30 then, 29 now" in fewer
    renamed = refusal("renamed", lambda place: (place / "light").rename(place / "bright"))
    assert "without light and with bright among its classes" in renamed
    relabelled = refusal("relabelled", lambda place: (place / "dark" / "00.png").rename(place / "light" / "x.png"))
    assert "dark 30 then, 29 now, light 30 then, 31 now" in relabelled
    called = refusal("called", lambda place: (place / "dark" / "00.png").rename(place / "dark" / "x.png"))
    assert "as many examples (60), but other contents, labels or names of files" in called
    assert (tmp_path / "r" / "run.json").read_bytes() == record


def test_a_table_of_other_columns_is_refused_with_them(tmp_path: Path) -> None:
    source = as_table(tmp_path / "old")
    train(source, tmp_path, target="price")
    other = tmp_path / "other.csv"
    other.write_text(source.read_text().replace("age", "years", 1))
    with pytest.raises(RunError, match="the columns were age, size, and are years, size"):
        _ = pellucid.open_run(tmp_path / "r", data=other).dataset
    other.write_text(source.read_text().replace("price", "cost", 1))
    with pytest.raises(DataError, match="price"):
        _ = pellucid.open_run(tmp_path / "r", data=other).dataset


def test_data_handed_over_in_python_have_no_place(make_pictures: Callable[..., Dataset], tmp_path: Path) -> None:
    pellucid.train(make_pictures(), model="linear", epochs=1, name="r", runs_dir=tmp_path, health=False)
    folder = as_folder(tmp_path / "old")
    with pytest.raises(RunError, match=r"handed over in Python.*data=dataset"):
        _ = pellucid.open_run(tmp_path / "r", data=folder).dataset
    assert pellucid.open_run(tmp_path / "r", data=make_pictures()).dataset


def test_a_run_from_before_opens_without_the_field(tmp_path: Path) -> None:
    source = as_folder(tmp_path / "old")
    train(source, tmp_path)
    place = tmp_path / "r" / "run.json"
    record = json.loads(place.read_text())
    del record["dataset"]["moved_to"], record["recipe"]["positive"]
    place.write_text(json.dumps(record))
    assert pellucid.open_run(tmp_path / "r").dataset.source == str(source)


def test_an_interrupted_training_goes_on_with_moved_data(tmp_path: Path) -> None:
    source = as_folder(tmp_path / "old")
    whole = pellucid.train(source, model="linear", epochs=3, name="whole", runs_dir=tmp_path, health=False)

    def stop(engine: object, row: dict[str, float]) -> None:
        if row["epoch"] == 2 and source.exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pellucid.train(source, model="linear", epochs=3, name="cut", runs_dir=tmp_path, health=False, callbacks=[stop])
    source.rename(tmp_path / "new")
    resumed = pellucid.resume(tmp_path / "cut", data=tmp_path / "new", callbacks=[stop])
    assert [row["train_loss"] for row in resumed.history] == [row["train_loss"] for row in whole.history]
    assert resumed.record.dataset.moved_to == str(tmp_path / "new")
    assert pellucid.open_run(tmp_path / "whole", data=tmp_path / "new").reproduce().equal
