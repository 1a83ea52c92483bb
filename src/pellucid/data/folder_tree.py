"""The pictures of a folder as a tree of folders: what every way of reading the place looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Folder:
    """A folder with pictures in it or below it."""

    path: str
    """Relative to the root, with "/" between its parts; "" for the root itself."""
    pictures: list[int] = field(default_factory=list)
    """Places, in the list of all pictures, of those that lie in the folder itself."""
    folders: dict[str, Folder] = field(default_factory=dict)
    """By name; only folders with pictures in them or below."""
    all: list[int] = field(default_factory=list)
    """The places of all pictures in the folder and below."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def inner_names(self) -> set[str]:
        """Return the names of the folders inside, in lower case."""
        return {name.casefold() for name in self.folders}

    def below(self, name: str) -> str:
        """Return the name of a picture of this folder, relative to it."""
        return name[len(self.path) + 1 :] if self.path else name


def plant(names: Sequence[str], places: Iterable[int] | None = None) -> Folder:
    """Return the tree of pictures.

    Args:
        names: of all pictures, relative paths with "/" between their parts.
        places: of those that count; None for all.
    """
    root = Folder("")
    known = {"": root}
    above: dict[str, list[Folder]] = {}
    for place in range(len(names)) if places is None else places:
        path = names[place].rpartition("/")[0]
        if path not in above:
            _folder(known, path)
            above[path] = [known[part] for part in _paths(path)]
        above[path][0].pictures.append(place)
        for folder in above[path]:
            folder.all.append(place)
    return root


def walk(root: Folder) -> Iterator[Folder]:
    """Yield a folder and all below it."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        yield folder
        waiting.extend(folder.folders.values())


def _paths(path: str) -> Iterator[str]:
    """Yield a path and those above it, down to ""."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""


def _folder(known: dict[str, Folder], path: str) -> Folder:
    """Return the folder of a path, made with those above it where it is new; no recursion, for folders may be deep."""
    if path not in known:
        missing = [above for above in _paths(path) if above not in known]
        for inner in reversed(missing):
            above, _, name = inner.rpartition("/")
            known[inner] = known[above].folders[name] = Folder(inner)
    return known[path]
