"""Names of exhibits: a second look at the same thing gets the same, and replaces the first."""

from __future__ import annotations

import hashlib
import re


def exhibit_name(kind: str, layer: str, detail: str = "") -> str:
    """Return a name that a second look at the same thing replaces."""
    words = "-".join(part for part in (kind, layer, detail) if part).lower()
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in words)[:90].strip("-") or kind


def distinct_name(kind: str, what: str) -> str:
    """Return a file's name for whatever a layer is called; two layers of one spelling stay apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", what.lower()).strip("-")[:60]
    sign = "" if plain == what else "-" + hashlib.blake2b(what.encode(), digest_size=3).hexdigest()
    return f"{kind}-{plain}{sign}"
