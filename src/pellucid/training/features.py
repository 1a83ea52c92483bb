"""What a frozen backbone makes of each example, computed once and kept in the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import Cut, evaluating, fold_norms
from pellucid.preprocessing import Preprocessing
from pellucid.store import content_key, find_cache
from pellucid.tasks import Batch
from pellucid.training.batches import BatchSource, Examples
from pellucid.training.kinds import INPUT_HABITS
from pellucid.training.processes import ALONE, Processes

PLAIN = 0
"""The view without augmentation."""
_TOGETHER_ON_CPU, _TOGETHER_ELSEWHERE = 4, 64
"""Examples that pass the backbone at once, always: with other numbers a value could round in another way.

On a CPU few: what exceeds 32 MiB glibc takes anew from the system for every layer, which costs as much as computing."""


@dataclass(frozen=True)
class Backbone:
    """What stands in front of the head, frozen.

    Attributes:
        network: the whole.
        cut: where its head begins.
        form: of one example.
        device: where it computes.
        digest: of its weights and of how they are put together.
    """

    network: nn.Module
    cut: Cut
    form: Form
    device: torch.device
    digest: bytes

    @classmethod
    def of(cls, network: nn.Module, cut: Cut, form: Form, device: torch.device) -> Backbone:
        """Take the backbone of a network; its digest changes with any of its weights, and not with the head's."""
        tail = {id(part) for part in cut.tail.modules()}
        digest = hashlib.sha256(repr([torch.__version__, device.type, type(network).__qualname__]).encode())
        for name, part in network.named_modules():
            if id(part) in tail:
                continue
            digest.update(f"{name} {type(part).__qualname__} {part.extra_repr()}\n".encode())
            for tensor in (*part.parameters(recurse=False), *part.buffers(recurse=False)):
                digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return cls(network, cut, form, device, digest.digest())

    @cached_property
    def _for_answering(self) -> tuple[nn.Module, Cut]:
        """The network, quicker where that is possible, and the cut through it."""
        name = next(name for name, part in self.network.named_modules() if part is self.cut.layer)
        quick = fold_norms(self.network, self.form)
        if quick is None:
            return self.network, self.cut
        like = next(self.network.parameters())
        if like.dim() == 4 and like.is_contiguous(memory_format=torch.channels_last):
            quick = quick.to(memory_format=torch.channels_last)
        return quick, replace(self.cut, layer=quick.get_submodule(name))

    @torch.no_grad()
    def features(self, source: BatchSource, indices: Sequence[int], *, view: int) -> Iterator[Tensor]:
        """Yield float32 features of some examples, one after another, on the CPU.

        Args:
            source: gives the inputs.
            indices: which, in 0..len(source) - 1.
            view: 0 for the example as it is, v for what an epoch v of training would show of it.
        """
        network, cut = self._for_answering
        together = _TOGETHER_ON_CPU if self.device.type == "cpu" else _TOGETHER_ELSEWHERE
        # TensorFloat-32 keeps 10 bits of a float's 23: features are as precise as the answers will be.
        with evaluating(network), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            for start in range(0, len(indices), together):
                part = torch.tensor(indices[start : start + together])
                # The last few are filled up with others, so that all are computed alike.
                whole = torch.cat([part, part[:1].expand(together - len(part))])
                inputs = source.batch(whole, epoch=view or None).inputs
                yield from cut.features(network, inputs).float().cpu()[: len(part)]


@dataclass(frozen=True)
class Features:
    """The features of N examples, in one or more views.

    Attributes:
        views: float32 [N, ...] each, the plain one first.
        computed: how many of them were computed now.
        kept: where they lie, in words.
    """

    views: tuple[Tensor, ...]
    computed: int
    kept: str

    @property
    def count(self) -> int:
        """How many rows of features there are."""
        return sum(len(view) for view in self.views)


@dataclass(frozen=True)
class Address:
    """What the features of a dataset's examples are called in the cache.

    Attributes:
        digests: per example of the dataset, of its content; None where it has no name, so that nothing is kept.
        preprocessing: of the run.
        augmentation: all that decides what a view shows, in words; "" where there is but the plain one.
    """

    digests: Sequence[bytes] | None
    preprocessing: Preprocessing
    augmentation: str = ""

    def shelf(self, backbone: Backbone, view: int) -> str:
        """Return the shelf of one view."""
        plain = repr(sorted(self.preprocessing.to_dict().items()))
        shown = f"{view} {self.augmentation}" if view else ""
        made_by = INPUT_HABITS[self.preprocessing.kind].made_by(self.preprocessing)
        return f"features-{content_key(backbone.digest, made_by, plain, shown).hex()[:24]}"

    def keys(self, ids: Sequence[int], view: int) -> list[bytes]:
        """Return the key of each example: its content, and in an augmented view also its index, which draws."""
        assert self.digests is not None
        return [content_key(self.digests[index], str(index) if view else "") for index in ids]


