"""What is said of a training before its first epoch: a few lines on data, network and learning, and what was guessed.

Everything that was chosen stands with its reason in run.json and in the report, and is printed with --verbose. Here
stands what a person would want to see before waiting: and of what may be wrong, the flag that chooses otherwise.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.cli.flags import flags_of
from pellucid.kinds import SPLITS
from pellucid.records import Decision
from pellucid.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pellucid.runs import Recipe, RunRecord

ROUTINE = frozenset(
    {
        "activation",
        "alphabet",
        "background",
        "batch",
        "clip",
        "colour",
        "colour depth",
        "DICOM window",
        "device",
        "duplicates",
        "ema",
        "empty cells",
        "epochs",
        "epochs in all",
        "filling up",
        "first round",
        "fixes",
        "format",
        "imgsz",
        "layer decay",
        "leaks",
        "learning",
        "learning rule",
        "logarithmic scale",
        "lr",
        "made",
        "model",
        "momentum",
        "nesterov",
        "normalisation",
        "optimizer",
        "orientation",
        "patience",
        "pixels",
        "precision",
        "processes",
        "schedule",
        "series",
        "source",
        "splits",
        "table",
        "target column",
        "target columns",
        "task",
        "teacher",
        "threads",
        "transparency",
        "unfreeze",
        "values",
        "views",
        "warmup",
        "weight decay",
        "window",
    }
)
"""Choices that say little of the data, or that the lines on data, network and learning tell already."""

_ASKED = ("as asked for", "asked for", "--impute", "--task")
"""How the reason of a choice begins that is the user's own."""
_FLAGS = {"layout": "--layout", "label column": "--target", "label columns": "--target", "target": "--task"}
"""Where to choose otherwise, for those whose reasons need not say it."""
_FLAG = re.compile(r"--[a-z][a-z0-9-]+")
_COST = re.compile(r"fine-tuning all would take (about \d+ \w+ per epoch)")
_HEAD_ALONE = "only its head learns"
_LONGEST_VALUE, _SHOWN_CLASSES = 40, 3
MOST_LINES = 7
"""Of a head; one more may tell how long an epoch takes."""
INDENT = 7
"""Columns before what is said, below the first word of a line."""
LATER = frozenset({"micro-batch", "restarts", "rung", "search", "run"})
"""Choices made later that are worth a line at any time."""


def head(record: RunRecord, folder: Path, *, width: int, every: int, typed: Collection[str] = ()) -> list[str]:
    """Return at most `MOST_LINES` lines that fit `width` columns, from 80 on, for a training that begins.

    Args:
        record: of the run, every choice made.
        folder: of the run.
        width: columns to fit.
        every: of how many epochs one is printed.
        typed: flags that the user typed: what they choose is no guess; those of the data stand in the record, too.
    """
    said_of_data = (name for name, value in record.dataset.options.items() if value not in (None, False))
    typed = {*typed, *flags_of(said_of_data)}
    number = len(record.decisions)
    said = [
        _shortest("data", _data(record, typed), width),
        _lines("split", _split(record), width),
        _shortest("model", _model(record), width),
        _shortest("learn", _learning(record.recipe, every), width),
        _shortest("run", [f"{folder} (all {number} choices: --verbose{report})" for report in (", report", "")], width),
    ]
    room = max(1, MOST_LINES - sum(map(len, said)))
    said.insert(-1, _guess_lines(guesses(record.decisions, typed), width, room))
    return [line for lines in said for line in lines]


def is_worth_a_line(decision: Decision) -> bool:
    """Tell whether a choice that is made while a training runs is worth a line there."""
    if decision.name in LATER:
        return True
    if decision.name == "features":
        return "anew" in decision.value  # slower than people expect of a frozen backbone
    return decision.name == "threads" and " from epoch " in decision.value


def _lines(topic: str, words: str, width: int) -> list[str]:
    wrapped = textwrap.TextWrapper(width, subsequent_indent=" " * INDENT)
    wrapped.initial_indent = f"{topic + ':':<{INDENT}}"
    wrapped.break_long_words = wrapped.break_on_hyphens = False
    return wrapped.wrap(words)


def _shortest(topic: str, variants: Sequence[str], width: int) -> list[str]:
    """Return the first of some variants, the long ones first, that is one line; else the last."""
    made = [_lines(topic, words, width) for words in variants]
    return next((lines for lines in made if len(lines) == 1), made[-1])


def _guess_lines(found: Sequence[str], width: int, most: int) -> list[str]:
    """Return as many guesses as fit `most` lines, and how many more there are."""
    for shown in range(len(found), 0, -1):
        more = f"; and {len(found) - shown} more: --verbose" if shown < len(found) else ""
        lines = _lines("guess", "; ".join(found[:shown]) + more, width)
        if len(lines) <= most or shown == 1:
            return lines
    return []


def _data(record: RunRecord, typed: Collection[str]) -> list[str]:
    dataset = record.dataset
    total = sum(dataset.num_examples.values())
    examples = f"{counted(total, dataset.input.example)}{dataset.input.size_words()}"
    learned = dataset.target.head(_SHOWN_CLASSES)
    names = ("target column", "target columns", "label column", "label columns")
    guessed = "" if "--target" in typed else _flag_of(record.decisions, *names)
    return [f"{dataset.name:.40}, {examples}, {words}{guessed}" for words in learned]


