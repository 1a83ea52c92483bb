"""A folder of text files: folders as classes, a file for each class with a text a line, or one stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pellucid.data.dataset import Finding
from pellucid.data.folder_names import split_of
from pellucid.data.labelled_texts import LabelledTexts, raw_of_texts
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.table_columns import TableChoice
from pellucid.data.text_files import filled_lines, glance_at, is_running_text, read_text
from pellucid.data.text_streams import raw_of_stream
from pellucid.data.texts import TextInputs
from pellucid.errors import DataError
from pellucid.records import Decision
from pellucid.words import counted

TEXT_SUFFIXES = frozenset({".txt", ".text"})
_CLASS_WORDS = frozenset(
    (
        *("pos", "neg", "positive", "negative", "neutral", "spam", "ham", "good", "bad", "true", "false", "fake"),
        *("real", "yes", "no", "toxic", "objective", "subjective", "quote", "plot", "joy", "anger", "fear", "sadness"),
    )
)
_NOT_TEXTS = ("readme", "license", "licence", "copying", "changelog", "vocab", "sources")
_MOST_CLASSES = 50
_FEWEST_LINES = 5
"""Lines of a file that holds the texts of a class."""
_SURE, _LIKELY, _POSSIBLE = 0.95, 0.7, 0.4


@dataclass(frozen=True)
class TextReading:
    """One way to read a folder of texts.

    Attributes:
        layout: the word of --layout for it.
        files: path, class and split (-1: the place does not say) of each file; of a stream the class is "".
        sure: in 0..1.
        value: what it takes the files for.
        reason: why.
    """

    layout: str
    files: tuple[tuple[str, str, int], ...]
    sure: float
    value: str
    reason: str


def text_files_of(names: Sequence[str], root: Path) -> list[str]:
    """Return the files of a folder that are texts, sorted: by their endings, or, where none has one, by a look at them.

    Args:
        names: of all files, relative to the folder.
        root: the folder.
    """
    kept = [name for name in sorted(names) if not PurePosixPath(name).stem.lower().startswith(_NOT_TEXTS)]
    by_ending = [name for name in kept if PurePosixPath(name).suffix.lower() in TEXT_SUFFIXES]
    if by_ending:
        in_folders = any("/" in name for name in by_ending)
        return by_ending if in_folders or is_running_text(glance_at(root / by_ending[0])) else []
    stems, endings = {PurePosixPath(name).stem for name in kept}, {PurePosixPath(name).suffix for name in kept}
    alike = len(stems) == 1 or endings == {""}  # polarity.pos beside polarity.neg, or names without endings
    if not alike or not 2 <= len(kept) <= _MOST_CLASSES:
        return []
    return kept if all(is_running_text(glance_at(root / name)) for name in kept) else []


def text_readings(root: Path, files: Sequence[str]) -> list[TextReading]:
    """Return the ways in which text files can be read, the likeliest first."""
    found = [_as_folders(files), _as_class_files(root, files), _as_stream(files)]
    return sorted((one for one in found if one is not None), key=lambda one: -one.sure)


def read_text_folder(root: Path, names: Sequence[str], choice: TableChoice, *, name: str) -> RawDataset | None:
    """Return a folder of texts, read in the likeliest way or the one asked for; None where it has none.

    Raises:
        DataError: it cannot be read so, or nothing can be learned of it.
    """
    files = text_files_of(names, root)
    if not files:
        return None
    readings = text_readings(root, files)
    asked = {"splits": "classes"}.get(choice.layout or "", choice.layout)
    taken = next((one for one in readings if asked in (None, one.layout)), None)
    if taken is None:
        ways = ", ".join(one.layout for one in readings)
        raise DataError(
            f"--layout {choice.layout} (layout=) does not fit the {counted(len(files), 'text file')} of {root}.",
            expected=f"They could be read as: {ways}." if ways else "Folders of .txt files, one for each class.",
        )
    others = [f"--layout {one.layout} (layout=) reads {one.value}" for one in readings if one is not taken]
    why = "asked for" if asked else taken.reason
    said = Decision(name="layout", value=taken.value, reason="; ".join([why, *others]))
    return _READERS[taken.layout](root, taken, name, said)


def _as_folders(files: Sequence[str]) -> TextReading | None:
    """Read the folder that a file lies in as its class, and one above it that is called after a split as its split."""
    placed = [(file, PurePosixPath(file).parts[:-1]) for file in files]
    deepest = [(file, folders) for file, folders in placed if folders]
    if not deepest:
        return None
    above = {folders[-2] for _, folders in deepest if len(folders) > 1}
    found = []
    for file, folders in deepest:
        split = split_of(folders[-2], above) if len(folders) > 1 else None
        if split_of(folders[-1]) is None:
            found.append((file, folders[-1], -1 if split is None else split))
    classes = {label for _, label, _ in found}
    if not 2 <= len(classes) <= len(found):
        return None
    splits = "" if all(split < 0 for _, _, split in found) else ", in folders of splits"
    value = f"a folder of texts for each of {counted(len(classes), 'class', 'classes')}{splits}"
    sure = _SURE if len(found) >= 2 * len(classes) else _POSSIBLE
    return TextReading("classes", tuple(found), sure, value, f"{len(found):,} files of text in folders")


def _as_class_files(root: Path, files: Sequence[str]) -> TextReading | None:
    """Read each file as the texts of a class, a line each."""
    if not 2 <= len(files) <= _MOST_CLASSES or any("/" in file for file in files):
        return None
    paths = [PurePosixPath(file) for file in files]
    stems, endings = {path.stem for path in paths}, {path.suffix for path in paths}
    by_ending = len(stems) == 1 and len(endings) == len(files) and all(endings)
    labels = [path.suffix[1:] if by_ending else path.stem for path in paths]
    num_lines = [_count_lines(root / file) for file in files]
    if min(num_lines) < _FEWEST_LINES or all(split_of(label, labels) is not None for label in labels):
        return None
    called = all(set(label.lower().replace("-", "_").split("_")) & _CLASS_WORDS for label in labels)
    value = f"a file for each of {counted(len(files), 'class', 'classes')}, a text a line"
    reason = f"{counted(len(files), 'file')} of {min(num_lines):,} lines and more"
    if by_ending:
        reason += ", whose endings differ alone"
    elif called:
        reason += ", called like classes"
    sure = _SURE if called or by_ending else _POSSIBLE
    found = tuple((file, label, -1) for file, label in zip(files, labels, strict=True))
    return TextReading("lines", found, sure, value, reason)


def _as_stream(files: Sequence[str]) -> TextReading:
    value = f"one stream of text, {counted(len(files), 'file')} in the order of their names"
    reason = "nothing says what class a text belongs to"
    return TextReading("stream", tuple((file, "", -1) for file in files), (_POSSIBLE + _LIKELY) / 2, value, reason)


def _count_lines(path: Path) -> int:
    try:
        with open(path, "rb") as file:
            return sum(not line.isspace() for line in file)
    except OSError:
        return 0


def _read_folders(root: Path, reading: TextReading, name: str, said: Decision) -> RawDataset:
    found = LabelledTexts()
    for file, label, split in reading.files:
        try:
            found.add(read_text(root / file).strip(), label, file, split=split)
        except DataError as problem:
            found.faults.append(f"{file}: {str(problem).removeprefix(f'{root / file} ')}")
    taken = {file for file, _, _ in reading.files}
    return raw_of_texts(found, root, name=name, decisions=[said], findings=_left_out(taken, root))


def _read_class_files(root: Path, reading: TextReading, name: str, said: Decision) -> RawDataset:
    found = LabelledTexts()
    for file, label, _ in reading.files:
        for number, line in filled_lines(read_text(root / file)):
            found.add(line, label, f"{file} line {number}")
    return raw_of_texts(found, root, name=name, decisions=[said])


def _read_stream(root: Path, reading: TextReading, name: str, said: Decision) -> RawDataset:
    files = [file for file, _, _ in reading.files]
    pieces = TextInputs.of_texts((read_text(root / file) for file in files), names=files)
    return raw_of_stream(pieces, root, name=name, decisions=[said])


def _left_out(taken: set[str], root: Path) -> list[Finding]:
    rest = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.suffix.lower() in TEXT_SUFFIXES and path.relative_to(root).as_posix() not in taken
    )
    if not rest:
        return []
    message = f"{counted(len(rest), 'text file lies', 'text files lie')} outside the class folders, and left out."
    return [Finding(kind="outside-classes", message=message, examples=tuple(rest[:EXAMPLES_SHOWN]), count=len(rest))]


_READERS = {"classes": _read_folders, "lines": _read_class_files, "stream": _read_stream}
