"""What a trained run hands out: its network, its weights, its mistakes."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import pellucid
from pellucid.data import ArrayImages
from pellucid.errors import RunError
from pellucid.evaluation import Mistake


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    return pellucid.train(
        "digits", model="linear", epochs=1, seed=0, runs_dir=tmp_path_factory.mktemp("reuse"), device="cpu"
    )


def test_the_network_answers_and_its_saved_weights_fit_another_one(run: pellucid.Run, tmp_path: Path) -> None:
    assert not run.model.training
    kept = load_file(run.save_weights(tmp_path / "weights.safetensors"))
    again = copy.deepcopy(run.model)
    for parameter in again.parameters():
        torch.nn.init.zeros_(parameter)
    again.load_state_dict(kept)
    inputs = torch.randn(2, 1, 8, 8)
    with torch.no_grad():
        assert torch.equal(again(inputs), run.model(inputs))


def test_mistakes_are_the_wrong_answers_of_the_last_evaluation_most_confident_first(run: pellucid.Run) -> None:
    mistakes = [mistake for mistake in run.mistakes() if isinstance(mistake, Mistake)]
    assert len(mistakes) == len(run.mistakes()) > 0
    sure = [mistake.probability for mistake in mistakes]
    assert sure == sorted(sure, reverse=True)
    inputs, val = run.dataset.inputs, set(run.dataset.splits["val"].tolist())
    assert isinstance(inputs, ArrayImages)
    for mistake in mistakes[:3]:
        assert mistake.index in val
        answer = run.predict(np.asarray(inputs.pixels(mistake.index)).squeeze())[0]
        assert answer.label == mistake.predicted != mistake.target


def test_asking_for_mistakes_never_opens_the_sealed_split(run: pellucid.Run) -> None:
    with pytest.raises(RunError, match="not evaluated on test yet"):
        run.mistakes("test")
    assert run.folder.num_openings("test") == 0


def test_the_commonest_mistakes_are_counted_and_said(run: pellucid.Run) -> None:
    evaluation = run.evaluations[-1]
    assert evaluation.confusion is not None
    table = np.array(evaluation.confusion)
    np.fill_diagonal(table, 0)
    confused = evaluation.most_confused(2)
    assert confused[0][2] == table.max()
    assert table[int(confused[0][0]), int(confused[0][1])] == table.max()
    assert confused[0][2] >= confused[1][2]
    assert f"most confused: '{confused[0][0]}' taken for '{confused[0][1]}'" in str(evaluation)
