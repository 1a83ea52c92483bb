"""The one data directory: where named datasets lie."""

from __future__ import annotations

import os
from pathlib import Path

DIRECTORY_VARIABLE = "PELLUCID_DATA"


def data_directory() -> Path:
    """Return the folder that holds named datasets: `PELLUCID_DATA` if set, else the platform's user data folder.

    The folder need not exist. Nothing is created.
    """
    chosen = os.environ.get(DIRECTORY_VARIABLE, "").strip()
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs  # only needed when the variable is not set, and `--help` should not pay for it

    return Path(platformdirs.user_data_dir("pellucid", appauthor=False))
