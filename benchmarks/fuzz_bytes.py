"""Changes to the bytes of every format of data: blindly, and where it hurts (heads, lists of members, cells, tensors)."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_structures import HUGE, WORDS, change_text, change_value, written

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF, 40_000, 1 << 40, (1 << 63) - 1)


def change_bytes(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change bytes blindly, up to four times; half of the changes hit the head or the end, where sizes stand."""
    changed = bytearray(data)
    said = []
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        if chance.random() < 0.5:
            place = min(place, chance.randrange(200)) if chance.random() < 0.7 else max(0, len(changed) - chance.randrange(1, 100))
        kind = chance.choice(("set", "flip", "whole", "cut", "double", "drop", "zero"))
        said.append(f"{kind} at {place}")
        if kind == "set":
            width = chance.choice((1, 2, 4, 8))
            value = chance.choice(_EXTREMES) & ((1 << 8 * width) - 1)
            changed[place : place + width] = value.to_bytes(width, chance.choice(("big", "little")))
        elif kind == "flip" and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == "whole":
            for _ in range(chance.randint(1, 30)):
                if changed:
                    changed[chance.randrange(len(changed))] = chance.randrange(256)
        elif kind == "cut":
            del changed[place:]
        elif kind == "double":
            changed[place:place] = changed[place : place + chance.randint(1, 400)]
        elif kind == "drop":
            del changed[place : place + chance.randint(1, 100)]
        else:
            changed[place : place + 16] = bytes(16)
    return bytes(changed), ", ".join(said)


_HEADS = (
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }", "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f8', 'fortran_order': False, 'shape': (1e9,), }",
    "{'descr': '<f8', 'fortran_order': 7, 'shape': (), }", "{'descr': [('a', '<f8'), ('b', '|O')], 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<U999999999', 'fortran_order': False, 'shape': (2,), }", "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }", "{'descr': '>f2', 'fortran_order': True, 'shape': (2, 2), }",
    "{'descr': '|V0', 'fortran_order': False, 'shape': (2,), }", "{'descr': '|S0', 'fortran_order': False, 'shape': (10, 10), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5), }", "{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2), }",
    "__import__('os').system('touch pwned')", "{", "((((", "{'descr': '" + "(" * 3000 + "<f8', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': 1}", "{'descr': '<f8'}", "[]", "1" * 9000,
)  # fmt: skip