def _flag_of(decisions: Sequence[Decision], *names: str) -> str:
    """Return " (guessed: --target)" where one of these choices was a guess."""
    guessed = any(one.name in names and not one.reason.startswith(_ASKED) for one in decisions)
    return " (guessed: --target)" if guessed else ""


def _split(record: RunRecord) -> str:
    numbers = record.dataset.num_examples
    if not numbers.get("val") and not numbers.get("test"):
        return f"train {numbers.get('train', 0):,}, no val, no test; the training examples choose the epoch"
    counts = ", ".join(f"{split} {numbers.get(split, 0):,}" for split in SPLITS if numbers.get(split, 0))
    if not numbers.get("val"):
        counts += "; no val: the training examples choose the epoch"
    counts += " (sealed)" if numbers.get("test") else "; no test"
    decision = next((one for one in record.decisions if one.name == "splits"), None)
    if decision is not None and "held back" in decision.reason:
        return f"{counts}, cut in this order (--val, --test)"
    if decision is None or "drawn" not in decision.reason:
        return f"{counts}, as the data bring them" if decision is not None else counts
    flags = [flag for flag in ("--val", "--test") if flag in decision.reason]
    drawn = " and ".join(flag.removeprefix("--") for flag in flags) if "as the data brings" in decision.reason else ""
    return f"{counts}, {drawn} drawn at random ({', '.join(flags)})".replace("  ", " ")


def _model(record: RunRecord) -> list[str]:
    recipe, flags = record.recipe, ["--model"] if any(one.name == "model" for one in record.decisions) else []
    words = [record.model.name]
    words += ["pretrained"] if record.weights is not None else []
    if recipe.freezing.freeze not in (None, "none"):
        words.append(_HEAD_ALONE if recipe.freezing.freeze == "all" else f"frozen: {recipe.freezing.freeze}")
        flags.append("--freeze")
    words += [f"taught by {record.teacher.name:.24}"] if record.teacher is not None else []
    size = f"{_big(record.model.num_parameters)} parameters"
    how = f" ({', '.join(flags)})" if flags else ""
    briefly = ["frozen" if word == _HEAD_ALONE else word for word in words]
    return [", ".join(variant) + how for variant in ([*words, size], words, briefly)]


def _big(number: int) -> str:
    return f"{number:,}" if number < 1_000_000 else f"{number / 1e6:.1f} million"


def _learning(recipe: Recipe, every: int) -> list[str]:
    rule, rate, duration = recipe.optimization, recipe.learning_rate, recipe.duration
    if rule.optimizer is None:
        return ["in one pass over the examples, without gradients"]
    epochs = counted(recipe.total_epochs, "epoch") if duration.steps is None else f"{duration.steps:,} steps"
    head_epochs = recipe.freezing.head_epochs
    about = [f"{head_epochs} of the head alone first"] if head_epochs else []
    about += [f"{duration.first_round} where that is enough"] if duration.first_round else []
    about += [f"1 in {every} is printed"] if every > 1 else []
    words = [epochs + (f" ({', '.join(about)})" if about else ""), f"batch {recipe.batches.batch}"]
    words += [f"{rule.optimizer}" + (f" with momentum {rule.momentum:g}" if rule.momentum else "")]
    words += [f"lr {rate.lr:.3g} {rate.schedule}" if isinstance(rate.lr, float) else f"lr {rate.lr}"]
    if not duration.patience:
        return [", ".join(words)]
    stops = f"stops after {duration.patience} epochs without a better one", f"patience {duration.patience}"
    return [", ".join([*words, f"{how} (--patience)"]) for how in stops]


def guesses(decisions: Sequence[Decision], typed: Collection[str] = ()) -> list[str]:
    """Return what was guessed of the data or chosen because of them, each with the flag that chooses otherwise.

    Args:
        decisions: all that were made.
        typed: flags that the user typed: what they choose is no guess.
    """
    return [
        f"{one.name} {_short(one)}{_how_else(one)}"
        for one in decisions
        if one.name not in ROUTINE and not one.reason.startswith(_ASKED) and not _is_nothing(one)
        if _flag(one) not in typed
    ]


def _is_nothing(decision: Decision) -> bool:
    """Tell whether a choice changed nothing, or is told by another line."""
    if decision.name == "augment":
        return decision.value == "none"
    if decision.name == "weights":
        return decision.value != "none"
    if decision.name in ("target", "label column", "label columns"):
        return "--" not in decision.reason or decision.name != "target"
    if decision.name == "resize":
        return "nothing is lost" in decision.reason
    if decision.name == "given splits":
        return all(len(set(words.split(" is "))) == 1 for words in decision.value.split(", "))
    return decision.name == "freeze" and _COST.search(decision.reason) is None


def _short(decision: Decision) -> str:
    value = decision.value
    if (cost := _COST.search(decision.reason)) is not None:
        return f"{value}, for fine-tuning would take {cost[1]}"
    if decision.name in ("augment", "group"):
        value = value.partition(":")[0]
    return value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 4].rstrip(' ,;')} ..."


def _how_else(decision: Decision) -> str:
    command = re.search(r"'(pellucid fetch [^']+)'", decision.reason)
    if command is not None:
        return f" ({command[1]})"
    found = _flag(decision)
    return f" ({found})" if found else ""


def _flag(decision: Decision) -> str:
    """Return the flag that chooses otherwise; "" where none is known."""
    flag = _FLAG.search(decision.reason)
    return flag[0] if flag is not None else _FLAGS.get(decision.name, "")
