"""Words typed become one call into the API, and its result is printed; one thin file per command."""

from __future__ import annotations

from pellucid.cli.main import COMMANDS, main

__all__ = ["COMMANDS", "main"]
