"""The one data directory, where named datasets lie, and the one cache directory, whose loss costs time alone."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.errors import RecipeError
from pellucid.files import expand

DIRECTORY_VARIABLE = "PELLUCID_DATA"
CACHE_VARIABLE = "PELLUCID_CACHE"


def data_directory() -> Path:
    """Return the folder that holds named datasets: `PELLUCID_DATA` if set, else the platform's user data folder.

    The folder need not exist. Nothing is created.
    """
    chosen = os.environ.get(DIRECTORY_VARIABLE, "").strip()
    if chosen:
        return expand(chosen, what=DIRECTORY_VARIABLE, error=RecipeError).absolute()
    import platformdirs  # only needed when the variable is not set, and `--help` should not pay for it

    return Path(platformdirs.user_data_dir("pellucid", appauthor=False))


def cache_directory() -> Path:
    """Return the folder of the pixel cache: `PELLUCID_CACHE` if set, else the platform's user cache folder.

    The folder need not exist. Nothing is created.
    """
    chosen = os.environ.get(CACHE_VARIABLE, "").strip()
    if chosen:
        return expand(chosen, what=CACHE_VARIABLE, error=RecipeError).absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("pellucid", appauthor=False)).absolute()
