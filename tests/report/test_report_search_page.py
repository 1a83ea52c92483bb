"""The page of a search: complete, escaped, and readable at every stage of a search."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pellucid.kinds import ClassTarget, ImageInput
from pellucid.report import search_html, write_search
from pellucid.report.charts.trials import Axis, Dot, axis_ticks, history_chart, score_range
from pellucid.runs import DatasetRecord, Recipe
from pellucid.tuning import Importance, Repeat, Search, SearchRecord, Trial, Verdict, read_space

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def record() -> SearchRecord:
    """Return a search over three choices."""
    image = ImageInput(channels=1, min_size=(8, 8), median_size=(8, 8), max_size=(8, 8), aspect_ratios=(1.0, 1.0, 1.0))
    return SearchRecord(
        name=NASTY,
        created=0.0,
        pellucid_version="0",
        dataset=DatasetRecord(
            name=NASTY, source=f"/data/{NASTY}", options={}, fingerprint="", split_fingerprint="", input=image,
            target=ClassTarget(classes=("a", NASTY)), num_examples={"train": 10, "val": 5, "test": 5}, class_counts={},
            findings=(),
        ),
        model="lenet5",
        recipe=Recipe(model="lenet5"),
        default=Recipe(model="lenet5", epochs=10),
        space=read_space(
            {
                "optimizer": ["adamw", "sgd"],
                "lr": {"times": [0.1, 10]},
                "weight_decay": {"low": 1e-4, "high": 0.1, "log": True, "when": {"optimizer": "adamw"}},
            }
        ),
        method="tpe",
        pruning="halving",
        seed=0,
        metric="accuracy",
        higher_is_better=True,
    )  # fmt: skip


def trial(number: int, status: Any, score: float | None, **choices: Any) -> Trial:
    """Return a trial with a curve that ends at its score."""
    epochs = 10 if status == "finished" else 2
    curve = () if score is None else tuple((epoch, score * epoch / epochs) for epoch in range(1, epochs + 1))
    return Trial(number=number, status=status, choices=choices, run=f"trials/trial-{number:04}", score=score,
                 epochs=epochs, seconds=2.0, curve=curve, note=NASTY if status == "diverged" else "")  # fmt: skip


@pytest.fixture
def search(record: SearchRecord) -> Search:
    """Return a search with a winner, pruned trials and one that diverged."""
    trials = (
        trial(0, "finished", 0.90, optimizer="adamw", lr=1.0, weight_decay=0.05),
        trial(1, "finished", 0.95, optimizer="sgd", lr=2.5),
        trial(2, "pruned", 0.40, optimizer="sgd", lr=0.1),
        trial(3, "diverged", None, optimizer="sgd", lr=9.9),
    )
    repeats = tuple(
        Repeat(role=role, seed=seed, run="", score=score)  # type: ignore[arg-type]
        for role, scores in (("default", (0.90, 0.91)), ("winner", (0.94, 0.93)))
        for seed, score in enumerate(scores, start=1)
    )
    verdict = Verdict(repeats=repeats, winner_mean=0.935, winner_spread=0.007, default_mean=0.905, default_spread=0.007,
                      difference=0.03, low=0.01, high=0.05, worth_it=True, summary="Tuning is worth it here.",
                      optimism=0.015)  # fmt: skip
    importance = Importance(shares={"lr": 0.7, "optimizer": 0.2, "weight_decay": 0.1}, method="PED-ANOVA")
    return Search(path="runs/x", record=record, trials=trials, winner=1, verdict=verdict, importance=importance)


def test_the_page_says_the_verdict_the_winner_every_trial_and_what_mattered(search: Search, tmp_path: Path) -> None:
    page = write_search(tmp_path / "search.html", search).read_text(encoding="utf-8")
    for expected in (
        "Tuning is worth it here.", "93.50 % ± 0.70 %", "+1.50 points", "The winner: trial 1, accuracy 95.00 %",
        "2 finished, 1 pruned, 1 diverged", "(40 % saved by pruning)", "+4.00 points", "optimizer is adamw",
        "0.1 to 10 times the default", "pellucid tune --resume runs/x",
    ):  # fmt: skip
        assert expected in page.replace("\u202f", " ").replace("\u00a0", " "), expected
    assert page.count("<svg") >= 7  # brand, history, curves, importance, parallel coordinates, three slices


def test_where_the_default_recipe_won_itself_nothing_is_compared(search: Search, tmp_path: Path) -> None:
    assert search.verdict is not None
    alone = tuple(one for one in search.verdict.repeats if one.role == "default")
    won = search.model_copy(update={"verdict": search.verdict.model_copy(update={"repeats": alone}), "winner": 0})
    page = write_search(tmp_path / "search.html", won).read_text(encoding="utf-8")
    assert "Default, fresh seeds" in page
    assert "Winner, fresh seeds" not in page


def test_names_from_the_data_do_nothing_on_the_page(search: Search, tmp_path: Path) -> None:
    page = write_search(tmp_path / "search.html", search).read_text(encoding="utf-8")
    assert NASTY not in page
    assert NASTY not in search_html(search)
    assert not re.search(r"(src|href)=.https?:", page)


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_search_that_has_just_begun_has_a_page(search: Search, tmp_path: Path, kept: int) -> None:
    young = search.model_copy(
        update={"trials": search.trials[3:] if kept == 3 else search.trials[:kept], "winner": 0 if kept == 1 else None,
                "verdict": None, "importance": Importance(note="too few trials to tell")}
    )  # fmt: skip
    page = write_search(tmp_path / "search.html", young).read_text(encoding="utf-8")
    assert ("not known yet" if kept == 1 else "No trial has been trained to its end yet") in page


def test_a_notebook_shows_the_verdict_and_two_charts(search: Search) -> None:
    html = search_html(search)
    assert "Tuning is worth it here." in html
    assert html.count("<svg") == 2
    assert "<script" not in html


def test_the_scale_of_scores_leaves_out_the_worst_quarter() -> None:
    dots = [Dot(float(number), score, True, False, "") for number, score in enumerate((0.96, 0.97, 0.98, 0.1))]
    low, high = score_range(dots, higher_is_better=True)
    assert 0.9 < low < 0.96
    assert high > 0.98
    chart = history_chart(dots, title="accuracy", is_share=True, higher_is_better=True, label="")
    assert chart.count("<circle") == 3
    assert 'class="trial whole"' in chart


def test_an_axis_has_words_for_lists_and_numbers_for_ranges() -> None:
    assert axis_ticks(Axis("hidden", 0, 1, values=("256,128,64,32,16",))) == [(0.0, "256,128,64,…")]
    assert [words for _, words in axis_ticks(Axis("lr", 0.001, 1, log=True))] == ["0.001", "0.01", "0.1", "1"]
