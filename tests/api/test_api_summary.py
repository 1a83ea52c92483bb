from __future__ import annotations

import json
from pathlib import Path

import pytest
from torch import nn

import pellucid
from pellucid.cli.main import main
from pellucid.errors import ModelError, PellucidError


def test_a_name_a_module_and_a_run_have_the_same_table(tmp_path: Path) -> None:
    run = pellucid.train("iris", model="mlp", epochs=1, hidden=(5,), runs_dir=tmp_path)
    named = pellucid.summary("mlp", input_shape=(4,), outputs=3, hidden=(5,), activation="tanh")
    assert [row.name for row in named.layers] == ["flatten", "fc1", "act1", "fc2"]
    assert run.summary().layers == named.layers == run.record.model.layers
    assert pellucid.summary(run.path).layers == named.layers
    # The weights of a run mean something, those of a name do not.
    assert set(run.summary().weights) == {"fc1", "fc2"}
    assert named.weights == {}
    module = nn.Sequential(nn.Flatten(), nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    own = pellucid.summary(module, input_shape=(4,))
    assert [row.parameters for row in own.layers] == [row.parameters for row in named.layers]


def test_what_cannot_be_summarised_is_said() -> None:
    with pytest.raises(ModelError, match="A module does not say what it takes"):
        pellucid.summary(nn.Linear(2, 1))
    with pytest.raises(ModelError, match="cannot be chosen any more"):
        pellucid.summary(nn.Linear(2, 1), input_shape=(2,), outputs=3)
    with pytest.raises(ModelError, match="Did you mean 'lenet5'"):
        pellucid.summary("lenet")
    with pytest.raises(PellucidError, match="activation"):
        pellucid.summary("mlp", activation="step")
    with pytest.raises(ModelError, match="28 x 28 or 32 x 32"):
        pellucid.summary("lenet5", input_shape=(1, 30, 30))


def test_the_command_prints_a_table_or_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    main(["summary", "lenet5"])
    table = capsys.readouterr().out
    assert "floor((28 - 5 + 2*2)/1) + 1 = 28" in table
    assert "lenet5: 61,706 parameters, 416,520 multiply-adds for an input of 28 x 28 x 1" in table
    main(["summary", "mlp", "--input", "4", "--hidden", "8,3", "--outputs", "3", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [layer["output_shape"] for layer in found["layers"]] == [[4], [8], [8], [3], [3], [3]]


def test_repeated_blocks_are_one_line_unless_all_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["summary", "resnet56"])
    folded = capsys.readouterr().out
    assert "stage1.block2 to block9" in folded
    assert "--all lists them" in folded
    main(["summary", "resnet56", "--all"])
    assert "stage1.block9.conv2" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--input", "4,a"], ["--hidden", "x"], ["--outputs", "0"], ["--input", "0"]])
def test_words_that_make_no_model_end_in_a_message(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["summary", "mlp", *words])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
