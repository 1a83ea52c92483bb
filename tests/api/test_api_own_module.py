"""A module of the user's own: trained in place, not kept in the run, needed again to open it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import pellucid
from pellucid import api
from pellucid.data import Dataset
from pellucid.errors import ModelError, RunError
from pellucid.runs import EpochRow
from pellucid.training import NullProgress

MakePictures = Callable[..., Dataset]


class MyNet(nn.Module):
    """Averages, then one dense layer."""

    def __init__(self, outputs: int = 4) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(2)
        self.head = nn.Linear(16, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, outputs] logits."""
        logits: Tensor = self.head(self.pool(inputs).flatten(1))
        return logits


class StopsInTheSecondEpoch(NullProgress):
    """A watcher that interrupts the training, as Ctrl-C does."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Stop."""
        if row["epoch"] == 2:
            raise KeyboardInterrupt


class Pair(nn.Module):
    """Gives two tensors, which no task here can learn from."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(64, 4)

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits twice."""
        logits = self.head(inputs.flatten(1))
        return logits, logits


@pytest.fixture
def run(make_pictures: MakePictures, tmp_path: Path) -> pellucid.Run:
    torch.manual_seed(0)
    return pellucid.train(make_pictures(), model=MyNet(), epochs=5, lr=0.05, runs_dir=tmp_path / "runs")


def test_it_trains_and_is_reopened_with_its_module(run: pellucid.Run, make_pictures: MakePictures) -> None:
    assert run.path.name == "corners-mynet"
    assert run.record.model.custom
    dataset = make_pictures()
    opened = pellucid.open_run(run.path, model=MyNet(), data=dataset)
    assert opened.evaluate("val", baselines=False).metrics == run.evaluate("val", baselines=False).metrics
    picture = dataset.inputs.pixels(3)  # type: ignore[attr-defined]
    assert pellucid.load_predictor(run.path, model=MyNet()).predict([picture]).__next__() == run.predict(picture)[0]


def test_without_the_module_it_can_be_looked_at_but_not_asked(run: pellucid.Run) -> None:
    opened = pellucid.open_run(run.path)
    assert opened.record.status == "finished"
    with pytest.raises(RunError, match=r"module of your own \(mynet\).*open_run\(path, model=YourModule\(\)\)"):
        opened.predict(torch.zeros(8, 8).byte().numpy())


def test_another_module_does_not_fit_its_weights(run: pellucid.Run) -> None:
    with pytest.raises(RunError, match=r"do not fit the model.*open_run\(path, model=\.\.\.\)"):
        pellucid.load_predictor(run.path, model=MyNet(outputs=5))


@pytest.mark.parametrize(
    ("module", "got"), [(MyNet(outputs=3), r"\(2, 3\)"), (Pair(), "tuple")], ids=["width", "tuple"]
)
def test_a_wrong_output_is_refused_before_anything_is_written(
    make_pictures: MakePictures, tmp_path: Path, module: nn.Module, got: str
) -> None:
    with pytest.raises(ModelError, match=rf"gives {got}.*shape \(2, 4\)"):
        pellucid.train(make_pictures(), model=module, epochs=1, runs_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_module_that_cannot_take_the_pictures_is_refused_before_anything_is_written(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="cannot take"):
        pellucid.train(make_pictures(), model=nn.Linear(5, 4), epochs=1, runs_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_an_interrupted_training_of_it_goes_on_with_the_module_handed_over(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    whole = pellucid.train(make_pictures(), model=MyNet(), epochs=3, runs_dir=tmp_path / "whole")
    torch.manual_seed(0)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(
            make_pictures(), model=MyNet(), epochs=3, runs_dir=tmp_path / "parts", progress=StopsInTheSecondEpoch()
        )
    path = tmp_path / "parts" / "corners-mynet"
    with pytest.raises(RunError, match="module of your own"):
        api.resume(path, data=make_pictures())
    resumed = api.resume(path, model=MyNet(), data=make_pictures())
    for name, parameter in resumed.predictor.model.state_dict().items():
        assert torch.equal(parameter, whole.predictor.model.state_dict()[name])
