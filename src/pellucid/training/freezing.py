"""Network and examples, set up so that what is frozen costs little: its features are computed once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.data import Dataset, free_memory
from pellucid.kinds import Form, SplitName
from pellucid.models import Cut, cut_at_head
from pellucid.records import Decision
from pellucid.runs import RunRecord
from pellucid.training.batches import BatchSource, Examples
from pellucid.training.features import Address, Backbone, FeatureBatches, compute_features, find_features
from pellucid.training.frozen_wrapper import FrozenWrapper
from pellucid.training.hooks import Hooks
from pellucid.training.kinds import INPUT_HABITS
from pellucid.training.processes import ALONE, Processes
from pellucid.training.progress import PassWatch, Progress
from pellucid.training.stages import EVERYTHING, Stages, rate_scales
from pellucid.training.transfer import stages_of
from pellucid.words import percent

MEMORY_SHARE = 0.25
"""Features are computed once while they take at most this share of the free memory."""


@dataclass(frozen=True)
class FrozenSetup:
    """What the engine gets.

    Attributes:
        model: the network, or a wrapper of it that freezes parts.
        train: the training examples.
        val: the validation examples.
        before_epoch: to be called with the number of each epoch before it begins; None where all learn all the time.
    """

    model: nn.Module
    train: BatchSource
    val: BatchSource
    before_epoch: Callable[[int], None] | None = None


def set_up_frozen(
    record: RunRecord,
    model: nn.Module,
    dataset: Dataset,
    examples: Mapping[SplitName, Examples],
    load: Callable[[SplitName], BatchSource],
    *,
    device: torch.device,
    progress: Progress,
    hooks: Hooks,
    processes: Processes = ALONE,
) -> FrozenSetup:
    """Wrap a network and its examples as the recipe's freezing and unfreezing want it.

    Args:
        record: of the run.
        model: on its device.
        dataset: what is learned from.
        examples: of train and val, all but their inputs.
        load: opens the inputs of a split.
        device: where batches go.
        progress: is told what is computed once.
        hooks: code of the user's own.
        processes: that train together: each computes its share of the features.
    """
    found = stages_of(record, model)
    if found is None:
        return FrozenSetup(model, load("train"), load("val"))
    parts, stages = found
    scales = rate_scales(parts, record.recipe.freezing.layer_decay or 1.0)
    cut = _cut_for_features(record, model, stages, examples, hooks, progress) if stages.has_head_only else None
    wrapper = FrozenWrapper(model, cut, scales)
    shared = _Backbone(model, cut, record.model.form, device)
    sources: dict[SplitName, BatchSource] = {}
    for split, some in examples.items():
        if cut is None:
            sources[split] = load(split)
        else:
            # Late: where the cache has all features and nothing else ever learns, no picture is decoded.
            once = _Once(record, shared, dataset, split, load, progress, processes)
            sources[split] = FeatureBatches(some, once.inputs, once.compute, device)

    def begin(epoch: int) -> None:
        stage = stages.at(epoch)
        from_features = stage.head_only and cut is not None
        wrapper.freeze(stage.frozen, from_features=from_features, in_float32=stage.head_only)
        for source in sources.values():
            if isinstance(source, FeatureBatches):
                source.from_features = from_features
                if from_features:
                    source.views  # noqa: B018 (computed now, so that no epoch seems slow)
        # The copy of the backbone with its norms folded in is as large as the backbone itself.
        shared.forget()

    # The optimizer shall hold whatever learns at some time.
    last = stages.stages[-1]
    wrapper.freeze(last.frozen, from_features=last.head_only and cut is not None, in_float32=last.head_only)
    for source in sources.values():
        if isinstance(source, FeatureBatches):
            source.from_features = wrapper.from_features
    return FrozenSetup(wrapper, sources["train"], sources["val"], begin)


def _cut_for_features(
    record: RunRecord,
    model: nn.Module,
    stages: Stages,
    examples: Mapping[SplitName, Examples],
    hooks: Hooks,
    progress: Progress,
) -> Cut | None:
    """Return where the head can be cut off, to learn from features that are computed once; None, and why, if not."""
    cut = cut_at_head(model, record.model.form)
    mixes = record.augmentation is not None and record.augmentation.mixes and not stages.learns_from_pictures
    obstacle = _obstacle(cut, examples, hooks, views=record.recipe.freezing.views or 0, mixes=mixes)
    if not obstacle:
        return cut
    progress.decided(Decision(name="features", value="computed anew in each epoch", reason=obstacle))
    return None


def compute_ahead(*sources: BatchSource | None) -> None:
    """Compute the features that batches hold, if they do, before anybody asks for a batch."""
    for source in sources:
        if isinstance(source, FeatureBatches) and source.from_features:
            source.views  # noqa: B018


class _Backbone:
    """The backbone as it is when it is first asked for, made ready for answering once for all splits."""

    def __init__(self, model: nn.Module, cut: Cut | None, form: Form, device: torch.device) -> None:
        self._model, self._cut, self._form, self._device = model, cut, form, device
        self._made: Backbone | None = None

    def get(self) -> Backbone:
        """Return it."""
        assert self._cut is not None
        if self._made is None:
            self._made = Backbone.of(self._model, self._cut, self._form, self._device)
        return self._made

    def forget(self) -> None:
        """Give back its memory."""
        self._made = None


class _Once:
    """Opens the inputs of a split, and computes its features; each at most once, and only when asked."""

    def __init__(
        self,
        record: RunRecord,
        backbone: _Backbone,
        dataset: Dataset,
        split: SplitName,
        load: Callable[[SplitName], BatchSource],
        progress: Progress,
        processes: Processes,
    ) -> None:
        self._record, self._backbone, self._dataset = record, backbone, dataset
        self._split: SplitName = split
        self._load, self._progress, self._processes = load, progress, processes
        self._opened: BatchSource | None = None

    def inputs(self) -> BatchSource:
        """Open the inputs."""
        if self._opened is None:
            self._opened = self._load(self._split)
        return self._opened

    def compute(self) -> tuple[Tensor, ...]:
        """Compute the features, in as many views as the recipe says for the training split."""
        started, split = time.perf_counter(), self._split
        views = self._record.recipe.freezing.views or 0 if split == "train" else 0
        indices = self._dataset.splits[split]
        address = address_of(self._record, self._dataset)
        features = compute_features(
            self._backbone.get(),
            indices,
            address,
            source=self.inputs,
            views=views,
            processes=self._processes,
            watch=PassWatch(self._progress, split),
        )
        seconds = time.perf_counter() - started
        done = f"{features.computed:,} of {features.count:,} computed in {seconds:.1f} s"
        if not features.computed:
            done = f"all {features.count:,} from the cache"
        shown = f"{len(indices):,} {split} examples" + (f", each plain and in {views} augmented views" if views else "")
        said = f"{shown}: the frozen backbone sees each once, in float32 as it answers; {features.kept}"
        self._progress.decided(Decision(name="features", value=done, reason=said))
        return features.views


def address_of(record: RunRecord, dataset: Dataset) -> Address | None:
    """Return what the features of a run's examples are called in the cache; None where they can have no name."""
    digests = dataset.inputs.digests
    if digests is None or not INPUT_HABITS[record.preprocessing.kind].made_by(record.preprocessing):
        return None
    # The seed, too: an augmented view hangs on what it draws.
    shown = (
        repr((sorted(record.augmentation.to_dict().items()), record.recipe.machine.seed)) if record.augmentation else ""
    )
    return Address(digests, record.preprocessing, shown)


