from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.errors import DataError
from pellucid.evaluation import Opening
from pellucid.evaluation.multilabel import evaluate_labels
from pellucid.report import write_report
from pellucid.report.embedding import Album
from pellucid.report.scores import build_scores
from pellucid.report.wording import percent

if TYPE_CHECKING:
    from tests.report.conftest import Maker

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Checker(HTMLParser):
    """Checks that every element is closed in order, and collects ids, links, attributes that load, and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        self.loads += [given[name] or "" for name in ("src", "data", "poster", "srcset") if name in given]
        if tag == "link":
            self.loads.append(given.get("href") or "")
        if tag == "img" and not given.get("alt"):
            self.faults.append("a picture without words")
        if tag == "svg" and not (given.get("aria-hidden") or (given.get("role") == "img" and given.get("aria-label"))):
            self.faults.append("a drawing without words")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of order")


def check_page(path: Path) -> Checker:
    """Check what holds for every page, and return what was found."""
    text = path.read_text(encoding="utf-8")
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.faults == []
    assert checker.open == []
    assert all(uri.startswith("data:") for uri in checker.loads)
    assert "url(" not in text
    assert "@import" not in text
    assert len(checker.ids) == len(set(checker.ids))
    assert all(link.startswith("#") and link[1:] in checker.ids for link in checker.links)
    assert '<html lang="en">' in text
    assert re.search(r"<title>[^<]+</title>", text)
    return checker


def words_of(path: Path) -> str:
    """Return a page's text without its elements, spaces made plain."""
    text = re.sub(r"<(style|script)>.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " "))


def test_the_page_of_ten_classes_is_whole_and_small(maker: Maker, tmp_path: Path) -> None:
    evaluations = [maker.evaluation(split="val", n=180, skill=3.0), maker.evaluation(skill=2.5)]
    path = write_report(
        tmp_path / "report.html",
        record=maker.record(),
        history=maker.history(),
        evaluations=evaluations,
        pictures=maker.picture,
    )
    checker = check_page(path)
    assert path.stat().st_size < 1_500_000
    assert {"summary", "learning", "evaluation", "model", "decisions", "data", "reproduce"} <= set(checker.ids)
    assert checker.tags.count("img") == 24 + 12


def test_the_headline_says_score_interval_and_split_in_words(maker: Maker, tmp_path: Path) -> None:
    evaluation = maker.evaluation()
    path = write_report(
        tmp_path / "report.html", record=maker.record(), history=maker.history(), evaluations=[evaluation]
    )
    metric = evaluation.metrics["accuracy"]
    assert metric.low is not None
    assert metric.high is not None
    text = words_of(path)
    share = f"{metric.value * 100:.1f} % of 360 test pictures right"
    assert f"{share} (95 % interval {metric.low * 100:.1f} to {metric.high * 100:.1f} %)" in text
    assert "The test split was opened once." in text


def test_without_an_evaluation_of_test_the_page_says_it_is_sealed_and_how_to_open_it(
    maker: Maker, tmp_path: Path
) -> None:
    folder = tmp_path / "runs" / "my digits"
    folder.mkdir(parents=True)
    path = write_report(
        folder / "report.html",
        record=maker.record(),
        history=maker.history(),
        evaluations=[maker.evaluation(split="val", n=180)],
    )
    text = words_of(path)
    assert "of 180 validation pictures right" in text
    assert "The test split (360 pictures) is still sealed" in text
    assert "pellucid evaluate &#39;runs/my digits&#39;" in path.read_text(encoding="utf-8")
    assert str(tmp_path) not in text


def test_every_opening_of_the_test_split_is_listed_with_its_reason(maker: Maker, tmp_path: Path) -> None:
    first = maker.evaluation()
    second = first.with_opening(Opening(reason="the paper's table 2", number=2, when="2026-11-22T09:00:00+00:00"))
    path = write_report(
        tmp_path / "report.html", record=maker.record(), history=maker.history(), evaluations=[first, second]
    )
    text = words_of(path)
    assert "The test split was opened twice." in text
    assert "the paper&#39;s table 2 22 November 2026, 09:00 UTC" in text


def test_hostile_names_of_classes_files_and_runs_never_become_elements(maker: Maker, tmp_path: Path) -> None:
    names = (maker.attack, '" onload="alert(2)', "</style><img src=x onerror=alert(3)>", "{{ 7 * 7 }}")
    evaluation = maker.evaluation(names, n=200, skill=1.5)
    mistakes = tuple(one.model_copy(update={"name": maker.attack + ".png"}) for one in evaluation.mistakes)
    record = maker.record(
        names, name=maker.attack, command=f"pellucid train '{maker.attack}'", status_note=maker.attack, status="failed"
    )
    path = write_report(
        tmp_path / "report.html",
        record=record,
        history=maker.history(),
        evaluations=[evaluation.model_copy(update={"mistakes": mistakes})],
        pictures=maker.picture,
    )
    text = path.read_text(encoding="utf-8")
    checker = check_page(path)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert ' onload="' not in text
    assert checker.tags.count("script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text


def test_a_hundred_classes_get_a_heat_map_and_the_largest_confusions_in_words(maker: Maker, tmp_path: Path) -> None:
    names = tuple(f"class {number:03d}" for number in range(100))
    evaluation = maker.evaluation(names, n=2000, skill=3.5)
    path = write_report(
        tmp_path / "report.html",
        record=maker.record(names),
        history=maker.history(3),
        evaluations=[evaluation],
        pictures=maker.picture,
    )
    check_page(path)
    assert 'class="chart heatmap"' in path.read_text(encoding="utf-8")
    assert "Most frequent confusions" in words_of(path)
    assert path.stat().st_size < 1_500_000


def test_the_confusion_matrix_of_two_classes_shows_its_counts(maker: Maker, tmp_path: Path) -> None:
    names = ("no finding", "pneumonia")
    evaluation = maker.evaluation(names, n=200, skill=1.5)
    path = write_report(
        tmp_path / "report.html", record=maker.record(names), history=maker.history(), evaluations=[evaluation]
    )
    check_page(path)
    matrix = re.search(r'<table class="matrix few">.*?</table>', path.read_text(encoding="utf-8"), flags=re.S)
    assert matrix is not None
    assert evaluation.confusion is not None
    shown = [int(cell) for cell in re.findall(r">(\d+)</td>", matrix[0])]
    assert shown == [count for row in evaluation.confusion for count in row if count]


def test_a_regression_shows_its_errors_and_no_classes(maker: Maker, tmp_path: Path) -> None:
    path = write_report(
        tmp_path / "r.html",
        record=maker.regression_record(),
        history=maker.regression_history(),
        evaluations=[maker.regression_evaluation()],
    )
    check_page(path)
    text = words_of(path)
    assert "off on average, over 89 validation rows" in text
    assert "Predicted against true" in text
    assert "Class by class" not in text
    assert "Trained in Python with:" in text


@pytest.mark.parametrize("epochs", [0, 1])
def test_a_run_that_was_interrupted_early_still_has_a_page(maker: Maker, tmp_path: Path, epochs: int) -> None:
    record = maker.record(status="interrupted", status_note="", best=None, answering=None)
    path = write_report(tmp_path / "report.html", record=record, history=maker.history(epochs), evaluations=[])
    check_page(path)
    text = words_of(path)
    assert "Nothing has been measured yet." in text
    assert "This training is interrupted: it has not reached its end." in text


def test_a_history_without_validation_and_with_infinite_loss_is_drawn(maker: Maker, tmp_path: Path) -> None:
    rows = [
        {"epoch": 1.0, "train_loss": 2.0},
        {"epoch": 2.0, "train_loss": float("inf")},
        {"epoch": 3.0, "train_loss": float("nan")},
    ]
    path = write_report(tmp_path / "report.html", record=maker.record(), history=rows, evaluations=[])
    check_page(path)
    assert "nan" not in re.sub(r'"[^"]*"', "", words_of(path)).split()


def test_the_gap_between_training_and_validation_is_said_in_points(maker: Maker, tmp_path: Path) -> None:
    rows = [{"epoch": 18.0, "train_loss": 0.01, "train_accuracy": 0.999, "val_loss": 0.5, "val_accuracy": 0.899}]
    path = write_report(tmp_path / "report.html", record=maker.record(), history=rows, evaluations=[])
    text = words_of(path)
    assert "99.9 % on training and 89.9 % on validation: a gap of 10.0 points." in text
    assert "overfitting" in text


def test_data_that_are_gone_leave_a_page_without_pictures_and_are_asked_for_once(maker: Maker, tmp_path: Path) -> None:
    asked: list[int] = []

    def gone(index: int) -> NDArray[Any] | None:
        asked.append(index)
        raise DataError("The folder 'photos' is gone.")

    path = write_report(
        tmp_path / "report.html",
        record=maker.record(),
        history=[],
        evaluations=[maker.evaluation(skill=2.0)],
        pictures=gone,
    )
    check_page(path)
    assert len(asked) == 1
    assert "Without pictures: The folder &#39;photos&#39; is gone." in words_of(path)


def test_photographs_are_shrunk_so_that_the_page_stays_small(maker: Maker, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    photo = random.integers(0, 256, (480, 640, 3)).astype(np.uint8)
    evaluations = [maker.evaluation(split="val", n=180, skill=2.0), maker.evaluation(skill=2.0)]
    path = write_report(
        tmp_path / "report.html",
        record=maker.record(),
        history=maker.history(),
        evaluations=evaluations,
        pictures=lambda index: photo,
    )
    assert path.stat().st_size < 1_500_000


def test_the_totals_of_the_layers_stand_below_them(maker: Maker, tmp_path: Path) -> None:
    path = write_report(tmp_path / "report.html", record=maker.record(), history=[], evaluations=[])
    assert "In all 61,706 416,520" in words_of(path)


def test_each_label_shows_its_threshold_and_how_well_its_probability_sorts() -> None:
    truth = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]] * 10)
    given = np.clip(truth * 0.6 + np.random.default_rng(0).random(truth.shape) * 0.5, 0, 1)
    evaluation = evaluate_labels(given, truth, classes=("a", "b", "never"), split="val", thresholds=(0.4, 0.55, 0.5))
    scores = build_scores(evaluation, Album(None), noun="picture")
    assert scores.class_columns == ("Recall", "Precision", "F1", "ROC AUC")
    assert [row.threshold for row in scores.classes] == ["0.40", "0.55", "0.50"]
    assert evaluation.classes is not None
    assert evaluation.classes[0].roc_auc is not None
    assert scores.classes[0].scores[3][0] == percent(evaluation.classes[0].roc_auc.value)
    assert scores.classes[2].scores[3] == ("", "all have it, or none", None)
    lines = str(evaluation).splitlines()
    assert any("roc_auc  answered from" in line for line in lines)
    assert any(line.lstrip().startswith("b ") and line.endswith("0.55") for line in lines)
