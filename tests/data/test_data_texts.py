"""Texts with labels: the layouts people have, and what is said of input that cannot be read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, TextInputs, as_characters, as_text, inspect_dataset, inspect_example, load_dataset
from pellucid.data.given_texts import new_texts
from pellucid.errors import DataError

GOOD, BAD = "what a fine film number {}", "what a dull film number {}"


def texts_of(dataset: Dataset) -> list[str]:
    return TextInputs.of(dataset.inputs).texts(range(len(dataset)))


def test_characters_are_kept_in_as_few_bytes_as_hold_them() -> None:
    for text, size in (("plain", 1), ("caf\xe9", 1), ("\u0142\xf3d\u017a", 2), ("\U0001f600!", 4)):
        assert as_characters(text).itemsize == size
        assert as_text(as_characters(text)) == text


def test_windows_of_a_stream_share_its_characters_and_count_them_once() -> None:
    pieces = TextInputs.of_texts(["abcdef", "ghij"])
    windows = pieces.windows(np.array([0, 2, 6]), np.array([4, 4, 4]))
    assert windows.texts([0, 1, 2]) == ["abcd", "cdef", "ghij"]
    assert windows.characters is pieces.characters
    assert windows.stretches([1, 0]) == ["abcdef"]
    assert windows.stretches([0, 1, 2]) == ["abcdef", "ghij"]
    assert windows.subset([2]).name(0) == windows.name(2) == "window 3"


def test_class_folders_with_splits(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for label, text in (("pos", GOOD), ("neg", BAD)):
            for number in range(6):
                place = tmp_path / "reviews" / split / label / f"{number}.txt"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(f"{text.format(number)} of {split}\nsecond line\n")
    (tmp_path / "reviews" / "README.txt").write_text("about this set")
    dataset = load_dataset(tmp_path / "reviews")
    assert dataset.target.categories == ("neg", "pos")
    names = [dataset.example_name(int(place)) for place in dataset.splits["test"]]
    assert len(names) == 12
    assert all(name.startswith("test/") for name in names)
    assert dataset.input.multiline  # type: ignore[attr-defined]
    assert "outside-classes" in {finding.kind for finding in dataset.findings}


def test_a_file_for_each_class_named_by_its_ending(tmp_path: Path) -> None:
    folder = tmp_path / "polarity"
    folder.mkdir()
    (folder / "polarity.pos").write_text("".join(f"{GOOD.format(place)}\r\n" for place in range(12)), newline="")
    (folder / "polarity.neg").write_text("\ufeff" + "".join(f"{BAD.format(place)}\n\n" for place in range(12)))
    dataset = load_dataset(folder)
    assert dataset.class_counts() == {"neg": 12, "pos": 12}
    assert texts_of(dataset)[0] == BAD.format(0)
    (layout,) = (one for one in dataset.decisions if one.name == "layout")
    assert "a file for each of 2 classes" in layout.value
    assert "--layout stream" in layout.reason


@pytest.mark.parametrize("label_first", [True, False])
def test_labelled_lines_keep_quotes_as_they_are(tmp_path: Path, label_first: bool) -> None:
    rows = [("ham", f'he said "yes, {number} times') for number in range(10)]
    rows += [("spam", f"win a prize now {number}") for number in range(6)]
    lines = ["\t".join(row if label_first else row[::-1]) for row in rows]
    path = tmp_path / "SMSCollection"
    path.write_text("\n".join(lines))
    named = tmp_path / "named.tsv"
    named.write_text("\n".join(["label\ttext" if label_first else "text\tlabel", *lines]))
    assert texts_of(load_dataset(named)) == texts_of(load_dataset(path))
    dataset = load_dataset(path)
    assert dataset.class_counts() == {"ham": 10, "spam": 6}
    assert texts_of(dataset)[0] == 'he said "yes, 0 times'


def test_tables_of_free_text_are_texts_and_other_tables_stay_tables(tmp_path: Path) -> None:
    rows = [f'"{GOOD.format(number)}, with ""quotes""\nand a second line",{number % 2}' for number in range(24)]
    path = tmp_path / "reviews.csv"
    path.write_text("review,sentiment\n" + "\n".join(rows))
    dataset = load_dataset(path)
    assert dataset.input.kind == "text"
    assert texts_of(dataset)[1] == f'{GOOD.format(1)}, with "quotes"\nand a second line'
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("age,review,label\n" + "\n".join(f"{20 + n % 5},{GOOD.format(n)},{n % 2}" for n in range(24)))
    assert load_dataset(mixed).input.kind == "table"
    asked = load_dataset(mixed, text="review")
    assert asked.input.kind == "text"
    assert asked.options["text"] == "review"
    with pytest.raises(DataError, match="no column 'reviews'"):
        load_dataset(mixed, text="reviews")


def test_json_lines_with_a_missing_text(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [{"text": GOOD.format(number), "label": "ab"[number % 2]} for number in range(20)]
    rows[3]["text"] = ""
    path.write_text("\n".join(map(json.dumps, rows)))
    dataset = load_dataset(path)
    assert len(dataset) == 19
    assert dataset.faults == ("row 4: the text is empty",)
    path.write_text('{"text": "a b c d", "label": 1}\n[1]\n')
    with pytest.raises(DataError, match="line 2 is no JSON object"):
        load_dataset(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ham\tthis is a caf\xe9 in town\nspam\twin a prize now\n" * 4, r"no UTF-8: byte 18, in line 1, is 0xE9"),
        (b"", "is empty"),
        (b" \n\n", "empty|holds"),
        (b"ham\tone two three \0\nspam\twin a prize now\n" * 4, "not text"),
    ],
)
def test_what_is_no_text_is_refused_in_words(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "set.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        load_dataset(path)


def test_tables_in_a_folder_are_no_texts(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / f"{name}.txt").write_text("1 2.5 3\n4 5.5 6\n" * 10)
    with pytest.raises(DataError, match="holds no pictures, but 2 tables"):
        load_dataset(tmp_path)


def test_running_text_has_no_labels_and_is_a_stream(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("It was a dark night, and\nnobody was there to see it.\n" * 20)
    with pytest.raises(DataError, match="fewer than 10 blocks"):
        load_dataset(tmp_path / "book.txt")
    (tmp_path / "book.txt").write_text("It was a dark night, and\nnobody was there to see it.\n" * 200)
    assert load_dataset(tmp_path / "book.txt").target.kind == "next"


def test_a_bad_file_among_many_is_left_out_unless_strict(tmp_path: Path) -> None:
    for label in ("a", "b"):
        for number in range(5):
            place = tmp_path / "set" / label / f"{number}.txt"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"text {number} of {label}")
    (tmp_path / "set" / "a" / "1.txt").write_bytes(b"\xff\xfeno")
    (tmp_path / "set" / "b" / "2.txt").write_bytes(b"one\nt\xe9 two")
    dataset = load_dataset(tmp_path / "set")
    assert len(dataset) == 8
    assert any("byte 6, in line 2" in fault for fault in dataset.faults)
    with pytest.raises(DataError, match="cannot be read"):
        load_dataset(tmp_path / "set", strict=True)


def test_only_the_order_tells_who_did_what() -> None:
    dataset = load_dataset("who-did-what")
    bags: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for place, text in enumerate(texts_of(dataset)):
        bags.setdefault(tuple(sorted(Counter(text.split()).items())), []).append(int(dataset.targets[place]))
    assert all(2 * sum(targets) == len(targets) for targets in bags.values())
    for places in dataset.splits.values():  # twins stay together, so that a bag of words is right half the time
        assert dataset.groups is not None
        assert set(Counter(dataset.groups[places].tolist()).values()) == {2}


def test_texts_are_looked_at_as_they_are() -> None:
    dataset = load_dataset("who-did-what")
    found = inspect_dataset(dataset)
    train = set(dataset.splits["train"].tolist())
    for label, texts in found.texts.items():
        for name, text in texts:
            place = int(name.split()[1]) - 1
            assert place in train
            assert dataset.target.categories[dataset.targets[place]] == label
            assert TextInputs.of(dataset.inputs).text(place) == text
    assert inspect_example(dataset, 5).to_dict()["text"] == TextInputs.of(dataset.inputs).text(5)


def test_texts_to_be_answered_come_from_files(tmp_path: Path) -> None:
    path = tmp_path / "new.txt"
    path.write_text("first one\n\nsecond one\n")
    assert [(new.name, new.text) for new in new_texts(path, whole=False)] == [
        (f"{path} line 1", "first one"),
        (f"{path} line 3", "second one"),
    ]
    assert [new.text for new in new_texts(path, whole=True)] == ["first one\n\nsecond one"]
    table = tmp_path / "new.csv"
    table.write_text("id,text\n1,some words here\n2,\n")
    assert [(new.text, new.fault) for new in new_texts(table, whole=False)] == [
        ("some words here", ""),
        ("", "the text is empty"),
    ]
    (missing,) = new_texts(tmp_path / "none.txt", whole=False)
    assert missing.fault


def test_prose_that_is_no_utf_8_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_bytes(b"It was a dark night, and nobody saw it.\n" * 50 + b"\xff\xfe\n")
    with pytest.raises(DataError, match=r"book\.txt.*(line 51|51)"):
        load_dataset(tmp_path / "book.txt")
