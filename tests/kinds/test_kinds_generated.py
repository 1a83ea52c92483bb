"""Pictures that are drawn of random numbers go through every verb."""

from __future__ import annotations

import io
from collections.abc import Callable
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
from tests.interrupted import StopsAfter, killed_and_together, same_weights

import pellucid
from pellucid import Dataset, Run, api
from pellucid.errors import ModelError, PellucidError, RecipeError
from pellucid.kinds import GeneratedTarget
from pellucid.report import register_displays
from pellucid.training import film_of

CHOICES: dict[str, Any] = {"epochs": 3, "batch": 16, "threads": 1, "latent": 5, "width": 4}


def bright_columns(count: int = 90) -> Dataset:
    draws = np.random.default_rng(0)
    pictures, columns = draws.integers(0, 60, (count, 9, 7), np.uint8), draws.integers(0, 3, count)
    for picture, column in zip(pictures, columns, strict=True):
        picture[:, 2 * column : 2 * column + 2] += 150
    return pellucid.dataset_from_arrays(pictures, columns, name="bright", classes=("left", "middle", "right"))


def train(folder: Path, **others: Any) -> Run:
    return pellucid.train(bright_columns(), model="dcgan", runs_dir=folder, **{**CHOICES, **others})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a pair that learned for three epochs."""
    return train(tmp_path_factory.mktemp("dcgan"))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a classifier of the same pictures."""
    return pellucid.train(bright_columns(), model="cnn", epochs=3, threads=1, runs_dir=tmp_path_factory.mktemp("cnn"))


def test_the_model_chooses_the_task_and_its_way(run: Run) -> None:
    record = run.record
    assert (record.task, record.dataset.target) == ("generate", GeneratedTarget(classes=("left", "middle", "right")))
    assert record.model.reads is not None
    assert record.model.reads.shape == (5,)
    assert (record.betas, record.recipe.optimization.ema) == ((0.5, 0.999), 0.999)
    classes = bright_columns()
    for split, indices in classes.splits.items():
        assert np.array_equal(run.dataset.splits[split], indices)
    assert not run.predictor.batch(run.dataset, np.arange(9)).targets.any()
    vae = pellucid.Recipe(model="vae")
    assert (vae.data_task, pellucid.Recipe(model="cnn").data_task) == ("reconstruct", None)


def test_both_networks_learn_in_turns_and_the_last_epoch_answers(run: Run) -> None:
    record = run.record
    assert (record.status, record.measured) == ("finished", True)
    assert record.best is not None
    assert record.best.epoch == 3
    assert {"train_loss", "train_generator_loss", "val_loss", "val_told_apart"} <= set(run.history[-1])
    keys = load_file(run.folder.checkpoints / "best.safetensors")
    assert {key.split("/")[1] for key in keys} == {"generator", "discriminator"}


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, name="torn", progress=StopsAfter())
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_pictures_are_the_same_among_however_many(run: Run) -> None:
    many, few = run.draw(70, seed=7), run.draw(2, seed=7)
    assert many.levels.shape == (70, 1, 9, 7)
    assert (float(many.levels.min()) >= 0, float(many.levels.max()) <= 1) == (True, True)
    assert np.array_equal(many.levels[:2], few.levels)
    assert many.grid() == run.draw(70, seed=7).grid()
    assert not np.array_equal(run.draw(2, seed=8).levels, few.levels)
    assert Image.open(io.BytesIO(few.grid())).size == (2 * 9 - 2, 9)


def test_a_film_shows_the_same_numbers_from_epoch_to_epoch(run: Run) -> None:
    film = film_of(run.folder.checkpoints)
    assert list(film) == [0, 1, 2, 3]
    drawn = np.rint(np.moveaxis(run.draw(10).levels, 1, 3) * 255)
    assert np.abs(film[3] - drawn).max() <= 1
    assert not np.array_equal(film[0], film[3])


def test_a_judge_measures_what_is_drawn_beside_real_pictures_and_noise(run: Run, judge: Run, tmp_path: Path) -> None:
    judged = run.judge(judge, number=60, seed=3)
    assert not run.evaluations
    drawn, held, noise = judged.sets
    assert [one.name for one in judged.sets] == ["drawn", "held-out", "noise"]
    assert (drawn.n, held.n, noise.n) == (60, len(run.dataset.splits["val"]), 60)
    assert sum(share.value for share in drawn.shares) == pytest.approx(1)
    shares = judge.predictor.answer(judge.predictor.outputs(canvases(run, 60, 3))).numbers
    assert drawn.accepted.value == pytest.approx(float((shares.max(axis=1) > 0.9).mean()))
    assert noise.nearest.value > held.nearest.value
    assert judged.to_dict() == run.judge(judge, number=60, seed=3).to_dict()
    assert "held-out" in str(judged)
    with pytest.raises(RecipeError, match="cannot judge pictures"):
        run.judge(run)
    rows = pellucid.train("iris", model="linear", epochs=1, threads=1, runs_dir=tmp_path)
    with pytest.raises(RecipeError, match="cannot judge pictures"):
        run.judge(rows)
    with pytest.raises(RecipeError, match="This run answers inputs"):
        judge.judge(judge)


def canvases(run: Run, number: int, seed: int) -> Any:
    return np.rint(np.moveaxis(run.draw(number, seed=seed).levels, 1, 3) * 255).astype(np.uint8)


