"""Changes to bytes of which nothing is known, and to the heads of .npy files."""

from __future__ import annotations

import random
import re
import struct

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF, 40_000, 1 << 40, (1 << 63) - 1)


def change_bytes(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change bytes blindly, up to four times; half of the changes hit the head or the end, where sizes stand."""
    changed = bytearray(data)
    said = []
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        if chance.random() < 0.5:
            place = (
                min(place, chance.randrange(200))
                if chance.random() < 0.7
                else max(0, len(changed) - chance.randrange(1, 100))
            )
        kind = chance.choice(("set", "flip", "whole", "cut", "double", "drop", "zero"))
        said.append(f"{kind} at {place}")
        if kind == "set":
            width = chance.choice((1, 2, 4, 8))
            value = chance.choice(EXTREMES) & ((1 << 8 * width) - 1)
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
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1e9,), }",
    "{'descr': '<f8', 'fortran_order': 7, 'shape': (), }",
    "{'descr': [('a', '<f8'), ('b', '|O')], 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<U999999999', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '>f2', 'fortran_order': True, 'shape': (2, 2), }",
    "{'descr': '|V0', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '|S0', 'fortran_order': False, 'shape': (10, 10), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2), }",
    "__import__('os').system('touch pwned')",
    "{",
    "((((",
    "{'descr': '" + "(" * 3000 + "<f8', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': 1}",
    "{'descr': '<f8'}",
    "[]",
    "1" * 9000,
)


def change_npy(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return an .npy file with another head, or other bytes."""
    if chance.random() < 0.5:
        return change_bytes(data, chance)
    head = chance.choice(_HEADS)
    said = head[:50]
    if chance.random() < 0.3:  # another shape for the same numbers
        length = struct.unpack("<H", data[8:10])[0]
        head = data[10 : 10 + length].decode("latin-1").rstrip()
        number = str(chance.choice((*EXTREMES, -1)))
        head, said = re.sub(r"\d+(?=[,)])", number, head, count=1), f"a side of {number}"
    body = data[10 + struct.unpack("<H", data[8:10])[0] :]
    encoded = head.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(encoded) & 0xFFFF) + encoded + body, said
