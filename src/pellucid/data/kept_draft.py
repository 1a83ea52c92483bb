"""What was found out about an unpacked archive, kept beside it: the second time, not one picture is decoded."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.assemble import EXAMPLES_SHOWN, Draft
from pellucid.data.dataset import Finding
from pellucid.data.images import MEMO_BYTES, ArrayImages, FileImages
from pellucid.data.table_columns import TableChoice
from pellucid.decoding import Pixels, decoder_version, source_digest
from pellucid.errors import DataError, WritingError
from pellucid.files import refuse_links, write_atomically, write_text
from pellucid.kinds import ClassTarget, ImageInput, LabelsTarget, ValuesTarget, ValueTarget
from pellucid.records import Decision
from pellucid.store import DamagedError, Unpacked, note_damage, read_sealed, seal, sum_of

_FACTS, _PIXELS = "facts.json", "pixels.npy"
_TARGETS: dict[str, type[ClassTarget | LabelsTarget | ValueTarget | ValuesTarget]] = {
    "class": ClassTarget,
    "labels": LabelsTarget,
    "value": ValueTarget,
    "values": ValuesTarget,
}


def draft_of(unpacked: Unpacked, choice: TableChoice, read: Callable[[], Draft], *, source: str) -> Draft:
    """Return the draft of unpacked files: as it was kept, else as `read` finds it, and it is kept then.

    Args:
        unpacked: from `store`.
        choice: what was said about the columns; another choice is another draft.
        read: finds everything out.
        source: what the user named; it takes the place of the folder in the cache, also in messages.

    Raises:
        DataError: as `read`.
    """
    key = hashlib.sha256(repr(choice).encode()).hexdigest()[:16]
    folder = unpacked.home / f"draft-{key}"
    kept = recall_draft(folder, source=source)
    if kept is not None:
        return kept
    try:
        draft = read()
    except DataError as problem:
        raise DataError(str(problem).replace(os.fspath(unpacked.root), source)) from None
    draft.source = source
    if unpacked.refused:
        message = f"{len(unpacked.refused):,} entries of the archive are left out: they are no plain files inside it."
        shown = unpacked.refused[:EXAMPLES_SHOWN]
        draft.findings.append(
            Finding(kind="refused-entry", message=message, examples=shown, count=len(unpacked.refused))
        )
        draft.faults = [*draft.faults, *unpacked.refused]
    return keep_draft(folder, draft)


def keep_draft(folder: Path, draft: Draft) -> Draft:
    """Write down a draft of pictures in files, and return it; of pictures of one size, with their pixels in one array.

    Where nothing can be written, nothing is: the next time it is found out again.
    """
    if not isinstance(draft.inputs, FileImages):
        return draft
    pixels = _one_array(draft.inputs)
    facts: dict[str, Any] = {
        "schema": _schema(),
        "name": draft.name,
        "input": draft.input.to_dict(),
        "target": draft.target.to_dict(),
        "names": list(draft.names or ()),
        "paths": [os.path.relpath(path, folder) for path in draft.inputs.paths],
        "kinds": list(draft.inputs.kinds or ()),
        "sizes": list(draft.inputs.sizes or ()),
        "targets": draft.targets.tolist(),
        "given": None if draft.given is None else draft.given.tolist(),
        "groups": None if draft.groups is None else draft.groups.tolist(),
        "weights": None if draft.weights is None else draft.weights.tolist(),
        "content": [digest.hex() for digest in draft.content],
        "equality": None if draft.equality is None else [digest.hex() for digest in draft.equality],
        "decisions": [decision.to_dict() for decision in draft.decisions],
        "findings": [finding.to_dict() for finding in draft.findings],
        "faults": list(draft.faults),
    }
    with suppress(OSError, WritingError):
        folder.mkdir(exist_ok=True)
        refuse_links([folder])
        if pixels is not None:
            write_atomically(folder / _PIXELS, lambda beside: _save(beside, pixels))
        # The facts last, with the sum of the pixels: what they do not vouch for is not read.
        facts["pixels"] = None if pixels is None else sum_of(folder / _PIXELS)
        write_text(folder / _FACTS, seal(facts))
    return draft if pixels is None else dataclasses.replace(draft, inputs=_array_images(pixels, draft))


def recall_draft(folder: Path, *, source: str) -> Draft | None:
    """Return the draft that `keep_draft` wrote; None when there is none, it is damaged, or another version wrote it."""
    if folder.is_symlink():
        return None
    try:
        facts = read_sealed(folder / _FACTS)
        if facts is None or facts["schema"] != _schema():
            return None
        pixels = None
        if facts["pixels"] is not None:
            if sum_of(folder / _PIXELS) != facts["pixels"]:
                raise DamagedError
            pixels = np.load(folder / _PIXELS, mmap_mode="r", allow_pickle=False)
        draft = _rebuild(folder, facts, source=source)
    except Exception:  # whatever is wrong with it, it is none
        note_damage("draft of an unpacked archive")
        return None
    return draft if pixels is None else dataclasses.replace(draft, inputs=_array_images(pixels, draft))


def _rebuild(folder: Path, facts: dict[str, Any], *, source: str) -> Draft:
    target = _TARGETS[facts["target"]["kind"]].from_dict(facts["target"], source=str(folder))
    whole = isinstance(target, ClassTarget | LabelsTarget)
    images = FileImages([Path(os.path.normpath(folder / path)) for path in facts["paths"]], facts["names"])
    images.kinds = tuple(facts["kinds"]) or None
    images.sizes = tuple((height, width) for height, width in facts["sizes"]) or None
    images.digests = tuple(bytes.fromhex(digest) for digest in facts["content"])
    return Draft(
        name=facts["name"],
        source=source,
        input=ImageInput.from_dict(facts["input"], source=str(folder)),
        target=target,
        inputs=images,
        targets=np.array(facts["targets"], np.int64) if whole else np.array(facts["targets"], np.float64),
        names=facts["names"],
        content=[bytes.fromhex(digest) for digest in facts["content"]],
        equality=None if facts["equality"] is None else [bytes.fromhex(digest) for digest in facts["equality"]],
        given=None if facts["given"] is None else np.array(facts["given"], np.int8),
        groups=None if facts["groups"] is None else np.array(facts["groups"], np.int64),
        weights=None if facts["weights"] is None else np.array(facts["weights"], np.float64),
        decisions=[Decision.from_dict(decision, source=str(folder)) for decision in facts["decisions"]],
        findings=[Finding.from_dict(finding, source=str(folder)) for finding in facts["findings"]],
        faults=facts["faults"],
    )


def _one_array(images: FileImages) -> Pixels | None:
    """Return the pictures as one array, [N, H, W] or [N, H, W, 3], when all have one size and type and fit into memory.

    A grey picture among coloured ones becomes three equal planes, which means the same.
    """
    first = images.pixels(0)
    if first.dtype == np.float32:
        return None  # older runs read the files of such pictures by another rule (`FileImages.own_range_pixels`)
    if first.nbytes * (3 if first.ndim == 2 else 1) * len(images) > MEMO_BYTES:
        return None
    all_pixels = []
    for index in range(len(images)):
        pixels = images.pixels(index)
        if pixels.shape[:2] != first.shape[:2] or pixels.dtype != first.dtype:
            return None
        all_pixels.append(pixels)
    if any(pixels.ndim == 3 for pixels in all_pixels):
        height, width = first.shape[:2]
        all_pixels = [
            pixels if pixels.ndim == 3 else np.broadcast_to(pixels[..., None], (height, width, 3))
            for pixels in all_pixels
        ]
    array: Pixels = np.stack(all_pixels)
    return array


def _array_images(pixels: Pixels, draft: Draft) -> ArrayImages:
    images = ArrayImages(pixels, names=draft.names)
    images.kinds = draft.inputs.kinds if isinstance(draft.inputs, FileImages | ArrayImages) else None
    return images


def _schema() -> str:
    """Return a text that changes whenever the code that finds things out does."""
    return f"{decoder_version()} {source_digest(Path(__file__).parent)}"


def _save(path: Path, pixels: Pixels) -> None:
    with path.open("wb") as file:
        np.save(file, pixels)
