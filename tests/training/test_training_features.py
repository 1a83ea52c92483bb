"""Features of a frozen backbone: the same from the cache as computed, wherever in a batch, and in which view."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from pellucid.data import load_dataset
from pellucid.kinds import Form, Wishes
from pellucid.models import build_model, cut_at_head
from pellucid.preprocessing import ImagePreprocessing, fit_preprocessing
from pellucid.training.batches import Examples, TensorBatches
from pellucid.training.features import Address, Backbone, FeatureBatches, compute_features, find_features
from pellucid.training.processes import Processes
from pellucid.training.progress import NullProgress, Pass, PassWatch

CPU = torch.device("cpu")
SHAPE = (3, 32, 32)


class Shifting:
    """Inputs that a view shifts by its number, and that count how many were asked for."""

    def __init__(self, inputs: Tensor) -> None:
        self.asked = 0
        self.inputs = inputs

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def width(self) -> int:
        return self.inputs[0].numel()

    def expect(self, indices: Tensor) -> None:
        pass

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        return order

    def batch(self, indices: Tensor, *, epoch: int | None):  # type: ignore[no-untyped-def]
        self.asked += len(indices)
        source = TensorBatches(self.inputs + 0.1 * (epoch or 0), torch.zeros(len(self)), torch.arange(len(self)), CPU)
        return source.batch(indices, epoch=epoch)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return build_model("timm:test_resnet", form=Form(shape=SHAPE), outputs=3, seed=1).eval()


@pytest.fixture
def backbone(network: nn.Module) -> Backbone:
    cut = cut_at_head(network, Form(shape=SHAPE))
    assert cut is not None
    return Backbone.of(network, cut, Form(shape=SHAPE), CPU)


@pytest.fixture
def inputs() -> Tensor:
    return torch.randn(7, *SHAPE, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def address(tmp_path: Path) -> Address:
    for number in range(7):
        (tmp_path / "photos" / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 255, (32, 32, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / "ab"[number % 2] / f"{number}.png")
    dataset = load_dataset(tmp_path / "photos")
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("image",)))
    assert isinstance(preprocessing, ImagePreprocessing)
    return Address(dataset.inputs.digests, preprocessing, "augmentation and seed")


def test_a_backbone_runs_once_and_the_cache_gives_the_same_bits(
    backbone: Backbone, inputs: Tensor, address: Address
) -> None:
    source = Shifting(inputs)
    first = compute_features(backbone, np.arange(7), address, source=lambda: source, views=2)
    assert (first.computed, first.count, source.asked) == (21, 21, 24)  # filled up to fours
    again = compute_features(backbone, np.arange(7), address, source=lambda: pytest.fail("opened"), views=2)
    assert again.computed == 0
    for one, other in zip(first.views, again.views, strict=True):
        assert torch.equal(one, other)
    with torch.no_grad():
        assert torch.allclose(backbone.cut.tail(first.views[0]), backbone.network(inputs), atol=1e-5)
        assert torch.allclose(backbone.cut.tail(first.views[2]), backbone.network(inputs + 0.2), atol=1e-5)


def test_features_do_not_depend_on_their_neighbours(backbone: Backbone, inputs: Tensor, address: Address) -> None:
    whole = compute_features(backbone, np.arange(7), None, source=lambda: Shifting(inputs), views=0)
    compute_features(backbone, np.array([2, 5]), address, source=lambda: Shifting(inputs[[2, 5]]), views=0)
    rest = compute_features(backbone, np.arange(7), address, source=lambda: Shifting(inputs), views=0)
    assert rest.computed == 5
    assert torch.equal(whole.views[0], rest.views[0])
    found = find_features(backbone, np.array([3, 1]), address)
    assert found is not None
    assert torch.equal(found, whole.views[0][[3, 1]])


def test_other_weights_other_preprocessing_and_another_seed_are_other_features(
    backbone: Backbone, inputs: Tensor, address: Address, network: nn.Module
) -> None:
    compute_features(backbone, np.arange(7), address, source=lambda: Shifting(inputs), views=1)
    with torch.no_grad():
        kept = next(network.parameters())
        kept[0] += 1e-3
        changed = Backbone.of(network, backbone.cut, Form(shape=SHAPE), CPU)
        kept[0] -= 1e-3
        head = next(backbone.cut.layer.parameters())
        head.add_(1)
        same = Backbone.of(network, backbone.cut, Form(shape=SHAPE), CPU)
        head.sub_(1)
    assert find_features(changed, np.arange(7), address) is None
    assert find_features(same, np.arange(7), address) is not None  # the head is no part of the backbone
    other = address.preprocessing.model_copy(update={"mean": (0.1, 0.2, 0.3)})
    assert find_features(backbone, np.arange(7), Address(address.digests, other)) is None
    seeded = Address(address.digests, address.preprocessing, "another seed")
    found = compute_features(backbone, np.arange(7), seeded, source=lambda: Shifting(inputs), views=1)
    assert found.computed == 7  # the plain view is the same


def test_an_epoch_shows_one_view_of_each_example_and_all_in_turn() -> None:
    views = tuple(torch.full((4, 2), float(number)) for number in range(3))
    examples = Examples(torch.zeros(4, dtype=torch.long), torch.arange(4))
    batches = FeatureBatches(examples, lambda: pytest.fail("opened"), lambda: views, CPU, from_features=True)
    shown = [batches.batch(torch.arange(4), epoch=epoch).inputs[:, 0].tolist() for epoch in (1, 2, 3)]
    assert [sorted(each) for each in zip(*shown, strict=True)] == [[0, 1, 2]] * 4
    assert batches.batch(torch.arange(4), epoch=None).inputs.count_nonzero() == 0
    repeated = batches.batch(torch.tensor([1, 5]), epoch=1).inputs[:, 0].tolist()
    assert repeated[0] != repeated[1]  # the same example a second time in the epoch is another view


class OneOfTwo(Processes):
    """A process that is not connected to the other: what that one would give is noted, and missing."""

    def indices_of_the_first(self, indices: Sequence[int], count: int) -> list[int]:
        return list(indices)

    def gather_rows(self, rows: Tensor, own: Sequence[int], shared: Sequence[int]) -> None:
        rows[[place for place in shared if place not in own]] = 0.0


def test_each_process_computes_its_share_and_together_they_are_those_of_one(backbone: Backbone, inputs: Tensor) -> None:
    alone = compute_features(backbone, np.arange(7), None, source=lambda: Shifting(inputs), views=1)
    summed = [torch.zeros_like(view) for view in alone.views]
    for rank, share in enumerate((4, 3)):
        source = Shifting(inputs)
        opened = iter([source])
        part = compute_features(
            backbone, np.arange(7), None, source=opened.__next__, views=1, processes=OneOfTwo(rank, 2)
        )
        assert source.asked == 2 * 4  # two views, filled up to fours: alone it would be 2 * 8
        for total, view in zip(summed, part.views, strict=True):
            assert int((view.flatten(1).abs().sum(dim=1) > 0).sum()) == share
            total += view
    for total, view in zip(summed, alone.views, strict=True):
        assert torch.equal(total, view)


def test_a_pass_says_how_far_it_has_come_and_how_long_it_will_take(
    backbone: Backbone, inputs: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("pellucid.training.progress.time.perf_counter", lambda: float(next(clock)))

    class Notes(NullProgress):
        def __init__(self) -> None:
            self.seen: list[Pass] = []

        def passed(self, progress: Pass) -> None:
            self.seen.append(progress)

    notes = Notes()
    watch = PassWatch(notes, "train")
    compute_features(backbone, np.arange(7), None, source=lambda: Shifting(inputs), views=1, watch=watch)
    assert [one.done for one in notes.seen] == list(range(1, 15))
    assert {one.total for one in notes.seen} == {14}
    assert notes.seen[0].seconds_left == 13.0  # one a second
    assert notes.seen[-1].seconds_left == 0.0
