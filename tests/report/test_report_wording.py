from __future__ import annotations

import pytest

from pellucid.descent.problems import problem_of
from pellucid.evaluation import Metric
from pellucid.evaluation.meanings import METRIC_WORDS, metric_words
from pellucid.report import wording
from pellucid.report.wording import formula, typeset


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0412, "0.0412"),
        (12.345, "12.3"),
        (4310.2, "4,310"),
        (0.0, "0"),
        (-1.5, "−1.50"),
        (float("nan"), "–"),
        (None, "–"),
        (1e-9, "1.00\u00a0×\u00a010⁻⁹"),
    ],
)
def test_numbers_have_three_digits_that_matter(value: float | None, expected: str) -> None:
    assert wording.decimal(value) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.01, "less than 0.1 s"), (0.84, "0.8 s"), (42, "42 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (None, "–")],
)
def test_durations_are_said_as_people_say_them(seconds: float | None, expected: str) -> None:
    assert plain(wording.duration(seconds)) == expected


def test_a_narrow_interval_earns_a_second_decimal() -> None:
    narrow = Metric(value=0.99123, low=0.9893, high=0.9928, method="wilson")
    wide = Metric(value=0.9889, low=0.972, high=0.9957, method="wilson")
    assert plain(wording.metric_value("accuracy", narrow)) == "99.12 %"
    assert plain(wording.metric_interval("accuracy", wide)) == "97.2 to 99.6 %"


def test_an_area_just_below_one_is_not_rounded_to_one() -> None:
    assert wording.metric_value("roc_auc", Metric(value=0.99983)) == "0.99983"


def test_shapes_are_written_height_width_channels() -> None:
    assert wording.shape((6, 28, 20)) == "28 × 20 × 6"
    assert wording.shape((784,)) == "784"


def test_every_metric_that_an_evaluation_may_have_has_words() -> None:
    assert metric_words("something_new").label == "something new"
    assert all(words.label and words.meaning for words in METRIC_WORDS.values())


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("brightness +-20 %", "brightness ±20\u00a0%"),
        ("size x 0.85 to 1.2", "size × 0.85 to 1.2"),
        ("lr 0.01 (x 1.3)", "lr 0.01 (× 1.3)"),
        ("+0 and -0.0 and +0.5", "0 and 0 and +0.5"),
        ("“50 % x 2”", "“50 % x 2”"),
        ("a 5 %d", "a 5 %d"),
    ],
)
def test_numbers_are_printed_with_their_signs_and_units(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


def test_the_letter_x_of_a_formula_stays_a_letter() -> None:
    assert formula(problem_of("two-minima").formula) == "(x² − 1)² + 0.3x + y²"
