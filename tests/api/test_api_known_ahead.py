"""A forecast that hangs on what is known ahead: learned, asked by a template, fed back and refitted."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import pellucid
from pellucid import Run
from pellucid.cli.main import app
from pellucid.errors import DataError, RecipeError, RunError
from pellucid.kinds import SeriesInput
from pellucid.prediction import FORECASTING

COUNT, H = 90, 2
MONTHS = [f"{2000 + place // 12}-{place % 12 + 1:02}" for place in range(COUNT + 12)]
DRAWN = np.random.default_rng(0)
DAYS = ["feast" if one else "none" for one in DRAWN.integers(0, 2, COUNT + 12)]
VALUES = [10 + 5 * (day == "feast") + noise for day, noise in zip(DAYS, DRAWN.normal(0, 0.1, COUNT + 12), strict=True)]


def write(path: Path, rows: Sequence[Sequence[object]], header: str) -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def sales(path: Path, count: int = COUNT) -> Path:
    return write(path, list(zip(MONTHS, VALUES, DAYS, strict=True))[:count], "month,y,day")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("known")


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    dataset = pellucid.load_dataset(
        sales(folder / "sales.csv"), horizon=H, window=4, target="y", future="day", season=1
    )
    choices: dict[str, Any] = {"model": "linear", "anchor": "none", "epochs": 40, "lr": 0.05, "health": False}
    return pellucid.train(dataset, runs_dir=folder / "runs", name="sales", **choices)


def next_rows(path: Path, days: Sequence[str], *, stamps: Sequence[str] = ()) -> Path:
    return write(path, list(zip(stamps or MONTHS[COUNT:], days, strict=False)), "month,day")


@pytest.mark.slow
def test_what_only_the_known_column_tells_is_learned(run: Run) -> None:
    evaluation = run.evaluations[0]
    naive = next(one for one in evaluation.baselines if one.name == "naive")
    assert evaluation.metrics["mae"].value < 0.5 < naive.metrics["mae"].value


@pytest.mark.slow
def test_a_template_is_filled_in_and_answered(run: Run, tmp_path: Path) -> None:
    template = tmp_path / "next.csv"
    result = CliRunner().invoke(app, ["predict", str(run.path), "--template", str(template)])
    assert result.exit_code == 0, result.output
    with template.open(newline="") as file:
        assert list(csv.reader(file)) == [["month", "day"], [MONTHS[COUNT], ""], [MONTHS[COUNT + 1], ""]]
    with pytest.raises(DataError, match="2 blank cells: rows 1, 2"):
        run.predict(template)
    for days, expected in ((("feast", "none"), (15, 10)), (("none", "feast"), (10, 15))):
        steps = run.predict(next_rows(template, days))
        assert [one.value for one in steps] == pytest.approx(expected, abs=0.8)
        assert [one.to_dict()["stamp"] for one in steps] == MONTHS[COUNT : COUNT + 2]
    filled = CliRunner().invoke(app, ["predict", str(run.path), str(template)])
    assert filled.exit_code == 0, filled.output


@pytest.mark.slow
def test_what_would_change_nothing_is_refused_and_the_command_can_be_pasted(run: Run, tmp_path: Path) -> None:
    template = tmp_path / "next year.csv"
    plain = ["predict", str(run.path)]
    written = CliRunner().invoke(app, [*plain, "--template", str(template), "--horizon", "3"])
    assert f"'{template}' --horizon 3" in " ".join(written.output.split())
    for more in (["--template", str(template), "--json"], ["--template", str(template), "--out", "a.csv"]):
        refused = CliRunner().invoke(app, [*plain, *more])
        assert isinstance(refused.exception, RecipeError)
        assert "would change nothing" in str(refused.exception)
    with pytest.raises(RecipeError, match="Leave one of them out"):
        run.predict(horizon=1, beam=2)


@pytest.mark.slow
def test_without_what_must_be_known_the_template_is_named(run: Run) -> None:
    with pytest.raises(DataError, match="day must be known of 2 steps to come") as refused:
        run.predict()
    assert "--template" in str(refused.value)


@pytest.mark.slow
def test_a_newer_past_goes_with_its_own_rows_to_come(run: Run, tmp_path: Path) -> None:
    newer = sales(tmp_path / "newer.csv", COUNT + 5)
    ahead = next_rows(tmp_path / "next.csv", ("feast", "feast"), stamps=MONTHS[COUNT + 5 :])
    assert run.predict([newer, ahead])[0].to_dict()["stamp"] == MONTHS[COUNT + 5]
    rows = [
        (stamp, value if place < COUNT else "", day)
        for place, (stamp, value, day) in enumerate(zip(MONTHS, VALUES, DAYS, strict=True))
    ]
    both = run.predict(write(tmp_path / "both.csv", rows, "month,y,day"))
    assert [one.value for one in both] == pytest.approx(
        [10 + 5 * (day == "feast") for day in DAYS[COUNT : COUNT + 2]], abs=0.8
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(MONTHS[COUNT], "feast")], f"lacks 1 row of what is known ahead, the first of {MONTHS[COUNT + 1]}"),
        (
            [(MONTHS[COUNT], "feast"), (MONTHS[COUNT + 2], "none")],
            f"Correct it: there is no row of {MONTHS[COUNT + 1]}",
        ),
        ([(month, "none") for month in MONTHS[COUNT : COUNT + 3]], r"Take the row out, or .* --horizon N"),
        ([(MONTHS[COUNT], "feast"), (MONTHS[COUNT], "none")], "is there twice"),
        ([(MONTHS[COUNT], "feast"), ("5/2008", "none")], "is not written as"),
        ([(MONTHS[COUNT], "feast"), (MONTHS[COUNT + 1], "fair")], "holds fair, which training never saw: row 2"),
    ],
)
def test_rows_of_what_is_known_ahead_are_checked(
    run: Run, tmp_path: Path, rows: list[tuple[str, str]], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        run.predict(write(tmp_path / "next.csv", rows, "month,day"))


@pytest.mark.slow
def test_a_column_that_is_lacking_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="lacks the column day"):
        run.predict(write(tmp_path / "next.csv", [(MONTHS[COUNT], "1")], "month,price"))


@pytest.mark.slow
def test_beyond_its_horizon_a_forecast_is_fed_back(run: Run, tmp_path: Path) -> None:
    days = ("feast", "none", "none", "feast", "feast")
    steps = run.predict(next_rows(tmp_path / "next.csv", days), horizon=5)
    assert [one.to_dict()["fed_back"] for one in steps] == [False, False, True, True, True]
    assert [one.to_dict()["step"] for one in steps] == [1, 2, 3, 4, 5]
    assert [one.value for one in steps] == pytest.approx([10 + 5 * (day == "feast") for day in days], abs=0.8)
    assert [one.value for one in run.predict(tmp_path / "next.csv", horizon=5)] == [one.value for one in steps]
    assert len(run.predict(next_rows(tmp_path / "few.csv", days[:2]), horizon=1)) == 1
    with pytest.raises(RecipeError, match="1 to 100 steps"):
        run.predict(horizon=101)


@pytest.mark.slow
def test_an_explanation_says_which_channels_stand_early(run: Run) -> None:
    explained = run.explain(0, method="saliency", checks=False)
    said = "'day: feast +2' stands 2 steps early: at each step what 'day: feast' is 2 steps later"
    assert said in str(explained)


@pytest.mark.slow
def test_numbers_in_memory_tell_nothing_of_the_steps_to_come(run: Run) -> None:
    channels = SeriesInput.of(run.record.dataset.input).channels
    numbers = np.ones((len(channels), 8))
    assert len(run.predict(numbers)) == H
    with pytest.raises(RecipeError, match="day must be known of the steps to come"):
        run.predict(numbers, horizon=2 * H)


@pytest.mark.slow
def test_it_is_refitted_on_all_but_the_test(run: Run) -> None:
    again = pellucid.refit(run)
    counts, before = again.record.dataset.num_examples, run.record.dataset.num_examples
    assert counts["test"] == before["test"]
    assert counts["train"] > before["train"] + before["val"] - 1
    assert again.path.name == "sales-refit"
    said = next(one for one in again.record.decisions if one.name == "refit")
    assert "'sales'" in said.reason
    assert again.record.answering is not None
    assert run.record.answering is not None
    assert again.record.answering.bands == run.record.answering.bands
    repeated = pellucid.open_run(again.reproduce().repeated)
    assert repeated.record.answering == again.record.answering
    assert run.record.best is not None
    assert again.record.recipe.duration.epochs == run.record.best.epoch
    with pytest.raises(RunError, match="held nothing back"):
        pellucid.refit(again)


def test_what_forecasts_nothing_has_no_horizon() -> None:
    with pytest.raises(RecipeError, match="Only a run that forecasts"):
        FORECASTING["class"]
