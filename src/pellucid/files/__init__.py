"""The two doors to the disk: what is not ours is opened by one, what we write or remove goes through the other."""

from __future__ import annotations

from pellucid.files.folders import (
    leads_elsewhere,
    make_folder,
    move,
    name_once,
    note_use,
    refuse_linked,
    refuse_links,
    remove_file,
    remove_folder,
    remove_tree,
)
from pellucid.files.gzipped import GZIP_MAGIC, Gunzipped
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
    open_to_write,
    write_atomically,
    write_bytes,
    write_text,
)

__all__ = [
    "GZIP_MAGIC",
    "MOST_LINES",
    "PARTIAL",
    "Gunzipped",
    "append_line",
    "check_plain",
    "check_target",
    "expand",
    "file_stem",
    "flush",
    "guarded",
    "is_folder_name",
    "leads_elsewhere",
    "load_json",
    "load_json_lines",
    "load_tensors",
    "load_yaml",
    "make_folder",
    "move",
    "name_once",
    "note_use",
    "open_plain",
    "open_to_write",
    "parse_json",
    "read_plain",
    "reason_of",
    "refuse_linked",
    "refuse_links",
    "remove_file",
    "remove_folder",
    "remove_tree",
    "save_tensors",
    "write_atomically",
    "write_bytes",
    "write_text",
]
