"""JSON and YAML of strangers: bounded in size and depth, never expanded, every failure in words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from pellucid.errors import RecipeError, RunError
from pellucid.files import load_json, load_json_lines, load_yaml, parse_json

LAUGHS = "\n".join(
    [
        "a0: &a0 [x,x,x,x,x,x,x,x,x]",
        *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)),
        "lr: *a8",
    ]
)
MAPPING_LAUGHS = "\n".join(
    ["a0: &a0 {k: v}", *(f"a{n}: &a{n} {{{', '.join(f'k{m}: *a{n - 1}' for m in range(9))}}}" for n in range(1, 9))]
)
MERGED_LAUGHS = "\n".join(
    ["a0: &a0 {k: v}", *(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[" * 101 + "]" * 101, "nested too deeply"),
        ('{"a":[' * 60 + "1" + "]}" * 60, "nested too deeply"),
        ("1" * 5000, "4300 digits"),
        ("[1, " + "9" * 400 + "]", "2^63 or more"),
        (str(2**63), "2^63 or more"),
        (str(-(2**70)), "2^63 or more"),
        ('{"a": ["\\ud800"]}', "lone surrogate"),
        ('{"\\udc00": 1}', "lone surrogate"),
        ("{", "Expecting property name"),
        ("", "Expecting value"),
    ],
)
def test_json_that_nothing_can_hold_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("^", r"\^")):
        parse_json(text)


def test_json_as_it_should_be_is_read() -> None:
    assert parse_json("[" * 100 + "]" * 100)[0]
    assert parse_json(str(2**63 - 1)) == 2**63 - 1
    assert parse_json('"\\ud83d\\ude00"') == "\U0001f600"
    assert parse_json(b'{"a": 0.12345678901234567890}') == {"a": 0.1234567890123456789}


def test_numbers_that_a_diverged_training_left_are_read() -> None:
    not_a_number, infinite = parse_json("[NaN, -Infinity]")
    assert math.isnan(not_a_number)
    assert infinite == -math.inf


def test_a_file_of_json_that_cannot_be_read_is_the_callers_exception_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    for content, words in ((b"[" * 5000, "nested too deeply"), (b"\xff\xfe", "utf-8"), (b"{]", "property name")):
        path.write_bytes(content)
        with pytest.raises(RunError, match=rf"Cannot read '.*run\.json': .*{words}"):
            load_json(path, error=RunError)
    path.write_bytes(b"[" + b" " * 100 + b"]")
    with pytest.raises(RunError, match="too large"):
        load_json(path, error=RunError, most=100)


def test_a_damaged_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"a": 1}\n\n[[\n')
    with pytest.raises(RunError, match=r"metrics\.jsonl' is damaged in line 3"):
        load_json_lines(path, error=RunError)
    path.write_text('{"a": 1}\n\n{"a": "two\u2028lines"}\n', encoding="utf-8")
    assert load_json_lines(path, error=RunError) == [{"a": 1}, {"a": "two\u2028lines"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "more than 100,000 entries"),
        (MAPPING_LAUGHS, "more than 100,000 entries"),
        (MERGED_LAUGHS, "more than 100,000 entries"),
        ("a: &a [*a]", "has no end"),
        ("a: &a {b: {c: *a}}", "has no end"),
        ("lr: " + "[" * 3000, "nested too deeply"),
        ("lr: " + "{a: " * 3000, "nested too deeply"),
        ("\n".join(" " * n + "a:" for n in range(300)), "nested too deeply"),
        ("lr: " + "1:" * 50_000 + "1", "a number of"),
        ('lr: !!int "' + "59:" * 500 + '1"', "a number of"),
        ("seed: " + "9" * 100, "2^63 or more"),
        ("seed: 0x" + "f" * 1000, "2^63 or more"),
        ('name: "\\ud800"', "lone surrogate"),
        ("when: 2001-99-99", "month must be"),
        ("lr: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ('when: !!timestamp "x"', "group"),
        ("lr: &a 1\nb: *c", "undefined alias"),
        ("#" * 300_000, "too large"),
        ("a\0b", "special characters"),
    ],
)
def test_yaml_that_stands_for_too_much_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(RecipeError, match=f"It cannot be read: .*{words}".replace("^", r"\^")):
        load_yaml(tmp_path / "r.yaml", error=RecipeError)


def test_yaml_with_a_few_aliases_is_read(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("\ufeffa: &a [1, 2]\nb: *a\nc: {<<: {d: 1e-3}, e: *a}\n", encoding="utf-8")
    assert load_yaml(tmp_path / "r.yaml") == {"a": [1, 2], "b": [1, 2], "c": {"d": "1e-3", "e": [1, 2]}}
