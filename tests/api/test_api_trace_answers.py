"""A trace begins at the cells or pixels of the file and ends at the answer that `predict` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

from pellucid import api
from pellucid.data import dataset_from_arrays
from pellucid.prediction import ask
from pellucid.preprocessing import NumberColumn, TablePreprocessing
from pellucid.trace import Arithmetic, Trace, keeping
from pellucid.trace.graph import Recording, record

pytestmark = pytest.mark.slow

ROWS = 120


def all_exact(trace: Trace) -> list[Arithmetic]:
    """Return the arithmetic of every value around the network; each is the sum of its terms."""
    around = [one for one in trace if one.step.module in ("input", "answer")]
    told = [one.at(*map(int, place)) for one in around for place in np.ndindex(one.shape)]
    assert all(one.is_exact for one in told), [str(one) for one in told if not one.is_exact]
    return told


def table(tmp_path: Path, **columns: object) -> Path:
    names = list(columns)
    rows = zip(*(list(columns[name]) for name in names), strict=True)  # type: ignore[call-overload]
    path = tmp_path / "table.csv"
    path.write_text("\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def test_the_scaling_of_a_number_is_undone_as_the_last_step(tmp_path: Path) -> None:
    x = np.arange(ROWS) / 10
    colours = np.array(["blue", "red"])[np.arange(ROWS) % 2]
    path = table(tmp_path, x=x, colour=colours, y=3 * x + 1 + 5 * (colours == "red"))
    run = api.train(api.load_dataset(path, target="y"), model="linear", epochs=3, runs_dir=tmp_path)
    new = tmp_path / "new.csv"
    new.write_text("x,colour\n30,red\n")
    trace = run.trace(new)
    (answer,) = run.predict(new)
    assert f"{trace.end[0]:.5g}" == f"{answer.value:.5g}" == trace.answer.split(" ")[0]
    all_exact(trace)
    last, scaling = trace["answer"].unit(0), run.record.target_scaling
    assert last.step == "answer/scale-back"
    assert not isinstance(scaling, tuple)
    assert scaling is not None
    assert last.terms.tolist() == pytest.approx([trace.output[0] * scaling.std, scaling.mean])
    first, preprocessing = trace["input/standardise"], run.record.preprocessing
    assert isinstance(preprocessing, TablePreprocessing)
    column = preprocessing.columns[0]
    assert isinstance(column, NumberColumn)
    assert first.step.names == ("x", "colour=blue", "colour=red")
    assert first.values.tolist() == pytest.approx([(30 - column.mean) / column.std, 0, 1])
    before, behind = trace.workings
    assert before.rows[0][:4] == ("x", 30.0, column.mean, column.std)
    assert list(behind.rows[0][1:]) == pytest.approx([trace.output[0], scaling.std, scaling.mean, trace.end[0]])
    text = str(trace)
    assert "From the cells to the network's input" in text
    assert text.splitlines()[-1].split()[-1] == f"{trace.end[0]:.6g}"
    given = trace.to_dict()
    assert given["end"] == pytest.approx([answer.value], rel=1e-6)
    assert given["workings"][-1]["header"] == ["", "output", "x deviation", "+ mean", "answer"]


def test_several_numbers_each_have_their_own_scale(tmp_path: Path) -> None:
    x = np.arange(ROWS) / 10
    path = table(tmp_path, x=x, near=2 * x, far=1000 - 50 * x)
    run = api.train(api.load_dataset(path, target="near,far"), model="linear", epochs=2, runs_dir=tmp_path)
    trace = run.trace(7)
    (told,) = run.predictor.judge(run.predictor.outputs(run.predictor.rows(path)[7:8]))
    assert told.values is not None
    assert trace.end.tolist() == pytest.approx([told.values["near"], told.values["far"]], rel=1e-6)
    assert [row[0] for row in trace.workings[-1].rows] == ["near", "far"]
    all_exact(trace)


def test_answers_within_bounds_end_within_them(tmp_path: Path) -> None:
    x = np.arange(ROWS) / 10
    path = table(tmp_path, x=x, y=x / 12)
    run = api.train(api.load_dataset(path, target="y"), model="linear", epochs=2, bounds=(0, 1), runs_dir=tmp_path)
    trace = run.trace(3)
    assert [one.step.name for one in trace][-2:] == ["answer/sigmoid", "answer/into-bounds"]
    (told,) = run.predictor.judge(run.predictor.outputs(run.predictor.rows(path)[3:4]))
    assert trace.end[0] == pytest.approx(told.value, rel=1e-6)
    all_exact(trace)


@pytest.mark.parametrize("classes", [["a", "b"], ["a", "b", "c"]])
def test_the_correction_for_emphasised_classes_lies_before_the_probability(tmp_path: Path, classes: list[str]) -> None:
    random = np.random.default_rng(0)
    target = np.array([classes[min(place % 12, len(classes) - 1)] for place in range(240)])
    pictures = random.integers(0, 200, (240, 8, 8), dtype=np.uint8)
    pictures[target == "a", :4] += 40
    data = dataset_from_arrays(pictures, target, name="uneven", val=0.25)
    run = api.train(data, model="linear", epochs=2, sampler="balanced", runs_dir=tmp_path)
    trace = run.trace(int(data.splits["val"][0]))
    names = [one.step.name for one in trace]
    assert "answer/prior-correction" in names
    assert names[0] == "input/normalise"
    outputs = run.predictor.split_outputs(data, data.splits["val"][:1])
    (told,) = run.predictor.judge(outputs)
    assert told.probabilities is not None
    assert trace.end.tolist() == pytest.approx(list(told.probabilities.values()), abs=1e-6)
    # By hand: the network's probabilities divided by how many times more each class counted, and made to sum to 1.
    temperature, offsets = run.predictor.answering.temperature, run.predictor.logit_offsets
    assert offsets is not None
    logits = outputs.raw[0].astype(np.float64) / temperature + np.array(offsets)
    odds = np.exp(logits) if len(classes) > 2 else np.array([1.0, np.exp(logits[0])])
    assert trace.end.tolist() == pytest.approx((odds / odds.sum()).tolist(), abs=1e-6)
    assert any("was chosen before" in note for note in trace.workings[-1].notes)
    told_pixels = all_exact(trace)
    level = told_pixels[0].factor("level")
    assert float(level) == data.inputs.pixels(int(data.splits["val"][0]))[0, 0]  # type: ignore[attr-defined]


def test_labels_end_at_a_probability_each_and_say_from_which_one_they_are_answered(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    labels = (random.random((200, 2)) < 0.5).astype(np.int64)
    pictures = random.integers(0, 90, (200, 8, 8))
    pictures[:, :3, :3] += 140 * labels[:, 0, None, None]
    data = dataset_from_arrays(pictures.astype(np.uint8), labels, name="two", classes=["one", "two"], val=0.2)
    run = api.train(data, model="linear", epochs=2, runs_dir=tmp_path)
    trace = run.trace(0)
    told = run.predictor.judge(run.predictor.split_outputs(data, np.array([0])))[0]
    assert told.probabilities is not None
    assert trace.end.tolist() == pytest.approx(list(told.probabilities.values()), abs=1e-6)
    assert trace.workings[-1].notes[-1].startswith("A label is answered from this probability on: one 0.")
    all_exact(trace)


def test_an_empty_cell_says_what_stands_for_it(tmp_path: Path) -> None:
    x = [str(place) for place in range(ROWS)]
    x[5] = ""
    path = table(tmp_path, x=x, y=np.arange(ROWS) * 2.0)
    data = api.load_dataset(path, target="y", impute="median")
    run = api.train(data, model="linear", epochs=1, runs_dir=tmp_path)
    trace = run.trace(5)
    first, preprocessing = trace["input"].unit(0), run.record.preprocessing
    assert isinstance(preprocessing, TablePreprocessing)
    column = preprocessing.columns[0]
    assert isinstance(column, NumberColumn)
    assert float(first.factor("cell")) == column.fill
    assert "the training's median, stands for it" in first.note
    assert "the training's median stands for it: x." in str(trace)


def test_further_inputs_of_an_opened_run_are_traced_with_the_bits_of_a_fresh_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.arange(ROWS) / 10
    path = table(tmp_path, x=x, z=x**2, y=np.where(x > 5, "yes", "no"))
    run = api.train(api.load_dataset(path, target="y"), epochs=2, runs_dir=tmp_path)
    exports: list[Recording] = []

    def counted(model: nn.Module, *given: Any) -> Recording:
        exports.append(record(model, *given))
        return exports[-1]

    monkeypatch.setattr(keeping, "record", counted)
    run.trace(0)
    for example in (7, 60):
        kept, fresh = run.trace(example), api.open_run(run.path).trace(example)
        assert str(kept) == str(fresh)
        assert all(np.array_equal(a.values, b.values) for a, b in zip(kept, fresh, strict=True))
    assert run.backward([3]).loss == api.open_run(run.path).backward([3]).loss
    assert len(exports) == 1 + 3  # once for this run, and once for each that was opened anew
    run.model.get_parameter(next(name for name, _ in run.model.named_parameters())).data.mul_(2)
    changed = run.trace(7)
    np.testing.assert_allclose(changed.output, run.predictor.outputs(ask(run.opened, 7).prepared).raw[0], rtol=1e-5)
    assert not np.array_equal(changed.output, api.open_run(run.path).trace(7).output)
