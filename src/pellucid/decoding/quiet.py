"""Keeping Pillow's warnings from leaking, safely across threads."""

from __future__ import annotations

import logging
import threading
import warnings
from types import TracebackType


class QuietPillow:
    """Context manager under which Pillow's own warnings are dropped, whichever threads are inside.

    `warnings.catch_warnings` keeps one global list: two threads that leave it out of order would leave it changed for
    ever. So the first thread to enter changes the list and the last one to leave restores it. Only warnings raised
    within Pillow, pydicom and pi_heif are dropped; what they tell (size, broken metadata) is either harmless or found
    by the decode itself. What Pillow logs goes to no handler but its own: `setLevel` would do as well, but empties the
    caches of every logger there is, for each picture.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._catcher: warnings.catch_warnings[None] | None = None
        self._logger = logging.getLogger("PIL")
        self._logger.addHandler(logging.NullHandler())  # without any, warnings would go to the last resort
        self._propagate = True

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._catcher = warnings.catch_warnings()
                self._catcher.__enter__()
                warnings.filterwarnings("ignore", module=r"(PIL|pydicom|pi_heif)(\.|$)")
                self._propagate = self._logger.propagate
                self._logger.propagate = False
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._catcher is not None:
                self._catcher.__exit__(None, None, None)
                self._catcher = None
                self._logger.propagate = self._propagate


quiet_pillow = QuietPillow()
"""The one instance that every decode goes through."""
