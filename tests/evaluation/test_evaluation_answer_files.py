"""Every answer of an evaluation is kept beside it; nothing of test is there before its opening."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid.errors import RunError
from pellucid.evaluation.answer_files import place_of

QUICK: dict[str, Any] = {"model": "linear", "epochs": 1, "threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    """Return a run on pictures of two classes."""
    draws = np.random.default_rng(0)
    pictures, labels = draws.integers(0, 200, (80, 6, 6), np.uint8), draws.integers(0, 2, 80)
    pictures[labels == 1, :, 3:] += 50
    dataset = pellucid.dataset_from_arrays(pictures, [str(label) for label in labels], name="halves")
    return pellucid.train(dataset, runs_dir=tmp_path_factory.mktemp("runs"), **QUICK)


def test_the_answers_of_val_are_there_after_the_training_and_equal_those_of_predict(run: pellucid.Run) -> None:
    kept = run.answers("val")
    dataset = run.dataset
    np.testing.assert_array_equal(kept.indices, dataset.splits["val"])
    assert kept.columns == ("0", "1")
    said = run.predict([dataset.inputs.pixels(index) for index in kept.indices])  # type: ignore[attr-defined]
    shares = np.array([[one.probabilities[name] for name in kept.columns] for one in said])  # type: ignore[index]
    np.testing.assert_allclose(kept.numbers, shares, atol=1e-6)
    assert [kept.columns[label] for label in kept.answered] == [one.label for one in said]
    right = (kept.answered == dataset.targets[kept.indices]).mean()
    assert right == pytest.approx(run.evaluations[0].metrics["accuracy"].value)
    assert len(kept.to_dict()["numbers"]) == len(kept)


def test_answers_of_test_are_kept_by_its_opening_alone(run: pellucid.Run) -> None:
    with pytest.raises(RunError, match="No answers of 'halves-linear' to the examples of test are kept"):
        run.answers("test")
    assert not list(run.folder.evaluations.glob("test*"))
    run.evaluate("test", reason="a test of answers", baselines=False)
    assert len(run.answers("test")) == len(run.dataset.splits["test"])
    again = pellucid.open_run(run.path)
    assert len(again.answers("test")) == len(run.answers("test"))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x10\0\0\0\0\0\0\0{}              "])
def test_damaged_answers_are_an_error_and_cost_nothing_else(run: pellucid.Run, tmp_path: Path, damage: bytes) -> None:
    last = run.folder.last_evaluation("val")
    assert last is not None
    place = place_of(last)
    whole = place.read_bytes()
    try:
        place.write_bytes(damage)
        with pytest.raises(RunError, match="answers"):
            run.answers("val")
        assert run.evaluations
        assert run.report().exists()
    finally:
        place.write_bytes(whole)
    assert len(run.answers("val"))


def test_an_opening_ends_in_its_report_where_the_answers_find_no_room(
    run: pellucid.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pellucid.evaluation.measuring.keep_answers", full)
    number = run.folder.num_openings("test") + 1
    opening = run.evaluate("test", reason="a full disk", baselines=False).opening
    assert opening is not None
    assert opening.number == number
    with pytest.raises(RunError, match="No answers"):
        run.answers("test")
