"""Words from elsewhere: nothing that steers, breaks a line or cannot be written is left, and all else stays."""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata

import pytest

from pellucid.words import finite, for_spreadsheet, is_utf8, steady_name, visible, visible_lines

HOSTILE = {
    "a title of the window": ("cat\x1b]0;pwn\x07", "cat\\x1b]0;pwn\\x07"),
    "a colour": ("\x1b[31mred", "\\x1b[31mred"),
    "a control sequence of one character": ("\x9b2J", "\\x9b2J"),
    "a line break": ("cat\nError: dog", "cat\\nError: dog"),
    "a return": ("cat\rdog", "cat\\rdog"),
    "a line break of Unicode": ("cat\u2028dog\u0085", "cat\\u2028dog\\x85"),
    "the other direction": ("\u202egpj.exe", "\\u202egpj.exe"),
    "a mark of direction": ("a\u200fb\u061c", "a\\u200fb\\u061c"),
    "bytes that are no UTF-8": ("\udcff\udce9.png", "\\xff\\xe9.png"),
    "half of a letter": ("a\ud800", "a\\ud800"),
    "what XML does not know": ("a\x00\x08\ufffe\uffff", "a\\x00\\x08\\ufffe\\uffff"),
    "backspaces": ("safe\x08\x08\x08\x08evil\x7f", "safe\\x08\\x08\\x08\\x08evil\\x7f"),
}


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_acts_becomes_a_code(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown
    shown.encode()


@pytest.mark.parametrize("text", ["", "Öl 日本 🦆", "a\\b [bold] <b>", "שלום", "e\u0301", "👩\u200d🔬", "−3 × 4 ≈ 5"])
def test_words_that_only_look_unusual_stay(text: str) -> None:
    assert visible(text) == visible_lines(text) == text


def test_no_control_character_of_unicode_is_left() -> None:
    every = "".join(map(chr, range(0x110000)))
    kinds = {unicodedata.category(letter) for letter in visible(every)}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    turning = {letter for letter in visible(every) if unicodedata.bidirectional(letter) in {"LRE", "RLE", "LRO", "RLO"}}
    assert turning == set()


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", "\\xd6 \\u65e5"), ("cp1252", "Ö \\u65e5"), ("utf-8", "Ö 日")]
)
def test_what_the_encoding_lacks_becomes_a_code(encoding: str, shown: str) -> None:
    assert visible("Ö 日", encoding=encoding) == shown
    assert visible_lines("Ö\n日\tx\x1b", encoding=encoding) == f"{shown.replace(' ', chr(10))}\tx\\x1b"


def test_names_that_are_kept_never_change_their_form() -> None:
    """Datasets are told apart by their names: what is written into one today must be written so for ever."""
    assert steady_name("a\x1b\u2028\u202e\udcff") == "a\\x1b\\u2028\\u202e\\xff"
    assert steady_name("a\u200f\u061c") == "a\u200f\u061c"
    assert is_utf8("日本")
    assert not is_utf8("\udcff")


FORMULAS = [
    "=HYPERLINK(1)",
    "+cmd",
    "-cmd|'/c calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1+1",
    "=",
    "＝1",
    "-1+1",
    "\n=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_defused(text: str) -> None:
    assert for_spreadsheet(text) == f"'{text}"
    line = io.StringIO()
    csv.writer(line).writerow([for_spreadsheet(text)])
    line.seek(0)
    assert next(csv.reader(line))[0][0] == "'"


@pytest.mark.parametrize("text", ["", "-1", "+0.5", "-1e-300", "1", "cat", "a=b", "'=x", "p(=x)", "-.5"])
def test_numbers_and_words_are_no_formulas(text: str) -> None:
    assert for_spreadsheet(text) == text


def test_what_json_does_not_know_is_null_wherever_it_stands() -> None:
    value = {"a": math.nan, "b": [1.5, math.inf, (-math.inf, 2)], "c": {"d": [{"e": math.nan}]}, "f": "NaN", "g": True}
    assert json.loads(json.dumps(finite(value), allow_nan=False)) == {
        "a": None,
        "b": [1.5, None, [None, 2]],
        "c": {"d": [{"e": None}]},
        "f": "NaN",
        "g": True,
    }