def kept_features(
    record: RunRecord, model: nn.Module, dataset: Dataset, indices: NDArray[np.int64]
) -> tuple[Tensor, Cut] | None:
    """Return features of examples as they are, float32 [N, ...], and the tail that they belong to.

    Returns:
        None where the backbone was not frozen all the time, or the cache does not have all of them any more.
    """
    address = address_of(record, dataset) if record.recipe.freezing.freeze == EVERYTHING and len(indices) else None
    cut = cut_at_head(model, record.model.form) if address else None
    if address is None or cut is None:
        return None
    device = next(model.parameters()).device
    features = find_features(Backbone.of(model, cut, record.model.form, device), indices, address)
    return None if features is None else (features, cut)


def _obstacle(cut: Cut | None, examples: Mapping[SplitName, Examples], hooks: Hooks, *, views: int, mixes: bool) -> str:
    """Return why features cannot be computed once; "" where they can."""
    if cut is None:
        return "the model does more with them behind its head than can be repeated from them alone"
    if hooks.augmentation is not None:
        return "an augmentation of your own makes every epoch another"
    if mixes:
        return "--mixup and --cutmix make every epoch another"
    count = sum(len(some.ids) * (1 + views * (split == "train")) for split, some in examples.items())
    # 4 bytes a float32.
    size = 4 * count * int(np.prod(cut.shape))
    if size > MEMORY_SHARE * free_memory():
        return (
            f"all of them would take {size / (1 << 30):.1f} GiB, more than {percent(MEMORY_SHARE)} of the free memory"
        )
    return ""
