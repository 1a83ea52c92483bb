"""A file of text that is read on and on."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.data.draft import Draft
from pellucid.data.streams import stream_draft
from pellucid.errors import DataError
from pellucid.files import read_plain
from pellucid.records import Decision

_MOST_BYTES = 1 << 31


def read_stream(path: Path, *, name: str, source: str | None = None, block: int | None = None) -> Draft:
    """Read a text file as a stream.

    Args:
        path: of the file, in UTF-8.
        name: of the dataset.
        source: what a run writes down of where it comes from; None for the path.
        block: characters of a window; None for the usual number.

    Raises:
        DataError: it is no UTF-8, holds NUL bytes, or is too short.
        OSError: it cannot be read.
    """
    text, decisions = decode_text(read_plain(path, most=_MOST_BYTES), str(path))
    draft = stream_draft([text], name=name, source=os.fspath(path) if source is None else source, block=block)
    draft.decisions[:0] = decisions
    return draft


def decode_text(data: bytes, name: str) -> tuple[str, list[Decision]]:
    """Return the text of a file, with line ends as one sign each, and what was changed in it.

    Raises:
        DataError: it is no UTF-8 (byte and line are named), or holds NUL bytes.
    """
    decisions = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        decisions.append(Decision(name="text", value="without its byte order mark", reason="it is no part of the text"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise DataError(
            f"{name} is no UTF-8: byte {problem.start + 1:,}, in line {line:,}, is 0x{data[problem.start]:02x}.",
            fix="Save it as UTF-8 (in an editor: 'Save with encoding').",
        ) from None
    place = text.find("\0")
    if place >= 0:
        line = text.count("\n", 0, place) + 1
        raise DataError(f"{name} holds a NUL byte in line {line:,}: it is no text.", expected="A text file in UTF-8.")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        decisions.append(Decision(name="line ends", value="one sign each", reason="the file has carriage returns"))
    return text, decisions
