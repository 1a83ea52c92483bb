"""Texts that answer texts, from train to predict; a handful of short words is learned by heart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.text_pairs import draft_of_pairs
from pellucid.errors import RecipeError
from pellucid.training import NullProgress

WORDS = [a + b + c for a in "abc" for b in "abcd" for c in ("", *"bcd")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    dataset = finish(
        draft_of_pairs([(word, word[::-1]) for word in WORDS], "words", name="words"), choice=SplitChoice()
    )
    return pellucid.train(
        dataset,
        runs_dir=tmp_path_factory.mktemp("runs"),
        name="words",
        epochs=25,
        lr=0.02,
        batch=16,
        hidden=(24,),
        embedding=12,
        threads=1,
        progress=NullProgress(),
    )


def test_short_words_are_learned_backwards(run: pellucid.Run) -> None:
    record = run.record
    assert (record.task, record.model.name, record.dataset.target.kind) == ("text-to-text", "seq2seq", "text")
    (scaling,) = record.scalings
    assert scaling.units() == {"alphabet": "abcd"}
    (answer,) = run.predict("abc")
    assert answer.to_dict()["text"] == "cba"
    assert 0.5 < (answer.probability or 0) <= 1
    assert "cba" in str(answer)


def test_val_is_measured_as_predict_answers(run: pellucid.Run) -> None:
    evaluation = run.evaluate("val")
    places = run.dataset.splits["val"]
    texts = [run.dataset.inputs.words(int(place)) for place in places]
    right = np.mean(
        [one.said(number=str, share=str)[0] == text[::-1] for one, text in zip(run.predict(texts), texts, strict=True)]
    )
    assert evaluation.headline == "exact_match"
    assert evaluation.headline_metric.value == pytest.approx(right)
    assert {one.name for one in evaluation.baselines} == {"the text itself", "answer of the most similar text"}
    # Told the right letters before each, it holds the right ones for likeliest where it writes the answer rightly.
    best = max(row["val_exact_match"] for row in run.history)
    assert best == pytest.approx(right, abs=1e-9)


def test_the_report_draws_where_it_looked(run: pellucid.Run) -> None:
    assert "Where it looked" in (run.folder.path / "report.html").read_text("utf-8")


def test_other_models_are_refused_in_words(run: pellucid.Run, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="gives one answer for a whole text"):
        pellucid.train(run.dataset, model="textcnn", runs_dir=tmp_path, progress=NullProgress())
