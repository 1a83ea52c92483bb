"""Whatever is read to learn from can also be answered: archives, arrays, Parquet."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import pellucid


@pytest.fixture
def few(digit_files: Path, tmp_path: Path) -> list[Path]:
    """Return six files of the digit 3."""
    return sorted((digit_files / "3").glob("*.png"))[:6]


def labels(predictions: list[pellucid.Prediction]) -> list[tuple[str | None, float | None]]:
    return [(prediction.label, prediction.probability) for prediction in predictions]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_is_answered_like_its_files(run: pellucid.Run, few: list[Path], tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"new.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in few:
                archive.write(file, f"some/{file.name}")
            archive.writestr("some/note.txt", "no picture")
    else:
        with tarfile.open(path, "w:gz") as tar:
            for file in few:
                tar.add(file, f"some/{file.name}")
    found = run.predict(path)
    assert labels(found) == labels(run.predict(list(few)))
    assert [prediction.name for prediction in found] == [f"{path}/{file.name}" for file in few]


def test_what_an_archive_may_not_hold_is_an_error_of_its_own(
    run: pellucid.Run, few: list[Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.write(few[0], "a.png")
        archive.write(few[1], "../b.png")
    found = run.predict(tmp_path / "new.zip")
    assert [prediction.decision == "error" for prediction in found] == [False, True]
    assert "leads out of the archive" in (found[1].error or "")


@pytest.mark.parametrize("name", ["test_images", "images", "x", "whatever"])
def test_arrays_are_answered_with_or_without_labels(
    run: pellucid.Run, few: list[Path], tmp_path: Path, name: str
) -> None:
    pixels = np.stack([np.asarray(Image.open(file)) for file in few])
    np.savez(tmp_path / "new.npz", **{name: pixels})  # type: ignore[arg-type]
    found = run.predict(tmp_path / "new.npz")
    assert labels(found) == labels(run.predict(list(few)))
    word = "test" if name == "test_images" else name
    assert found[5].name == f"{tmp_path / 'new.npz'} {word} 5"
    np.save(tmp_path / "new.npy", pixels)
    np.save(tmp_path / "one.npy", pixels[0])
    assert labels(run.predict(tmp_path / "new.npy")) == labels(found)
    assert labels(run.predict(tmp_path / "one.npy")) == labels(found)[:1]


@pytest.mark.parametrize("name", ["new.npz", "new.npy", "new.zip", "new.parquet"])
def test_a_container_that_cannot_be_read_is_one_answer_with_its_error(
    run: pellucid.Run, few: list[Path], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"no such thing")
    broken, whole = run.predict([tmp_path / name, few[0]])
    assert broken.decision == "error"
    assert broken.error
    assert whole.label is not None


def test_pictures_in_parquet_are_answered_in_the_order_of_their_rows(
    run: pellucid.Run, digit_files: Path, tmp_path: Path
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    files = sorted(digit_files.rglob("*.png"))[::150]
    cells = []
    for file in files:
        buffer = io.BytesIO()
        Image.open(file).save(buffer, "PNG")
        cells.append(buffer.getvalue())
    parquet.write_table(pyarrow.table({"image": cells}), tmp_path / "new.parquet")
    assert labels(run.predict(tmp_path / "new.parquet")) == labels(run.predict(list(files)))


def test_rows_in_parquet_and_in_an_archive_are_answered_as_in_csv(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    lines = [f"{number % 17},{number % 5},{'ab'[number % 17 > 8]}" for number in range(60)]
    (tmp_path / "t.csv").write_text("\n".join(["size,weight,kind", *lines]))
    dataset = pellucid.load_dataset(tmp_path / "t.csv", target="kind")
    run = pellucid.train(dataset, model="linear", epochs=2, runs_dir=tmp_path / "runs")
    columns = {"size": [float(number % 17) for number in range(60)], "weight": [number % 5 for number in range(60)]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.write(tmp_path / "t.csv", "in/t.csv")
    expected = labels(run.predict(tmp_path / "t.csv"))
    assert labels(run.predict(tmp_path / "t.parquet")) == expected
    assert labels(run.predict(tmp_path / "t.zip")) == expected
