"""`pellucid cache`."""

from __future__ import annotations

from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.output import JsonFlag, new_app, print_json, say
from pellucid.clock import date_of

app = new_app()

EPILOG = """\b
Examples:
  pellucid cache
  pellucid cache --clear

\b
PELLUCID_CACHE        the folder; else the platform's own for caches
PELLUCID_CACHE_LIMIT  how large it may grow, e.g. 50G; 0 keeps nothing
"""


@app.command(epilog=EPILOG)
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove everything in it.")] = False, json: JsonFlag = False
) -> None:
    """Show what is kept of pictures that were decoded before, or clear it.

    It spares the next training the decoding. What was not used for longest is dropped first, and the whole may be
    deleted at any time: it costs time, never a result.
    """
    if clear:
        freed = api.clear_cache()
        if json:
            print_json({"freed": freed})
        else:
            say(f"{_size(freed)} freed.")
        return
    status = api.cache_status()
    if json:
        print_json(status.to_dict())
        return
    say(f"{status.folder}: {_size(status.bytes_used)} of at most {_size(status.limit)}")
    if status.problem:
        say(f"Nothing is kept: {status.problem}.")
    for shelf in status.shelves:
        say(f"  {_size(shelf['bytes']):>9}  last used {_when(shelf['used'])}  {shelf['holds']}")
    if status.unpacked:
        say(f"  {_size(status.unpacked):>9}  unpacked archives, beside that limit")


def _when(seconds: float) -> str:
    """Return a moment in this machine's time; a file of a stranger's may say one that no calendar has."""
    try:
        when = date_of(seconds)
        return f"{when.astimezone():%Y-%m-%d %H:%M}" if when is not None and seconds else "never"
    except (ValueError, OverflowError, OSError):  # the last day of the last year, in a time zone to the east
        return "never"


def _size(count: float) -> str:
    power = min(4, max(0, int(count).bit_length() - 1) // 10)
    shown = count / 1024**power
    unit = ("bytes", "KiB", "MiB", "GiB", "TiB")[power]
    return f"{shown:.0f} {unit}" if power == 0 or shown >= 100 else f"{shown:.1f} {unit}"
