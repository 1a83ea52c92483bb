"""Targets on the pixels of pictures in batches: whatever happens to a picture happens to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import pellucid
from pellucid.data.made_shapes import make_shapes
from pellucid.kinds import NOT_LABELLED, OnPixels
from pellucid.preprocessing import Augmentation, ImagePreprocessing, PreparedInMemory, preview_augmentation
from pellucid.runs import Recipe
from pellucid.tasks import Batch
from pellucid.training import NullProgress, loading, plan_run
from pellucid.training.kinds.image_batches import ImageBatches

COUNT, HEIGHT, WIDTH = 6, 20, 14
CANVASES = np.random.default_rng(0).integers(0, 256, (COUNT, HEIGHT, WIDTH, 3), np.uint8)
PLANES = torch.from_numpy(CANVASES).permute(0, 3, 1, 2)
AMOUNTS, NAMES = OnPixels("bilinear", unknown=float("nan")), OnPixels("nearest", unknown=NOT_LABELLED)
EVERYTHING = Augmentation(
    window=8, symmetries=True, mirror=0.5, rotation_degrees=30, translation=0.1, scaling=(0.8, 1.3), perspective=0.2
)


def batches(targets: torch.Tensor, on_pixels: OnPixels, spec: Augmentation | None, **more: Any) -> ImageBatches:
    """Return the pictures with targets beside them, as the training gets them."""
    plain = ImagePreprocessing(
        height=HEIGHT, width=WIDTH, channels=3, resize="none", passes="horizontal-first", mean=(0,) * 3, std=(1,) * 3
    )
    return ImageBatches(
        PreparedInMemory(CANVASES),
        targets,
        torch.arange(COUNT),
        plain,
        spec,
        seed=0,
        device=torch.device("cpu"),
        on_pixels=on_pixels,
        **more,
    )


@pytest.mark.parametrize("spec", [EVERYTHING, EVERYTHING.model_copy(update={"window": 0}), Augmentation(), None])
@pytest.mark.parametrize("epoch", [3, None])
def test_a_picture_beside_itself_stays_beside_itself(spec: Augmentation | None, epoch: int | None) -> None:
    source = batches(PLANES.float() / 255, AMOUNTS, spec)
    batch = source.batch(torch.arange(len(source)), epoch=epoch)
    assert batch.inputs.shape[2:] == ((8, 8) if spec and spec.window else (HEIGHT, WIDTH))
    assert torch.allclose(batch.inputs, batch.targets, atol=2e-6)
    assert batch.counts is not None
    assert set(batch.counts.tolist()) == {3 * batch.inputs[0, 0].numel()}


def test_names_are_never_blended_and_move_by_whole_pixels_exactly() -> None:
    names = (PLANES[:, 0] % 3) * 100
    turned = batches(names, NAMES, EVERYTHING).batch(torch.arange(COUNT), epoch=1)
    assert turned.targets.dtype == torch.uint8
    assert set(turned.targets.flatten().tolist()) <= {0, 100, 200}
    spec = Augmentation(window=8, symmetries=True, mirror=0.5, mirror_vertical=0.5)
    batch = batches(PLANES[:, 0].clamp(max=254), NAMES, spec).batch(torch.arange(COUNT), epoch=1)
    assert torch.equal((batch.inputs[:, 0] * 255).round().clamp(max=254).byte(), batch.targets)


def test_what_is_not_known_is_not_learned_from_wherever_it_is_moved() -> None:
    targets = PLANES.float() / 255
    targets[:, :, :, :5] = torch.nan
    batch = batches(targets, AMOUNTS, Augmentation(window=12, symmetries=True, rotation_degrees=10)).batch(
        torch.arange(COUNT), epoch=2
    )
    known = ~batch.targets.isnan()
    assert batch.counts is not None
    assert torch.equal(known.flatten(1).sum(1), batch.counts)
    assert torch.allclose(batch.inputs[known], batch.targets[known], atol=2e-6)
    assert 0 < known.float().mean() < 1
    narrow = batches(targets, AMOUNTS, Augmentation(window=8)).batch(torch.arange(COUNT), epoch=2)
    assert not narrow.targets.isnan().any(), "crops lie where something is known"


def test_an_epoch_has_as_many_crops_as_cover_the_pictures_and_a_gathered_batch_is_the_same() -> None:
    source = batches(PLANES.float(), AMOUNTS, Augmentation(window=8))
    assert len(source) == COUNT * round(HEIGHT * WIDTH / 64)
    again = torch.arange(COUNT) + COUNT
    first, second = source.batch(torch.arange(COUNT), epoch=1), source.batch(again, epoch=1)
    assert torch.equal(first.ids, second.ids)
    assert not torch.equal(first.inputs, second.inputs), "other crops of the same pictures"
    on_disk = replace(source, canvases=_OnDisk(CANVASES), _ahead=[])
    on_disk.expect(again)
    assert torch.equal(on_disk.batch(again, epoch=1).inputs, second.inputs)


class _OnDisk(PreparedInMemory):
    in_memory = False


@pytest.fixture(scope="module")
def data() -> pellucid.Dataset:
    """Return 20 pictures of shapes with masks that know nothing of the border."""
    pictures, masks = make_shapes(20, side=26, seed=1)
    masks[:, :3] = NOT_LABELLED
    return pellucid.dataset_from_masks(pictures, masks, name="shapes", classes=("no", "circle", "square", "triangle"))


def load(data: pellucid.Dataset) -> tuple[Any, Batch]:
    """Return a record, and the first batch of its training."""
    record = plan_run(data, Recipe().override(imgsz=16, rotation=20.0, epochs=1, width=4, levels=2)).record
    device = torch.device("cpu")
    source = loading.load_batches(record, data, "train", device=device, channels_last=False, progress=NullProgress())
    return record, source.batch(torch.arange(8), epoch=1)


def test_targets_that_the_memory_does_not_hold_are_read_for_each_batch(
    data: pellucid.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, held = load(data)
    monkeypatch.setattr(loading, "_MEMORY_SHARE", 0)
    read: list[int] = []
    monkeypatch.setattr(loading, "learned_targets", _counting(loading.learned_targets, read))
    _, fetched = load(data)
    assert max(read) == 8, "never more than a batch of them"
    assert torch.equal(held.inputs, fetched.inputs)
    assert torch.equal(held.targets, fetched.targets)
    assert torch.equal(held.counts, fetched.counts)  # type: ignore[arg-type]


def _counting(made: Any, read: list[int]) -> Any:
    def count(record: Any, dataset: Any, indices: Any) -> Any:
        read.append(len(indices))
        return made(record, dataset, indices)

    return count


def test_a_preview_shows_the_crops_that_training_sees(data: pellucid.Dataset) -> None:
    record, batch = load(data)
    spec, decision = record.augmentation, record.decisions[0]
    preview = preview_augmentation(data, record.preprocessing, spec, decision, seed=0, per_class=20, epochs=1)
    assert preview.size == (16, 16)
    levels = batch.inputs * record.preprocessing.std[0] + record.preprocessing.mean[0]
    shown = {one.index: one.draws[0].pixels[..., 0] for one in preview.examples}
    for index, seen in zip(batch.ids.tolist(), levels[:, 0].numpy(), strict=True):
        assert np.abs(shown[index] / 255 - seen).max() < 0.003
