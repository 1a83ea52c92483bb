"""Which Pellucid this is: written into every run and on every page."""

from __future__ import annotations

VERSION = "0.1.0"
