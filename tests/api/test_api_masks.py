"""A class for each pixel through every verb: learned, measured, answered, written, stopped, resumed, repeated."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.formatters import HTMLFormatter
from PIL import Image
from safetensors.torch import load_file
from tests.apart import Starter
from tests.interrupted import StopsAfter, same_weights
from torch import Tensor, nn

import pellucid
from pellucid import Dataset, Run, api
from pellucid.data.made_shapes import make_shapes
from pellucid.errors import PellucidError
from pellucid.evaluation.masks import pixel_baselines
from pellucid.kinds import NOT_LABELLED, SplitName
from pellucid.prediction.judging import MaskPrediction
from pellucid.preprocessing.augmentation.windows import cut_windows, draw_windows
from pellucid.report import register_displays
from pellucid.runs import Recipe
from pellucid.training import plan_run

CHOICES: dict[str, Any] = {"epochs": 3, "lr": 0.01, "batch": 8, "threads": 1, "imgsz": 16}
SMALL: dict[str, Any] = {**CHOICES, "width": 4, "levels": 3}


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    """Let the forest beside the network be small: here nobody asks how well it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixel_baselines, "TREES", 2)
        patch.setattr(pixel_baselines, "PIXELS", 500)
        yield


def shapes() -> Dataset:
    """Return 20 pictures of shapes, 26 x 22 pixels, with a border that is not labelled."""
    pictures, masks = make_shapes(20, side=26, seed=1)
    masks[:, :, 0] = NOT_LABELLED
    classes = ("background", "circle", "square", "triangle")
    splits: dict[SplitName, np.ndarray] = {"train": np.arange(10), "val": np.arange(10, 15), "test": np.arange(15, 20)}
    return pellucid.dataset_from_masks(
        pictures[:, :, :22], masks[:, :, :22], name="shapes-small", classes=classes, splits=splits
    )


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Return pictures of shapes."""
    return shapes()


@pytest.fixture(scope="module")
def run(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run on them."""
    return pellucid.train(data, runs_dir=tmp_path_factory.mktemp("masks"), name="whole", **SMALL)


def refusal(ask: Any) -> str:
    """Return in which words something is refused."""
    with pytest.raises(PellucidError) as caught:
        ask()
    return str(caught.value)


def test_it_is_learned_and_measured_with_rivals_beside_it(run: Run) -> None:
    assert run.record.task == "segment"
    assert run.record.model.name == "unet"
    assert (run.record.preprocessing.canvas_size, run.record.augmentation.window) == ((26, 22), 16)  # type: ignore[union-attr]
    evaluation = run.evaluate("test", reason="the end")
    assert evaluation.headline == "dice"
    assert [row.name for row in evaluation.output_rows] == ["background", "circle", "square", "triangle"]
    assert {one.name for one in evaluation.baselines} == {"threshold (Otsu) and opening", "random forest on filters"}
    assert all(one.versus is not None for one in evaluation.baselines)
    assert [one.rank for one in evaluation.masks] == ["best", "median", "worst"]
    assert "Dice and IoU are of all pixels" in " ".join(evaluation.notes)


def test_what_is_written_and_read_back_is_the_answer_bit_for_bit(run: Run) -> None:
    picture = run.dataset.inputs.pixels(3)  # type: ignore[attr-defined]
    (answer,) = run.predict(picture)
    assert isinstance(answer, MaskPrediction)
    split = run.predictor.split_answer(run.dataset, np.array([3]))[0].as_targets[0]
    assert np.array_equal(answer.classes, split)
    files = answer.files(overlay=True)
    with Image.open(io.BytesIO(files[".png"])) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), answer.classes)
        assert image.getpalette()[:6] == [0, 0, 0, 128, 0, 0]  # type: ignore[index]
    with Image.open(io.BytesIO(files["-overlay.png"])) as image:
        assert image.size == (22, 26)
        background = np.asarray(image)[answer.classes == 0]
        assert np.array_equal(background[:, 0], picture[answer.classes == 0])
    assert sum((answer.pixels or {}).values()) == pytest.approx(1)
    assert "classes" not in answer.to_dict()
    assert str(answer).endswith(f"mean probability {answer.probability:.2f}")


@pytest.mark.parametrize("size", [(26, 22), (9, 7), (26, 40), (61, 50), (5, 90)])
def test_pictures_of_any_size_are_answered_at_their_own(run: Run, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 255, size, np.uint8)
    (answer,) = run.predict(picture)
    assert answer.classes.shape == size  # type: ignore[attr-defined]


