"""One file of pretrained weights with their cards, to be carried to a machine without a network.

A bundle is a zip archive without compression: `bundle.json` with the cards, and each file under its card's name. Of a
stranger's bundle only what a card lists is read, at most of the size that it says, and checked by its checksum; the
names in the archive never become paths.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import Field

from pellucid.errors import DataError, shown
from pellucid.files import guarded, open_plain, open_to_write, parse_json, write_atomically
from pellucid.records import Record
from pellucid.store.weights import StoredWeights, file_sha256
from pellucid.store.weights_card import WeightsCard

MANIFEST = "bundle.json"
_MOST_MANIFEST_BYTES = 1 << 20
_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


class Manifest(Record):
    """What a bundle says about itself."""

    schema_version: Literal[1] = 1
    cards: Annotated[tuple[WeightsCard, ...], Field(max_length=1000)]


def is_bundle(path: Path) -> bool:
    """Return whether a file is a zip archive that holds a bundle's list of cards."""
    try:
        with open_plain(path) as file, zipfile.ZipFile(file) as archive:
            return MANIFEST in archive.namelist()
    except Exception:  # no zip archive at all, or a damaged one: a file of weights then, or nothing
        return False


def write_bundle(weights: Sequence[StoredWeights], path: Path) -> None:
    """Write one file that holds these weights; the same weights make the same bytes.

    Raises:
        DataError: the file is there already or cannot be written, or some weights are damaged.
    """
    if os.path.lexists(path):
        raise DataError(f"{path} is there already.", fix="Give another name (--out), or move it away.")
    taken: set[str] = set()
    cards = []
    for number, stored in enumerate(weights):
        stored.check()
        file = stored.card.file if stored.card.file not in taken else f"{number}-{stored.card.file}"
        taken.add(file)
        cards.append(stored.card.model_copy(update={"file": file}))
    manifest = json.dumps(Manifest(cards=tuple(cards)).to_dict(), indent=2)

    def write(beside: Path) -> None:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(zipfile.ZipInfo(MANIFEST, _DATE), manifest)
            for card, stored in zip(cards, weights, strict=True):
                info = zipfile.ZipInfo(card.file, _DATE)
                info.file_size = card.bytes
                with open_plain(stored.path) as source, archive.open(info, "w") as output:
                    shutil.copyfileobj(source, output, _CHUNK)

    try:
        write_atomically(path, write)
    except OSError as problem:
        raise DataError(f"{problem.filename or path}: {problem.strerror or problem}.") from None


@contextmanager
def open_bundle(path: Path) -> Iterator[list[StoredWeights]]:
    """Unpack a bundle into a folder of its own for a `with` block; every file has its card's size and checksum.

    Raises:
        DataError: it is damaged, or is no bundle that can be trusted: compressed, or not what its cards say.
    """
    with tempfile.TemporaryDirectory(prefix="pellucid-bundle-") as folder:
        with (
            guarded(lambda reason: DataError(f"The bundle {path} is damaged ({reason}).", fix="Copy the file again.")),
            open_plain(path) as file,
            zipfile.ZipFile(file) as archive,
        ):
            unpacked = [_unpack(path, archive, card, Path(folder)) for card in _read_cards(path, archive)]
        yield unpacked


def _read_cards(path: Path, archive: zipfile.ZipFile) -> tuple[WeightsCard, ...]:
    with _member(path, archive, MANIFEST, most=_MOST_MANIFEST_BYTES) as file:
        text = file.read(_MOST_MANIFEST_BYTES + 1)
    try:
        data = parse_json(text)
    except ValueError:
        raise DataError(f"The bundle {path} has no readable {MANIFEST}.") from None
    cards = Manifest.from_dict(data, source=f"{path}: {MANIFEST}", error=DataError).cards
    total, size = sum(card.bytes for card in cards), path.stat().st_size
    if total > size:  # without compression it cannot hold more than it is
        raise DataError(f"The bundle {path} has {size:,} bytes, but says that it holds {total:,}.")
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if total > free:
        raise DataError(f"The bundle {path} holds {total:,} bytes, and the disk has {free:,} free.", fix="Make room.")
    return cards


def _unpack(path: Path, archive: zipfile.ZipFile, card: WeightsCard, folder: Path) -> StoredWeights:
    # A name of our own: what the card calls its file is only looked up in the archive.
    target = folder / f"{card.sha256}{Path(card.file).suffix}"
    with (
        _member(path, archive, card.file, most=card.bytes) as source,
        open_to_write(target, "over", within=folder) as output,
    ):
        left = card.bytes
        while left and (chunk := source.read(min(left, _CHUNK))):
            output.write(chunk)
            left -= len(chunk)
    if file_sha256(target) != card.sha256:
        raise DataError(
            f"{card.file} in the bundle {path} is not the file that its card describes: its sha256 differs.",
            expected=f"{card.sha256}.",
            fix="Copy or make the bundle again.",
        )
    return StoredWeights(card, target, "bundle")


def _member(path: Path, archive: zipfile.ZipFile, name: str, *, most: int) -> IO[bytes]:
    info = archive.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or info.file_size > most:
        raise DataError(
            f"The bundle {path} was not made by Pellucid: {shown(name, 80)} is compressed, or larger than it says.",
            fix="Make it with: pellucid weights bundle",
        )
    return archive.open(info)
