"""Pictures that are their own target go through every verb."""

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
from tests.apart import Starter
from tests.interrupted import StopsAfter, killed_and_together, same_weights

import pellucid
from pellucid import Dataset, Run, api
from pellucid.errors import PellucidError, RecipeError, RunError
from pellucid.evaluation.picture_rivals import principal_axes
from pellucid.kinds import PictureTarget
from pellucid.report import register_displays

CHOICES: dict[str, Any] = {"epochs": 3, "batch": 16, "threads": 1, "latent": 3, "task": "reconstruct"}
HIDDEN: dict[str, Any] = {"hidden": (16,)}


def bright_columns(count: int = 90) -> Dataset:
    draws = np.random.default_rng(0)
    pictures, columns = draws.integers(0, 60, (count, 7, 6), np.uint8), draws.integers(0, 3, count)
    for picture, column in zip(pictures, columns, strict=True):
        picture[:, 2 * column : 2 * column + 2] += 150
    return pellucid.dataset_from_arrays(pictures, columns, name="bright", classes=("left", "middle", "right"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return an autoencoder."""
    return pellucid.train(bright_columns(), runs_dir=tmp_path_factory.mktemp("plain"), **CHOICES, **HIDDEN)


def train(folder: Path, **others: Any) -> Run:
    return pellucid.train(bright_columns(), model="vae", beta=0.5, runs_dir=folder, **CHOICES, **HIDDEN, **others)


@pytest.fixture(scope="module")
def variational(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a variational one."""
    return train(tmp_path_factory.mktemp("vae"))


@pytest.fixture(scope="module")
def cleaning(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return one of convolutions that takes noise away."""
    folder = tmp_path_factory.mktemp("conv")
    return pellucid.train(bright_columns(), model="conv-autoencoder", noise=0.3, runs_dir=folder, **CHOICES)


@pytest.fixture(params=["plain", "variational", "cleaning"])
def run(request: pytest.FixtureRequest) -> Run:
    """Return each of the three."""
    given: Run = request.getfixturevalue(request.param)
    return given


def again(run: Run, folder: Path, **others: Any) -> Run:
    """Train once more as a run was."""
    own = run.record.model.options.own
    hidden = {} if run.record.model.name == "conv-autoencoder" else HIDDEN
    return pellucid.train(
        run.dataset, model=run.record.model.name, runs_dir=folder, **{**CHOICES, **hidden, **own, **others}
    )


def test_classes_stay_as_colours_and_are_never_learned(run: Run) -> None:
    target = run.dataset.target
    assert target == PictureTarget(classes=("left", "middle", "right"))
    assert (target.answers, target.categories) == ((), ())
    learned = run.predictor.batch(run.dataset, np.arange(9))
    assert not learned.targets.any()
    assert (float(learned.inputs.min()) >= 0, float(learned.inputs.max()) <= 1) == (True, True)
    classes = bright_columns()
    for split, indices in classes.splits.items():
        assert np.array_equal(run.dataset.splits[split], indices)


def test_it_learns_and_is_measured_beside_pca(run: Run) -> None:
    name = run.record.model.name
    assert run.record.status == "finished"
    assert run.record.measured
    assert run.history[-1]["val_loss"] < run.history[0]["val_loss"]
    opened = run.evaluate("test", reason="the end")
    assert {"mse", "psnr"} <= set(opened.metrics)
    assert ({"elbo", "kl", "reconstruction"} <= set(opened.metrics)) == (name == "vae")
    assert ("psnr_gain" in opened.metrics) == (name == "conv-autoencoder")
    names = [one.name for one in opened.baselines]
    filters = ["the noisy picture", "median filter", "Gaussian filter"]
    assert names == ["PCA of 3", "k-means of 3", *(filters if name == "conv-autoencoder" else [])]
    assert all(one.versus is not None and one.versus.metric == "mse" for one in opened.baselines)
    if name == "vae":
        values = {key: metric.value for key, metric in opened.metrics.items()}
        assert values["elbo"] == pytest.approx(-values["kl"] - values["reconstruction"])
        assert ("train_kl" in run.history[0], "val_kl" in run.history[0]) == (True, True)


def test_pca_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    rows = (np.random.default_rng(0).normal(size=(40, 6)) * np.arange(1, 7)).astype(np.float32)
    for width in (1, 3, 6):
        found = PCA(width).fit(rows)
        mean, axes = principal_axes(lambda: iter((rows[:13], rows[13:])), 6, width)
        np.testing.assert_allclose(mean, found.mean_, atol=1e-5)
        np.testing.assert_allclose(np.abs((axes * found.components_).sum(axis=1)), 1, atol=1e-4)
    wide = np.random.default_rng(1).normal(size=(5, 3000)).astype(np.float32)
    mean, axes = principal_axes(lambda: iter((wide,)), 3000, 2)
    np.testing.assert_allclose(np.abs((axes * PCA(2).fit(wide).components_).sum(axis=1)), 1, atol=1e-3)


def test_rivals_see_what_the_network_sees(cleaning: Run) -> None:
    from sklearn.decomposition import PCA

    dataset, predictor = cleaning.dataset, cleaning.predictor
    val, train = dataset.splits["val"], dataset.splits["train"]
    clean = predictor.batch(dataset, train).inputs.flatten(1).numpy()
    batch = predictor.batch(dataset, val)
    assert batch.draws is not None
    noisy = (batch.inputs + 0.3 * batch.draws.normal(1, 7, 6)).clamp(0, 1)
    wanted = batch.inputs.flatten(1).numpy()
    found = PCA(3).fit(clean)
    back = np.clip(found.inverse_transform(found.transform(noisy.flatten(1).numpy())), 0, 1)
    beside = {one.name: one.metric.value for one in cleaning.evaluations[-1].baselines}
    assert beside["PCA of 3"] == pytest.approx(float(((back - wanted) ** 2).mean()), rel=1e-4)
    own = ((noisy.flatten(1).numpy() - wanted) ** 2).mean(axis=1)
    assert beside["the noisy picture"] == pytest.approx(float(own.mean()), rel=1e-5)
    given = predictor.model(noisy).detach().numpy()
    errors = ((given - wanted) ** 2).mean(axis=1)
    metrics = cleaning.evaluations[-1].metrics
    assert metrics["mse"].value == pytest.approx(float(errors.mean()), rel=1e-4)
    assert metrics["psnr_gain"].value == pytest.approx(float(10 * np.log10(own / errors).mean()), abs=1e-3)


def test_a_picture_is_given_back_as_a_file(run: Run) -> None:
    pixels = run.dataset.inputs.pixels(4)  # type: ignore[attr-defined]
    (answer,) = run.predict(pixels)
    with torch.no_grad():
        given = run.predictor.model(torch.from_numpy(pixels[None, None] / np.float32(255))).numpy()
    error = float(((given[0] - pixels.ravel() / 255) ** 2).mean())
    assert answer.values is not None
    assert answer.values["mse"] == pytest.approx(error, rel=1e-5)
    assert answer.values["psnr"] == pytest.approx(-10 * np.log10(error), rel=1e-5)
    assert "given back at 7 x 6, MSE" in str(answer)
    (content,) = answer.files().values()
    shown = np.asarray(Image.open(io.BytesIO(content)))
    np.testing.assert_allclose(shown, given.reshape(7, 6) * 255, atol=0.51)


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        again(run, tmp_path, name="torn", progress=StopsAfter())
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_pictures_are_drawn_from_a_seed(variational: Run, plain: Run) -> None:
    many, few = variational.draw(5, seed=7), variational.draw(2, seed=7)
    assert many.levels.shape == (5, 1, 7, 6)
    assert np.array_equal(many.levels[:2], few.levels)
    assert many.grid() == variational.draw(5, seed=7).grid()
    assert not np.array_equal(variational.draw(2, seed=8).levels, few.levels)
    assert Image.open(io.BytesIO(many.grid())).size == (3 * 8 - 2, 2 * 9 - 2)
    with pytest.raises(RecipeError, match="has learned nothing of which codes are likely"):
        plain.draw(1)
    with pytest.raises(RecipeError, match="Only a language model"):
        plain.sample()


def test_it_is_looked_into_or_refused_in_words(run: Run, tmp_path: Path) -> None:
    traced = run.trace(3)
    assert "given back" in traced.answer
    assert run.landscape(size=3).shown
    if run.record.model.name == "vae":
        with pytest.raises(RunError, match="hangs on random numbers"):
            run.backward(3)
    else:
        assert run.backward(3).loss > 0
    refused: dict[str, Callable[[], object]] = {
        "An explanation is about one number": lambda: run.explain(3),
        "What units react to": run.features.embedding,
        "A ladder compares": lambda: api.ladder(run.dataset, runs_dir=tmp_path, epochs=1),
        "learns from the pictures alone": lambda: again(run, tmp_path, teacher=str(run.path)),
    }
    for words, ask in refused.items():
        with pytest.raises(PellucidError, match=words):
            ask()


def test_two_runs_are_compared_and_a_recipe_is_searched(plain: Run, tmp_path: Path) -> None:
    other = again(plain, tmp_path, seed=1)
    compared = pellucid.compare(plain, other)
    assert (compared.metric, compared.n) == ("mse", len(plain.dataset.splits["val"]))
    choices = {**CHOICES, **HIDDEN, "epochs": 1}
    search = pellucid.tune(plain.dataset, runs_dir=tmp_path, trials=2, repeats=1, **choices)
    assert len(search.trials) == 2


def test_its_report_shows_pairs_codes_a_walk_and_what_is_used(run: Run) -> None:
    page = run.report().read_text(encoding="utf-8")
    for title in ("Pictures and what is given back", "Where the codes lie", "A walk between two", "What of the code"):
        assert title in page
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    answers = run.predict(run.dataset.inputs.pixels(0))  # type: ignore[attr-defined]
    assert all(formatter(one) for one in (run, run.dataset, run.evaluations[0], answers[0], answers, run.summary()))


@pytest.mark.parametrize(
    "choices",
    [
        {"model": "mlp"},
        {"mixup": 0.2},
        {"model": "linear"},
        {"beta": 2.0},
        {"noise": -1.0},
        {"loss": "focal"},
        {"class_weight": "balanced"},
        {"sampler": "balanced"},
        {"positive": "left"},
        {"bounds": (0.0, 1.0)},
    ],
    ids=str,
)
def test_what_does_not_go_is_refused_in_words(choices: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(PellucidError):
        pellucid.train(bright_columns(), runs_dir=tmp_path, **{**CHOICES, **choices})
    assert not list(tmp_path.iterdir())


def test_tables_are_not_given_back() -> None:
    with pytest.raises(RecipeError, match="gives pictures back, and these are a table"):
        pellucid.load_dataset("iris", task="reconstruct")


@pytest.fixture(scope="module")
def driven(start: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run that was killed with SIGKILL, and one that two processes trained."""
    folder = tmp_path_factory.mktemp("driven")
    done = start.run(killed_and_together(__name__, noise=0.2), folder, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_it_is_killed_and_resumed_to_the_same_bits(variational: Run, driven: Path) -> None:
    killed = pellucid.open_run(driven / "killed", data=variational.dataset)
    assert (killed.record.status, len(killed.history)) == ("running", 1)
    assert same_weights(variational, pellucid.resume(killed.path, data=variational.dataset))


@pytest.mark.slow
def test_two_processes_meet_the_same_noise_as_one(variational: Run, driven: Path, tmp_path: Path) -> None:
    together = pellucid.open_run(driven / "together", data=variational.dataset)
    alone = again(variational, tmp_path, noise=0.2)
    for mine, other in zip(together.history, alone.history, strict=True):
        for name in ("train_loss", "train_kl", "val_loss", "val_mse"):
            assert mine[name] == pytest.approx(other[name], rel=1e-4), name
