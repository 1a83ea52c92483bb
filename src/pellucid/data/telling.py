"""A column that alone gives the target, and a property of picture files that alone gives a class.

Mostly such a column was written down together with the answer (a survivor is alive), and such a property comes from
how the pictures were collected (one class scanned, the others photographed): what is learned then is no use on new
examples.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding, TargetArray, Targets
from pellucid.data.images import ImageInputs
from pellucid.data.tables import Cells, TableInputs
from pellucid.kinds import Target

MIN_OTHERS = 20
"""Training examples outside the largest class (beside the commonest value) from which on it can be no chance."""
MAX_WRONG = 0.01
"""Share of these that may be told wrong."""
MIN_R2 = 0.9999
"""From which on a column gives a number."""
_REPEATS = 5
"""Times that each number of a column must come on average for the numbers to be taken for codes, too."""
_SHOWN = 8


def find_telling_columns(
    inputs: TableInputs, target: Target, targets: Targets, train: NDArray[np.int64]
) -> list[Finding]:
    """Return a finding per target for the input columns that alone give it in the training split.

    A column of words gives classes when the other rows with the same word have the row's class; a word that comes once
    tells nothing, so that names and identifiers never count. A column of numbers does when each class has a range of
    its own, or as words do when its numbers are few. A number is given by a column in whose order it rises or falls, by
    one that lies on a straight line with it, or by words each of which has its own. Outside the largest class there
    must be 20 rows, of which one in a hundred may be told wrong. Where a table has one input column, nothing is said:
    there is nothing else to learn from.

    Args:
        inputs: all rows.
        target, targets: what is learned, [N] or [N, M].
        train: [n] indices of the training rows: others may not be looked at.
    """
    if len(inputs.columns) < 2:
        return []
    rows = inputs.rows(train)
    findings = []
    is_class = bool(target.categories)
    for name, given in target.parts(targets[train]):
        told = {
            column: right
            for column, cells in rows.items()
            if (right := _told_classes(cells, given) if is_class else _told_values(cells, given)) is not None
        }
        if told:
            findings.append(_telling_columns(name, told, len(train), len(inputs.columns), is_class=is_class))
    return findings


def find_telling_properties(
    inputs: ImageInputs, target: Target, targets: Targets, train: NDArray[np.int64]
) -> list[Finding]:
    """Return a finding per property of files, format or size, that alone tells classes of the training split apart.

    Each class (or label) is compared with all others, by the rule of `find_telling_columns`.

    Args:
        inputs: all pictures; nothing is found where they come from no files.
        target, targets: what is learned, [N] or [N, L].
        train: [n] indices of the training pictures.
    """
    if not target.categories:
        return []
    findings = []
    members = target.members(targets[train])
    for what, words, numbers in _properties(inputs, train):
        told = []
        for name, rows in members.items():
            mine = np.zeros(len(train), np.int64)
            mine[rows] = 1
            if any(_told_classes(cells, mine) is not None for cells in (words, numbers) if cells is not None):
                told.append((name, mine == 1))
        if told:
            findings.append(_telling_property(what, words, told))
    return findings


def find_telling_lengths(
    lengths: NDArray[np.int64], target: Target, targets: Targets, train: NDArray[np.int64]
) -> list[Finding]:
    """Return a finding per target whose classes the number of steps alone tells apart in the training split.

    Args:
        lengths: [N] steps of all series.
        target, targets: what is learned, [N] or [N, L].
        train: [n] indices of the training series.
    """
    if not target.categories:
        return []
    given = target.parts(targets[train])
    steps = lengths[train].astype(np.float64)
    told = {name: right for name, classes in given if (right := _told_classes(steps, classes)) is not None}
    return [
        Finding(
            kind="telling-length",
            message=f"The number of steps alone tells '{name}' in {right:,} of {len(train):,} series of train. A "
            "network may learn how long was recorded instead of what: cut all series to one length.",
        )
        for name, right in told.items()
    ]


def _told_classes(cells: Cells, classes: TargetArray) -> int | None:
    """Return how many of [n] rows a column tells the class of, or None where it is not nearly all of them."""
    others = len(classes) - int(np.bincount(classes).max())
    if others < MIN_OTHERS:
        return None
    most_wrong = int(MAX_WRONG * others)
    told = 0
    if cells.dtype == object:
        told = _told_by_words(cells.astype(str), classes)
    else:
        known = ~np.isnan(cells)
        if known.any() and len(np.unique(cells[known])) * _REPEATS <= len(cells):
            told = _told_by_words(cells, classes)
        missing = _told_by_words(np.zeros(int((~known).sum())), classes[~known])
        told = max(told, missing + _told_by_ranges(cells[known], classes[known], most_wrong))
    return told if len(classes) - told <= most_wrong else None


def _told_by_words(words: NDArray[np.generic], classes: TargetArray) -> int:
    """Return how many of [n] rows have the class that most of the other rows with the same word have."""
    if not len(words):
        return 0
    _, codes = np.unique(words, return_inverse=True)
    pairs, times = np.unique(np.stack([codes.reshape(-1), classes]), axis=1, return_counts=True)
    order = np.lexsort((-times, pairs[0]))
    word, times = pairs[0][order], times[order]
    first = np.flatnonzero(np.diff(word, prepend=-1))
    second = np.zeros(len(first), dtype=np.int64)
    has_second = np.diff(np.append(first, len(word))) > 1
    second[has_second] = times[first[has_second] + 1]
    most = times[first]
    # Without the row itself the class must still be ahead.
    return int(most[most - 1 > second].sum())


def _told_by_ranges(numbers: NDArray[np.float64], classes: TargetArray, most_wrong: int) -> int:
    """Return how many of [n] rows have the class of the range they lie in, of one range for each class.

    Returns 0 where more than `most_wrong` rows certainly have another.
    """
    if not len(numbers):
        return 0
    order = np.lexsort((classes, numbers))
    numbers, classes = numbers[order], classes[order]
    present = np.unique(classes)
    # A row in the range of another class makes two borders more than there should be.
    if np.count_nonzero(np.diff(classes)) > len(present) - 1 + 2 * most_wrong:
        return 0
    middles = [float(np.median(numbers[classes == number])) for number in present]
    cuts = np.append(np.flatnonzero(np.diff(numbers, prepend=-np.inf)), len(numbers))
    best = np.zeros(len(cuts), dtype=np.int64)  # right rows before each place where a range may end
    for place in np.argsort(middles, kind="stable"):
        before = np.append(0, np.cumsum(classes == present[place]))[cuts]
        best = before + np.maximum.accumulate(best - before)
    return int(best[-1])


def _told_values(cells: Cells, values: TargetArray) -> int | None:
    """Return how many of [n] rows a column gives the value of: all that it is known of, or None."""
    _, times = np.unique(values, return_counts=True)
    if len(values) - int(times.max()) < MIN_OTHERS:
        return None
    if cells.dtype == object:
        share = _r2_of_words(cells.astype(str), values)
        return len(values) if share >= MIN_R2 else None
    known = ~np.isnan(cells)
    if (~known).sum() > MAX_WRONG * len(values) or known.sum() < MIN_OTHERS:
        return None
    numbers, values = cells[known], values[known]
    share = max(_r2(numbers, values), _r2(_ranks(numbers), _ranks(values)))
    if len(np.unique(numbers)) * _REPEATS <= len(numbers):
        share = max(share, _r2_of_words(numbers, values))
    return int(known.sum()) if share >= MIN_R2 else None


def _r2(one: TargetArray, other: TargetArray) -> float:
    """Return the square of the correlation of two [n] columns; 0 where one is constant."""
    one, other = one - one.mean(), other - other.mean()
    # Divided by the largest first: squares of huge numbers would be infinite.
    one, other = one / max(np.abs(one).max(), 1e-300), other / max(np.abs(other).max(), 1e-300)
    both = float((one**2).sum() * (other**2).sum())
    return float((one * other).sum()) ** 2 / both if both > 0 else 0.0


def _ranks(numbers: TargetArray) -> NDArray[np.float64]:
    """Return the rank of each of [n] numbers, equal ones at the mean of theirs."""
    _, place, times = np.unique(numbers, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(times) - (times - 1) / 2)[place.reshape(-1)]
    return ranks


def _r2_of_words(words: NDArray[np.generic], values: TargetArray) -> float:
    """Return the share of the variance of [n] values that the mean of the other rows with the same word explains."""
    _, codes, times = np.unique(words, return_inverse=True, return_counts=True)
    codes = codes.reshape(-1)
    centred = values - values.mean()
    centred = centred / max(np.abs(centred).max(), 1e-300)
    others = times[codes] - 1
    expected = np.where(others > 0, (np.bincount(codes, centred)[codes] - centred) / np.maximum(others, 1), 0.0)
    total = float((centred**2).sum())
    return 1 - float(((centred - expected) ** 2).sum()) / total if total > 0 else 0.0


def _telling_columns(target: str, told: Mapping[str, int], rows: int, columns: int, *, is_class: bool) -> Finding:
    names = list(told)
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    least = min(told.values())
    subject = f"The column {shown} alone" if len(names) == 1 else f"The columns {shown}, each alone,"
    verb = "tells" if len(names) == 1 else "tell"
    how = "" if is_class else " up to a ten-thousandth of its variance"
    it = "it is" if len(names) == 1 else "they are"
    message = (
        f"{subject} {verb} '{target}'{how} in {least:,} of {rows:,} rows of train. If {it} known only afterwards, "
    )
    if len(names) < columns:
        message += f"train without: --drop {shlex.quote(','.join(names))} (drop=)."
    else:
        message += "there is nothing to learn here that helps with new rows."
    return Finding(kind="telling-column", message=message, examples=tuple(names[:_SHOWN]), count=len(names))


def _properties(inputs: ImageInputs, train: NDArray[np.int64]) -> list[tuple[str, Cells, NDArray[np.float64] | None]]:
    """Return what is known of the training's files: what it is called, as words [n], and perhaps as numbers [n]."""
    found: list[tuple[str, Cells, NDArray[np.float64] | None]] = []
    if inputs.kinds is not None:
        found.append(("format", np.array([inputs.kinds[place] for place in train.tolist()], dtype=object), None))
    if inputs.sizes is not None:
        sizes = np.array(inputs.sizes)[train]
        words = np.array([f"{height} x {width}" for height, width in sizes.tolist()], dtype=object)
        found.append(("size (height x width)", words, sizes.prod(axis=1).astype(np.float64)))
    return found


def _telling_property(what: str, words: Cells, told: Sequence[tuple[str, NDArray[np.bool_]]]) -> Finding:
    def common(chosen: NDArray[np.bool_]) -> str:
        counts = Counter(words[chosen].tolist())
        (word, times), *_ = counts.most_common(1)
        total = int(chosen.sum())
        return f"{word} in {times:,} of {total:,}" if times < total else f"{word} in all {total:,}"

    (name, mine), names = told[0], [name for name, _ in told]
    more = f" (so it does {', '.join(repr(one) for one in names[1:_SHOWN])})" if len(names) > 1 else ""
    return Finding(
        kind="telling-property",
        message=f"The {what} of the files alone tells '{name}' from all others in train{more}: {common(mine)}, the "
        f"others mostly {common(~mine)}. A network may learn how the pictures were made instead of what they show: "
        "take the pictures of all classes in the same way.",
        examples=tuple(names[:_SHOWN]),
        count=len(names),
    )
