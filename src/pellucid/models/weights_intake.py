"""The intake of weights: files are opened without running anything, checked against the model, and stored."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from pellucid.errors import DataError, ModelError, PellucidError, shown
from pellucid.files import guarded
from pellucid.kinds import Form
from pellucid.models.catalogue import find_model
from pellucid.models.entry import ModelEntry
from pellucid.models.pretrained import check_fit, head_names, without_auxiliary
from pellucid.models.published import Published, published
from pellucid.models.weight_files import SAFETENSORS, find_weight_file, read_tensors
from pellucid.records import Record
from pellucid.store import KNOWN_WEIGHTS, StoredWeights, WeightsCard, file_sha256, is_bundle, keep_weights, open_bundle

if TYPE_CHECKING:
    from torch import Tensor, nn

_Share = Annotated[float, Field(ge=0, le=1)]
_Spread = Annotated[float, Field(gt=0, le=1)]
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class About(Record):
    """What the user says of a file of weights; None where the library that publishes the model knows better."""

    source: str | None = None
    licence: str | None = None
    mean: tuple[_Share, _Share, _Share] | None = None
    std: tuple[_Spread, _Spread, _Spread] | None = None
    input_size: Annotated[int, Field(ge=1, le=8192)] | None = None


def add_weights(path: Path, *, model: str | None = None, about: About | None = None) -> list[StoredWeights]:
    """Put weights into the store, once every name, shape and number was seen to fit the model.

    Args:
        path: of a safetensors file, a torch checkpoint of tensors alone, a folder with one of them, or a bundle.
        model: whose weights they are, as `find_model` takes it; not for a bundle, nor for a file that is known.
        about: source, licence, statistics and size, where they are not the library's.

    Returns:
        What is now in the store; a bundle brings several.

    Raises:
        DataError: the file cannot be read, or holds more than tensors; or other weights have the name already.
        ModelError: it does not fit the model, or the model is not named.
    """
    if is_bundle(path):
        if model is not None or about not in (None, About()):
            raise ModelError(
                f"{path} is a bundle, which says itself what its weights are.", fix="Leave the other flags out."
            )
        with open_bundle(path) as brought:
            for stored in brought:
                _check(stored.card.name, _tensors(stored.path), str(path))
            return [_keep(stored.path, stored.card) for stored in brought]
    file = find_weight_file(path)
    card = _describe(file, model, about or About())
    _check(card.name, _tensors(file), str(file))
    return [_keep(file, card)]


def check_weights(stored: StoredWeights) -> str:
    """Return what is wrong with weights on this machine, "" for nothing: checksum, names, shapes and numbers."""
    try:
        with guarded(lambda reason: DataError(f"The weights {stored.path} cannot be read: {reason}.")):
            stored.check()
            _check(stored.card.name, _tensors(stored.path), str(stored.path))
    except PellucidError as problem:
        return str(problem)
    return ""


def full_name(name: str) -> str:
    """Return a model's name as cards have it, e.g. "timm:resnet18" for "resnet18"."""
    return find_model(name).name


def _describe(file: Path, model: str | None, about: About) -> WeightsCard:
    checksum = file_sha256(file)
    known = next((card for card in KNOWN_WEIGHTS if card.sha256 == checksum), None)
    if model is None and known is None:
        raise ModelError(
            f"{file} does not say whose weights it holds.",
            expected="The name of a model of timm or torchvision.",
            fix="Add --model, e.g. --model timm:resnet18",
        )
    name = full_name(model) if model is not None else known.name if known is not None else ""
    if find_model(name).library == "pellucid":
        raise ModelError(f"'{name}' is one of ours.", expected="A model of timm or torchvision.")
    # The user says otherwise, and architectures may share weights (a copy under a new name): the user's word counts.
    if known is not None and known.name != name:
        known = None
    theirs = next(iter(published(name)), None)
    is_theirs = theirs is not None and bool(theirs.checksum) and checksum.startswith(theirs.checksum)
    card = known or _card_of(file, name, checksum, theirs, is_theirs=is_theirs)
    given = {field: value for field, value in about if value is not None}
    return card.model_copy(update={"file": "file", "bytes": file.stat().st_size, **given})


def _card_of(file: Path, name: str, checksum: str, theirs: Published | None, *, is_theirs: bool) -> WeightsCard:
    return WeightsCard(
        name=name,
        file="file",
        bytes=file.stat().st_size,
        sha256=checksum,
        source=theirs.source if theirs is not None and is_theirs else f"the file {shown(file.name, 100)}",
        licence=theirs.licence if theirs is not None and is_theirs else "not stated",
        mean=theirs.mean if theirs is not None else _IMAGENET_MEAN,
        std=theirs.std if theirs is not None else _IMAGENET_STD,
        input_size=theirs.input_size if theirs is not None else find_model(name).wishes.default_size or 224,
        head=True,
    )


def _tensors(file: Path) -> dict[str, Tensor]:
    return without_auxiliary(read_tensors(file))


def _check(name: str, tensors: dict[str, Tensor], source: str) -> None:
    model = _shapes_of(find_model(name))
    check_fit(model, tensors, name=name, heads=head_names(model), source=source)


def _shapes_of(entry: ModelEntry) -> nn.Module:
    """Build a model for the names and shapes of its tensors alone."""
    import torch

    size = entry.wishes.default_size or 224
    try:
        # Names and shapes without memory: some networks have gigabytes of weights.
        with torch.device("meta"):
            return entry.build(Form(shape=(3, size, size)), 1000, entry.defaults)
    except (RuntimeError, NotImplementedError):
        with torch.random.fork_rng(devices=[]):  # a few models need numbers while they are built
            return entry.build(Form(shape=(3, size, size)), 1000, entry.defaults)


def _keep(file: Path, card: WeightsCard) -> StoredWeights:
    tensors = _tensors(file)
    heads = head_names(_shapes_of(find_model(card.name)))
    update: dict[str, object] = {"head": any(key.startswith(tuple(f"{head}." for head in heads)) for key in tensors)}
    if file.suffix.lower() in SAFETENSORS:
        # Its very bytes, so that the checksum stays the one that was published.
        return keep_weights(card.model_copy(update=update), lambda path: shutil.copyfile(file, path))
    return _convert(tensors, card.model_copy(update=update))


def _convert(tensors: dict[str, Tensor], card: WeightsCard) -> StoredWeights:
    from safetensors.torch import save_file

    with tempfile.TemporaryDirectory(prefix="pellucid-weights-") as folder:
        converted = Path(folder) / "converted.safetensors"
        # A copy each: safetensors takes neither shared storage nor strides.
        save_file({key: value.clone().contiguous() for key, value in sorted(tensors.items())}, converted)
        update = {
            "sha256": file_sha256(converted),
            "bytes": converted.stat().st_size,
            "source": f"{card.source} (converted from a torch checkpoint, sha256 {card.sha256})",
        }
        return keep_weights(card.model_copy(update=update), lambda path: shutil.copyfile(converted, path))


def pick(weights: Sequence[StoredWeights], names: Sequence[str]) -> list[StoredWeights]:
    """Return the weights of these names, all of them where no name is given.

    Raises:
        DataError: there are none of some name.
    """
    if not names:
        return list(weights)
    wanted = [full_name(name) for name in names]
    found = {stored.card.name: stored for stored in reversed(weights)}
    missing = [name for name in wanted if name not in found]
    if missing:
        raise DataError(
            f"There are no weights here for {', '.join(missing)}.", expected=f"One of: {', '.join(found) or 'none'}."
        )
    return [found[name] for name in wanted]
