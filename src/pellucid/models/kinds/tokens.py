"""Texts that a model takes."""

from __future__ import annotations

from pellucid.errors import ModelError
from pellucid.kinds import Wishes


def check_tokens(name: str, wishes: Wishes, shape: tuple[int, ...]) -> None:
    """Look whether a model of texts is given tokens: one axis.

    Raises:
        ModelError: it is not.
    """
    if len(shape) != 1:
        raise ModelError(
            f"The model '{name}' takes texts, and the input is of shape {shape}.",
            expected="(T,) numbers of tokens.",
        )
