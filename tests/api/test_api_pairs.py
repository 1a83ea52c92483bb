"""A picture for each picture through every verb: learned, measured, answered, written, stopped, resumed, repeated."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from IPython.core.formatters import HTMLFormatter
from numpy.typing import NDArray
from PIL import Image
from tests.interrupted import StopsAfter, same_weights

import pellucid
from pellucid import Dataset, Run, api
from pellucid.errors import DataError, PellucidError
from pellucid.kinds import PairedTarget
from pellucid.prediction.judging import PairedPrediction
from pellucid.report import register_displays
from pellucid.runs import Recipe
from pellucid.training import plan_run

CHOICES: dict[str, Any] = {"epochs": 3, "lr": 0.01, "batch": 8, "threads": 1, "width": 4, "levels": 2, "imgsz": 12}


def pictures(count: int, *, seed: int) -> NDArray[np.uint8]:
    """Return [count, 18, 14, 3] of coloured stripes."""
    draws = np.random.default_rng(seed)
    found = draws.integers(0, 80, (count, 18, 14, 3), np.uint8)
    for picture in found:
        picture[:, draws.integers(0, 10) :, draws.integers(0, 3)] += 120
    return found


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Return 18 grey pictures and what each is to become, in colour."""
    wanted = pictures(18, seed=0)
    return pellucid.dataset_from_pairs(wanted.mean(axis=3).astype(np.uint8), wanted, name="colours", val=0.3)


@pytest.fixture(scope="module")
def run(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run on them."""
    return pellucid.train(data, runs_dir=tmp_path_factory.mktemp("pairs"), name="whole", **CHOICES)


def refusal(ask: Any) -> str:
    """Return in which words something is refused."""
    with pytest.raises(PellucidError) as caught:
        ask()
    return str(caught.value)


def test_it_is_learned_and_measured_beside_the_picture_itself_and_the_mean(run: Run, data: Dataset) -> None:
    assert run.record.task == "image-to-image"
    assert run.record.model.name == "unet"
    assert data.target == PairedTarget(channels=3, height=18, width=14)
    assert run.history[-1]["train_loss"] < run.history[0]["train_loss"]
    evaluation = run.evaluate("test", reason="the end")
    assert (evaluation.headline, set(evaluation.metrics)) == ("mae", {"mae", "mse", "psnr"})
    test, train = data.splits["test"], data.splits["train"]
    right, grey = data.targets[test] / 255, data.inputs.array[test] / 255  # type: ignore[attr-defined]
    levels = np.stack([run.predict(data.inputs.pixels(int(place)))[0].levels for place in test])  # type: ignore[attr-defined]
    assert evaluation.metrics["mae"].value == pytest.approx(np.abs(levels - right).mean(), abs=1e-4)
    squared = np.square(levels - right).reshape(len(test), -1).mean(axis=1)
    assert evaluation.metrics["psnr"].value == pytest.approx((-10 * np.log10(squared)).mean(), abs=1e-2)
    beside = {one.name: one.metrics["mae"].value for one in evaluation.baselines}
    mean = (data.targets[train] / 255).astype(np.float64).mean(axis=0)
    assert beside == pytest.approx(
        {
            "the picture as it is": np.abs(grey[:, None] - right.astype(np.float64)).mean(),
            "the mean picture": np.abs(mean - right).mean(),
        },
        abs=1e-4,
    )
    assert all(one.versus is not None and one.versus.metric == "mae" for one in evaluation.baselines)


@pytest.mark.parametrize("size", [(18, 14), (9, 7), (18, 30), (5, 40)])
def test_pictures_of_any_size_become_pictures_of_that_size(run: Run, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 255, size, np.uint8)
    (answer,) = run.predict(picture)
    assert isinstance(answer, PairedPrediction)
    assert answer.levels.shape == (3, *size)
    (content,) = answer.files().values()
    with Image.open(io.BytesIO(content)) as image:
        shown = np.asarray(image)
    assert np.array_equal(shown, np.rint(np.moveaxis(answer.levels, 0, 2) * 255).astype(np.uint8))
    assert f": a picture of {size[0]} x {size[1]}, mean level {answer.levels.mean():.3g}" in str(answer)


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(run.dataset, runs_dir=tmp_path, name="torn", progress=StopsAfter(), **CHOICES)
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_its_report_shows_what_they_are_to_become_and_what_they_become(run: Run) -> None:
    page = run.report().read_text(encoding="utf-8")
    for words in ("Pictures and what they become", "Best: ", "Worst: ", "what it is to become", "how far off"):
        assert words in page
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    answers = run.predict(run.dataset.inputs.pixels(0))  # type: ignore[attr-defined]
    shown = [run, run.dataset, run.evaluations[0], answers[0], answers, run.summary(), run.history]
    assert all(formatter(one) for one in shown)
    assert all(str(one) and repr(one) for one in shown)


def test_it_is_looked_into_or_refused_in_words(run: Run, tmp_path: Path) -> None:
    traced = run.trace(3)
    assert "row 9, column 7" in str(traced.part)
    assert np.allclose(traced.end, 255 * traced.output.reshape(3, 18, 14)[:, 9, 7])
    assert run.landscape(size=3).shown
    assert len(api.preview(run.dataset).examples) >= 8
    for words, ask in {
        "is not shown number by number": lambda: run.backward(3),
        "answered as a whole": lambda: run.explain(3),
        "a picture is many pixels": run.features.embedding,
        "a ladder compares": lambda: api.ladder(run.dataset, runs_dir=tmp_path),
    }.items():
        assert words in refusal(ask).lower()


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"model": "cnn"}, "gives one answer for a whole picture"),
        ({"mixup": 0.2}, "--mixup and --cutmix mix classes"),
        ({"task": "segment"}, "cannot learn the picture that belongs to each"),
        ({"loss": "focal"}, ""),
        ({"class_weight": "balanced"}, ""),
    ],
)
def test_choices_that_mean_nothing_here_are_refused(data: Dataset, choices: dict[str, Any], said: str) -> None:
    assert said in refusal(lambda: plan_run(data, Recipe().override(**{**CHOICES, **choices})))


def test_arrays_that_are_no_pairs_are_refused() -> None:
    some = pictures(6, seed=0)
    for others, words in ((some[:5], "5 targets but 6 images"), (some[:, 1:], "pictures of 17 x 14")):
        with pytest.raises(DataError, match=words):
            pellucid.dataset_from_pairs(some, others, name="no")
