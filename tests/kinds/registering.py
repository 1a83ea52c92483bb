"""Kinds, tasks and models that tests bring, for the length of a test."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pellucid
from pellucid.kinds import INPUTS, TARGETS, Kinds, KindTable
from pellucid.models.catalogue import OWN
from pellucid.preprocessing import PREPROCESSINGS
from pellucid.tasks import TASKS


def load_all_rooms() -> None:
    """Import every module, so that every table is there."""
    for module in pkgutil.walk_packages(pellucid.__path__, "pellucid."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def tables_of(kinds: Kinds[Any]) -> dict[str, KindTable[Any]]:
    """Return the tables of all rooms by what they are about, with the room: "cli: a listing in the terminal"."""
    load_all_rooms()
    return {table.subject: table for table in kinds.tables}


def register_rows(kinds: Kinds[Any], word: str, rows: Mapping[str, Any]) -> None:
    """Give a kind its row, or its refusal, in every table.

    Args:
        kinds: `INPUTS` or `TARGETS`.
        word: of the kind.
        rows: by the table's subject: one for each table there is.
    """
    tables = tables_of(kinds)
    assert sorted(rows) == sorted(tables)
    for subject, table in tables.items():
        table.register(word, rows[subject])


@contextmanager
def registries_restored() -> Iterator[None]:
    """Take whatever is registered within this block back at its end."""
    load_all_rooms()
    tables = {id(table): table for table in (*INPUTS.tables, *TARGETS.tables)}
    dicts: list[dict[str, Any]] = [kinds._classes for kinds in (INPUTS, TARGETS, PREPROCESSINGS)]
    dicts += [*(table._rows for table in tables.values()), TASKS, OWN]
    before = [dict(one) for one in dicts]
    try:
        yield
    finally:
        for one, was in zip(dicts, before, strict=True):
            one.clear()
            one.update(was)
