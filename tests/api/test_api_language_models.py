"""Language models as runs: networks and counts learn, are measured, tell P(S), go on, are resumed and repeated."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import pellucid
from pellucid import api
from pellucid.cli.main import main
from pellucid.data import TextInputs
from pellucid.errors import ModelError, PellucidError, RecipeError, RunError
from pellucid.models.language import Decoder
from pellucid.preprocessing import TextPreprocessing
from pellucid.report import exhibit_of
from pellucid.runs import EpochRow
from pellucid.trace import rule_of
from pellucid.training import NullProgress, task_of

pytestmark = pytest.mark.slow

SMALL: dict[str, Any] = {"model": "transformer", "embedding": 8, "layers": 1, "heads": 2, "epochs": 2, "batch": 8}


class StopsIn(NullProgress):
    """A watcher that interrupts the training, as Ctrl-C does."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        raise KeyboardInterrupt


def weights_of(run: pellucid.Run) -> bytes:
    return (run.path / "checkpoints" / "best.safetensors").read_bytes()


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of sentences that are drawn from few words."""
    draws = np.random.default_rng(0)
    words = [["The", "A", "One"], ["cat", "dog", "king"], ["sees", "loves", "leaves"], ["the", "a", "no"]]
    words += [["cat.\n", "dog.\n", "king.\n"]]
    sentences = (" ".join(str(draws.choice(some)) for some in words) for _ in range(400))
    path = tmp_path_factory.mktemp("text") / "few.txt"
    path.write_text("".join(sentences), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


def load(text: Path) -> pellucid.Dataset:
    return pellucid.load_dataset(text, block=32, layout="stream")


@pytest.fixture(scope="module")
def counted(text: Path, place: Path) -> Path:
    """Return a run of an n-gram model."""
    return pellucid.train(load(text), model="ngram", order=4, runs_dir=place).path


@pytest.fixture(scope="module")
def learned(text: Path, place: Path) -> Path:
    """Return a run of a tiny transformer."""
    return pellucid.train(load(text), runs_dir=place, **SMALL).path


def test_a_model_that_counts_is_a_run_like_any_other(counted: Path) -> None:
    run = pellucid.open_run(counted)
    (val,) = run.evaluations
    nats, bits = val.metrics["nats_per_token"], val.metrics["bits_per_character"]
    assert nats.value == pytest.approx(run.history[0]["val_loss"], abs=1e-5)
    assert bits.value == pytest.approx(nats.value / math.log(2))
    assert val.metrics["perplexity"].value == pytest.approx(math.exp(nats.value))
    assert nats.low is not None
    assert nats.high is not None
    assert nats.low < nats.value < nats.high
    assert "at least the 16 characters before it (a window has 32)" in val.notes[0]
    assert {one.name for one in val.baselines} >= {"unigram", "6-gram, Kneser-Ney"}
    assert not any(row["epoch"] > 1 for row in run.history)
    page = run.folder.report.read_text(encoding="utf-8")
    assert "Beside models that count" in page
    assert "How it goes on" in page
    assert "Where it is surprised" in page


def test_a_model_that_counts_is_repeated_to_the_bit(counted: Path) -> None:
    assert pellucid.open_run(counted).reproduce().equal


def test_counting_beats_a_network_that_has_hardly_learned_and_the_comparison_says_so(
    counted: Path, learned: Path
) -> None:
    versus = api.compare(pellucid.open_run(counted), pellucid.open_run(learned), split="val")
    assert versus.metric == "nats_per_token"
    assert versus.verdict == "a"
    assert versus.difference.value > 0


def test_a_text_is_as_probable_as_the_product_of_its_factors(counted: Path, learned: Path) -> None:
    for folder in (counted, learned):
        sentence = pellucid.open_run(folder).probability("The cat sees the dog.")
        assert len(sentence.factors) == 21
        assert sentence.log == pytest.approx(sum(math.log(one.probability) for one in sentence.factors))
        assert sentence.bits == pytest.approx(sum(one.bits for one in sentence.factors))
        assert all((one.rank == 1) == (one.token == one.likeliest) for one in sentence.factors)
        assert "P(S) = product of 21 factors" in str(sentence)
    likely, unlikely = (pellucid.open_run(counted).probability(one) for one in ("The cat sees", "Thc eat sees"))
    assert likely.log > unlikely.log
    strange = pellucid.open_run(counted).probability("The Ü")
    assert "'Ü' at 5" in strange.notes[0]


def test_a_long_text_is_told_window_by_window_as_when_it_is_measured(learned: Path) -> None:
    run = pellucid.open_run(learned)
    long = "A dog loves the king.\n" * 5
    sentence = run.probability(long)
    # The last factor has the last 32 tokens before it, as if they stood alone behind one that is not counted.
    tail = run.probability(long[-40:])
    assert len(sentence.factors) == len(long)
    assert sentence.factors[-1].token == tail.factors[-1].token == "\n"


def test_the_same_seed_goes_on_with_the_same_text_however_many_are_asked_for(counted: Path, learned: Path) -> None:
    for folder in (counted, learned):
        run = pellucid.open_run(folder)
        (alone,) = run.sample("The cat", length=40, seed=5)
        many = run.sample("The cat", length=40, seed=5, number=3)
        assert many[0] == alone
        assert alone.whole == "The cat" + alone.text
        assert len(alone.text) == 40
        assert len({one.text for one in many}) > 1
        assert run.sample("The cat", length=40, seed=6)[0].text != alone.text
        (likeliest,) = run.sample("The cat", length=10, temperature=0)
        (only,) = run.sample("The cat", length=10, top_k=1, seed=9)
        assert likeliest.text == only.text
    (noted,) = pellucid.open_run(counted).sample("Ünd", length=3)
    assert "'Ü' at 1" in noted.notes[0]


@pytest.mark.parametrize("choices", [SMALL, {"model": "ngram", "order": 3}], ids=["network", "counts"])
def test_a_training_that_is_interrupted_goes_on_to_the_same_bits(
    text: Path, tmp_path: Path, choices: dict[str, Any]
) -> None:
    whole = pellucid.train(load(text), runs_dir=tmp_path / "whole", **choices)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(load(text), runs_dir=tmp_path / "parts", progress=StopsIn(), **choices)
    resumed = api.resume(tmp_path / "parts" / whole.path.name)
    assert weights_of(resumed) == weights_of(whole)


def test_steps_end_a_training_within_a_pass(text: Path, tmp_path: Path) -> None:
    run = pellucid.train(
        load(text),
        runs_dir=tmp_path,
        **{**SMALL, "epochs": None, "steps": 3, "model": "gru"} | {"layers": None, "heads": None, "hidden": "8"},
    )
    assert run.record.recipe.duration.epochs == 1
    assert len(run.history) == 1


def test_damaged_counts_are_refused(counted: Path, tmp_path: Path) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    copy = Path(shutil.copytree(counted, tmp_path / "broken"))
    file = copy / "checkpoints" / "best.safetensors"
    tensors = load_file(file)
    tensors["model/model/codes2"] = tensors["model/model/codes2"].flip(0).contiguous()
    save_file(tensors, file, {"format": "pellucid-checkpoint-1"})
    with pytest.raises(RunError):
        pellucid.open_run(copy).probability("The")


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"model": "ngram", "lr": 0.1}, "one pass"),
        ({"model": "textcnn"}, "one answer for a whole text"),
        ({"model": "transformer", "order": 3}, "order"),
    ],
)
def test_choices_that_do_not_go_with_a_language_model_are_refused(
    text: Path, tmp_path: Path, choices: dict[str, Any], words: str
) -> None:
    with pytest.raises(PellucidError, match=words):
        pellucid.train(load(text), runs_dir=tmp_path / "runs", **choices)
    assert not (tmp_path / "runs").exists()


def test_the_command_line_shows_products_and_goes_on(counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["predict", str(counted), "--text", "The cat"])
    assert "P(S) = product of 7 factors" in capsys.readouterr().out
    main(["sample", str(counted), "--prompt", "The", "--length", "12", "--seed", "1"])
    drawn = capsys.readouterr().out
    assert drawn.startswith("The")
    main(["generate", str(counted), "--prompt", "The", "--length", "12", "--seed", "1", "--json"])
    assert json.loads(capsys.readouterr().out)["texts"][0]["whole"] == drawn.removesuffix("\n")
    with pytest.raises(SystemExit) as leaving:
        main(["sample", str(counted), "--prompt", "Ü", "--strict"])
    assert leaving.value.code == 2
    assert "never seen in training" in capsys.readouterr().err


def test_a_run_that_is_no_language_model_goes_on_with_nothing(tmp_path: Path) -> None:
    run = pellucid.train("iris", model="linear", epochs=1, runs_dir=tmp_path)
    with pytest.raises(RecipeError, match="Only a language model"):
        run.sample()


def test_a_next_token_is_traced_from_the_vectors_of_tokens_to_its_probability(learned: Path) -> None:
    run = pellucid.open_run(learned)
    text = "\nThe cat se"
    traced = run.trace(text)
    assert traced.tokens == tuple(text)
    assert traced["embed"].shape == (11, 8)
    vocabulary = run.predictor.task.output_width // 32
    assert traced["answer/last-place"].shape == traced["answer/softmax"].shape == (vocabulary,)
    # The same probability as the factor that stands behind the text in the product.
    factor = run.probability(f"{text[1:]}e").factors[-1]
    place = traced["answer/softmax"].step.names.index("e")
    assert traced.end[place] == pytest.approx(factor.probability, abs=1e-6)
    assert traced["answer/softmax"].at(place).is_exact
    assert traced["answer/last-place"].at(place).is_exact
    assert traced["head"].at(10, place).is_exact
    assert traced.answer.startswith(f"'{factor.likeliest}' (")
    back = run.backward(text, "e")
    assert back.loss == pytest.approx(-factor.log, abs=1e-6)
    assert back.output(place).is_exact
    assert back.weight("embed.weight", TextPreprocessing.of(run.record.preprocessing).ids("c")[0], 0).is_exact
    moved = run.slow_motion(text, "e", steps=2, weights=[("head.bias", (place,))])
    assert moved.losses[-1] < moved.losses[0]
    assert (run.record.betas, rule_of(run.record).betas) == ((0.9, 0.99), (0.9, 0.99))
    assert rule_of(run.record, "adam").betas == (0.9, 0.999)
    page = exhibit_of(traced)
    assert len(page.figures) == 1
    assert "Layer 1" in page.figures[0].caption


def test_an_example_is_asked_for_its_last_token_from_those_before_it(learned: Path) -> None:
    run = pellucid.open_run(learned)
    index = int(run.dataset.splits["val"][0])
    window = TextInputs.of(run.dataset.inputs).text(index)
    traced = run.trace(index)
    assert traced.tokens == tuple(window[:-1])
    assert traced.right == repr(window[-1])
    assert run.backward(index).loss == run.backward(window[:-1], window[-1]).loss
    sealed = run.trace(int(run.dataset.splits["test"][0]))
    assert sealed.is_sealed
    assert not sealed.right
    with pytest.raises(RecipeError, match="no token that training saw"):
        run.backward(window[:-1], "Ü")
    with pytest.raises(RecipeError, match="unlike shapes"):
        run.backward(["The", "The cat"], "e")


def test_a_next_token_is_explained_by_those_before_it(learned: Path) -> None:
    run = pellucid.open_run(learned)
    text = "The cat sees the do"
    methods = ["integrated-gradients", "gradient-x-input", "occlusion"]
    made = run.explain(text, target="g", method=methods)
    assert made.target == "g"
    assert made.tokens == tuple(text)
    factor = run.probability(f"{text[1:]}g").factors[-1]
    assert made.answered == pytest.approx(math.exp(factor.log), abs=0.05)
    integrated, _, occluded = made.attributions
    assert abs(integrated.figures["completeness_gap"]) < 1e-3 + 1e-2 * abs(integrated.figures["difference"])
    for one in made.attributions:
        assert one.cells.shape == (len(text),)
        assert one.randomisation is not None
        assert one.deletion is not None
    # By hand: a token is erased where its vector is 0.
    model, given = run.predictor.model, TextPreprocessing.of(run.record.preprocessing)
    assert isinstance(model, Decoder)
    numbers = torch.tensor(given.ids(text))[None]
    place = int(given.ids("g")[0])
    with torch.no_grad():
        vectors = model.embed(numbers)
        vectors[0, 5] = 0
        handle = model.embed.register_forward_hook(lambda *_: vectors)
        without = model(numbers)[0, -given.size :][place]
        handle.remove()
        whole = model(numbers)[0, -given.size :][place]
    assert occluded.cells[5] == pytest.approx(float(whole - without), abs=1e-5)
    assert made.neighbours == ()
    assert "overlap" in next(one.reason for one in made.decisions if one.name == "neighbours")
    assert run.explain(text, checks=False).answer.startswith("'")


def test_the_report_shows_where_it_looks_and_where_the_vectors_lie(learned: Path, counted: Path) -> None:
    page = pellucid.open_run(learned).folder.report.read_text(encoding="utf-8")
    assert "Where it looks" in page
    assert "Where the vectors of tokens lie" in page
    assert "Where it looks" not in pellucid.open_run(counted).folder.report.read_text(encoding="utf-8")


def test_counts_are_no_graph_of_operators(counted: Path) -> None:
    run = pellucid.open_run(counted)
    with pytest.raises(ModelError, match="looks its answers up in what it counted"):
        run.trace("The cat")
    with pytest.raises(RecipeError, match="vectors of tokens"):
        run.explain("The cat", checks=False)


def test_a_page_colours_a_text_by_surprise(counted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    main(["predict", str(counted), "--text", "The cat", "--out", str(page)])
    assert "P(S) = product of 7 factors" in capsys.readouterr().out
    assert "factor by factor" in page.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["predict", str(counted), "--text", "The cat", "--out", str(tmp_path / "answers.csv")])
    assert "--out PAGE.html" in capsys.readouterr().err


def test_a_run_of_an_older_version_learns_as_it_did(learned: Path, tmp_path: Path) -> None:
    """Its record names neither betas nor the order of batches: they were torch's, and as the order was drawn."""
    run = pellucid.open_run(learned)
    (phase,) = task_of(run.record).phases
    assert (phase.betas, run.record.by_length) == ((0.9, 0.99), True)
    then = shutil.copytree(learned, tmp_path / "then")
    record = json.loads((then / "run.json").read_text(encoding="utf-8"))
    assert record.pop("betas") == [0.9, 0.99]
    assert record.pop("by_length")
    (then / "run.json").write_text(json.dumps(record), encoding="utf-8")
    opened = pellucid.open_run(then).record
    (phase,) = task_of(opened).phases
    assert (phase.betas, opened.by_length, rule_of(opened).betas) == ((0.9, 0.999), False, (0.9, 0.999))