def compute_features(
    backbone: Backbone,
    ids: NDArray[np.int64],
    address: Address | None,
    *,
    source: Callable[[], BatchSource],
    views: int,
    processes: Processes = ALONE,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> Features:
    """Return the features of examples, each from the cache if it is there, else computed and kept.

    Of several processes each computes its share of what the first one's cache lacks, and the first one keeps it; all
    get the same numbers, which are those of one process alone.

    Args:
        backbone: frozen.
        ids: [N], the examples' indices in the dataset.
        address: in the cache; None to keep nothing.
        source: gives the inputs of these examples; asked for only when something has to be computed.
        views: how many augmented ones beside the plain one.
        processes: that train together; all must call this at the same time.
        watch: is told how many rows of how many are done; of several processes, as if all were as quick as this one.
    """
    cache = find_cache() if address is not None and address.digests is not None else None
    shape, made, opened = backbone.cut.shape, 0, None
    gathered = []
    # View by view: each has a shelf of its own in the cache, so that more views later compute only what is new.
    for view in range(views + 1):
        rows = torch.empty(len(ids), *shape)
        missing = list(range(len(ids)))
        keys, shelf = [], ""
        if cache is not None and address is not None:
            keys, shelf = address.keys(ids.tolist(), view), address.shelf(backbone, view)
            missing = _take_kept(shelf, keys, rows)
        # The processes may see different caches; the first one's is filled, so it alone says what is missing.
        missing = processes.indices_of_the_first(missing, len(ids))
        own = processes.share(torch.tensor(missing, dtype=torch.int64)).tolist()
        if missing:
            # Opening decodes: where the cache has all, no picture is read.
            opened = source() if opened is None else opened
            watch(done := view * len(ids) + len(ids) - len(missing), total := (views + 1) * len(ids))
            for count, (index, row) in enumerate(
                zip(own, backbone.features(opened, own, view=view), strict=True), start=1
            ):
                rows[index] = row
                watch(done + round(count * len(missing) / len(own)), total)
            made += len(missing)
        processes.gather_rows(rows, own, missing)
        if cache is not None and missing and processes.is_first:
            # Equal examples share a key; reversed, so that the first of them is the one that is kept.
            new = {keys[index]: index for index in reversed(missing)}
            raw = rows.numpy().view(np.uint8).reshape(len(ids), -1)
            kept = (raw[index] for index in new.values())
            cache.keep(shelf, list(new), kept, shape=(raw.shape[1],))
            cache.describe(shelf, f"features of a frozen backbone, {'plain' if not view else f'view {view}'}")
        gathered.append(rows)
    where = "in memory" if cache is None else cache.problem or "in the cache for the next training"
    return Features(tuple(gathered), made, where)


def find_features(backbone: Backbone, ids: NDArray[np.int64], address: Address) -> Tensor | None:
    """Return [N, ...] features of examples as they are, where the cache has all of them; else None."""
    if address.digests is None:
        return None
    rows = torch.empty(len(ids), *backbone.cut.shape)
    missing = _take_kept(address.shelf(backbone, PLAIN), address.keys(ids.tolist(), PLAIN), rows)
    return None if missing else rows


def _take_kept(shelf: str, keys: Sequence[bytes], rows: Tensor) -> list[int]:
    """Fill in the rows that the cache has, and return the indices of those that it lacks."""
    raw = rows.numpy().view(np.uint8).reshape(len(rows), -1)
    found = find_cache().find(shelf, keys, shape=(raw.shape[1],))
    for number, pack in enumerate(found.packs):
        indices = np.flatnonzero(found.pack == number)
        raw[indices] = pack.rows[found.row[indices]]
    # What is no number was damaged on the disk: such rows are computed again.
    whole = (found.pack >= 0) & torch.isfinite(rows.flatten(1)).all(1).numpy()
    missing: list[int] = np.flatnonzero(~whole).tolist()
    return missing


@dataclass
class FeatureBatches:
    """Examples that are given either as inputs or as features, whichever the network takes now.

    Attributes:
        examples: targets, ids and weights.
        inputs: opens the examples as inputs; asked for only when they are needed.
        compute: computes the features, float32 [N, ...] each view, the plain one first; likewise.
        device: where batches go.
        from_features: which of the two a batch holds.
    """

    examples: Examples
    inputs: Callable[[], BatchSource]
    compute: Callable[[], tuple[Tensor, ...]]
    device: torch.device
    from_features: bool = False

    def __len__(self) -> int:
        return len(self.examples.ids)

    @cached_property
    def views(self) -> tuple[Tensor, ...]:
        """The features: computed when they are first asked for."""
        return self.compute()

    @cached_property
    def source(self) -> BatchSource:
        """The inputs: opened when they are first asked for."""
        return self.inputs()

    @property
    def width(self) -> int:
        """Numbers of one example's inputs, or of its features."""
        if not self.from_features:
            return self.source.width
        return self.views[PLAIN][0].numel() if len(self) else 0

    def expect(self, indices: Tensor) -> None:
        """Tell the inputs, where they are asked for."""
        if not self.from_features:
            self.source.expect(indices)

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Let the inputs arrange it, where they are asked for."""
        return order if self.from_features else self.source.arranged(order, batch_size)

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather and move. Of features an epoch shows one view: another with each epoch and repetition, in turn."""
        if not self.from_features:
            return self.source.batch(indices, epoch=epoch)
        rows, move, examples = indices % len(self), self.device, self.examples
        inputs = self.views[PLAIN][rows]
        if epoch is not None and len(self.views) > 1:
            chosen = (epoch + rows + indices // len(self)) % len(self.views)
            for number, view in enumerate(self.views[1:], start=1):
                inputs[chosen == number] = view[rows[chosen == number]]
        weights = None if examples.weights is None else examples.weights[rows].to(move)
        return Batch(inputs.to(move), examples.targets[rows].to(move), examples.ids[rows].to(move), weights=weights)
