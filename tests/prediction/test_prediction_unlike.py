"""What of a picture to be answered is unlike the training's pictures is said, and may make the answer unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import pellucid
from pellucid.kinds import ClassTarget, ImageInput
from pellucid.prediction import Prediction, Predictor
from pellucid.prediction.unlike import compare_with_training
from pellucid.preprocessing import ImagePreprocessing
from pellucid.runs import DatasetRecord

PLAIN = ImageInput(
    channels=3,
    min_size=(100, 120),
    median_size=(150, 150),
    max_size=(400, 400),
    aspect_ratios=(0.75, 1.0, 1.5),
    depths=(8,),
    num_grey=0,
)
GREY = PLAIN.model_copy(update={"channels": 1, "num_grey": 30})
EIGHT = ImagePreprocessing(
    height=8, width=8, channels=1, resize="crop", mean=(0.0,), std=(1.0,), extremes=(200, 40, 120)
)
SIXTEEN = EIGHT.model_copy(update={"bit_depth": 16, "low": 1000, "high": 40000})
VALUES = EIGHT.model_copy(update={"bit_depth": 32, "low": -1000.0, "high": 3000.0, "no_data": (-9999.0,)})
RANDOM = np.random.default_rng(0)


def notes(
    pixels: NDArray[Any],
    given: ImageInput = GREY,
    preprocessing: ImagePreprocessing = EIGHT,
    *,
    depth: int | None = None,
    levels: NDArray[np.uint8] | None = None,
    findings: tuple[str, ...] = (),
) -> tuple[tuple[str, ...], bool]:
    dataset = DatasetRecord(
        name="x",
        source="x",
        options={},
        fingerprint="",
        split_fingerprint="",
        input=given,
        target=ClassTarget(classes=("a", "b")),
        num_examples={},
        class_counts={},
        findings=findings,
    )
    found = compare_with_training(
        pixels,
        np.array([0, 255], np.uint8) if levels is None else levels,
        depth={1: 8, 2: 16, 4: 32}[pixels.dtype.itemsize] if depth is None else depth,
        preprocessing=preprocessing,
        dataset=dataset,
    )
    return found.notes, found.foreign


def noise(*shape: int, high: int = 256, dtype: Any = np.uint8) -> NDArray[Any]:
    return RANDOM.integers(0, high, shape).astype(dtype)


def test_a_picture_like_those_of_the_training_has_no_notes() -> None:
    assert notes(noise(150, 150)) == ((), False)
    assert notes(noise(150, 150, 3), PLAIN) == ((), False)


@pytest.mark.parametrize(
    ("depth", "trained", "foreign"),
    [
        (8, (8,), False),
        (16, (8,), True),
        (32, (8,), True),
        (8, (16,), True),
        (8, (8, 16), False),
        (16, (8, 16), False),
        (32, (8, 16), True),
        (8, (32,), True),
        (16, (16, 32), False),
    ],
)
def test_another_bit_depth_is_foreign(depth: int, trained: tuple[int, ...], foreign: bool) -> None:
    given = GREY.model_copy(update={"depths": trained, "bit_depth": max(trained)})
    said, is_foreign = notes(noise(150, 150), given, depth=depth)
    assert is_foreign is foreign
    assert bool(said) is foreign
    if foreign:
        assert said[0].startswith("it holds ")
        assert "; all pictures of the training held " in said[0]


@pytest.mark.parametrize(
    ("depth", "bit_depth", "findings", "foreign"),
    [
        (16, 8, (), True),
        (8, 8, (), False),
        (8, 16, (), True),
        (8, 16, ("3 of 9 pictures have 16 bits, the others 8: their values are not alike.",), False),
        (16, 16, (), False),
        (32, 16, (), False),  # floats were brought to 16 bits, and counted as such
        (32, 8, (), True),
    ],
)
def test_an_older_record_tells_as_much_as_it_knows(
    depth: int, bit_depth: int, findings: tuple[str, ...], foreign: bool
) -> None:
    older = GREY.model_copy(update={"depths": (), "num_grey": None, "bit_depth": bit_depth})
    assert notes(noise(150, 150), older, depth=depth, findings=findings)[1] is foreign
    coloured = older.model_copy(update={"channels": 3, "bit_depth": 8})
    assert notes(noise(150, 150), coloured) == ((), False)  # whether all had colours is not known


def test_colour_is_noted_and_stays_an_answer() -> None:
    grey = noise(150, 150)
    assert notes(noise(150, 150, 3)) == (("it has colours; all pictures of the training were grey",), False)
    assert notes(np.repeat(grey[..., None], 3, axis=-1)) == ((), False)  # grey, saved in colour
    said = ("it is grey; all pictures of the training had colours",)
    assert notes(grey, PLAIN) == (said, False)
    assert notes(np.repeat(grey[..., None], 3, axis=-1), PLAIN) == (said, False)
    assert notes(grey, PLAIN.model_copy(update={"num_grey": 1})) == ((), False)


@pytest.mark.parametrize(
    ("height", "width", "words"),
    [
        (24, 31, ["24 x 31 pixels"]),
        (25, 30, []),
        (1600, 1600, []),
        (1601, 1600, ["1601 x 1600 pixels"]),
        (150, 60, []),
        (150, 40, ["0.27 times"]),
        (100, 310, ["3.10 times"]),
        (100, 299, []),
        (10, 400, ["10 x 400 pixels", "40.00 times"]),
    ],
)
def test_sizes_and_shapes_far_from_the_trainings_are_noted(height: int, width: int, words: list[str]) -> None:
    said, foreign = notes(noise(height, width))
    assert len(said) == len(words)
    assert all(word in note for word, note in zip(words, said, strict=True))
    assert not foreign


@pytest.mark.parametrize(
    ("values", "preprocessing", "foreign"),
    [
        (np.zeros((150, 150), np.uint16), SIXTEEN, True),
        (np.full((150, 150), 65000, np.uint16), SIXTEEN, True),
        (noise(150, 150, high=30000, dtype=np.uint16) + np.uint16(1000), SIXTEEN, False),
        (noise(150, 150, high=2000, dtype=np.float32), VALUES, False),
        (noise(150, 150, high=2000, dtype=np.float32) + np.float32(5000), VALUES, True),
        (np.full((150, 150), np.nan, np.float32), VALUES, True),
        (np.where(noise(150, 150) < 200, np.float32(-9999), np.float32(5)), VALUES, False),
    ],
)
def test_values_mostly_outside_of_the_window_are_foreign(
    values: NDArray[Any], preprocessing: ImagePreprocessing, foreign: bool
) -> None:
    depth = preprocessing.bit_depth
    given = GREY.model_copy(update={"bit_depth": depth, "depths": (depth,)})
    said, is_foreign = notes(values, given, preprocessing)
    assert is_foreign is foreign
    assert bool(said) is foreign


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([0, 255], ""),
        ([7, 7], "one level, 7 of 255"),
        ([0, 49], "no picture of the training was as dark"),
        ([0, 50], ""),
        ([202, 255], "no picture of the training was as bright"),
        ([100, 125], "had more contrast"),
    ],
)
def test_pictures_far_darker_brighter_or_flatter_are_noted(levels: list[int], words: str) -> None:
    said, foreign = notes(noise(150, 150), levels=np.array(levels, np.uint8))
    assert words in "".join(said)
    assert bool(said) is bool(words)
    assert not foreign


def test_a_training_with_pictures_of_one_colour_does_not_complain_of_another() -> None:
    flat = EIGHT.model_copy(update={"extremes": (0, 255, 0)})
    assert notes(noise(150, 150), preprocessing=flat, levels=np.array([9, 9], np.uint8)) == ((), False)
    older = EIGHT.model_copy(update={"extremes": None})
    assert notes(noise(150, 150), preprocessing=older, levels=np.array([9, 10], np.uint8)) == ((), False)
    said, _ = notes(noise(150, 150), preprocessing=older, levels=np.array([9, 9], np.uint8))
    assert said == ("all its pixels have one level, 9 of 255",)


# --- from files and arrays to answers ---


def train(root: Path, pictures: dict[str, list[NDArray[Any]]], ending: str, runs: Path) -> pellucid.Run:
    for name, some in pictures.items():
        for place, picture in enumerate(some):
            path = root / name / f"{place}.{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(path)
    return pellucid.train(root, model="linear", epochs=2, runs_dir=runs)


def answers(run: pellucid.Run, *sources: Any) -> list[Prediction]:
    return list(run.predict(list(sources)))


@pytest.mark.slow
def test_runs_of_8_and_of_16_bits_do_not_know_each_others_pictures(tmp_path: Path) -> None:
    deep = {
        name: [RANDOM.integers(300 + 1500 * k, 900 + 1500 * k, (12, 12)).astype(np.uint16) for _ in range(20)]
        for k, name in enumerate(("low", "high"))
    }
    shallow = {name: [(picture >> 4).astype(np.uint8) for picture in some] for name, some in deep.items()}
    runs = tmp_path / "runs"
    of_16, of_8 = (train(tmp_path / str(bits), some, "png", runs) for bits, some in ((16, deep), (8, shallow)))
    file_16, file_8 = (tmp_path / bits / "high" / "0.png" for bits in ("16", "8"))
    for run, own, other in ((of_16, file_16, file_8), (of_8, file_8, file_16)):
        known, strange = answers(run, own, other)
        assert (known.decision, known.notes) == ("unchecked", ())
        assert strange.decision == "unknown"
        assert "16-bit values" in strange.notes[0]
        assert "[it holds" in str(strange)
        assert "unknown [it holds" in run.explain(other, checks=False).answer
        assert "unknown [it holds" in run.trace(other).answer
    assert answers(of_8, np.full((12, 12), 90, np.uint16))[0].decision == "unknown"


@pytest.mark.slow
def test_a_run_on_floats_answers_files_and_arrays_by_its_one_scale(tmp_path: Path) -> None:
    pictures = {
        name: [RANDOM.normal(middle, 0.03, (10, 10)).astype(np.float32) for _ in range(16)]
        for name, middle in (("dim", 0.45), ("bright", 0.75))
    }
    run = train(tmp_path / "shares", pictures, "tif", tmp_path / "runs")
    odd = pictures["dim"][0].copy()
    odd[0, 0] = 70000
    Image.fromarray(odd).save(tmp_path / "odd.tif")
    np.save(tmp_path / "odd.npy", odd.astype(np.float64))
    own, again, array, in_python = answers(
        run, tmp_path / "shares" / "dim" / "0.tif", tmp_path / "odd.tif", tmp_path / "odd.npy", odd
    )
    assert [one.label for one in (own, again, array, in_python)] == ["dim"] * 4
    assert again.probabilities == array.probabilities == in_python.probabilities
    assert [one.notes for one in (own, again, array)] == [(), (), ()]
    (strange,) = answers(run, 255 * odd)
    assert strange.decision == "unknown"
    assert "lie outside of" in strange.notes[0]
    assert isinstance(run.predictor, Predictor)
    canvas = run.predictor.read(tmp_path / "odd.tif").canvas
    level = int(run.predictor.read(tmp_path / "shares" / "dim" / "0.tif").canvas[5, 5, 0])
    assert canvas[5, 5, 0] == level


@pytest.mark.slow
def test_arrays_of_shares_are_answered_by_the_trainings_scale(tmp_path: Path) -> None:
    images = RANDOM.uniform(0, 1, (30, 6, 6)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x_train=images, y_train=np.arange(30) % 2)
    run = pellucid.train(tmp_path / "data.npz", model="linear", epochs=1, runs_dir=tmp_path / "runs")
    dark = images[:2] * 0.3
    wild = images[:1] + 40
    np.save(tmp_path / "dark.npy", dark)
    np.save(tmp_path / "wild.npy", np.concatenate([dark, wild]))
    alone, beside = answers(run, tmp_path / "dark.npy"), answers(run, tmp_path / "wild.npy")
    assert [one.probabilities for one in alone] == [one.probabilities for one in beside[:2]]
    assert beside[2].decision == "unknown"
    assert "outside of 0 to 1" in beside[2].notes[0]
