"""Texts that a model takes."""

from __future__ import annotations

from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes


def check_tokens(name: str, wishes: Wishes, form: Form) -> None:
    """Look whether a model of texts is given numbers of tokens, of a known vocabulary.

    Args:
        name: of the model.
        wishes: of the model.
        form: of one example, (T,) whole numbers.

    Raises:
        ModelError: it is not.
    """
    if form.dtype != "int64" or form.vocabulary is None or len(form.shape) != 1:
        raise ModelError(
            f"The model '{name}' takes texts, and the input is of shape {form.shape}.",
            expected="(T,) numbers of tokens, of a known vocabulary.",
            fix="For a table choose 'mlp' or 'linear', for pictures 'cnn' (--model).",
        )
