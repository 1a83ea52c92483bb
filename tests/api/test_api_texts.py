"""A run on texts through the verbs: trained, evaluated beside methods that count, answered, explained, reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import pellucid
from pellucid import Run
from pellucid.cli.main import app
from pellucid.data import Dataset, dataset_from_texts
from pellucid.errors import DataError, ModelError, RecipeError

GOOD, BAD = ("wonderful", "splendid", "great", "fine"), ("dreadful", "awful", "poor", "dull")
FILLERS = ("film", "story", "cast", "music", "end", "scene")


def reviews(count: int = 120) -> Dataset:
    """Return texts whose one adjective tells the class."""
    chance = np.random.default_rng(0)
    texts = []
    for place in range(count):
        adjective = (BAD, GOOD)[place % 2][int(chance.integers(4))]
        one, two = chance.permutation(FILLERS)[:2].tolist()
        texts.append(f"What a {adjective} {one}, and the {two} number {int(chance.integers(9))}")
    return dataset_from_texts(texts, ["neg", "pos"] * (count // 2), name="reviews")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    choices: dict[str, Any] = {"epochs": 12, "lr": 0.05, "embedding": 8, "threads": 1, "batch": 16}
    return pellucid.train(reviews(), model="embedding", runs_dir=tmp_path_factory.mktemp("runs"), **choices)


def test_it_learns_and_stands_beside_methods_that_count_words(run: Run) -> None:
    evaluation = run.evaluate("test", reason="test")
    assert evaluation.metrics["accuracy"].value > 0.9
    names = {one.name for one in evaluation.baselines}
    assert {"naive Bayes", "naive Bayes on words and pairs", "bag of words, logistic regression"} <= names
    assert all(one.versus is not None for one in evaluation.baselines)
    page = Path(run.report()).read_text(encoding="utf-8")
    assert "split into words and signs, in small letters" in page


def test_texts_are_answered_from_strings_and_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("a great film\n\na poor story\n")
    answers = run.predict(["what a splendid zebra", "", tmp_path / "new.txt"])
    assert [one.label for one in answers] == ["pos", None, "pos", "neg"]
    assert answers[0].notes == ("1 token of 4 unknown to the network, e.g. 'zebra'",)
    assert answers[1].error == "the text is empty"
    assert answers[3].name.endswith("new.txt line 3")


def test_a_text_of_unseen_words_alone_is_unknown_whatever_the_network_says(run: Run) -> None:
    (answer,) = run.predict("Quixotic zebras yawn")
    assert answer.decision == "unknown"
    assert answer.notes == ("none of its tokens is known from training, so that nothing of it tells the answer",)
    assert "unknown" in run.trace("Quixotic zebras yawn").heading
    assert run.predict("Quixotic zebras story")[0].decision != "unknown"


def test_they_are_typed_at_the_command_line(run: Run) -> None:
    typed = CliRunner().invoke(app, ["predict", str(run.path), "--text", "an awful end", "--json"])
    assert typed.exit_code == 0, typed.output
    (answer,) = json.loads(typed.stdout)
    assert (answer["name"], answer["label"]) == ("an awful end", "neg")
    nothing = CliRunner().invoke(app, ["predict", str(run.path)])
    assert isinstance(nothing.exception, DataError)


def test_the_word_that_tells_is_what_speaks_for_the_answer(run: Run) -> None:
    made = run.explain("what a wonderful story , and the cast", method=["integrated-gradients", "occlusion"])
    assert made.tokens[2] == "wonderful"
    for attribution in made.attributions:
        assert int(attribution.cells.argmax()) == 2
    assert "++wonderful++" in str(made)
    assert made.attributions[0].deletion is not None


def test_a_trace_begins_at_the_tokens(run: Run) -> None:
    traced = run.trace("a great film")
    begin = traced.workings[0]
    assert [row[:2] for row in begin.rows] == [("0", "a"), ("1", "great"), ("2", "film")]
    assert "padding" in begin.notes[0]
    assert "pos" in traced.answer


def test_what_does_not_go_with_texts_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Use --model bow"):
        pellucid.train(reviews(), model="mlp", runs_dir=tmp_path)
    with pytest.raises(RecipeError, match="--augment"):
        pellucid.train(reviews(), augment="light", runs_dir=tmp_path)
    assert not list(tmp_path.iterdir())
