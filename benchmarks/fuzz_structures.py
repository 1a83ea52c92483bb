"""Changes to JSON, lines of JSON and YAML: by type, depth, size, keys, numbers and letters that nothing expects."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

RAW = "@@raw@@"
"""Stands in a value for text that `json.dumps` would not write."""

HUGE = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e308",
    "-1e308",
    "1e-320",
    "1e999",
    "9007199254740993",
    str(2**63),
    str(-(2**63) - 1),
    "1" + "0" * 30,
    "9" * 5000,
    "0.1" + "0" * 5000 + "1",
    "-0.0",
    "-1",
    "0",
    "1",
    "2147483648",
    "4294967296",
)
WORDS = (
    "",
    " ",
    "x",
    "3",
    "NaN",
    "Infinity",
    "\ud800",
    "\udcff",
    "a\x1b]0;pwn\x07",
    "\u202ea",
    "a\nb\r\x00",
    "²",
    "[bold]x[/]",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=1+1",
    "..",
    ".",
    "/",
    "../../guard/new.txt",
    "/dev/zero",
    "/dev/stdin",
    "~nobody/x",
    "C:\\x",
    "a" * 100_000,
    "é" * 3000,
    "%s%n{0}",
)
LARGEST = 50_000_000
"""Letters that a value grows to, about."""
_PLAIN: tuple[Any, ...] = (None, True, False, 0, 1, -1, 1.5, "x", [], {}, [[]], [{}], {"a": 1}, [None], [1, "x"])


def _places(value: Any, found: list[tuple[Any, Any]], path: str = "", paths: list[str] | None = None) -> None:
    """Gather (container, key) of every value within plain JSON types."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        where = f"{path}.{key}" if path else str(key)
        if paths is not None:
            paths.append(where)
        _places(inner, found, where, paths)


def _deep(chance: random.Random) -> str:
    depth = chance.choice((30, 101, 900, 5_000, 100_000))
    return chance.choice(("[" * depth + "]" * depth, '{"a":' * depth + "0" + "}" * depth))