def test_a_large_picture_in_parts_is_answered_as_its_parts_are_inside(run: Run) -> None:
    picture = np.tile(run.dataset.inputs.pixels(3), (1, 3))  # type: ignore[attr-defined]
    whole, part = run.predict([picture, picture[:, 15:37]])
    # Parts begin at the columns 0, 15, 29 and 44: those from 22 to 28 lie in the second alone.
    assert np.array_equal(whole.classes[:, 22:29], part.classes[:, 7:14])  # type: ignore[attr-defined]


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(run.dataset, runs_dir=tmp_path, name="torn", progress=StopsAfter(2), **SMALL)
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_two_runs_are_compared_by_dice(run: Run, tmp_path: Path) -> None:
    other = pellucid.train(run.dataset, runs_dir=tmp_path, seed=1, **SMALL)
    compared = pellucid.compare(run, other)
    assert (compared.metric, compared.n) == ("dice", 5)


@pytest.mark.slow
def test_a_recipe_is_searched(run: Run, tmp_path: Path) -> None:
    search = pellucid.tune(run.dataset, runs_dir=tmp_path, trials=2, repeats=1, epochs=1, threads=1, width=4)
    assert len(search.trials) == 2


def test_the_report_shows_best_median_and_worst(run: Run) -> None:
    page = run.report().read_text(encoding="utf-8")
    assert "Pixel by pixel" in page
    for words in ("Best: ", "Median: ", "Worst: ", "what is answered", "Dice, pooled"):
        assert words in page


def test_results_show_themselves_in_a_notebook(run: Run) -> None:
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    answers = run.predict(run.dataset.inputs.pixels(0))  # type: ignore[attr-defined]
    shown = [run, run.dataset, run.evaluations[0], answers[0], answers, run.summary(), run.history, run.mistakes()]
    assert all(formatter(one) for one in shown)
    assert all(str(one) and repr(one) for one in shown)


def test_every_value_is_the_sum_of_its_terms(run: Run) -> None:
    traced = run.trace(3)
    assert "row 13, column 11" in str(traced.part)
    chance = np.random.default_rng(0)
    for values in traced:
        for _ in range(3):
            place = tuple(int(chance.integers(size)) for size in values.shape)
            arithmetic = values.at(*place)
            assert len(arithmetic.terms), values.step.name
            assert arithmetic.is_exact, str(arithmetic)
    logits = traced.output.reshape(4, 26, 22)[:, 13, 11]
    shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    assert np.allclose(traced.end, shares, atol=1e-5)


def test_what_has_no_single_answer_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    assert "is not shown number by number" in refusal(lambda: run.backward(3))
    assert "each pixel has its own" in refusal(lambda: run.features.embedding())
    assert "a ladder compares" in refusal(lambda: api.ladder(run.dataset, runs_dir=tmp_path)).lower()
    assert run.features.filters().weights.shape[2:] == (3, 3)
    assert run.landscape(size=3).shown
    assert len(api.preview(run.dataset).examples) >= 8
    assert api.inspect(run.dataset).to_dict()["target_summary"] is None


def test_a_class_is_explained_over_the_pixels_that_are_answered_with_it(run: Run) -> None:
    masks = run.predictor.split_answer(run.dataset, np.array([3]))[0].as_targets[0]
    foremost = int(np.bincount(masks.ravel(), minlength=4)[1:].argmax()) + 1
    explained = run.explain(3, method="saliency", checks=False)
    name = run.dataset.target.answers[foremost]
    assert explained.target == name
    said = next(one.value for one in explained.decisions if one.name == "explained")
    assert said.startswith(f"{name}, over ")
    with torch.no_grad():
        logits = run.predictor.model(run.predictor.example(run.dataset, 3)).reshape(4, 26, 22)
    region = torch.from_numpy(masks == foremost)
    assert explained.score == pytest.approx(float(logits[foremost][region].mean()), rel=1e-4)
    assert explained.answered == pytest.approx(float(logits.softmax(0)[foremost][region].mean()), rel=1e-4)
    assert explained.attributions[0].values.shape[-2:] == (26, 22)
    named = run.explain(3, target="background", checks=False)
    assert (named.target, named.attributions[0].method) == ("background", "grad-cam")
    with pytest.raises(PellucidError, match="no class 'star'"):
        run.explain(3, target="star")


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"model": "cnn"}, "gives one answer for a whole picture"),
        ({"resize": "crop"}, "pictures keep their size"),
        ({"mixup": 0.2}, "--mixup and --cutmix mix classes"),
        ({"sampler": "balanced"}, ""),
        ({"task": "regression"}, "cannot learn which of 4 classes each pixel shows"),
        ({"loss": "focal"}, ""),
        ({"encoder": "nonsense"}, "timm has no network 'nonsense'"),
    ],
)
def test_choices_that_mean_nothing_here_are_refused(data: Dataset, choices: dict[str, Any], said: str) -> None:
    assert said in refusal(lambda: plan_run(data, Recipe().override(**{**SMALL, **choices})))


