"""What targets that are numbers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pellucid.errors import DataError
from pellucid.typed_numbers import read_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_EXAMPLES = 5
_MOST_STRATA, _LEAST_IN_STRATUM = 10, 10


def check_numbers(numbers: tuple[tuple[str, NDArray[Any]], ...], *, dataset: str) -> None:
    """Look whether numbers can be learned.

    Args:
        numbers: each with its name and [N] values.
        dataset: its name, for the message.

    Raises:
        DataError: there are too few examples, or one never varies.
    """
    count = len(numbers[0][1])
    if count < FEWEST_EXAMPLES:
        raise DataError(f"'{dataset}' has {count} examples.", expected=f"At least {FEWEST_EXAMPLES} are needed.")
    for name, values in numbers:
        if values.max() == values.min():
            raise DataError(
                f"The target '{name}' is {values[0]:g} in every row.",
                fix="Name a column that varies: --target NAME (target=).",
            )


def strata_of_values(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the stratum of each of [N] values, [N]: up to ten bins of equal size, ten examples or more in each."""
    import numpy as np

    count = len(values)
    bins = max(1, min(_MOST_STRATA, count // _LEAST_IN_STRATUM))
    ranks = np.empty(count, dtype=np.int64)
    # By ranks and not by values: one outlier would leave all others in a single bin.
    ranks[np.argsort(values, kind="stable")] = np.arange(count)
    return ranks * bins // max(1, count)


def read_finite(text: str, names: tuple[str, ...]) -> NDArray[np.float32]:
    """Return numbers that were typed with commas between them, one for each name, [M] float32.

    Raises:
        RecipeError: there are more or fewer, or one is no finite number.
    """
    import numpy as np

    width = len(names)
    expected = "A number." if width == 1 else f"{width} numbers with commas between them, as the network gives."
    return np.asarray(read_numbers(text, "--target", expected=expected, count=width), np.float32)
