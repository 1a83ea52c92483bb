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


GROUND = frozenset(
    {
        *("words", "errors", "late", "clock", "doing", "records", "typed_numbers", "points"),
        *("kinds", "version", "printed", "torchrun"),
    }
)
"""Rooms on the ground floor: all rooms above may import them."""


def _above(name: str, may_import: str = "", *, light: bool = False) -> Room:
    return Room(name, GROUND | frozenset(may_import.split()), light)


ROOMS: tuple[Room, ...] = (
    _room("words", light=True),
    _room("errors", light=True),
    _room("late", light=True),
    _room("clock", light=True),
    _room("version", light=True),
    _room("doing", light=True),
    _room("printed", light=True),
    _room("machine", light=True),
    _room("torchrun", light=True),
    _room("records", "words errors", light=True),
    _room("typed_numbers", "errors", light=True),
    _room("points", "errors", light=True),
    _room("uncompiled"),
    _room("kinds", "words errors late records typed_numbers", light=True),
    _room("files", "errors", light=True),
    _above("store", "files", light=True),
    _room("decoding", "errors late files", light=True),
    _above("data", "files store decoding", light=True),
    _above("auditing", "decoding data", light=True),
    _above("ngrams", light=True),
    _above("models", "files store ngrams"),
    _above("tasks"),
    _above("preprocessing", "store decoding data"),
    _above("runs", "files models tasks preprocessing", light=True),
    _above("training", "machine uncompiled files store data models tasks preprocessing runs"),
    _above("prediction", "machine files decoding data models tasks preprocessing runs training"),
    _above("evaluation", "files data ngrams tasks preprocessing runs prediction", light=True),
    _above("ladder", "data models preprocessing runs training evaluation", light=True),
    _above("trace", "models tasks preprocessing runs prediction"),
    _above("kernels", "decoding trace"),
    _above("descent", "uncompiled"),
    _above("attribution", "data models tasks preprocessing prediction"),
    _above("features", "data models preprocessing training prediction evaluation"),
    _above("landscape", "data models tasks preprocessing prediction"),
    _above("tuning", "files data models runs training prediction evaluation"),
    _above(
        "report",
        "files data auditing models preprocessing runs training prediction evaluation trace descent attribution "
        "features landscape ladder tuning kernels",
        light=True,
    ),
    _above(
        "api",
        "files store decoding data auditing models tasks preprocessing runs training prediction evaluation trace "
        "descent attribution features landscape kernels ladder tuning report",
    ),
    _above(
        "cli",
        "machine files data models runs training prediction evaluation trace attribution ladder tuning report api",
        light=True,
    ),
    _room("__main__", "cli", light=True),
)

HEAVY = frozenset({"torch", "torchvision", "timm", "sklearn"})
"""Packages that cost from half a second to seconds: light rooms import them inside functions only."""

LAZY_EVERYWHERE = frozenset({"torchvision", "timm", "sklearn"})
"""Packages that no module may import when it is loaded itself: not every training needs them."""

COSTLY = HEAVY | {
    *(
        "numpy",
        "scipy",
        "matplotlib",
        "contourpy",
        "PIL",
        "safetensors",
        "yaml",
        "rich",
        "jinja2",
        "urllib",
        "platformdirs",
    ),
    *("optuna", "filelock", "pandas", "pyarrow", "pydicom", "pi_heif", "IPython", "tensorboard"),
    *("fcntl", "msvcrt", "resource"),
}
"""Packages that may be imported within functions: they make the start slow, or not every machine has them."""

KIND_ROOTS = frozenset(
    {
        "Kind",
        "Wishes",
        "ImageInputs",
        "ArrayImages",
        "FileImages",
        "TableInputs",
        "ImagePreprocessing",
        "TablePreprocessing",
    }
)
"""Classes that are kinds, and with them all that descend from them: nobody asks which of them something is."""
RESULT_ROOTS = frozenset({"Evaluation", "Prediction", "Answer"})
"""Classes of results, likewise: nobody tries one of their fields after the other to learn what they hold."""
