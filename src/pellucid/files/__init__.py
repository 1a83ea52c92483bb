"""The two doors to the disk: what is not ours is opened by one, what we write goes through the other."""

from __future__ import annotations

from pellucid.files.home import expand
from pellucid.files.opening import check_plain, guarded, open_plain, read_plain, reason_of
from pellucid.files.structured import MOST_LINES, load_json, load_json_lines, load_yaml, parse_json
from pellucid.files.tensors import load_tensors, save_tensors
from pellucid.files.writing import (
    PARTIAL,
    append_line,
    check_target,
    file_stem,
    flush,
    is_folder_name,
    refuse_links,
    write_atomically,
    write_text,
)

__all__ = [
    "MOST_LINES",
    "PARTIAL",
    "append_line",
    "check_plain",
    "check_target",
    "expand",
    "file_stem",
    "flush",
    "guarded",
    "is_folder_name",
    "load_json",
    "load_json_lines",
    "load_tensors",
    "load_yaml",
    "open_plain",
    "parse_json",
    "read_plain",
    "reason_of",
    "refuse_links",
    "save_tensors",
    "write_atomically",
    "write_text",
]
