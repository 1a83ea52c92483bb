"""The names of the schemes that draw first weights."""

from __future__ import annotations

from typing import Literal, get_args

Init = Literal["default", "xavier", "he", "lecun", "normal", "zeros"]
"""default: the model's own. xavier: uniform, variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010). he: normal,
variance 2 / fan-in (He et al. 2015). lecun: normal, variance 1 / fan-in (LeCun et al. 1998). normal: standard deviation
0.01. zeros: all units of a layer stay alike, so nothing is learned in hidden layers; for demonstration."""
INITS: tuple[Init, ...] = get_args(Init)
