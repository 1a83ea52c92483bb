"""Pairs of texts: how they are read, what is taken for labels instead, and what is generated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pellucid import load_dataset
from pellucid.data.text_lines import find_labelled_lines
from pellucid.data.text_pairs import find_pair_lines, raw_of_pairs
from pellucid.errors import DataError
from pellucid.kinds import TextTarget

CREDIT = "CC-BY 2.0 (France) Attribution: tatoeba.org #{0} (CM) & #{0} (X)"
LINES = [
    ("Go.", "Va !"),
    ("Go.", "Marche."),
    ("Hi.", "Salut !"),
    ("Run!", "Cours !"),
    ("Who are you?", "Qui es-tu ?"),
    ("Wow!", "Ça alors !"),
    ("Fire!", "Au feu !"),
    ("Help!", "À l'aide !"),
    ("Jump now.", "Saute."),
    ("Stop it!", "Arrête !"),
]


def written(tmp_path: Path, *, credit: bool = True) -> Path:
    path = tmp_path / "eng-fra.txt"
    rows = ["\t".join((*pair, *([CREDIT.format(place)] if credit else []))) for place, pair in enumerate(LINES)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("credit", [True, False])
def test_a_file_of_two_columns_of_free_text_is_pairs(tmp_path: Path, credit: bool) -> None:
    dataset = load_dataset(written(tmp_path, credit=credit))
    target = TextTarget.of(dataset.target)
    assert [target.say(dataset.targets[place]) for place in range(len(dataset))] == [answer for _, answer in LINES]
    layout = next(one for one in dataset.decisions if one.name == "layout")
    assert ("third column" in layout.reason) is credit
    assert dataset.groups is not None
    homes = {place: split for split, places in dataset.splits.items() for place in places.tolist()}
    assert homes[0] == homes[1]  # one text, two answers


def test_two_named_columns_of_free_text_are_pairs(tmp_path: Path) -> None:
    path = tmp_path / "asked.csv"
    rows = [f"what is the way to number {row},take the {row} th street to the left" for row in range(60)]
    path.write_text("\n".join(("question,answer", *rows)), "utf-8")
    dataset = load_dataset(path, text="question", target="answer")
    assert dataset.target.kind == "text"
    assert dataset.target.say(dataset.targets[7]) == "take the 7 th street to the left"


def test_labels_before_a_tab_stay_labels() -> None:
    text = "".join(f"{'spam' if row % 3 else 'ham'}\tthe message number {row} says\n" for row in range(20))
    assert find_labelled_lines(text) is not None
    assert find_pair_lines(text) is None
    assert find_pair_lines("".join(f"{row}\t{row + 1}\n" for row in range(20))) is None
    assert find_pair_lines("".join(f"word {row}a\tother {row}b\tmore {row}c\n" for row in range(20))) is None


def test_empty_and_endless_answers_are_left_out_and_said() -> None:
    pairs = [(f"text {row}", f"answer {row}") for row in range(8)]
    raw = raw_of_pairs([*pairs, ("", "a"), ("b", ""), ("c", "d" * 401)], "mine", name="mine")
    assert len(raw.targets) == 8
    assert [fault.split(": ")[1] for fault in raw.faults] == [
        "the text is empty",
        "the answer is empty",
        "the answer has 401 characters, more than 400",
    ]
    with pytest.raises(DataError, match="no pair"):
        raw_of_pairs([("", "a")], "mine", name="mine")


def test_reverse_and_dates_are_right() -> None:
    reverse, dates = load_dataset("reverse"), load_dataset("dates")
    for place in range(0, len(reverse), 997):
        assert reverse.target.say(reverse.targets[place]) == reverse.inputs.words(place)[::-1]
    assert max(len(reverse.inputs.words(place)) for place in range(200)) == 20
    known = {dates.inputs.words(place): dates.target.say(dates.targets[place]) for place in range(len(dates))}
    for text, answer in list(known.items())[::97]:
        day = date.fromisoformat(str(answer))
        if "/" in text and len(text) == 8 and text[2] == "/":
            assert text == f"{day:%m/%d/%y}"
        else:
            assert str(day.year) in text
    assert len(known) == len(dates) == 20_000
    # Ten digits and the dash; all answers are of one length, so that nothing fills them up.
    assert np.unique(dates.targets[np.arange(len(dates))]).size == 11
