"""Rows of numbers that a model takes."""

from __future__ import annotations

from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes


def check_row(name: str, wishes: Wishes, form: Form) -> None:
    """Take rows of any width; see `check_numbers`."""
    check_numbers(name, form)


def check_numbers(name: str, form: Form) -> None:
    """Look whether examples are measured numbers, which can be multiplied, and no numbers of words.

    Args:
        name: of the model.
        form: of one example.

    Raises:
        ModelError: they are numbers of words.
    """
    if form.dtype == "int64":
        raise ModelError(
            f"The model '{name}' takes numbers that are measured, and the input is numbers of words.",
            fix="Choose a model for texts (`pellucid models` lists them).",
        )
