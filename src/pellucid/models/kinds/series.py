"""Series that a model takes: channels and steps."""

from __future__ import annotations

from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes


def check_series(name: str, wishes: Wishes, form: Form) -> None:
    """Look whether a model takes series of a form.

    Args:
        name: of the model.
        wishes: of the model; its `min_size` is of the steps.
        form: of shape (C, T); anything else is no series.

    Raises:
        ModelError: it does not; the message says what it takes.
    """
    shape = form.shape
    if len(shape) != 2:
        given = f"a row of {shape[0]} numbers" if len(shape) == 1 else f"of shape {shape}"
        raise ModelError(
            f"The model '{name}' takes series, and the input is {given}.",
            fix="For pictures choose 'cnn', for a table 'mlp' (--model mlp).",
        )
    if shape[1] < wishes.min_size:
        raise ModelError(
            f"The model '{name}' cannot take series of {shape[1]} steps.",
            expected=f"It takes {wishes.min_size} or more.",
            fix="Choose another model, e.g. --model mlp.",
        )
