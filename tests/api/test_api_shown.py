"""What a run gives shows itself: a line at a prompt, a table where it is a list, and no wall of its fields."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.report.accessibility import faults_of

import pellucid
from pellucid.api.shown import MOST_ROWS, History, ShownList
from pellucid.records import Record, brief

MOST_SIGNS = 600


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    folder = tmp_path_factory.mktemp("runs")
    run = pellucid.train("digits", model="mlp", hidden=(8,), epochs=2, runs_dir=folder)
    run.evaluate(reason="to see it")
    return run


def test_history_is_a_table_a_list_of_dicts_and_columns(run: pellucid.Run) -> None:
    history = run.history
    assert repr(history).splitlines()[0] == "2 epochs"
    assert repr(history).splitlines()[1].split()[:2] == ["epoch", "train_loss"]
    assert [row["epoch"] for row in history] == history["epoch"] == [1, 2]
    assert isinstance(history[0], dict)
    assert repr(history[1:]).startswith("1 epoch\n")
    with pytest.raises(KeyError, match="No epoch has 'loss'; there are: epoch, train_loss"):
        history["loss"]
    assert math.isnan(History([{"epoch": 1.0}, {"epoch": 2.0, "mae": 3.0}])["mae"][0])


def test_evaluations_mistakes_and_predictions_are_tables(run: pellucid.Run) -> None:
    assert "accuracy" in repr(run.evaluations)
    assert "opening 1: to see it" in repr(run.evaluations)
    mistakes = run.mistakes()
    first = repr(mistakes).splitlines()
    assert first[0] == f"{len(mistakes)} mistakes"
    assert first[1].split() == ["index", "name", "is", "answered", "with", "right", "one", "had"]
    assert first[2].split()[0] == str(mistakes[0].index)
    assert repr(run.predict(np.zeros((2, 8, 8), np.uint8))).splitlines()[0] == "2 predictions"


@pytest.mark.parametrize("name", ["history", "evaluations", "features"])
def test_their_displays_are_sound_html(run: pellucid.Run, name: str) -> None:
    shown = getattr(run, name)._repr_html_()
    assert (
        faults_of(f"<!doctype html><html lang=en><head><title>t</title></head><main><h1>t</h1>{shown}</main></html>")
        == []
    )


def test_names_are_escaped_and_steer_nothing() -> None:
    shown = ShownList(["<b>\x1b[31m"], what="name", row=lambda name: {"name": name})
    assert "\x1b" not in repr(shown)
    assert "<b>" not in shown._repr_html_()


def test_of_a_long_list_the_ends_are_shown() -> None:
    shown = ShownList(range(100), what="number", row=lambda number: {"n": str(number)})
    lines = repr(shown).splitlines()
    assert (len(lines), lines[2].strip(), lines[-1].strip()) == (MOST_ROWS + 3, "0", "99")
    assert shown[98:] == [98, 99]
    assert repr(ShownList([], what="evaluation", row=lambda _: {})) == "0 evaluations"


def test_nothing_is_a_wall_or_a_bare_object(run: pellucid.Run) -> None:
    results = {
        name: getattr(run, name)
        for name in ("dataset", "predictor", "features", "explainer", "record", "folder", "health")
    }
    results |= {
        "evaluation": run.evaluate("val"),
        "prediction": run.predict(np.zeros((8, 8), np.uint8))[0],
        "summary": run.summary(),
        "trace": run.trace(0),
        "backward": run.backward([0]),
        "slow motion": run.slow_motion([0], steps=1),
        "explanation": run.explain(0, checks=False, neighbours=0),
        "filters": run.features.filters(),
        "selectivity": run.features.selectivity(),
        "recipe": pellucid.Recipe(epochs=3),
        "comparison": pellucid.compare(run, run),
        "convolved": pellucid.convolve(np.zeros((8, 8)), "sharpen"),
        "descent": pellucid.descend("bowl"),
        "preview": pellucid.preview("digits"),
    }
    for name, result in results.items():
        shown = repr(result)
        assert " object at 0x" not in shown, name
        assert len(shown) <= (MOST_SIGNS if name != "features" else 2 * MOST_SIGNS), name
    assert repr(results["recipe"]).startswith("Recipe(epochs=3")
    assert repr(run.dataset).startswith("Dataset('digits': 1,797 pictures, 10 classes; train 1,258")


def test_a_result_in_brief_counts_what_is_long_and_leaves_out_what_is_empty() -> None:
    class Result(Record):
        name: str
        numbers: tuple[float, ...]
        note: str = ""
        parts: tuple[Record, ...] = ()
        shares: dict[str, float] = {}  # noqa: RUF012

    few = Result(name="a" * 80, numbers=(0.123456789, 2), shares={"cat": 0.5})
    assert repr(few) == f"Result(name='{'a' * 60}...', numbers=(0.123457, 2), shares={{'cat': 0.5}})"
    many = Result(name="b", numbers=(1,) * 9, parts=(few,), shares={str(number): 0.1 for number in range(9)})
    assert brief(many) == "Result(name='b', numbers=<9 x float>, parts=<1 x Result>, shares=<9 items>)"


def test_the_features_list_what_can_be_called(run: pellucid.Run, tmp_path: Path) -> None:
    assert "run.features.selectivity()" in repr(run.features)
    assert "what each unit of a layer reacts to" in repr(run.features)
