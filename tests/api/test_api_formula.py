"""A linear model on a table says what it computes in the units of the columns; `scale="none"` learns in these units."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from pellucid import api
from pellucid.data import dataset_from_arrays
from pellucid.errors import RecipeError
from pellucid.preprocessing import TablePreprocessing, TargetScaling

pytestmark = pytest.mark.slow


def line(tmp_path: Path, count: int = 60) -> Path:
    path = tmp_path / "line.csv"
    rows = "\n".join(f"{place / 4},{3 * place / 4 + 1}" for place in range(count))
    path.write_text(f"x,y\n{rows}\n")
    return path


def test_a_line_is_found_in_its_own_units(tmp_path: Path) -> None:
    data = api.load_dataset(line(tmp_path), target="y")
    run = api.train(data, model="linear", epochs=80, lr=0.1, optimizer="sgd", runs_dir=tmp_path)
    assert run.formula is not None
    (equation,) = run.formula.equations
    (term,) = equation.terms
    assert (equation.name, term.column) == ("y", "x")
    assert [term.weight, equation.constant] == pytest.approx([3, 1], abs=0.05)
    assert re.fullmatch(r"y = [23]\.?\d* x \+ [01]\.?\d*", str(run.formula))
    new = tmp_path / "new.csv"
    new.write_text("x\n10\n")
    (answer,) = run.predict(new)
    assert answer.value == pytest.approx(10 * term.weight + equation.constant, rel=1e-5)
    page = run.folder.report.read_text()
    assert "In the units of the data, all scaling undone" in page
    assert str(equation) in page


def test_words_and_numbers_and_classes_give_the_probabilities_that_are_answered(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    size, colour = random.normal(50, 9, 200), np.array(["blue", "red"])[random.integers(0, 2, 200)]
    kind = np.where(size + 9 * (colour == "red") > 55, "large", np.where(size > 45, "middle", "small"))
    path = tmp_path / "kinds.csv"
    path.write_text(
        "size,colour,kind\n" + "\n".join(f"{a},{b},{c}" for a, b, c in zip(size, colour, kind, strict=True))
    )
    data = api.load_dataset(path, target="kind")
    run = api.train(data, model="linear", epochs=5, sampler="balanced", runs_dir=tmp_path)
    formula = run.formula
    assert formula is not None
    assert [one.name for one in formula.equations] == ["score of large", "score of middle", "score of small"]
    scores = []
    for one in formula.equations:
        weights = {term.column: term.weight for term in one.terms}
        assert set(weights) == {"size", "[colour = blue]", "[colour = red]"}
        scores.append(52.5 * weights["size"] + weights["[colour = red]"] + one.constant)
    shares = np.exp(np.array(scores) - max(scores))
    new = tmp_path / "new.csv"
    new.write_text("size,colour\n52.5,red\n")
    (answer,) = run.predict(new)
    assert answer.probabilities is not None
    assert list(answer.probabilities.values()) == pytest.approx((shares / shares.sum()).tolist(), abs=1e-5)
    assert "softmax of the scores" in str(formula)


def test_two_classes_have_one_line_of_log_odds(tmp_path: Path) -> None:
    x = np.random.default_rng(2).normal(5, 2, 100)
    path = tmp_path / "two.csv"
    path.write_text("x,kind\n" + "\n".join(f"{a},{'yes' if a > 5 else 'no'}" for a in x))
    run = api.train(api.load_dataset(path, target="kind"), model="linear", epochs=5, runs_dir=tmp_path)
    assert run.formula is not None
    (equation,) = run.formula.equations
    assert equation.name == "log-odds of yes"
    odds = np.exp(7.5 * equation.terms[0].weight + equation.constant)
    new = tmp_path / "new.csv"
    new.write_text("x\n7.5\n")
    (answer,) = run.predict(new)
    assert answer.probabilities is not None
    assert answer.probabilities["yes"] == pytest.approx(odds / (1 + odds), abs=1e-5)


def test_other_models_have_no_formula(tmp_path: Path) -> None:
    class Squared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(1, 1)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.fc(inputs) ** 2
            return found

    data = api.load_dataset(line(tmp_path), target="y")
    assert api.train(data, model="mlp", hidden=(3,), epochs=1, runs_dir=tmp_path).formula is None
    assert api.train(data, model=Squared(), epochs=1, runs_dir=tmp_path).formula is None
    pictures = dataset_from_arrays(np.zeros((40, 8, 8), np.uint8), ["a", "b"] * 20, name="pictures")
    assert api.train(pictures, model="linear", epochs=1, runs_dir=tmp_path).formula is None


def test_without_scaling_the_weights_are_those_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_text("x,y\n" + "\n".join(f"{x},{3 * x + 1}" for x in np.linspace(-1, 1, 60)))
    data = api.load_dataset(path, target="y")
    run = api.train(data, model="linear", scale="none", epochs=150, lr=0.1, optimizer="sgd", runs_dir=tmp_path)
    record = run.record
    assert isinstance(record.preprocessing, TablePreprocessing)
    assert record.preprocessing.scale == "none"
    assert record.target_scaling == TargetScaling(mean=0.0, std=1.0)
    weight, constant = (one.item() for one in run.model.parameters())
    assert [weight, constant] == pytest.approx([3, 1], abs=0.02)
    trace = run.trace(4)
    assert trace["input/encode"].unit(0).formula == "the cell, as it is"
    assert float(trace.end[0]) == pytest.approx(float(trace.output[0]))
    assert trace.workings[0].header == ("column", "cell", "input")
    page = run.folder.report.read_text()
    assert "The target is learned as it stands in the data (--scale none)." in page
    assert "as it stands in the table (--scale none)" in page
    plain = api.train(data, model="linear", epochs=1, runs_dir=tmp_path)
    own, usual = ({one.name: one.metric.value for one in run_.evaluations[0].baselines} for run_ in (run, plain))
    assert own == pytest.approx(usual)  # simple methods standardise in any case


def test_scale_is_refused_for_pictures(tmp_path: Path) -> None:
    pictures = dataset_from_arrays(np.zeros((40, 8, 8), np.uint8), ["a", "b"] * 20, name="pictures")
    with pytest.raises(RecipeError, match="--scale is about the numbers of a table"):
        api.train(pictures, model="linear", scale="none", runs_dir=tmp_path)


def test_a_record_without_the_field_means_standardised() -> None:
    columns = [{"kind": "number", "name": "x", "fill": 0.0, "mean": 1.0, "std": 2.0}]
    old = TablePreprocessing.from_dict({"kind": "table", "columns": columns}, source="an old run")
    assert old.scale == "standard"
