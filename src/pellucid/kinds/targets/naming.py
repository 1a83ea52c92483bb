"""Names of classes and labels, as they are typed and told."""

from __future__ import annotations

from pellucid.errors import RecipeError, did_you_mean
from pellucid.kinds.targets.base import Target
from pellucid.words import counted

_COMMON_NAMES = ("label", "labels")
"""Names of targets that say no more than the kind."""
_MOST_NAMES = 30


def index_of(text: str, target: Target) -> int:
    """Return the place of one of a target's categories, whose name was typed.

    Raises:
        RecipeError: there is no such name.
    """
    names = target.categories
    if text not in names:
        raise RecipeError(
            f"There is no {target.noun} '{text}'.{did_you_mean(text, names)}",
            expected=f"One of: {', '.join(names[:_MOST_NAMES])}.",
        )
    return names.index(text)


def head_of_names(target: Target, shown: int) -> tuple[str, ...]:
    """Return how many categories are learned, with the first names and without; see `Target.head`."""
    names = ", ".join(f"{name:.16}" for name in target.categories[:shown])
    more = ", ..." if len(target.categories) > shown else ""
    of = f" of '{target.name:.24}'" if target.name not in _COMMON_NAMES else ""
    number = counted(len(target.categories), target.noun)
    return f"{number} ({names}{more}){of}", f"{number}{of}"
