"""Changes to every format of data, blindly and where it hurts: heads, lists of members, cells, columns, tensors."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_archives import change_tar, change_zip
from fuzz_blindly import EXTREMES, change_bytes, change_npy
from fuzz_structures import HUGE, WORDS, change_text, change_value, written


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
    number = chance.choice(EXTREMES) & 0xFFFFFFFF
    changed[place : place + 4] = number.to_bytes(4, "big")
    return bytes(changed), f"a side of {number}"


_CELLS = (
    *HUGE[:12],
    *(word for word in WORDS if len(word) < 1000),
    "1,700",
    "1.234,50",
    "$3",
    "5 %",
    "1_0",
    "None",
    "NA",
    "null",
    "2026-01-01",
    '"',
    '""',
    '"a""b"',
    "1;2",
    "\t",
    "a" * 200_000,
    "٣",
    "1e309",
    "0x1F",
    "True",
)


def change_table(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a table of text with changed cells, lines or columns, or as other text."""
    kind = chance.choice(
        ("cell", "cell", "cell", "column", "head", "line", "text", "text", "bytes", "wide", "delimiter")
    )
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
        chance.choice(
            (
                rows[row].clear,
                rows[row].pop,
                lambda: rows[row].append("x"),
                lambda: rows.insert(row, rows[row]),
                lambda: rows.pop(row),
            )
        )()
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
        pa.array([None] * count),
        pa.array([[1, 2]] * count),
        pa.array([{"a": 1}] * count),
        pa.array([float("nan")] * count),
        pa.array([b"\xff\x00"] * count),
        pa.array([2**63 - 1] * count),
        pa.array([1e300] * count),
        pa.array([True] * count),
        pa.array([{"bytes": b"x", "path": "../../guard/secret.txt"}] * count),
        pa.array([{"bytes": None, "path": None}] * count),
        pa.array([-(2**62)] * count, pa.timestamp("ns")),
        pa.array(["\x1b[31m"] * count),
        pa.array([""] * count),
        pa.array([[]] * count, pa.list_(pa.string())),
        pa.array([0] * count, pa.duration("s")),
        pa.DictionaryArray.from_arrays([0] * count, ["a"]),
    ]
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
        said = chance.choice(
            ('{"info": {"features": {"label": {"names": 3}}}}', "{", "[" * 50_000, '{"info": []}', "\x00")
        )
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
    kinds = {
        "F32": np.float32,
        "I64": np.int64,
        "F64": np.float64,
        "U8": np.uint8,
        "BOOL": np.bool_,
        "I32": np.int32,
        "F16": np.float16,
    }
    tensors = {}
    for name, one in head.items():
        start, end = one["data_offsets"]
        tensors[name] = np.frombuffer(body[start:end], kinds[one["dtype"]]).reshape(one["shape"]).copy()
    name = chance.choice(list(tensors))
    tensor = tensors[name]
    kind = chance.choice(
        ("shape", "shape", "dtype", "number", "number", "drop", "extra", "name", "swap", "empty", "value")
    )
    if kind == "shape":
        shaped = (
            tensor.reshape(-1),
            tensor[None],
            tensor.T,
            tensor.reshape(-1)[:1],
            np.concatenate([tensor.reshape(-1)] * 2),
            tensor.reshape(-1)[:0],
        )
        tensors[name] = np.ascontiguousarray(chance.choice(shaped))
    elif kind == "dtype":
        with np.errstate(all="ignore"):
            tensors[name] = tensor.astype(
                chance.choice((np.float64, np.float16, np.int64, np.int32, np.uint8, np.bool_, np.complex64))
            )
    elif kind == "number":
        with np.errstate(all="ignore"):
            tensor.reshape(-1)[: chance.choice((1, 1000))] = np.array(
                chance.choice((np.nan, np.inf, -np.inf, 1e38, -1.0, -1e30, 1e-42))
            ).astype(tensor.dtype)
    elif kind == "value":
        tensor.reshape(-1)[:1] += np.ones(1, tensor.dtype)
    elif kind == "drop":
        del tensors[name]
    elif kind == "extra":
        tensors[
            chance.choice(
                (
                    f"{name}.more",
                    "model/other/x",
                    "optimizer/main/0/x",
                    "average",
                    "optimizer/main/999/step",
                    "x" * 5000,
                )
            )
        ] = tensor
    elif kind == "name":
        tensors[chance.choice((name.upper(), name[1:], f"{name}\x1b[31m", "/", "optimizer/x/y/z", "optimizer//"))] = (
            tensors.pop(name)
        )
    elif kind == "swap":
        other = chance.choice(list(tensors))
        tensors[name], tensors[other] = tensors[other], tensors[name]
    else:
        tensors = {}
    return save(tensors, metadata=metadata), f"{name}: {kind}"


CHANGES = {
    ".npy": change_npy,
    ".npz": change_zip,
    ".zip": change_zip,
    ".tar": change_tar,
    ".tgz": change_tar,
    ".gz": change_gzip,
    ".idx": change_idx,
    ".csv": change_table,
    ".parquet": change_parquet,
    ".safetensors": change_safetensors,
}


def change_file(path: Path, chance: random.Random) -> str:
    """Change a file of data in the way that its name calls for, and return what was done."""
    suffix = ".idx" if path.name.endswith("-ubyte") else path.suffix
    data, said = CHANGES.get(suffix, change_bytes)(path.read_bytes(), chance)
    path.write_bytes(data)
    return said
