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
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.data.dataset import Finding
from pellucid.data.inputs import Inputs
from pellucid.data.kinds import KEEPERS
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.table_columns import TableChoice
from pellucid.decoding import decoder_version, source_digest
from pellucid.errors import DataError, WritingError
from pellucid.files import make_folder, write_atomically, write_text
from pellucid.kinds import INPUTS, TARGETS
from pellucid.records import Decision
from pellucid.store import DamagedError, Unpacked, cache_directory, note_damage, read_sealed, seal, sum_of

_FACTS, _ARRAY = "facts.json", "pixels.npy"


def cached_or_read(
    unpacked: Unpacked, choice: TableChoice, read: Callable[[], RawDataset], *, source: str
) -> RawDataset:
    """Return the raw dataset of unpacked files: as it was kept, else as `read` finds it, and it is kept then.

    Args:
        unpacked: from `store`.
        choice: what was said about the columns; another choice is another raw dataset.
        read: finds everything out.
        source: what the user named; it takes the place of the folder in the cache, also in messages.

    Raises:
        DataError: as `read`.
    """
    key = hashlib.sha256(repr(choice).encode()).hexdigest()[:16]
    folder = unpacked.home / f"draft-{key}"
    kept = recall_raw(folder, source=source)
    if kept is not None:
        return kept
    try:
        raw = read()
    except DataError as problem:
        raise DataError(str(problem).replace(os.fspath(unpacked.root), source)) from None
    raw.source = source
    if unpacked.refused:
        message = f"{len(unpacked.refused):,} entries of the archive are left out: they are no plain files inside it."
        shown = unpacked.refused[:EXAMPLES_SHOWN]
        raw.findings.append(Finding(kind="refused-entry", message=message, examples=shown, count=len(unpacked.refused)))
        raw.faults = [*raw.faults, *unpacked.refused]
    return keep_raw(folder, raw, within=cache_directory())


def keep_raw(folder: Path, raw: RawDataset, *, within: Path) -> RawDataset:
    """Write down a raw dataset of a kind that is kept, and return it with the inputs as they will be recalled.

    Where nothing can be written, nothing is: the next time it is found out again.

    Args:
        folder: in which it is kept.
        raw: what was found out.
        within: the folder that was named, from which on no link is gone through.
    """
    is_kept = raw.input.kind in KEEPERS and not isinstance(raw.targets, AddressedTargets)
    kept = KEEPERS[raw.input.kind].keep(raw, folder) if is_kept else None
    if kept is None:
        return raw
    facts: dict[str, Any] = {
        "schema": _schema(),
        "name": raw.name,
        "input": raw.input.to_dict(),
        "target": raw.target.to_dict(),
        "names": list(raw.names or ()),
        "inputs": kept.facts,
        "targets": raw.targets[np.arange(len(raw.targets))].tolist(),
        "given": None if raw.given is None else raw.given.tolist(),
        "groups": None if raw.groups is None else raw.groups.tolist(),
        "weights": None if raw.weights is None else raw.weights.tolist(),
        "content": [digest.hex() for digest in raw.content],
        "equality": None if raw.equality is None else [digest.hex() for digest in raw.equality],
        "decisions": [decision.to_dict() for decision in raw.decisions],
        "findings": [finding.to_dict() for finding in raw.findings],
        "faults": list(raw.faults),
    }
    with suppress(OSError, WritingError):
        make_folder(folder, within=within)
        array = kept.array
        if array is not None:
            write_atomically(folder / _ARRAY, lambda beside: _save(beside, array), within=within)
        # The facts last, with the sum of the array: what they do not vouch for is not read.
        facts["array"] = None if array is None else sum_of(folder / _ARRAY)
        write_text(folder / _FACTS, seal(facts), within=within)
    return dataclasses.replace(raw, inputs=kept.inputs)


def recall_raw(folder: Path, *, source: str) -> RawDataset | None:
    """Return what `keep_raw` wrote; None when there is nothing, it is damaged, or another version wrote it."""
    if folder.is_symlink():
        return None
    try:
        facts = read_sealed(folder / _FACTS)
        if facts is None or facts["schema"] != _schema():
            return None
        array = None
        if facts["array"] is not None:
            if sum_of(folder / _ARRAY) != facts["array"]:
                raise DamagedError
            array = np.load(folder / _ARRAY, mmap_mode="r", allow_pickle=False)
        return _rebuild(folder, facts, array, source=source)
    except Exception:  # whatever is wrong with it, it is none
        note_damage("raw dataset of an unpacked archive")
        return None


def _rebuild(folder: Path, facts: dict[str, Any], array: NDArray[Any] | None, *, source: str) -> RawDataset:
    target = TARGETS[facts["target"]["kind"]].from_dict(facts["target"], source=str(folder))
    given = INPUTS[facts["input"]["kind"]].from_dict(facts["input"], source=str(folder))
    raw = RawDataset(
        name=facts["name"],
        source=source,
        input=given,
        target=target,
        inputs=Inputs(),  # until all that they are recalled with is known
        targets=target.as_array(facts["targets"]),
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
    raw.inputs = KEEPERS[given.kind].recall(raw, facts["inputs"], array, folder)
    return raw


def _schema() -> str:
    """Return a text that changes whenever the code that finds things out does."""
    here = Path(__file__).parent
    code = source_digest(here, here / "kinds")
    return f"{decoder_version()} {code}"


def _save(beside: Path, array: NDArray[Any]) -> None:
    with beside.open("wb") as file:
        np.save(file, array)
