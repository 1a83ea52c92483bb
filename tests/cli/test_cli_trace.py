"""`pellucid trace`: the list of layers, one layer, one number; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pellucid

Type = Callable[..., Any]


def test_layers_a_layer_and_a_number(pellucid_: Type, run: Path) -> None:
    listed = pellucid_("trace", run, 0)
    assert listed.code == 0
    table, _ = listed.out.split("\n\nFrom the network's outputs to the answer\n")
    names = [line.split()[0] for line in table.splitlines()[3:]]
    assert (names[0], names[-1]) == ("input/normalise", "answer/softmax")
    layer = pellucid_("trace", run, 0, "--layer", names[-1])
    assert layer.out.startswith(f"{names[-1]}: ")
    number = json.loads(pellucid_("trace", run, 0, "--layer", names[-1], "--unit", 0, "--json").out)
    assert number["is_exact"]
    assert sum(number["terms"]) == pytest.approx(number["value"], rel=1e-4)
    summary = json.loads(pellucid_("trace", run, 0, "--json").out)
    assert [step["name"] for step in summary["steps"]] == names


def test_a_trace_begins_with_the_answer_and_the_right_one(pellucid_: Type, run: Path) -> None:
    dataset = pellucid.load_dataset("digits")
    shown, sealed = (int(dataset.splits[split][0]) for split in ("train", "test"))
    heading, blank, header = pellucid_("trace", run, shown).out.splitlines()[:3]
    right = str(int(dataset.targets[shown]))
    assert heading.startswith(f"{dataset.example_name(shown)}: ")
    assert heading.endswith(f"; right is {right}")
    assert (blank, header.split()[0]) == ("", "layer")
    given = json.loads(pellucid_("trace", run, shown, "--json").out)
    assert given["right"] == right
    assert given["answer"] in heading
    heading = pellucid_("trace", run, sealed).out.splitlines()[0]
    assert heading.endswith("; the right answer is sealed with the test split")
    assert json.loads(pellucid_("trace", run, sealed, "--json").out)["right"] is None


def test_the_way_back_a_gradient_an_update_and_slow_motion(pellucid_: Type, run: Path) -> None:
    back = json.loads(pellucid_("trace", run, 0, "--target", "3", "--json").out)
    assert back["loss"] == pytest.approx(back["loss_arithmetic"]["total"], rel=1e-5)
    assert sum(back["output_gradient"]) == pytest.approx(0, abs=1e-6)
    assert back["output_gradient"][3] < 0
    said = pellucid_("trace", run, 0, "--target", "3")
    assert said.out.startswith("loss = ")
    first = said.out.splitlines()[-1].removeprefix("The terms of one of them: --weight ")
    update = json.loads(
        pellucid_("trace", run, 0, 1, "--weight", first, "--optimizer", "sgd", "--lr", 0.5, "--json").out
    )
    (one,) = update["updates"]
    assert one["gradient"]["is_exact"]
    assert one["numbers"]["new"] == pytest.approx(one["numbers"]["old"] - 0.5 * one["numbers"]["gradient"], rel=1e-5)
    motion = json.loads(pellucid_("trace", run, 0, 1, "--weight", first, "--steps", 3, "--json").out)
    assert len(motion["losses"]) == 4
    news = [step["updates"][0]["numbers"]["new"] for step in motion["steps"]]
    olds = [step["updates"][0]["numbers"]["old"] for step in motion["steps"]]
    assert olds[1:] == news[:-1]
    assert "step" in pellucid_("trace", run, 0, "--weight", first, "--steps", 6).out
    gradient = pellucid_("trace", run, 0, "--target", "3", "--layer", "fc", "--unit", 3).out
    assert gradient.startswith("the loss's gradient at fc[3]: -")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["0", "--unit", "1"], "Add --layer NAME."),
        (["0", "--layer", "fc", "--at", "1,1"], "Add --unit NUMBER."),
        (["0", "--layer", "nothing"], "The network has no layer 'nothing'."),
        (["999999"], "The dataset has no example 999999. 0 to "),
        (["absent.png"], "absent.png"),
        (["0", "--layer", "fc", "--unit", "0", "--at", "x"], "--at is 'x'."),
        (["0", "--target", "eleven"], "There is no class 'eleven'."),
        (["0", "1", "2", "--target", "1", "--target", "2"], "3 inputs, but 2 targets."),
        (["0", "--weight", "conv1"], "--weight is 'conv1'."),
        (["0", "--weight", "nothing:0"], "The network has no parameter 'nothing'."),
        (["0", "--weight", "fc.bias:0", "--optimizer", "adma"], "Unknown optimizer 'adma'. Did you mean 'adam'?"),
        (["0", "--weight", "fc.bias:0", "--lr", "0"], "The learning rate is 0."),
        (["0", "--lr", "0.1"], "Add --weight NAME:POSITION."),
        (["0", "--all", "--layer", "fc"], "--all lists every step of the way forward."),
        (["0", "--target", "1", "--steps", "3"], "Add --weight NAME:POSITION."),
    ],
)
def test_what_cannot_be_shown_is_said(pellucid_: Type, run: Path, words: list[str], message: str) -> None:
    said = pellucid_("trace", run, *words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err


def test_health_says_what_it_saw(pellucid_: Type, run: Path) -> None:
    said = pellucid_("health", run)
    assert said.code == 0
    assert "update / weight" in said.out
    found = json.loads(pellucid_("health", run, "--json").out)
    assert found["epochs"][0]["epoch"] == 0
    assert '<h2 id="health-title">Health</h2>' in (run / "report.html").read_text(encoding="utf-8")
