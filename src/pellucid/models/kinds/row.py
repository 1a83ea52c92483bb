"""Rows that a model takes."""

from __future__ import annotations

from pellucid.kinds import Wishes


def check_row(name: str, wishes: Wishes, shape: tuple[int, ...]) -> None:
    """Take rows of any width."""