def change_value(value: Any, chance: random.Random) -> tuple[Any, dict[str, str], str]:
    """Change one thing in plain JSON types, in place.

    Returns:
        The value, the raw texts that stand for placeholders in it, and what was done.
    """
    found: list[tuple[Any, Any]] = []
    paths: list[str] = []
    _places(value, found, paths=paths)
    raws: dict[str, str] = {}

    def raw(text: str) -> str:
        name = f"{RAW}{len(raws)}"
        raws[name] = text
        return name

    if not found or chance.random() < 0.02:
        return chance.choice(_PLAIN), raws, "the whole becomes another type"
    # Most of what a record holds lies deep in long lists: half of the changes are to what stands above.
    top = [number for number, path in enumerate(paths) if path.count(".") <= 1]
    place = chance.choice(top) if top and chance.random() < 0.5 else chance.randrange(len(found))
    (container, key), path = found[place], paths[place]
    kind = chance.choice(("type", "number", "number", "word", "deep", "size", "drop", "drop", "extra", "key", "near"))
    before = container[key]
    if kind == "type":
        container[key] = chance.choice(_PLAIN)
    elif kind == "number":
        text = chance.choice(HUGE)
        container[key] = raw(text)
        kind = f"number {text[:20]}"
    elif kind == "word":
        container[key] = chance.choice(WORDS)
        kind = f"word {container[key][:20]!r}"
    elif kind == "deep":
        container[key] = raw(_deep(chance))
    elif kind == "size":
        # No file of gigabytes: this program would be at work on it longer than what it tries.
        times = min(chance.choice((2, 1000, 100_000)), 2 + LARGEST // len(json.dumps(before)))
        container[key] = (
            before * times if isinstance(before, list) and len(before) * times < 300_000 else [before] * times
        )
    elif kind == "drop":
        del container[key]
    elif kind == "extra":
        target = before if isinstance(before, dict) else container if isinstance(container, dict) else None
        if target is None:
            container.insert(key, before)
        else:
            target[chance.choice(("extra", "__class__", *WORDS))] = chance.choice(_PLAIN)
    elif kind == "key" and isinstance(container, dict):
        container[chance.choice((f"{key} ", str(key).upper(), str(key)[:-1], *WORDS))] = container.pop(key)
    elif kind == "near" and isinstance(before, int | float) and not isinstance(before, bool):
        container[key] = chance.choice((-before, before + 1, before * 1000, str(before), [before], float(before)))
    elif isinstance(before, list):
        chance.choice((before.clear, before.reverse, lambda: before.append(None)))()
    else:
        container[key] = [before]
    return value, raws, f"{path[:80]}: {kind}"


def written(value: Any, raws: dict[str, str], *, indent: int | None = None) -> bytes:
    """Return a value as a file of JSON, with raw texts in it; letters that UTF-8 lacks are written as JSON can."""
    text = json.dumps(value, indent=indent)
    for name, raw in raws.items():
        text = text.replace(json.dumps(name), raw)
    return text.encode()


def change_text(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Change a file of text as a whole: cut, doubled, in another encoding, with what no text holds."""
    place = chance.randrange(len(data) + 1)
    many = chance.choice((100, 10_000, 1_000_000))
    changes: dict[str, Callable[[], bytes]] = {
        "cut": lambda: data[:place],
        "empty": lambda: b"",
        "a mark of order": lambda: b"\xef\xbb\xbf" + data,
        "utf-16": lambda: data.decode("utf-8", "replace").encode("utf-16"),
        "no utf-8": lambda: data[:place] + b"\xff\xfe" + data[place:],
        "a zero byte": lambda: data[:place] + b"\0" + data[place:],
        "zero bytes": lambda: bytes(len(data)),
        "twice": lambda: data + data,
        "rubbish behind it": lambda: data + b"}]x",
        "brackets": lambda: chance.choice((b"[", b"{", b'{"a":', b"-", b"\n", b" ", b'"')) * many,
        "a bit": lambda: (
            bytes([*data[:place], data[place] ^ (1 << chance.randrange(8)), *data[place + 1 :]])
            if place < len(data)
            else data
        ),
        "a control character": lambda: data[:place] + b"\x1b" + data[place:],
        "no line ends": lambda: data.replace(b"\n", b" "),
    }
    name = chance.choice(list(changes))
    return changes[name](), name


def change_json(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a file of JSON after a change, and what was done."""
    if chance.random() < 0.15:
        return change_text(data, chance)
    value, raws, said = change_value(json.loads(data), chance)
    if chance.random() < 0.03 and isinstance(value, dict) and value:
        key = chance.choice(list(value))
        text = json.dumps(value).rstrip("}") + f", {json.dumps(key)}: 1}}"
        return text.encode(), f"{key} twice"
    return written(value, raws, indent=1), said


def change_lines(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a file of lines of JSON after a change, and what was done."""
    lines = data.split(b"\n")[:-1]
    kind = chance.choice(("text", "line", "line", "line", "line", "drop", "double", "order", "blank", "many"))
    if kind == "text" or not lines:
        return change_text(data, chance)
    place = chance.randrange(len(lines))
    said = f"line {place + 1}: {kind}"
    if kind == "line":
        value, raws, told = change_value(json.loads(lines[place]), chance)
        lines[place], said = written(value, raws), f"line {place + 1}: {told}"
    elif kind == "drop":
        del lines[place]
    elif kind == "double":
        lines.insert(place, lines[place])
    elif kind == "order":
        chance.shuffle(lines)
    elif kind == "blank":
        lines.insert(place, chance.choice((b"", b"   ", b"\x0c", b"null", b"[]", b'"x"', b"0")))
    else:
        lines += [lines[place]] * chance.choice((100, 20_000))
    return b"\n".join(lines) + chance.choice((b"\n", b"\n", b"", b"\r\n")), said


_YAML = (
    b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
    b"g: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n",
    b"lr: &x [*x]\n",
    b"lr: &x {a: *x}\n",
    b"<<: &x {epochs: 2}\nlr: *x\n",
    b"<<: *nothing\n",
    b"? [1, 2]\n: 3\n",
    b"? {a: 1}\n: 3\n",
    b"lr: !!python/object/apply:os.system ['touch pwned']\n",
    b"lr: !!python/name:os.system\n",
    b"lr: !!binary 'eA=='\n",
    b"lr: !!timestamp 99999-99-99\n",
    b"lr: 2026-02-30\n",
    b"epochs: 0o17\n",
    b"epochs: 1_0\n",
    b"lr: 1:59:59\n",
    b"epochs: " + b"1:59" * 3000 + b"\n",
    b"lr: .inf\n",
    b"lr: .nan\n",
    b"lr: 1e5000\n",
    b"epochs: " + b"9" * 6000 + b"\n",
    b"- 1\n- 2\n",
    b"just words\n",
    b"---\na: 1\n---\nb: 2\n",
    b"%YAML 9.9\n---\na: 1\n",
    b"\tlr: 1\n",
    b"lr: 'open\n",
    b"lr: [1, 2\n",
    b"!!set {lr, epochs}\n",
    b"!!omap [a: 1]\n",
    b"lr: &" + b"a" * 50_000 + b" 1\n",
    b"# only a remark\n",
    b"lr:\n",
    b"null\n",
    b"~\n",
    b"epochs: {low: .nan, high: 2}\n",
    b"lr: {low: 1, high: 0, log: true}\n",
    b"lr: {times: [0, -1, .inf]}\n",
    b"lr: {low: 0, high: 1, log: true}\n",
    b"lr: {low: 1e-300, high: 1e300, step: 1e-300}\n",
    b"batch: {low: 1, high: 9223372036854775807}\n",
    b"batch: {low: 1, high: 4, step: 0}\n",
    b"dropout: {low: 0, high: 0.5, when: {dropout: 0.1}}\n",
    b"optimizer: []\n",
    b"optimizer: [adamw, adamw]\n",
    b"lr: [1, x]\n",
    b"seed: [1, 2]\n",
    b"epochs: [0]\n",
    b"model: [linear, nothing]\n",
    b"lr: {when: {optimizer: {when: x}}}\n",
    b"? " + b"[" * 3000 + b"\n",
)


def change_yaml(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return a recipe or a search space as YAML after a change, and what was done; JSON objects are YAML, too."""
    import yaml

    kind = chance.choice(("json", "json", "json", "text", "odd", "odd", "both"))
    if kind == "text":
        return change_text(data, chance)
    odd = chance.choice(_YAML)
    if kind == "odd":
        return odd, f"{odd[:40]!r}"
    if kind == "both":
        return data + odd, f"and {odd[:40]!r}"
    value, raws, said = change_value(yaml.safe_load(data), chance)
    return written(value, raws), said