def test_opening_test_is_counted_and_told_in_the_report(judge: Run, tmp_path: Path) -> None:
    run = train(tmp_path, epochs=1)
    judged = run.judge(judge, "test", number=60, reason="the end")
    assert judged.opening is not None
    assert (judged.opening.number, judged.opening.reason) == (1, "the end")
    assert run.folder.num_openings("test") == 1
    (kept,) = run.evaluations
    assert (kept.split, kept.headline, kept.opening) == ("test", "accepted", judged.opening)
    page = run.folder.report.read_text(encoding="utf-8")
    assert "What a classifier says of drawn pictures" in page


def test_its_report_shows_drawings_a_film_and_the_nearest(run: Run, judge: Run) -> None:
    page = run.report().read_text(encoding="utf-8")
    for title in ("Pictures that it draws", "the nearest real ones", "The same random numbers over the epochs"):
        assert title in page
    assert "the weights of its last epoch" in page
    assert "--judge CLASSIFIER" in page
    for untrue in ("the best by", "Validation chose", "hardly knows"):  # no figure chooses an epoch of two that compete
        assert untrue not in page
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    assert all(formatter(one) for one in (run, run.dataset, run.summary(), run.judge(judge, number=60)))


def test_a_drawing_is_traced_to_what_the_discriminator_takes_it_for(run: Run) -> None:
    traced = run.trace(1)
    noise = run.predictor.task.noise(pellucid.tasks.Draws(0, 0, torch.tensor([1])))  # type: ignore[attr-defined]
    with torch.no_grad():
        picture = run.predictor.model.generator(noise)[0].numpy()  # type: ignore[operator]
    np.testing.assert_allclose(traced["generator.picture"].values, picture, atol=1e-6)
    assert "real to the discriminator" in traced.answer
    assert run.backward(1, "real").loss > 0
    refused: dict[str, Callable[[], object]] = {
        "Both networks want something else": lambda: run.backward(1),
        "is asked for one of its own": lambda: run.trace("a.png"),
        "One of: drawn, real": lambda: run.backward(1, "cat"),
    }
    for words, ask in refused.items():
        with pytest.raises(RecipeError, match=words):
            ask()


def test_what_does_not_go_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    pixels = run.dataset.inputs.pixels(0)  # type: ignore[attr-defined]
    refused: dict[str, Callable[[], object]] = {
        "answers none that are handed over": lambda: run.predict(pixels),
        "answers none that": lambda: run.evaluate("val"),
        "answers none": lambda: pellucid.compare(run, run),
        "An explanation is about": lambda: run.explain(3),
        "that are handed over": run.features.embedding,
        "handed over": run.features.maps,
        "A ladder compares": lambda: api.ladder(run.dataset, runs_dir=tmp_path, epochs=1),
        "nothing is searched": lambda: pellucid.tune(run.dataset, runs_dir=tmp_path, trials=2),
        "This run draws pictures": run.sample,
    }
    for words, ask in refused.items():
        with pytest.raises(PellucidError, match=words):
            ask()
    wrong: list[dict[str, Any]] = [{"model": "cnn", "task": "generate"}, {"model": "dcgan", "task": "reconstruct"}]
    for choices in wrong:
        with pytest.raises((ModelError, RecipeError)):
            pellucid.train(bright_columns(), runs_dir=tmp_path, **choices)
    with pytest.raises(RecipeError, match="draws pictures, and these are a table"):
        pellucid.load_dataset("iris", task="generate")
    assert not [path for path in tmp_path.iterdir() if path.is_dir() and (path / "run.json").exists()]
    assert run.landscape(size=3, split="val").shown


def test_health_says_where_drawings_are_alike_and_where_the_discriminator_has_won(run: Run) -> None:
    epochs = run.folder.health()
    assert all(epoch.spread is not None and epoch.told_apart is not None for epoch in epochs)
    from pellucid.runs import judge as judge_health

    alike = [
        one.model_copy(update={"spread": 0.1, "told_apart": 1.0, "epoch": 5 + n})
        for n, one in enumerate([epochs[-1]] * 3)
    ]
    assert {"collapsed", "one-sided"} <= {one.kind for one in judge_health(alike).findings}
    fine = [one.model_copy(update={"spread": 1.0, "told_apart": 0.7}) for one in epochs]
    assert not {"collapsed", "one-sided"} & {one.kind for one in judge_health(fine).findings}


@pytest.fixture(scope="module")
def driven(start: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run that was killed with SIGKILL, and one that two processes trained."""
    folder = tmp_path_factory.mktemp("driven")
    done = start.run(killed_and_together(__name__), folder, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_it_is_killed_and_resumed_to_the_same_bits(run: Run, driven: Path) -> None:
    killed = pellucid.open_run(driven / "killed", data=run.dataset)
    assert (killed.record.status, len(killed.history)) == ("running", 1)
    assert same_weights(run, pellucid.resume(killed.path, data=run.dataset))


@pytest.mark.slow
def test_two_processes_draw_of_the_same_numbers_as_one(run: Run, driven: Path) -> None:
    together = pellucid.open_run(driven / "together", data=run.dataset)
    for mine, other in zip(together.history, run.history, strict=True):
        for name in ("train_loss", "train_generator_loss", "val_loss"):
            assert mine[name] == pytest.approx(other[name], rel=1e-3), name
    np.testing.assert_allclose(together.draw(4).levels, run.draw(4).levels, atol=1e-3)
