"""The names of ways from counts to probabilities."""

from __future__ import annotations

from typing import Literal, get_args

Smoothing = Literal["modified-kneser-ney", "kneser-ney", "witten-bell"]
SMOOTHINGS: tuple[Smoothing, ...] = get_args(Smoothing)
