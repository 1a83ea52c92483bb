"""Pictures that a model takes: channels and sizes."""

from __future__ import annotations

from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes
from pellucid.models.sizes import either, fits, nearest_size, sizes_in_words


def check_picture(name: str, wishes: Wishes, form: Form) -> None:
    """Look whether a model takes pictures of a form.

    Args:
        name: of the model.
        wishes: of the model.
        form: of shape (C, H, W); anything else is no picture.

    Raises:
        ModelError: it does not; the message says what it takes.
    """
    shape = form.shape
    if len(shape) != 3:
        given = f"a row of {shape[0]} numbers" if len(shape) == 1 else f"of shape {shape}"
        raise ModelError(
            f"The model '{name}' takes pictures, and the input is {given}.",
            fix="For a table choose 'mlp' or 'linear' (--model mlp).",
        )
    channels, height, width = shape
    if channels not in wishes.channels:
        raise ModelError(
            f"The model '{name}' cannot take pictures with {channels} channels.",
            expected=f"It takes {either([str(count) for count in wishes.channels])}.",
        )
    if not fits(wishes, height, width):
        raise ModelError(
            f"The model '{name}' cannot take pictures of {height} x {width} pixels.",
            expected=f"It takes {sizes_in_words(wishes)}.",
            fix=f"Choose such a size (--imgsz {nearest_size(wishes, max(height, width))}), or another model.",
        )
