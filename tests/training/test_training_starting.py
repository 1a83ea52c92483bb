"""Networks that begin from the training examples: who says what belongs to an output, and who does not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import pellucid
from pellucid.data import dataset_from_table
from pellucid.models import Started
from pellucid.tasks import Binary, MultiLabel, Regression, SaysMembership, SingleLabel
from pellucid.training import NullProgress


def test_what_belongs_to_an_output() -> None:
    assert SingleLabel(3).memberships(torch.tensor([2, 0])).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert Binary().memberships(torch.tensor([1, 0])).tolist() == [[1], [0]]
    assert MultiLabel(2).memberships(torch.tensor([[1, 0], [1, 1]])).tolist() == [[1, 0], [1, 1]]
    assert not isinstance(Regression(), SaysMembership)


class Means(Started):
    """A line between the means of two classes, which are worked out when it starts."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = torch.nn.Linear(2, 1)
        self.starts = 0

    def start(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        inputs, members = (torch.cat(parts) for parts in zip(*examples, strict=True))
        self.starts += 1
        with torch.no_grad():
            self.fc.weight[0] = (inputs * members).sum(0) / members.sum()

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.fc(inputs)
        return outputs


def test_a_network_is_started_once_with_the_training_examples_alone(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    dataset = dataset_from_table(
        {"a": rows[:, 0], "b": rows[:, 1]}, np.where(rows[:, 0] > 0, "up", "down"), name="halves"
    )
    model = Means()
    pellucid.train(
        dataset, model=model, epochs=1, lr=1e-12, optimizer="sgd", runs_dir=tmp_path, progress=NullProgress()
    )
    assert model.starts == 1
    train = dataset.splits["train"]
    standard = (rows[train] - rows[train].mean(0)) / rows[train].std(0)
    expected = standard[np.asarray(dataset.targets[train]) == 1].mean(0)
    assert np.allclose(model.fc.weight.detach().numpy()[0], expected, atol=1e-4)
