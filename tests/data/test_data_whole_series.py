"""The series that is forecast, as an inspection shows it: what training sees, and where the splits lie."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import dataset_from_series, inspect_dataset, load_dataset
from pellucid.report import write_inspection


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "sales.csv"
    months = [f"{1990 + place // 12}-{place % 12 + 1:02}" for place in range(120)]
    path.write_text("Month,Sales\n" + "".join(f"{month},{place + 0.5}\n" for place, month in enumerate(months)))
    return path


def test_what_val_and_test_forecast_is_not_shown(monthly: Path) -> None:
    dataset = load_dataset(monthly, horizon=6)
    (one,) = inspect_dataset(dataset).whole
    spans = {split: (first, last) for split, first, last in one.spans}
    assert set(spans) == {"train", "val", "test"}
    assert spans["train"][1] < spans["val"][0] <= spans["val"][1] < spans["test"][0]
    assert spans["test"][1] == 120
    # The first of the steps that val forecasts is told by the decision on splits, too.
    (splits,) = [decision for decision in dataset.decisions if decision.name == "splits"]
    year, month = map(int, re.findall(r"val begins at (\d+)-(\d+)", splits.reason)[0])
    assert spans["val"][0] == (year - 1990) * 12 + month
    held_back = spans["val"][0] - 1
    np.testing.assert_allclose(one.values[:held_back, 0], np.arange(held_back) + 0.5)
    assert np.isnan(one.values[held_back:]).all()
    assert json.loads(json.dumps(inspect_dataset(dataset).to_dict()))["whole"][0]["steps"] == 120


def test_the_page_draws_it_with_the_splits_named(monthly: Path, tmp_path: Path) -> None:
    page = write_inspection(tmp_path / "inspect.html", inspect_dataset(load_dataset(monthly, horizon=6)))
    (section,) = re.findall(r'<section id="typical".*?</section>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert section.count('class="zone"') == 2
    assert ">validation</text>" in section
    assert ">test</text>" in section


def test_series_that_are_examples_themselves_are_not_drawn_whole() -> None:
    dataset = dataset_from_series(np.random.default_rng(0).normal(size=(40, 1, 9)), ["a", "b"] * 20, name="waves")
    assert inspect_dataset(dataset).whole == ()
