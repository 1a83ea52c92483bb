"""A run trained again from its record: bit-equal, or how far apart and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

import pellucid
from pellucid.cli import main
from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.runs.reproduction import compare_reproduction

MakePictures = Callable[..., Dataset]
QUICK: dict[str, Any] = {"model": "mlp", "hidden": (8,), "epochs": 3, "dropout": 0.2, "device": "cpu"}


def own_module() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 4))


def test_a_run_is_reproduced_bit_for_bit(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path / "runs", augment="crop", seed=5, **QUICK)
    found = run.reproduce()
    assert found.equal
    weights = load_file(run.path / "checkpoints" / "best.safetensors")
    assert found.num_weights == sum(value.size for value in weights.values())
    assert (found.num_different_weights, found.largest_difference, found.reasons) == (0, 0.0, ())
    assert found.repeated == str(tmp_path / "runs" / "corners-mlp-reproduced")
    repeated = pellucid.open_run(found.repeated)
    assert repeated.record.status == "finished"
    assert repeated.evaluations[0].metrics == run.evaluations[0].metrics
    assert str(found).startswith("Bit-equal")


def test_another_outcome_is_measured(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path / "runs", **QUICK)
    other = Path(run.reproduce().repeated)
    file = other / "checkpoints" / "best.safetensors"
    weights = load_file(file)
    name, value = max(weights.items(), key=lambda item: item[1].size)
    value.flat[3] += np.float32(0.5)
    before = run.folder.checkpoints / "best.safetensors"
    largest = float(np.abs(load_file(before)[name]).max())
    save_file(weights, file)
    rows = (other / "metrics.jsonl").read_text().splitlines()
    second = json.loads(rows[1])
    rows[1] = json.dumps(second | {"train_loss": second["train_loss"] + 1})
    (other / "metrics.jsonl").write_text("\n".join(rows) + "\n")
    record = json.loads((other / "run.json").read_text())
    record["versions"]["torch"] = "9.9"
    record["hardware"]["threads"] = "64"
    (other / "run.json").write_text(json.dumps(record))
    found = compare_reproduction(run.folder, pellucid.open_run(other).folder)
    assert not found.equal
    assert found.num_different_weights == 1
    assert found.largest_difference == pytest.approx(0.5, abs=1e-6)
    assert found.largest_share == pytest.approx(0.5 / largest, rel=1e-5)
    assert found.first_different_epoch == 2
    assert any("torch" in reason and "9.9 now" in reason for reason in found.reasons)
    assert any("threads" in reason and "64 now" in reason for reason in found.reasons)
    assert "1 of" in str(found)


def test_a_module_of_ones_own_is_reproduced(make_pictures: MakePictures, tmp_path: Path) -> None:
    data = make_pictures()
    run = pellucid.train(data, model=own_module(), runs_dir=tmp_path, epochs=2, device="cpu")
    assert run.reproduce(model=own_module()).equal
    other = own_module()
    with torch.no_grad():
        other[1].weight.add_(0.1)  # type: ignore[index]
    found = run.reproduce(model=other)
    assert not found.equal
    assert any("start from the very weights" in reason for reason in found.reasons)
    with pytest.raises(RunError, match="a module of your own"):
        run.reproduce()


def test_as_many_epochs_are_trained_as_then(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(
        picture_folder, runs_dir=tmp_path, callbacks=[lambda engine, row: row["epoch"] == 2], **QUICK | {"epochs": 5}
    )
    assert len(run.history) == 2
    with pytest.raises(RunError, match="Code of your own"):
        run.reproduce()
    found = run.reproduce(callbacks=[lambda engine, row: False])
    assert found.equal


def test_changed_data_are_refused(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, **QUICK)
    next(picture_folder.rglob("*.png")).unlink()
    with pytest.raises(RunError, match="changed since its training"):
        pellucid.open_run(run.path).reproduce()
    assert not list(tmp_path.glob("*reproduced*"))


def test_the_command_says_it_and_its_exit_code_does_too(
    picture_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, **QUICK)
    main(["reproduce", str(run.path), "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["equal"] is True
    record = json.loads((run.path / "run.json").read_text())
    record["recipe"]["seed"] = 9  # what was trained is not what the record says
    (run.path / "run.json").write_text(json.dumps(record))
    with pytest.raises(SystemExit) as ended:
        main(["reproduce", str(run.path)])
    assert ended.value.code == 1
    assert "Not equal" in capsys.readouterr().out
