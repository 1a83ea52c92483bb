"""Runs of before the gate: opened, evaluated and reproduced with the examples that they were trained on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import pellucid


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    generator = np.random.default_rng(0)
    train, test = (generator.integers(0, 256, (count, 6, 6), np.uint8) for count in (60, 20))
    test[:2] = train[:2]
    path = tmp_path_factory.mktemp("leaks") / "set.npz"
    np.savez(path, train_images=train, train_labels=np.arange(60) % 2, test_images=test, test_labels=np.arange(20) % 2)
    return path


def test_a_record_without_the_option_means_what_it_meant(leaking: Path, tmp_path: Path) -> None:
    data = pellucid.load_dataset(leaking, allow_leaks=True)
    run = pellucid.train(data, model="linear", epochs=1, runs_dir=tmp_path)
    file = run.path / "run.json"
    record = json.loads(file.read_text())
    assert record["dataset"]["options"].pop("allow_leaks") is True
    file.write_text(json.dumps(record))
    older = pellucid.open_run(run.path)
    assert older.dataset.split_fingerprint == data.split_fingerprint
    assert len(pellucid.load_dataset(leaking).splits["train"]) < len(data.splits["train"])
