"""Files become answers: the same ones as in evaluation, however they are handed over, and never an exception."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import pellucid
from pellucid.data import FileImages
from pellucid.errors import RunError
from pellucid.prediction import Prediction


def probabilities(predictions: list[Prediction]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([list((prediction.probabilities or {}).values()) for prediction in predictions])


def test_a_file_is_answered_as_the_evaluation_answered_it(run: pellucid.Run) -> None:
    dataset = run.dataset
    assert isinstance(dataset.inputs, FileImages)
    indices = dataset.splits["val"]
    answer = run.predictor.answer(run.predictor.split_outputs(dataset, indices))
    predictions = run.predict([dataset.inputs.paths[index] for index in indices])
    np.testing.assert_allclose(probabilities(predictions), answer.numbers, atol=1e-6)
    assert [prediction.label for prediction in predictions] == [
        run.predictor.classes[place] for place in answer.numbers.argmax(axis=1)
    ]


def test_a_picture_that_may_only_be_read_is_taken_without_a_warning(run: pellucid.Run) -> None:
    canvases = np.full((1, 8, 8, 1), 7, np.uint8)
    free = run.predictor.to_tensor(canvases)
    canvases.flags.writeable = False
    assert torch.equal(run.predictor.to_tensor(canvases), free)


def test_the_score_of_the_evaluation_is_that_of_the_files(run: pellucid.Run) -> None:
    dataset = run.dataset
    assert isinstance(dataset.inputs, FileImages)
    indices = dataset.splits["val"]
    predictions = run.predict([dataset.inputs.paths[index] for index in indices])
    right = sum(
        prediction.label == run.predictor.classes[int(dataset.targets[index])]
        for prediction, index in zip(predictions, indices, strict=True)
    )
    assert run.evaluations[0].metrics["accuracy"].value == pytest.approx(right / len(indices))


def test_a_picture_gets_the_same_answer_alone_and_among_others(run: pellucid.Run, digit_files: Path) -> None:
    paths = sorted((digit_files / "3").glob("*.png"))[:20]
    together = probabilities(run.predict(list(paths)))
    alone = np.concatenate([probabilities(run.predict(path)) for path in paths])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_pixels_in_memory_get_the_answer_of_their_file(run: pellucid.Run, digit_files: Path) -> None:
    path = digit_files / "7" / sorted(entry.name for entry in (digit_files / "7").iterdir())[0]
    from_file, from_memory = run.predict([path, np.asarray(Image.open(path))])
    assert from_memory.probabilities == from_file.probabilities
    assert (from_file.name, from_memory.name) == (str(path), "array 2")


def test_the_eight_exif_orientations_of_a_picture_get_one_answer(
    run: pellucid.Run, digit_files: Path, tmp_path: Path
) -> None:
    upright = np.asarray(Image.open(sorted((digit_files / "7").glob("*.png"))[0]).resize((64, 64)))
    turns = [
        upright,
        upright[:, ::-1],
        upright[::-1, ::-1],
        upright[::-1],
        upright.T,
        np.rot90(upright, 1),
        upright[::-1, ::-1].T,
        np.rot90(upright, -1),
    ]
    paths = []
    for orientation, stored in enumerate(turns, start=1):
        exif = Image.Exif()
        exif[0x0112] = orientation
        paths.append(tmp_path / f"{orientation}.jpg")
        Image.fromarray(np.ascontiguousarray(stored)).save(paths[-1], exif=exif, quality=100)
    answers = probabilities(run.predict(list(paths)))
    # JPEG rounds each turn of the picture a little differently, so the answers are near, not equal.
    np.testing.assert_allclose(answers, np.repeat(answers[:1], 8, axis=0), atol=0.02)
    unturned = probabilities(run.predict([np.ascontiguousarray(turn) for turn in turns]))
    assert np.abs(unturned - answers[0]).max() > 0.5


def test_a_broken_file_is_one_answer_and_the_others_stand(run: pellucid.Run, digit_files: Path, tmp_path: Path) -> None:
    good = sorted((digit_files / "1").glob("*.png"))[0]
    broken, text = tmp_path / "broken.png", tmp_path / "text.png"
    broken.write_bytes(good.read_bytes()[:40])
    text.write_text("not a picture")
    sources = [broken, good, tmp_path / "missing.png", text]
    predictions = run.predict(list(sources))
    assert [prediction.name for prediction in predictions] == [str(source) for source in sources]
    assert [prediction.decision == "error" for prediction in predictions] == [True, False, True, True]
    for prediction in (predictions[0], predictions[2], predictions[3]):
        assert prediction.label is None
        assert prediction.probabilities is None
        assert prediction.error
        assert prediction.name not in prediction.error
    assert predictions[1] == run.predict(good)[0]


def test_pixels_of_a_wrong_shape_are_an_answer_with_an_error(run: pellucid.Run) -> None:
    predictions = run.predict([np.zeros((8, 8), np.uint8), np.zeros((2, 8, 8, 4), np.uint8)])
    assert predictions[0].decision != "error"
    assert [one.decision for one in predictions[1:]] == ["error", "error"]


def test_a_folder_is_every_picture_below_it_sorted_and_nothing_hidden(
    run: pellucid.Run, digit_files: Path, tmp_path: Path
) -> None:
    good = sorted((digit_files / "1").glob("*.png"))[0].read_bytes()
    names = ["b.png", "a/z.PNG", "a/b.png", "notes.txt", ".hidden.png", ".cache/x.png", "__MACOSX/y.png"]
    for name in names:
        path = tmp_path / "new" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(good)
    (tmp_path / "new" / "folder.png").mkdir()
    predictions = run.predict(tmp_path / "new")
    assert [Path(prediction.name).relative_to(tmp_path / "new").as_posix() for prediction in predictions] == [
        "a/b.png",
        "a/z.PNG",
        "b.png",
    ]


def test_colour_and_other_sizes_are_brought_to_what_the_model_takes(
    run: pellucid.Run, digit_files: Path, tmp_path: Path
) -> None:
    small = Image.open(sorted((digit_files / "0").glob("*.png"))[0])
    large = tmp_path / "large.png"
    small.resize((80, 80), Image.Resampling.NEAREST).convert("RGB").save(large)
    assert run.predict(large)[0].label == "0"


def test_no_source_gives_no_answer(run: pellucid.Run, tmp_path: Path) -> None:
    assert run.predict([]) == []
    assert run.predict(tmp_path) == []


def test_answers_come_from_smaller_batches_where_memory_runs_out(
    run: pellucid.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvases = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), np.uint8)
    expected = run.predictor.outputs(canvases)
    forward, sizes = run.predictor.model.forward, []

    def tight(inputs: torch.Tensor) -> torch.Tensor:
        if len(inputs) > 6:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        sizes.append(len(inputs))
        answered: torch.Tensor = forward(inputs)
        return answered

    monkeypatch.setattr(run.predictor.model, "forward", tight)
    found = run.predictor.outputs(canvases)
    assert max(sizes) == 5
    np.testing.assert_allclose(found.raw, expected.raw, atol=1e-5)
    assert found.features is not None
    assert len(found.features) == 20


def test_a_network_that_does_not_fit_at_all_is_an_error_with_the_way_out(
    run: pellucid.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(inputs: torch.Tensor) -> torch.Tensor:
        raise MemoryError

    monkeypatch.setattr(run.predictor.model, "forward", full)
    with pytest.raises(RunError, match=r"Memory ran out on a single example\..*--imgsz"):
        run.predict(np.zeros((8, 8), np.uint8))
