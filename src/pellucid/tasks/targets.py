"""By which task each kind of target is learned, where nobody names one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pellucid.kinds import TARGETS, KindTable, Target


@dataclass(frozen=True)
class LearnedAs:
    """What the table of tasks needs to know of a kind of target.

    Attributes:
        task: the name of the task that fits a target best.
        words: the target, in a message about a task that cannot learn it.
    """

    task: Callable[[Target], str]
    words: Callable[[Target], str]


LEARNED_AS: KindTable[LearnedAs] = KindTable(
    "task",
    TARGETS,
    {
        "class": LearnedAs(
            task=lambda target: "binary" if len(target.answers) == 2 else "single-label",
            words=lambda target: f"a target of {len(target.answers)} classes",
        ),
        "labels": LearnedAs(task=lambda _: "multi-label", words=lambda _: "several labels at once"),
        "value": LearnedAs(
            task=lambda _: "regression", words=lambda target: f"the target '{target.name}', which is a number"
        ),
        "mask": LearnedAs(task=lambda _: "segment", words=lambda target: target.learned),
        "next": LearnedAs(task=lambda _: "next-token", words=lambda _: "the next token of a text"),
        "generated": LearnedAs(task=lambda _: "generate", words=lambda _: "pictures that are to be drawn"),
        "paired": LearnedAs(task=lambda _: "image-to-image", words=lambda target: target.learned),
        "picture": LearnedAs(task=lambda _: "reconstruct", words=lambda _: "the pictures themselves"),
        "text": LearnedAs(task=lambda _: "text-to-text", words=lambda _: "a text that is answered with a text"),
        "values": LearnedAs(task=lambda _: "regression", words=lambda target: f"{len(target.answers)} numbers at once"),
        "future": LearnedAs(task=lambda _: "forecast", words=lambda target: target.learned),
    },
)
"""A row for each kind of target; the first task of a kind stands here."""