@pytest.mark.parametrize("choices", [{"augment": "none"}, {"augment": "photo", "class_weight": "balanced"}])
def test_choices_that_mean_something_are_learned_with(data: Dataset, choices: dict[str, Any], tmp_path: Path) -> None:
    run = pellucid.train(data, runs_dir=tmp_path, **{**SMALL, "epochs": 1, **choices})
    assert run.record.status == "finished"


def test_a_unet_answers_no_whole_pictures(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (20, 8, 8), np.uint8)
    plain = pellucid.dataset_from_arrays(pictures, np.arange(20) % 2, name="plain")
    assert "answers each pixel" in refusal(lambda: pellucid.train(plain, model="unet", runs_dir=tmp_path))


class Own(nn.Module):
    """A network of the user's own: a convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 5, padding=2)

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.conv(inputs)
        return logits


def test_a_module_of_ones_own_answers_pixels_when_it_gives_k_numbers_at_each(data: Dataset, tmp_path: Path) -> None:
    own = pellucid.train(data, model=Own(), runs_dir=tmp_path, epochs=1, imgsz=16, threads=1)
    assert own.evaluations[0].headline == "dice"


DRIVER = """
import os, socket, sys
import pellucid
from tests.api.test_api_masks import CHOICES, Own, shapes

def apart(**others):
    child = os.fork()
    if child == 0:
        pellucid.train(shapes(), model=Own(), runs_dir=sys.argv[1], **{**CHOICES, "epochs": 2}, **others)
        os._exit(0)
    return child

children = [apart(name="alone")]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = str(free.getsockname()[1])
for rank in ("0", "1"):
    os.environ.update(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE="2", LOCAL_WORLD_SIZE="2")
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    children.append(apart(name="together"))
for child in children:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
"""Trains alone, and in two processes as torchrun starts them."""


@pytest.mark.slow
def test_two_processes_learn_the_same_squares_as_one(start: Starter, tmp_path: Path) -> None:
    """A network without batch normalisation, whose statistics would be of each process's share."""
    done = start.run(DRIVER, tmp_path, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    weights = [load_file(tmp_path / name / "checkpoints" / "last.safetensors") for name in ("alone", "together")]
    assert weights[0].keys() == weights[1].keys()
    for name, value in weights[0].items():
        torch.testing.assert_close(weights[1][name], value, rtol=1e-4, atol=1e-6, msg=name)


def test_squares_of_picture_and_mask_are_cut_and_turned_as_one() -> None:
    grids = torch.arange(6 * 9 * 7, dtype=torch.int64).reshape(6, 9, 7)
    boxes = np.tile(np.array([[2, 1, 6, 5]]), (6, 1))
    ids = np.arange(6)
    windows = draw_windows(ids, boxes, side=4, symmetries=True, seed=0, epoch=3)
    assert set(windows.tops.tolist()) <= {2, 3, 4}
    assert set(windows.lefts.tolist()) <= {1, 2}
    masks = cut_windows(grids, windows)
    pictures = cut_windows(grids[:, None].repeat(1, 3, 1, 1), windows)
    assert torch.equal(pictures, masks[:, None].expand(-1, 3, -1, -1))
    for row, square in enumerate(masks):
        assert sorted(square.flatten().tolist()) == sorted(
            grids[row, windows.tops[row] : windows.tops[row] + 4, windows.lefts[row] : windows.lefts[row] + 4]
            .flatten()
            .tolist()
        )
    alone = draw_windows(ids[4:5], boxes[4:5], side=4, symmetries=True, seed=0, epoch=3)
    assert (alone.tops[0], alone.lefts[0], alone.turns[0]) == (windows.tops[4], windows.lefts[4], windows.turns[4])
    many = draw_windows(np.arange(200), np.tile(boxes[:1], (200, 1)), side=4, symmetries=True, seed=0, epoch=1)
    assert set(many.turns.tolist()) == set(range(8))
