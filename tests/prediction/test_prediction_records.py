"""Predictions: each kind words itself, and all go into one table and the same JSON."""

from __future__ import annotations

import pytest

from pellucid.prediction import ClassPrediction, LabelsPrediction, Prediction, ValuePrediction, ValuesPrediction
from pellucid.prediction.records import table_of

SHARES = {"cat": 0.75, "dog": 0.25}
ONE_CLASS = ClassPrediction(name="a", decision="unsure", label="cat", probability=0.75, probabilities=SHARES)
LABELS = LabelsPrediction(name="a", decision="ok", labels=("cat", "dog"), probabilities=SHARES, distance=0.5)
NO_LABEL = LabelsPrediction(name="b", decision="ok", labels=(), probabilities=SHARES)
VALUE = ValuePrediction(name="a", decision="ok", value=1.25)
VALUES = ValuesPrediction(name="a", decision="ok", values={"x": 1.25, "name": 2.0})
BROKEN = Prediction(name="z", decision="error", error="no picture")


@pytest.mark.parametrize(
    ("one", "line", "said"),
    [
        (ONE_CLASS, "a: cat (75.0 %), unsure", ("cat", "75")),
        (LABELS, "a: cat (75.0 %), dog (25.0 %)", ("cat, dog", "75, 25")),
        (NO_LABEL, "b: no label", ("no label", "")),
        (VALUE, "a: 1.25", ("1.2500", "")),
        (VALUES, "a: x 1.25, name 2", ("x 1.2500, name 2.0000", "")),
        (BROKEN, "z: error: no picture", ("", "")),
    ],
)
def test_each_kind_words_itself(one: Prediction, line: str, said: tuple[str, str]) -> None:
    assert str(one) == line
    assert repr(one) == f"Prediction({line})"
    assert one.said(number="{:.4f}".format, share=lambda share: f"{100 * share:.0f}") == said


def test_all_kinds_have_the_same_keys_in_json() -> None:
    keys = list(BROKEN.to_dict())
    assert keys == [
        "name",
        "decision",
        "label",
        "probability",
        "probabilities",
        "labels",
        "value",
        "values",
        "distance",
        "error",
        "notes",
    ]
    assert all(list(one.to_dict()) == keys for one in (ONE_CLASS, LABELS, VALUE, VALUES))


def test_a_table_has_the_columns_of_the_first_answer() -> None:
    plain = ["name", "decision", "label", "probability", "value", "distance", "error", "notes"]
    columns, rows = table_of([BROKEN, ONE_CLASS])
    assert columns == [*plain, "p(cat)", "p(dog)"]
    assert rows == [
        ["z", "error", None, None, None, None, "no picture", "", None, None],
        ["a", "unsure", "cat", 0.75, None, None, None, "", 0.75, 0.25],
    ]
    columns, rows = table_of([LABELS, BROKEN, NO_LABEL.model_copy(update={"notes": ("one.", "two.")})])
    assert columns == ["name", "decision", "labels", "value", "distance", "error", "notes", "p(cat)", "p(dog)"]
    assert rows[0] == ["a", "ok", "cat|dog", None, 0.5, None, "", 0.75, 0.25]
    assert rows[1] == ["z", "error", None, None, None, "no picture", "", None, None]
    assert rows[2] == ["b", "ok", "", None, None, None, "one. two.", 0.75, 0.25]
    columns, rows = table_of([VALUES])
    assert columns == [*plain, "x", "name"], "a number may be called as a column is"
    assert rows == [["a", "ok", None, None, None, None, None, "", 1.25, 2.0]]
    assert table_of([BROKEN])[0] == plain == table_of([VALUE])[0] == table_of([])[0]
