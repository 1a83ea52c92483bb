"""Borrowed weights: found by the model's name, and put into a fresh model everywhere but in its head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pellucid.errors import ModelError
from pellucid.kinds import Wishes
from pellucid.models.catalogue import find_model
from pellucid.models.library_caches import cached_weights, list_cached
from pellucid.models.tensors import tensor_faults, wanted_of
from pellucid.models.weight_files import read_tensors
from pellucid.store import StoredWeights, WeightsCard, list_stored

if TYPE_CHECKING:
    from torch import Tensor, nn

_AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")
"""Heads of GoogLeNet and Inception that only helped to train them; ours are built without."""


def find_weights(name: str) -> StoredWeights:
    """Return the pretrained weights of a model: from the store, the data folder, or the libraries' own caches.

    Args:
        name: as `find_model` takes it. Without a tag, weights of the model with any tag will do.

    Raises:
        ModelError: there are none (the message lists what there is), or several in the store that only a tag tells
            apart.
    """
    entry = find_model(name)
    if entry.library == "pellucid":
        raise ModelError(
            f"There are no pretrained weights for '{entry.name}', which is one of ours and starts from scratch.",
            expected="A model of timm or torchvision.",
            fix="`pellucid weights list` shows whose weights are here, e.g. --model mobilenetv2_100.",
        )
    stored = list_stored()
    found = _of_model(entry.name, stored)
    if not found:
        found = cached_weights(entry.name)
    if not found:
        raise ModelError(
            f"There are no pretrained weights for '{entry.name}' on this machine.",
            expected=f"Here are: {_names(stored)}.",
            fix=f"Add them from a file: pellucid weights add FILE --model {entry.name}. "
            f"Or download them: pellucid fetch {entry.name}",
        )
    return found[0]


def list_weights(faults: list[str] | None = None) -> list[StoredWeights]:
    """Return all pretrained weights on this machine, in the order in which they are looked for.

    Args:
        faults: a sentence about each file that cannot be read, and is left out, is added.
    """
    return [*list_stored(faults), *list_cached(faults)]


def find_same_weights(card: WeightsCard) -> StoredWeights:
    """Return the weights that a card describes, by their checksum, wherever on this machine they lie.

    Raises:
        ModelError: they are not here.
    """
    for stored in (*list_stored(), *cached_weights(card.name)):
        if stored.card.sha256 == card.sha256:
            return stored
    raise ModelError(
        f"The weights that this run began from are not on this machine: {card.name}, sha256 {card.sha256}.",
        expected=f"The very same file, from: {card.source}.",
        fix=f"Add it: pellucid weights add FILE --model {card.name}",
    )


def wishes_of(card: WeightsCard, wishes: Wishes) -> Wishes:
    """Return a model's wishes with borrowed weights in it: their pictures' colours, statistics and size."""
    size = {} if wishes.sizes else {"default_size": card.input_size}
    return wishes.model_copy(update={"channels": (3,), "mean": card.mean, "std": card.std, **size})


def borrow(model: nn.Module, weights: StoredWeights) -> None:
    """Overwrite all weights of a model but its head's by pretrained ones.

    Args:
        model: freshly built, on the CPU. A dense head then starts at zero (as in BiT; Kolesnikov et al. 2020): it is
            sure of nothing, and features of whatever size cannot make it so; any other stays as it was drawn.
        weights: of the same architecture; checked against their checksum first.

    Raises:
        ModelError: names or shapes do not fit, with examples; the model is then unchanged.
        DataError: the file is damaged.
    """
    from torch import nn

    from pellucid.models.heads import head

    weights.check()
    tensors = read_tensors(weights.path)
    heads = head_names(model)
    body = without_auxiliary({key: value for key, value in tensors.items() if not _belongs(key, heads)})
    check_fit(model, body, name=weights.card.name, heads=heads, source=str(weights.path))
    model.load_state_dict(body, strict=False)
    last = head(model)
    if isinstance(last, nn.Linear):
        nn.init.zeros_(last.weight)
        if last.bias is not None:
            nn.init.zeros_(last.bias)


def check_fit(
    model: nn.Module, tensors: Mapping[str, Tensor], *, name: str, heads: tuple[str, ...], source: str
) -> None:
    """Raise a ModelError unless tensors are all of a model but its head: its names, shapes, kinds, and finite.

    Args:
        model: what they should fit.
        tensors: by name; those of the head may be absent.
        name: of the model, for the message.
        heads: names of the modules that make the head.
        source: where the tensors come from, for the message.
    """
    wanted = wanted_of(model)
    for key, want in wanted.items():
        of_head = _belongs(key, heads)
        # Files older than PyTorch 0.4.1 do not count batches, and nothing but a momentum of None ever reads the count.
        optional = of_head or key.endswith("num_batches_tracked")
        shape = tuple(tensors[key].shape) if of_head and key in tensors else want.shape
        wanted[key] = replace(want, optional=optional, shape=shape)
    faults = tensor_faults(tensors, wanted)
    if faults:
        raise ModelError(
            f"{source} does not fit the model '{name}': {'; '.join(faults)}.",
            expected=f"All {len(wanted)} tensors of the model, of its names and shapes, in finite numbers; only the "
            "head may be absent.",
            fix="Name the model that the file was made for (--model).",
        )


def without_auxiliary(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors without those of the heads that only served a library's own training."""
    return {key: value for key, value in tensors.items() if not key.startswith(_AUXILIARY)}


def head_names(model: nn.Module) -> tuple[str, ...]:
    """Return the names of the modules that make the head, e.g. ("classifier",): what borrowed weights never fill."""
    from pellucid.models.heads import head

    config: Any = getattr(model, "pretrained_cfg", None)
    named: Any = config.get("classifier") if isinstance(config, dict) else None
    if named:
        return (named,) if isinstance(named, str) else tuple(named)
    last = head(model)
    return tuple(name for name, module in model.named_modules() if module is last)


def _of_model(name: str, stored: Iterable[StoredWeights]) -> list[StoredWeights]:
    """Return the weights of exactly this name, else, where it has no tag, those of any tag."""
    stored = list(stored)
    exact = [one for one in stored if one.card.name == name]
    if exact or "." in name:
        return exact
    tagged = [one for one in stored if one.card.base == name]
    if len({one.card.sha256 for one in tagged}) > 1:
        raise ModelError(
            f"There are several pretrained weights for '{name}'.",
            expected="A name with its tag.",
            fix=f"Say which: --model {' or --model '.join(one.card.name for one in tagged)}",
        )
    return tagged


def _belongs(key: str, modules: tuple[str, ...]) -> bool:
    return any(key == module or key.startswith(f"{module}.") for module in modules)


def _names(stored: Iterable[StoredWeights]) -> str:
    return ", ".join(dict.fromkeys(one.card.name for one in stored)) or "none at all"
