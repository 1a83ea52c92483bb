"""Canvases in memory, mapped from the cache, or made anew: the same bits, and decoded once."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import FileImages, load_dataset
from pellucid.decoding import decode
from pellucid.errors import DataError
from pellucid.kinds import Wishes
from pellucid.preprocessing import ImagePreprocessing, fit_preprocessing
from pellucid.preprocessing.canvases import StoredCanvases, open_canvases
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.preprocessing.prepared import PreparedInMemory
from pellucid.store import cache as cache_module
from pellucid.store import find_cache

FITTED = ImagePreprocessing(
    height=12, width=12, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.2,) * 3, surround="reflection"
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of two classes with eleven coloured pictures each, of many sizes."""
    random = np.random.default_rng(5)
    for number in range(22):
        path = tmp_path / "photos" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (15 + number, 30 - number, 3), dtype=np.uint8)).save(path)
    return tmp_path / "photos"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with every picture that is decoded after the survey."""
    seen: list[int] = []
    original = FileImages.pixels

    def counted(self: FileImages, index: int) -> object:
        seen.append(index)
        return original(self, index)

    monkeypatch.setattr(FileImages, "pixels", counted)
    return seen


def pictures(folder: Path) -> FileImages:
    inputs = load_dataset(folder).inputs
    assert isinstance(inputs, FileImages)
    return inputs


def expected(inputs: FileImages, places: NDArray[np.int64], margin: int = 0) -> NDArray[np.uint8]:
    return np.stack([FITTED.canvas(decode(inputs.paths[place]), margin=margin) for place in places.tolist()])


@pytest.mark.parametrize("keep", ["memory", "disk"])
@pytest.mark.parametrize("workers", [1, 4])
def test_canvases_are_what_preprocessing_gives_wherever_they_lie(photos: Path, keep: str, workers: int) -> None:
    inputs = pictures(photos)
    places = np.random.default_rng(1).permutation(22)
    whole = expected(inputs, places, margin=3)
    for _ in range(2):  # made, then found
        canvases = open_canvases(inputs, FITTED, places, margin=3, workers=workers, keep=keep)  # type: ignore[arg-type]
        assert isinstance(canvases, PreparedInMemory if keep == "memory" else StoredCanvases)
        np.testing.assert_array_equal(canvases[:], whole)
        some = np.array([5, 5, 0, 21, 7])
        np.testing.assert_array_equal(canvases.take(some), whole[some])
        np.testing.assert_array_equal(canvases[3:9], whole[3:9])


@pytest.mark.parametrize("first", ["memory", "disk"])
@pytest.mark.parametrize("second", ["memory", "disk"])
def test_a_second_opening_decodes_nothing(photos: Path, decoded: list[int], first: str, second: str) -> None:
    open_canvases(pictures(photos), FITTED, np.arange(22), margin=2, keep=first)  # type: ignore[arg-type]
    assert sorted(decoded) == list(range(22))
    decoded.clear()
    again = open_canvases(pictures(photos), FITTED, np.arange(22), margin=2, keep=second)  # type: ignore[arg-type]
    smaller = open_canvases(pictures(photos), FITTED, np.arange(22)[::-1], margin=0, keep=second)  # type: ignore[arg-type]
    np.testing.assert_array_equal(smaller[:], again[:][::-1, 2:-2, 2:-2])
    assert decoded == []
    assert "nothing is decoded" in again.where


@pytest.mark.parametrize("resize", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("colour", ["grey", "rgb"])
def test_what_fitting_resized_is_not_resized_again(
    photos: Path, monkeypatch: pytest.MonkeyPatch, resize: ResizePolicy, colour: Literal["grey", "rgb"]
) -> None:
    dataset = load_dataset(photos)
    fitted, _ = fit_preprocessing(dataset, Wishes(kinds=("image",)), imgsz=8, resize=resize, colour=colour)
    assert isinstance(fitted, ImagePreprocessing)
    assert isinstance(dataset.inputs, FileImages)
    train = dataset.splits["train"]
    whole = np.stack([fitted.canvas(decode(dataset.inputs.paths[index]), margin=2) for index in train.tolist()])
    monkeypatch.setattr("pellucid.preprocessing.image.resize_picture", None)
    canvases = open_canvases(dataset.inputs, fitted, train, margin=2)
    np.testing.assert_array_equal(canvases[:], whole)


def test_one_changed_file_is_one_new_entry(photos: Path, decoded: list[int]) -> None:
    places = np.arange(22)
    open_canvases(pictures(photos), FITTED, places, keep="memory")
    decoded.clear()
    Image.fromarray(np.full((20, 20, 3), 77, np.uint8)).save(photos / "a" / "4.png")
    inputs = pictures(photos)
    canvases = open_canvases(inputs, FITTED, places, keep="disk")
    assert [inputs.name(place) for place in decoded] == ["a/4.png"]
    np.testing.assert_array_equal(canvases[:], expected(inputs, places))


def test_moved_and_renamed_files_are_still_known(photos: Path, decoded: list[int]) -> None:
    open_canvases(pictures(photos), FITTED, np.arange(22), keep="memory")
    decoded.clear()
    (photos / "a" / "4.png").rename(photos / "b" / "new.png")
    moved = photos.rename(photos.with_name("moved"))
    open_canvases(pictures(moved), FITTED, np.arange(22), keep="memory")
    assert decoded == []


@pytest.mark.parametrize(
    "change",
    [
        {"width": 13},
        {"resize": "stretch"},
        {"interpolation": "bilinear"},
        {"channels": 1, "mean": (0.5,), "std": (1.0,)},
    ],
)
def test_other_preprocessing_makes_other_entries(photos: Path, change: dict[str, object]) -> None:
    inputs, places = pictures(photos), np.arange(22)
    open_canvases(inputs, FITTED, places, keep="memory")
    other = ImagePreprocessing.model_validate(FITTED.model_dump() | change)
    canvases = open_canvases(inputs, other, places, keep="disk")
    whole = np.stack([other.canvas(decode(path)) for path in inputs.paths])
    np.testing.assert_array_equal(canvases[:], whole)


def test_normalisation_makes_no_new_entries(photos: Path, decoded: list[int]) -> None:
    open_canvases(pictures(photos), FITTED, np.arange(22), keep="memory")
    decoded.clear()
    other = FITTED.model_copy(update={"mean": (0.1,) * 3, "std": (0.9,) * 3})
    open_canvases(pictures(photos), other, np.arange(22), keep="memory")
    assert decoded == []


def test_what_finds_no_room_is_made_anew_with_the_same_bits(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "PACK_BYTES", 5 * 12 * 12 * 3)
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", "20k")
    inputs, places = pictures(photos), np.arange(22)
    canvases = open_canvases(inputs, FITTED, places, keep="disk")
    assert "mapped from the disk" in canvases.where
    assert "made anew" in canvases.where
    np.testing.assert_array_equal(canvases[:], expected(inputs, places))


@pytest.mark.parametrize("keep", ["memory", "disk"])
def test_without_a_cache_it_goes_on_and_says_why(photos: Path, monkeypatch: pytest.MonkeyPatch, keep: str) -> None:
    (photos / "file").write_text("")
    monkeypatch.setenv("PELLUCID_CACHE", str(photos / "file" / "cache"))
    inputs, places = pictures(photos), np.arange(22)
    canvases = open_canvases(inputs, FITTED, places, keep=keep)  # type: ignore[arg-type]
    assert "cannot be written" in canvases.where
    np.testing.assert_array_equal(canvases[:], expected(inputs, places))


def test_a_file_that_changes_while_in_use_is_an_error_and_is_not_kept(photos: Path) -> None:
    inputs = pictures(photos)
    inputs.release()
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(inputs.paths[3])
    with pytest.raises(DataError, match="changed while it was in use"):
        open_canvases(inputs, FITTED, np.arange(22), keep="memory")
    cache = find_cache()
    cache.settle()
    assert not list(cache.folder.glob("canvases-*/*.pack"))


def test_memory_decides_where_nothing_is_said(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = pictures(photos)
    for free, kind in ((1 << 30, PreparedInMemory), (2 * 22 * 12 * 12 * 3 - 1, StoredCanvases)):
        monkeypatch.setattr("pellucid.preprocessing.canvases.free_memory", lambda free=free: free)
        assert isinstance(open_canvases(inputs, FITTED, np.arange(22)), kind)
