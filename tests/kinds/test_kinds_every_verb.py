"""A kind of input and a kind of target from this folder go through every verb; nothing in the package knows them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from IPython.core.formatters import HTMLFormatter
from tests.apart import Starter
from tests.interrupted import StopsAfter, same_weights
from tests.kinds.registering import registries_restored
from tests.kinds.toy_directions import AngleTarget, picture_directions, register_directions
from tests.kinds.toy_words import WordPreprocessing, learnable_words, register_words

import pellucid
from pellucid import Dataset, Run, api
from pellucid.errors import PellucidError
from pellucid.kinds import INPUTS, TARGETS
from pellucid.preprocessing import PREPROCESSINGS
from pellucid.report import register_displays
from pellucid.runs import Recipe, RunRecord
from pellucid.training import plan_run

CHOICES: dict[str, Any] = {"epochs": 4, "lr": 0.02, "batch": 16, "threads": 1}
KILLED = """
import json, os, signal, sys
import pellucid
from pellucid.training import NullProgress
from tests.kinds.toy_words import learnable_words, register_words

class Killed(NullProgress):
    def ended_epoch(self, row, *, num_epochs, is_best):
        if row["epoch"] == 2:
            os.kill(os.getpid(), signal.SIGKILL)

register_words()
pellucid.train(learnable_words(), runs_dir=sys.argv[1], name="killed", progress=Killed(), **json.loads(sys.argv[2]))
"""


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """Register both kinds for the tests of this file."""
    with registries_restored():
        register_words()
        register_directions()
        yield
    assert not {"word", "angle"} & {*INPUTS, *PREPROCESSINGS, *TARGETS}


@pytest.fixture(scope="module")
def words(registered: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run on words of two classes."""
    return pellucid.train(learnable_words(), runs_dir=tmp_path_factory.mktemp("words"), name="whole", **CHOICES)


