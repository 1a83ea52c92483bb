"""The house in one table: the rooms of `src/pellucid`, bottom up, and which rooms each may import.

`check_imports.py` holds the code to it, `write_map.py` draws what the code does. To let a room import another, add
it here and say in `docs/architecture.md` why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "pellucid"
SOURCE = ROOT / "src" / PACKAGE


@dataclass(frozen=True)
class Room:
    """A folder or a module directly under the package.

    Attributes:
        name: of the folder, or of the module without `.py`.
        may_import: names of rooms, all of them earlier in the table.
        light: importing it must not load any package of `HEAVY`, not even through another room.
    """

    name: str
    may_import: frozenset[str]
    light: bool = False


def _room(name: str, may_import: str = "", *, light: bool = False) -> Room:
    return Room(name, frozenset(may_import.split()), light)


ROOMS: tuple[Room, ...] = (
    _room("words", light=True),
    _room("errors", light=True),
    _room("machine", light=True),
    _room("doing", light=True),
    _room("spec", "words errors", light=True),
    _room("files", "errors", light=True),
    _room("store", "errors spec files", light=True),
    _room("decoding", "errors files", light=True),
    _room("data", "doing words errors spec files store decoding", light=True),
    _room("models", "errors spec files store"),
    _room("tasks", "errors spec"),
    _room("preprocessing", "doing errors spec store decoding data"),
    _room("runs", "words errors spec files models tasks preprocessing", light=True),
    _room("training", "doing machine errors spec files store data models tasks preprocessing runs"),
    _room("prediction", "doing machine errors spec files decoding data models tasks preprocessing runs training"),
    _room("evaluation", "doing words errors spec data preprocessing runs prediction", light=True),
    _room("ladder", "errors spec data preprocessing evaluation", light=True),
    _room("audit", "errors spec decoding data training prediction evaluation"),
    _room("trace", "errors spec models tasks preprocessing"),
    _room("kernels", "errors spec decoding trace"),
    _room("descent", "errors spec"),
    _room("attribution", "words errors spec models tasks preprocessing"),
    _room("features", "doing errors spec data models preprocessing prediction evaluation"),
    _room("landscape", "doing errors spec data models tasks preprocessing runs training prediction"),
    _room("tuning", "errors spec files data models runs training prediction evaluation"),
    _room("export", "errors spec models tasks preprocessing runs prediction"),
    _room(
        "report",
        "doing words errors spec files data models preprocessing runs training prediction evaluation trace descent "
        "attribution features landscape ladder tuning kernels",
        light=True,
    ),
    _room("serving", "errors spec decoding preprocessing prediction export"),
    _room("studio", "errors spec data runs evaluation report"),
    _room(
        "api",
        "doing errors spec files store decoding data models tasks preprocessing runs training prediction evaluation "
        "audit trace descent attribution features landscape kernels ladder tuning export report",
    ),
    _room(
        "cli",
        "doing words machine errors spec files data models runs training prediction evaluation attribution ladder "
        "tuning report serving studio api",
        light=True,
    ),
    _room("__main__", "cli", light=True),
)

HEAVY = frozenset({"torch", "torchvision", "timm", "sklearn"})
"""Packages that cost from half a second to seconds: light rooms import them inside functions only."""

LAZY_EVERYWHERE = frozenset({"torchvision", "timm", "sklearn"})
"""Packages that no module may import when it is loaded itself: not every training needs them."""