def change_npy(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return an .npy file with another head, or other bytes."""
    if chance.random() < 0.5:
        return change_bytes(data, chance)
    head = chance.choice(_HEADS)
    said = head[:50]
    if chance.random() < 0.3:  # another shape for the same numbers
        length = struct.unpack("<H", data[8:10])[0]
        head = data[10 : 10 + length].decode("latin-1").rstrip()
        number = str(chance.choice((*_EXTREMES, -1)))
        head, said = re.sub(r"\d+(?=[,)])", number, head, count=1), f"a side of {number}"
    body = data[10 + struct.unpack("<H", data[8:10])[0] :]
    encoded = head.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(encoded) & 0xFFFF) + encoded + body, said


def change_zip(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a zip archive (also .npz) with changed members or names, or other bytes."""
    if chance.random() < 0.35:
        return change_bytes(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    place = chance.randrange(len(members))
    kind = chance.choice(("inner", "inner", "name", "double", "drop", "bomb", "link", "method"))
    output, said = io.BytesIO(), kind
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (info, content) in enumerate(members):
            made = zipfile.ZipInfo(info.filename, info.date_time)
            made.compress_type, made.external_attr = info.compress_type, info.external_attr
            if number == place:
                if kind == "inner":
                    inner = change_npy if info.filename.endswith(".npy") else change_bytes
                    content, told = inner(content, chance)
                    said = f"{info.filename}: {told}"
                elif kind == "name":
                    made.filename = chance.choice(ODD_NAMES)
                    said = f"name {made.filename[:30]!r}"
                elif kind == "drop":
                    continue
                elif kind == "bomb":
                    content, made.compress_type = content + bytes(chance.choice((1 << 20, 60 << 20))), zipfile.ZIP_DEFLATED
                elif kind == "link":
                    made.external_attr, content = 0o120777 << 16, b"../../guard/secret.txt"
                elif kind == "method":
                    made.compress_type = chance.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
                elif kind == "double":
                    archive.writestr(made, content)
            archive.writestr(made, content)
    return output.getvalue(), said


ODD_NAMES = (
    "../../guard/new.txt", "/tmp/guard-new.txt", "..", ".", "a/../../../x.png", "a\\..\\x.png", "C:/x.png", "a" * 300 + ".png", "é\u202e.png",
    "a\x1b[31m.png", "a\nb.png", "con.png", "x.png/", "/".join("d" * 50) + "/x.png", ".hidden/x.png", "__MACOSX/x.png", "x.npy", " .png", "files",
    "contents.json", "[bold]x[/].png",
)  # fmt: skip


def change_tar(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a tar archive, gzipped or not, with changed members, links and devices in it, or other bytes."""
    gzipped = data[:2] == b"\x1f\x8b"
    plain = gzip.decompress(data) if gzipped else data
    if chance.random() < 0.2:
        return change_bytes(data, chance)
    if chance.random() < 0.3:
        changed, said = change_bytes(plain, chance)
        return gzip.compress(changed, 1) if gzipped else changed, said
    output = io.BytesIO()
    said = "nothing"
    with tarfile.open(fileobj=io.BytesIO(plain)) as source, tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as made:
        members = source.getmembers()
        place = chance.randrange(len(members))
        for number, member in enumerate(members):
            file = source.extractfile(member)
            content = file.read() if file is not None else b""
            if number == place:
                kind = chance.choice(("link", "hard", "name", "device", "pipe", "size", "pax", "sparse", "inner", "mode"))
                said = f"{member.name}: {kind}"
                if kind in ("link", "hard"):
                    member.type = tarfile.SYMTYPE if kind == "link" else tarfile.LNKTYPE
                    member.linkname = chance.choice(("../../guard/secret.txt", "/etc/passwd", member.name, "..", "", "a" * 5000))
                    content, member.size = b"", 0
                elif kind == "name":
                    member.name = chance.choice(ODD_NAMES)
                elif kind in ("device", "pipe"):
                    member.type = tarfile.CHRTYPE if kind == "device" else tarfile.FIFOTYPE
                    member.devmajor, member.devminor, content, member.size = 1, 5, b"", 0
                elif kind == "size":
                    member.size = chance.choice((0, 1, 1 << 33, 1 << 62))
                elif kind == "pax":
                    member.pax_headers = {chance.choice(("size", "path", "mtime", "uid", "GNU.sparse.major", "GNU.sparse.map")): chance.choice(("-1", "x", "1e400", "9" * 400, "1,2,x", "\ud7ff"))}
                elif kind == "sparse":
                    member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "x.png", "GNU.sparse.realsize": chance.choice(("999999999999", "x", "-1"))}
                elif kind == "inner":
                    content, _ = change_bytes(content, chance)
                    member.size = len(content)
                else:
                    member.mode = chance.choice((0, 0o7777))
            try:
                made.addfile(member, io.BytesIO(content.ljust(min(member.size, 1 << 20), b"\0")))
            except (OSError, ValueError, UnicodeError):  # a size that there are no bytes for: what is there so far is cut off
                break
    changed = output.getvalue()
    return gzip.compress(changed, 1) if gzipped else changed, said


def change_gzip(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a gzipped idx file with another head, other bytes, or far more of them."""
    if chance.random() < 0.3:
        return change_bytes(data, chance)
    plain = gzip.decompress(data)
    kind = chance.choice(("inner", "inner", "bomb", "two", "plain"))
    if kind == "inner":
        plain, kind = change_idx(plain, chance)
    elif kind == "bomb":
        plain += bytes(chance.choice((1 << 20, 200 << 20)))
    elif kind == "two":
        return data + data, "two streams"
    return (plain if kind == "plain" else gzip.compress(plain, 1)), kind


def change_idx(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return an idx file with another head, or other bytes."""
    if chance.random() < 0.4:
        return change_bytes(data, chance)
    changed = bytearray(data)
    place = chance.randrange(0, 16)
    if place < 4:
        changed[place] = chance.choice((0, 1, 3, 4, 8, 9, 0x0B, 0x0C, 0x0D, 0x0E, 255))
        return bytes(changed), f"byte {place} of the head"
    place = place // 4 * 4
    number = chance.choice(_EXTREMES) & 0xFFFFFFFF
    changed[place : place + 4] = number.to_bytes(4, "big")
    return bytes(changed), f"a side of {number}"


_CELLS = (
    *HUGE[:12], *(word for word in WORDS if len(word) < 1000), "1,700", "1.234,50", "$3", "5 %", "1_0", "None", "NA", "null", "2026-01-01", '"', '""',
    '"a""b"', "1;2", "\t", "a" * 200_000, "٣", "1e309", "0x1F", "True",
)  # fmt: skip


def change_table(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a table of text with changed cells, lines or columns, or as other text."""
    kind = chance.choice(("cell", "cell", "cell", "column", "head", "line", "text", "text", "bytes", "wide", "delimiter"))
    if kind == "text":
        return change_text(data, chance)
    if kind == "bytes":
        return change_bytes(data, chance)
    rows = [line.split(",") for line in data.decode().splitlines()]
    row, column = chance.randrange(len(rows)), chance.randrange(len(rows[0]))
    cell = chance.choice(_CELLS)
    if kind == "cell":
        rows[row][column] = cell
    elif kind == "column":
        for line in rows[1:]:
            line[column] = cell if len(cell) < 1000 else "x"
    elif kind == "head":
        rows[0][column] = chance.choice((cell, rows[0][0], "", "target", "label", "path"))
    elif kind == "line":
        chance.choice((rows[row].clear, rows[row].pop, lambda: rows[row].append("x"), lambda: rows.insert(row, rows[row]), lambda: rows.pop(row)))()
    elif kind == "wide":
        rows = [line + ["1"] * 3000 for line in rows]
    text = "\n".join((chance.choice(",;\t| ") if kind == "delimiter" else ",").join(line) for line in rows)
    return text.encode("utf-8", "surrogatepass"), f"{kind} {row},{column}: {cell[:30]!r}"


def change_parquet(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a Parquet file with a column of another type, other metadata, or other bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if chance.random() < 0.6:
        return change_bytes(data, chance)
    table = pq.read_table(io.BytesIO(data))
    column, count = chance.randrange(table.num_columns), table.num_rows
    odd: list[Any] = [
        pa.array([None] * count), pa.array([[1, 2]] * count), pa.array([{"a": 1}] * count), pa.array([float("nan")] * count),
        pa.array([b"\xff\x00"] * count), pa.array([2**63 - 1] * count), pa.array([1e300] * count), pa.array([True] * count),
        pa.array([{"bytes": b"x", "path": "../../guard/secret.txt"}] * count), pa.array([{"bytes": None, "path": None}] * count),
        pa.array([-(2**62)] * count, pa.timestamp("ns")), pa.array(["\x1b[31m"] * count), pa.array([""] * count),
        pa.array([[]] * count, pa.list_(pa.string())), pa.array([0] * count, pa.duration("s")), pa.DictionaryArray.from_arrays([0] * count, ["a"]),
    ]  # fmt: skip
    kind = chance.choice(("type", "type", "name", "twice", "metadata"))
    name = table.column_names[column]
    if kind == "type":
        table = table.set_column(column, name, chance.choice(odd))
    elif kind == "name":
        names = list(table.column_names)
        names[column] = chance.choice([word for word in WORDS if "\ud800" not in word and "\udcff" not in word])
        table = table.rename_columns(names)
    elif kind == "twice":
        table = table.append_column(name, table.column(column))
    else:
        said = chance.choice(('{"info": {"features": {"label": {"names": 3}}}}', "{", "[" * 50_000, '{"info": []}', "\x00"))
        table = table.replace_schema_metadata({"huggingface": said, "pandas": said})
    output = io.BytesIO()
    pq.write_table(table, output, compression=chance.choice(("none", "snappy", "zstd")))
    return output.getvalue(), f"{name}: {kind}"


def change_safetensors(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a safetensors file with a changed tensor, a changed head, or other bytes."""
    if chance.random() < 0.25:
        return change_bytes(data, chance)
    length = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8 : 8 + length])
    if chance.random() < 0.35:
        value, raws, said = change_value(head, chance)
        encoded = written(value, raws)
        return struct.pack("<Q", len(encoded)) + encoded + data[8 + length :], said
    return _change_tensor(head, data[8 + length :], chance)


def _change_tensor(head: dict[str, Any], body: bytes, chance: random.Random) -> tuple[bytes, str]:
    from safetensors.numpy import save

    metadata = head.pop("__metadata__", None)
    kinds = {"F32": np.float32, "I64": np.int64, "F64": np.float64, "U8": np.uint8, "BOOL": np.bool_, "I32": np.int32, "F16": np.float16}
    tensors = {}
    for name, one in head.items():
        start, end = one["data_offsets"]
        tensors[name] = np.frombuffer(body[start:end], kinds[one["dtype"]]).reshape(one["shape"]).copy()
    name = chance.choice(list(tensors))
    tensor = tensors[name]
    kind = chance.choice(("shape", "shape", "dtype", "number", "number", "drop", "extra", "name", "swap", "empty", "value"))
    if kind == "shape":
        shaped = (tensor.reshape(-1), tensor[None], tensor.T, tensor.reshape(-1)[:1], np.concatenate([tensor.reshape(-1)] * 2), tensor.reshape(-1)[:0])
        tensors[name] = np.ascontiguousarray(chance.choice(shaped))
    elif kind == "dtype":
        with np.errstate(all="ignore"):
            tensors[name] = tensor.astype(chance.choice((np.float64, np.float16, np.int64, np.int32, np.uint8, np.bool_, np.complex64)))
    elif kind == "number":
        with np.errstate(all="ignore"):
            tensor.reshape(-1)[: chance.choice((1, 1000))] = np.array(chance.choice((np.nan, np.inf, -np.inf, 1e38, -1.0, -1e30, 1e-42))).astype(tensor.dtype)
    elif kind == "value":
        tensor.reshape(-1)[:1] += np.ones(1, tensor.dtype)
    elif kind == "drop":
        del tensors[name]
    elif kind == "extra":
        tensors[chance.choice((f"{name}.more", "model/other/x", "optimizer/main/0/x", "average", "optimizer/main/999/step", "x" * 5000))] = tensor
    elif kind == "name":
        tensors[chance.choice((name.upper(), name[1:], f"{name}\x1b[31m", "/", "optimizer/x/y/z", "optimizer//"))] = tensors.pop(name)
    elif kind == "swap":
        other = chance.choice(list(tensors))
        tensors[name], tensors[other] = tensors[other], tensors[name]
    else:
        tensors = {}
    return save(tensors, metadata=metadata), f"{name}: {kind}"


CHANGES = {
    ".npy": change_npy, ".npz": change_zip, ".zip": change_zip, ".tar": change_tar, ".tgz": change_tar, ".gz": change_gzip, ".idx": change_idx,
    ".csv": change_table, ".parquet": change_parquet, ".safetensors": change_safetensors,
}  # fmt: skip


def change_file(path: Path, chance: random.Random) -> str:
    """Change a file of data in the way that its name calls for, and return what was done."""
    suffix = ".idx" if path.name.endswith("-ubyte") else path.suffix
    data, said = CHANGES.get(suffix, change_bytes)(path.read_bytes(), chance)
    path.write_bytes(data)
    return said