@pytest.fixture(scope="module")
def directions(registered: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run on pictures with a direction each."""
    folder = tmp_path_factory.mktemp("directions")
    return pellucid.train(picture_directions(), runs_dir=folder, name="whole", model="mlp", **CHOICES)


@pytest.fixture(params=["words", "directions"])
def run(request: pytest.FixtureRequest) -> Run:
    """Return each of the two."""
    given: Run = request.getfixturevalue(request.param)
    return given


def again(run: Run, folder: Path, **others: Any) -> Run:
    """Train like a run, but for some choices."""
    given = {"model": run.record.model.name, **CHOICES, **others}
    return pellucid.train(run.dataset, runs_dir=folder, **given)


def works_or_refuses(ask: Callable[[], object]) -> str:
    """Return "" where something works, else the words in which it is refused; all else is a fault."""
    try:
        ask()
    except PellucidError as refusal:
        return str(refusal)
    return ""


def test_a_record_comes_back_from_its_json(run: Run) -> None:
    record = run.record
    assert RunRecord.model_validate_json(json.dumps(record.to_dict())) == record
    assert RunRecord.model_validate_json((run.path / "run.json").read_text(encoding="utf-8")) == record
    assert pellucid.open_run(run.path, data=run.dataset).record == record


def test_it_is_inspected(run: Run) -> None:
    found = api.inspect(run.dataset)
    assert found.to_dict()["input"]["kind"] == run.dataset.input.kind
    page = api.write_inspection_page(found, run.path.parent / "data.html")
    assert page is not None
    assert run.dataset.name in page.read_text(encoding="utf-8")


def test_words_are_learned_evaluated_and_answered(words: Run, tmp_path: Path) -> None:
    longer = again(words, tmp_path, epochs=30)
    opened = longer.evaluate("test", reason="the end")
    assert opened.metrics["accuracy"].value > 0.75
    assert {"majority class", "logistic regression"} <= {one.name for one in opened.baselines}
    right, wrong = longer.predict(["abcd", "abc"])
    assert right.label == "early"
    assert right.probabilities is not None
    assert wrong.error == "'abc' is no word of 4 letters."
    assert "Each letter is a number from 0 to 25." in longer.report().read_text(encoding="utf-8")


def test_directions_are_learned_evaluated_and_answered(directions: Run, tmp_path: Path) -> None:
    longer = again(directions, tmp_path, epochs=30)
    opened = longer.evaluate("test", reason="the end")
    assert opened.metrics["degrees_off"].value < 20
    assert opened.baselines == ()
    assert "Without baselines: simple methods learn numbers, and 359 degrees lie beside 0." in opened.notes
    dataset = longer.dataset
    (answer,) = longer.predict(dataset.inputs.pixels(0))  # type: ignore[attr-defined]
    assert answer.value is not None
    assert answer.words().endswith(" degrees")
    off = abs((answer.value - dataset.targets[0] + 180) % 360 - 180)
    assert off < 40
    assert "degrees" in longer.report().read_text(encoding="utf-8")


def test_two_runs_are_compared(run: Run, tmp_path: Path) -> None:
    compared = pellucid.compare(run, again(run, tmp_path, seed=1))
    assert compared.metric == run.evaluations[0].headline
    assert compared.n == len(run.dataset.splits["val"])


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        again(run, tmp_path, name="torn", progress=StopsAfter(2))
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


@pytest.mark.slow
def test_a_killed_training_is_resumed_to_the_same_bits(words: Run, tmp_path: Path, start: Starter) -> None:
    died = start.run(KILLED, tmp_path, json.dumps(CHOICES))
    assert died.returncode == -9, died.stderr
    resumed = pellucid.resume(tmp_path / "killed", data=words.dataset)
    assert resumed.record.status == "finished"
    assert same_weights(words, resumed)


@pytest.mark.slow
def test_a_recipe_is_searched(run: Run, tmp_path: Path) -> None:
    search = pellucid.tune(
        run.dataset, model=run.record.model.name, runs_dir=tmp_path, trials=2, repeats=1, epochs=2, threads=1
    )
    assert len(search.trials) == 2
    assert search.verdict is not None


def test_words_are_looked_into(words: Run) -> None:
    assert words.trace(3).answer
    assert words.trace("abcd").answer
    assert words.backward(3).loss > 0
    assert words.features.embedding().n == len(words.dataset.splits["val"])
    assert words.features.selectivity().units
    assert words.landscape(size=3).shown
    assert works_or_refuses(lambda: words.explain(3)) == (
        "An explanation follows numbers by degrees, and letters have none."
    )
    for pictures in (words.features.maps, words.features.patches, words.features.visualise, words.features.shifts):
        assert "of pictures, and 'whole' was trained on words" in works_or_refuses(pictures)


def test_directions_are_looked_into(directions: Run) -> None:
    two = "A direction is no output of the network, but follows from two of them."
    assert works_or_refuses(lambda: directions.trace(3)) == two
    assert works_or_refuses(lambda: directions.backward(3)) == two
    assert works_or_refuses(lambda: directions.explain(3)) == two
    assert directions.features.filters().weights.shape[2:] == (9, 9)
    assert directions.landscape(size=3).shown
    for asked in (directions.features.embedding, directions.features.selectivity, directions.features.maps):
        assert "Directions go round in a circle" in works_or_refuses(asked)
    assert len(api.preview(directions.dataset).examples) == 12


@pytest.mark.parametrize(
    "choices",
    [
        {"imgsz": 8},
        {"augment": "photo"},
        {"mixup": 0.2},
        {"pretrained": True},
        {"ordered": True},
        {"positive": "late"},
        {"bounds": (0.0, 360.0)},
        {"loss": "focal"},
        {"class_weight": "balanced"},
        {"sampler": "balanced"},
        {"task": "regression"},
        {"task": "single-label"},
        {"scale": "none"},
        {"views": 2},
        {"model": "cnn"},
        {"model": "linear"},
        {"model": "perceptron"},
        {"freeze": "all"},
    ],
    ids=lambda choices: "-".join(f"{name}-{value}" for name, value in choices.items()),
)
def test_each_choice_is_planned_or_refused_in_words(run: Run, choices: dict[str, Any]) -> None:
    recipe = Recipe().override(**{"model": run.record.model.name, **CHOICES, **choices})
    works_or_refuses(lambda: plan_run(run.dataset, recipe))


@pytest.mark.slow
def test_a_teacher_or_a_ladder_works_or_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    taught = works_or_refuses(lambda: again(run, tmp_path, teacher=str(run.path)))
    climbed = works_or_refuses(lambda: api.ladder(run.dataset, runs_dir=tmp_path / "ladder", epochs=1))
    if run.dataset.target.kind == "angle":
        assert "Directions go round in a circle" in taught
        assert "Directions go round in a circle" in climbed
        assert "--target" not in climbed
    else:
        assert taught == climbed == ""


def test_results_show_themselves_in_a_notebook(run: Run) -> None:
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    dataset: Dataset = run.dataset
    source = "abcd" if dataset.input.kind == "word" else dataset.inputs.pixels(0)  # type: ignore[attr-defined]
    answers = run.predict(source)
    shown = [run, dataset, run.evaluations[0], answers[0], answers, run.summary(), run.history, run.mistakes()]
    assert all(formatter(one) for one in shown)
    assert all(str(one) and repr(one) for one in shown)


def test_a_row_that_is_missing_is_told_in_words(tmp_path: Path) -> None:
    with registries_restored():
        for table in TARGETS.tables:
            table._rows.pop("angle", None)
        said = works_or_refuses(lambda: pellucid.train(picture_directions(), runs_dir=tmp_path, model="mlp", **CHOICES))
    assert said.startswith("For the kind of target 'angle' there is no ")
    assert not list(tmp_path.iterdir())


def test_the_records_of_kinds_know_their_own_class(words: Run, directions: Run) -> None:
    assert isinstance(words.record.preprocessing, WordPreprocessing)
    assert isinstance(directions.record.dataset.target, AngleTarget)
    assert np.isfinite(directions.predictor.split_outputs(directions.dataset, np.arange(3)).raw).all()
