"""What a row of the table of tasks is, and how a task is made from its name and a target."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pellucid.errors import RecipeError, did_you_mean
from pellucid.kinds import OPTIONS_OF_TASKS, Anchor, OwnOptions, OwnValue, Target
from pellucid.tasks.base import Task
from pellucid.tasks.targets import LEARNED_AS

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Scaling:
    """In what units numbers are learned: (target - mean) / std.

    Attributes:
        mean: of each number, in its own unit; a single one stands for all.
        std: of each number (> 0), likewise.
        log: whether it is the logarithm that is so scaled.
        anchor: of what continues a series: what its network counts from, see `kinds.Anchor`.
        spread: of what the anchor misses, in these units (> 0): the network's own unit.
        channel: of the inputs, that is continued.
        alphabet: of texts that are answered: the characters they are written of.
    """

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    log: bool = False
    anchor: Anchor = "none"
    spread: float = 1.0
    channel: int = 0
    alphabet: str = ""

    def of_width(self, width: int) -> Scaling:
        """Return the scaling of `width` numbers."""
        mean, std = (given if len(given) == width else given * width for given in (self.mean, self.std))
        return Scaling(mean, std)


@dataclass(frozen=True)
class TaskOptions:
    """What a task can be told beside its target; each task has a record of its own, with a default for everything."""

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Self:
        """Take from all that is known of a training what concerns this task; what is missing or None stays open."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: known[name] for name in names if known.get(name) is not None})


Options = TypeVar("Options", bound=TaskOptions)


@dataclass(frozen=True)
class TaskEntry(Generic[Options]):
    """One row of the table: a kind of problem.

    Attributes:
        name: as it is typed.
        words: what is learned, for people.
        kinds: the kinds of target that it can learn, by their words.
        options: the record of what it is made with; its default holds where nothing is said. Its fields are named like
            the recipe's choices, like those of `own`, or like what is known of a training besides ("form", ...).
        build: makes the task.
        fits: whether it can learn a target of these kinds.
        check: raises RecipeError, in words of its own, where a target cannot be learned; None for the common ones.
        scales_targets: whether targets are numbers that are learned in units of their spread.
        refuse_loss: where the task has a loss of its own: the error, in words, for a flag that chooses one.
        why: why it was chosen, said also where the user asked for it; None: nothing to say then.
        no_answers: why its network answers no inputs, a sentence: nothing is then fitted, measured or predicted after
            the training; "" where it does.
        answers_each_place: whether there is an answer at every place of an input, so that none may be cut off.
        own: what only this task can be told: each field is a flag, a keyword and a key in a recipe's file, is refused
            where another task is learned, and is handed to `options` by its name; None: nothing.
        frame: what the task puts around every network that learns it, whoever built it: it belongs to the network, is
            traced and saved with it; None: nothing. A network that has it already is left as it is.
    """

    name: str
    words: str
    kinds: Collection[str]
    options: type[Options]
    build: Callable[[Target, Options, Scaling], Task]
    fits: Callable[[Target], bool] = lambda _: True
    check: Callable[[Target], None] | None = None
    scales_targets: bool = False
    refuse_loss: Callable[[str], RecipeError] | None = None
    why: Callable[[Target], str] | None = None
    no_answers: str = ""
    answers_each_place: bool = False
    own: type[OwnOptions] | None = None
    frame: Callable[[nn.Module, Target, Scaling], nn.Module] | None = None

    def framed(self, network: nn.Module, target: Target, scaling: Scaling | None) -> nn.Module:
        """Return a network with what the task puts around it; as it is where that is nothing."""
        return network if self.frame is None else self.frame(network, target, scaling or Scaling())

    def told(self, chosen: Mapping[str, OwnValue]) -> dict[str, OwnValue]:
        """Return the task's own options, with its defaults in place of what was not chosen.

        Raises:
            RecipeError: one is none of this task's, or out of its range.
        """
        takes = () if self.own is None else tuple(self.own.model_fields)
        refused = [name for name in chosen if name not in takes]
        if refused:
            raise RecipeError(
                f"The task '{self.name}' does not take the option{'s' * (len(refused) > 1)} {', '.join(refused)}.",
                expected=f"It takes {', '.join(takes)}." if takes else "It takes none of its own.",
                fix="Leave out what it does not take, or choose another --task.",
            )
        return (
            {} if self.own is None else self.own.completed(chosen, whose=f"The task '{self.name}'", error=RecipeError)
        )

    def check_target(self, target: Target) -> None:
        """Look whether the task can learn a target.

        Raises:
            RecipeError: it cannot.
        """
        if self.check is not None:
            self.check(target)
        elif target.kind not in self.kinds or not self.fits(target):
            raise RecipeError(
                f"Task '{self.name}' cannot learn {LEARNED_AS[target.kind].words(target)}.",
                fix=f"Use --task {default_task(target)}, or leave it out.",
            )


TASKS: dict[str, TaskEntry[Any]] = {}
"""Every task by its name; the files of this room register theirs, and others may."""


def register_task(entry: TaskEntry[Any]) -> None:
    """Add a row to the table.

    Raises:
        ValueError: another has the same name.
    """
    if entry.name in TASKS:
        raise ValueError(f"There is already a task called '{entry.name}'.")
    if entry.own is not None:
        OPTIONS_OF_TASKS[entry.name] = entry.own
    TASKS[entry.name] = entry


def find_task(name: str) -> TaskEntry[Any]:
    """Return the row of a task.

    Raises:
        RecipeError: there is none.
    """
    if name not in TASKS:
        raise RecipeError(f"Unknown task '{name}'.{did_you_mean(name, TASKS)}", expected=f"One of: {', '.join(TASKS)}.")
    return TASKS[name]


def default_task(target: Target) -> str:
    """Return the name of the task that fits a target best."""
    return LEARNED_AS[target.kind].task(target)


def build_task(name: str, target: Target, options: TaskOptions | None = None, scaling: Scaling | None = None) -> Task:
    """Make a task from its name and its target.

    Args:
        name: of a row of the table.
        target: what is learned.
        options: the task's own; None for its defaults.
        scaling: of numbers; None before anything is measured.

    Raises:
        RecipeError: the name is unknown, or the task cannot learn this target.
    """
    entry = find_task(name)
    entry.check_target(target)
    return entry.build(target, entry.options() if options is None else options, scaling or Scaling())
