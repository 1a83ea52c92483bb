"""Texts that answer texts, from train to predict; a handful of short words is learned by heart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

import pellucid
from pellucid.cli import main
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.proposals import Proposal
from pellucid.data.text_pairs import raw_of_pairs
from pellucid.errors import RecipeError, RunError
from pellucid.models import WritingNetwork
from pellucid.prediction import searching
from pellucid.prediction.beam import Hypothesis, beam_search
from pellucid.runs import Recipe
from pellucid.training import NullProgress
from pellucid.training.choices.proposed import choose_proposed

_DRAWS = np.random.default_rng(0)
WORDS = sorted({"".join(_DRAWS.choice(list("abcd"), _DRAWS.integers(2, 7))) for _ in range(300)})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    dataset = finish(raw_of_pairs([(word, word[::-1]) for word in WORDS], "words", name="words"), choice=SplitChoice())
    return pellucid.train(
        dataset,
        runs_dir=tmp_path_factory.mktemp("runs"),
        name="words",
        epochs=16,
        lr=0.01,
        batch=16,
        hidden=(32,),
        embedding=12,
        threads=1,
        progress=NullProgress(),
    )


def test_short_words_are_learned_backwards(run: pellucid.Run) -> None:
    record = run.record
    assert (record.task, record.model.name, record.dataset.target.kind) == ("text-to-text", "seq2seq", "text")
    (scaling,) = record.scalings
    assert scaling.units() == {"alphabet": "abcd"}
    (answer,) = run.predict("abcdab")
    assert answer.to_dict()["text"] == "badcba"
    assert 0.5 < (answer.probability or 0) <= 1
    assert "badcba" in str(answer)


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


def test_a_beam_of_one_is_greedy_and_a_wider_one_is_never_less_probable(run: pellucid.Run) -> None:
    greedy, one, four = (run.predict(WORDS[:20], beam=beam) for beam in (None, 1, 4))
    for plain, narrow, wide in zip(greedy, one, four, strict=True):
        assert narrow.to_dict() | {"candidates": None} == plain.to_dict()
        found = wide.to_dict()["candidates"]
        assert len(found) == 4
        assert found[0]["text"] == wide.to_dict()["text"]
        assert len({candidate["text"] for candidate in found}) == 4
        assert [candidate["score"] for candidate in found] == sorted((one["score"] for one in found), reverse=True)
        assert found[0]["text"] in str(wide)
        assert found[3]["text"] in str(wide)
    with pytest.raises(RecipeError, match="--beam is 0"):
        run.predict("abc", beam=0)


def test_a_letter_is_traced_from_the_tokens_to_its_probability(run: pellucid.Run) -> None:
    (answer,) = run.predict("ab")
    written = answer.to_dict()["text"]
    whole = 1.0
    for place in range(len(written) + 1):
        traced = run.trace("ab", letter=place)
        letters = ["<padding>", "<unknown>", "<end>", *"abcd"]
        likeliest = letters[int(traced.end.argmax())]
        assert likeliest == (written[place] if place < len(written) else "<end>")
        assert f" as letter {place} (counted from 0)" in traced.heading
        whole *= float(traced.end.max())
        for name in ("embed", "key", "fc", "answer/softmax"):
            values = traced[name]
            last = tuple(size - 1 for size in values.shape)
            assert values.at(*last).is_exact
    assert whole == pytest.approx(answer.probability, rel=1e-4)
    assert traced.to_dict()["part"] == f"the end as letter {len(written)} (counted from 0)"
    with pytest.raises(RecipeError, match=f"no letter {len(written) + 1}"):
        run.trace("ab", letter=len(written) + 1)
    with pytest.raises(RunError, match="not shown number by number"):
        run.backward("abc", "cba")


def test_a_letter_is_explained_by_the_tokens_that_were_read(run: pellucid.Run) -> None:
    made = run.explain("abcdac", letter=0, method=["occlusion", "gradient-x-input"], neighbours=0)
    assert made.tokens == tuple("abcdac")
    assert made.target == "'c' as letter 0 (counted from 0)"
    assert made.answered == pytest.approx(float(run.trace("abcdac", letter=0).end.max()), abs=1e-5)
    # The first letter of the answer is the last one that was read.
    assert int(made["occlusion"].cells.argmax()) == 5
    for attribution in made.attributions:
        assert attribution.randomisation is not None
        assert attribution.deletion is not None
    other = run.explain("abcdac", letter=0, target="a", method="occlusion", checks=False, neighbours=0)
    assert other.target == "'a' as letter 0 (counted from 0)"
    assert other.score < made.score
    with pytest.raises(RecipeError, match="no letter of answers 'z'"):
        run.explain("abc", target="z")


def test_a_transformer_writes_by_the_same_verbs(run: pellucid.Run, tmp_path: Path) -> None:
    transformer = pellucid.train(
        run.dataset,
        model="transformer-seq2seq",
        runs_dir=tmp_path,
        epochs=1,
        embedding=8,
        heads=2,
        threads=1,
        progress=NullProgress(),
    )
    page = (transformer.folder.path / "report.html").read_text("utf-8")
    assert "writing, block 2, head 2" in page
    assert "reading, block 1" in page
    found = transformer.predict("abcd", beam=3)[0].to_dict()
    assert len(found["candidates"]) == 3
    traced = transformer.trace("abcd", letter=0)
    assert traced["writing.0.other/softmax"].at(0, 0, 0).is_exact
    made = transformer.explain("abcd", method="gradient-x-input", checks=False, neighbours=2)
    assert made.attributions[0].cells.shape == (4,)
    assert len(made.neighbours) == 2


def test_steps_are_not_contradicted_by_what_a_dataset_proposes(run: pellucid.Run) -> None:
    proposal = Proposal(field="epochs", value=3, reason="enough")
    dataset = replace(run.dataset, proposals=(proposal,))
    assert choose_proposed(dataset, Recipe(), None)[0].chosen("epochs") == 3
    assert choose_proposed(dataset, Recipe().override(steps=5), None)[0].chosen("epochs") is None


def test_flags_reach_what_they_name(run: pellucid.Run, capsys: pytest.CaptureFixture[str]) -> None:
    def typed(*words: str) -> str:
        capsys.readouterr()
        main([*words])
        return capsys.readouterr().out

    path = str(run.path)
    (predicted,) = json.loads(typed("predict", path, "--text", "abcd", "--beam", "2", "--json"))
    assert len(predicted["candidates"]) == 2
    traced = json.loads(typed("trace", path, "abcd", "--letter", "1", "--json"))
    assert traced["part"].endswith(" as letter 1 (counted from 0)")
    words = ("explain", path, "abcd", "--letter", "1", "--no-checks", "--neighbours", "0", "--json")
    assert json.loads(typed(*words))[0]["target"].endswith(" as letter 1 (counted from 0)")


@pytest.mark.parametrize("attention", ["dot", "bahdanau"])
def test_a_run_of_an_older_version_opens_and_answers_as_it_did(
    attention: str, run: pellucid.Run, tmp_path: Path
) -> None:
    assert run.record.model.options.own == {"attention": "dot", "places": True, "letter_vectors": True}
    then = pellucid.train(
        run.dataset,
        runs_dir=tmp_path,
        name="then",
        attention=attention,
        places=False,
        letter_vectors=False,
        epochs=1,
        batch=16,
        hidden=(16,),
        embedding=8,
        threads=1,
        progress=NullProgress(),
    )
    answers = [answer.to_dict() for answer in then.predict(WORDS[:20])]
    path = then.path / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    # Older versions wrote down what was typed alone, and had no such option.
    record["model"]["options"]["own"] = {} if attention == "dot" else {"attention": attention}
    record["recipe"]["network"] = {"attention": attention}
    path.write_text(json.dumps(record), encoding="utf-8")
    opened = pellucid.open_run(then.path)
    assert not opened.record.model.options.own["places"]
    assert not opened.record.model.options.own["letter_vectors"]
    assert "from_start.weight" not in opened.predictor.model.state_dict()
    assert [answer.to_dict() for answer in opened.predict(WORDS[:20])] == answers


def test_a_beam_reads_texts_in_the_batches_of_greedy_answers_and_in_smaller_ones_where_memory_runs_out(
    run: pellucid.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_words = [*WORDS, *(f"{word[1:]}d" for word in WORDS)]
    assert len(many_words) > 256
    greedy, one = (list(run.predict(many_words, beam=beam)) for beam in (None, 1))
    assert [other.to_dict()["text"] for other in one] == [other.to_dict()["text"] for other in greedy]
    assert [other.probability for other in one] == [other.probability for other in greedy]
    wide = [answer.to_dict() for answer in run.predict(WORDS[:40], beam=3)]
    sizes: list[int] = []

    def scarce(network: WritingNetwork, tokens: Tensor, beam: int, **ends: int) -> list[list[Hypothesis]]:
        sizes.append(len(tokens))
        if len(tokens) > 4:
            raise MemoryError
        return beam_search(network, tokens, beam, **ends)

    monkeypatch.setattr(searching, "beam_search", scarce)
    narrow = [answer.to_dict() for answer in run.predict(WORDS[:40], beam=3)]
    assert sizes[0] * 3 <= 256
    assert max(sizes[-10:]) <= 4
    for few, many in zip(narrow, wide, strict=True):
        assert few["text"] == many["text"]
        assert few["probability"] == pytest.approx(many["probability"], abs=1e-5)
