"""Labels as the file means them: classes, amounts or labels, and how --task decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid.data import dataset_from_arrays, load_dataset
from pellucid.data.target_column import is_class_like
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, LabelsTarget, ValuesTarget, ValueTarget
from pellucid.tasks import build_task


def pictures(folder: Path, count: int) -> list[str]:
    """Save pictures that all differ, and return their names."""
    folder.mkdir(exist_ok=True)
    for place in range(count):
        grey = np.full((6, 6), place % 251, dtype=np.uint8)
        grey[0, 0] = place // 251
        Image.fromarray(grey).save(folder / f"{place}.png")
    return [f"{place}.png" for place in range(count)]


def listing(folder: Path, header: str, cells: list[str], *, name: str = "list.csv") -> Path:
    path = folder / name
    rows = [f"{file},{cell}" for file, cell in zip(pictures(folder, len(cells)), cells, strict=True)]
    path.write_text("\n".join([f"file,{header}", *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    "name",
    ["label", "Class", "target", "category", "ClassId", "class_id", "fine_label", "labelId", "classid",
     "Finding Labels", "species_code", "target class", "label_idx", "CLASS_NR"],
)  # fmt: skip
def test_names_after_classes_are_known(name: str) -> None:
    assert is_class_like(name)


@pytest.mark.parametrize(
    "name", ["age", "weight", "class_weight", "label_confidence", "num_classes", "price", "id", "0"]
)
def test_other_names_are_not(name: str) -> None:
    assert not is_class_like(name)


@pytest.mark.parametrize(
    ("name", "classes", "count"), [("ClassId", 43, 172), ("class_id", 100, 200), ("label", 10, 40)]
)
def test_whole_numbers_below_a_name_for_classes_are_classes_of_pictures(
    tmp_path: Path, name: str, classes: int, count: int
) -> None:
    dataset = load_dataset(listing(tmp_path, name, [str(place % classes) for place in range(count)]))
    assert dataset.target == ClassTarget(name=name, classes=tuple(map(str, range(classes))))
    said = next(decision.reason for decision in dataset.decisions if decision.name == "target")
    assert "--task regression (task=)" in said


def test_whole_numbers_with_a_point_are_classes_too(tmp_path: Path) -> None:
    path = listing(tmp_path, "label", [f"{place % 3}.0" for place in range(30)])
    for task in (None, "single-label"):
        assert load_dataset(path, task=task).target == ClassTarget(name="label", classes=("0", "1", "2"))
    negative = listing(tmp_path, "label", [f"{place % 3 - 1}.0" for place in range(30)], name="b.csv")
    assert load_dataset(negative).target == ClassTarget(name="label", classes=("-1", "0", "1"))


@pytest.mark.parametrize("name", ["age", "weight", "price", "score", "patient_age"])
def test_whole_numbers_below_other_names_are_amounts(tmp_path: Path, name: str) -> None:
    path = listing(tmp_path, name, [str(20 + place % 9) for place in range(90)])
    dataset = load_dataset(path, target=name)
    assert dataset.target == ValueTarget(name=name)
    assert "--task single-label" in next(d.reason for d in dataset.decisions if d.name == "target")
    assert load_dataset(path, target=name, task="single-label").target.kind == "class"


@pytest.mark.parametrize(
    ("cells", "task", "kind"),
    [
        (["0", "1"], "regression", "value"),
        (["0", "1"], "binary", "class"),
        (["7", "8", "9"], "regression", "value"),
        (["7", "8", "9"], "single-label", "class"),
        (["0.5", "1.5", "2.5"], "regression", "value"),
        (["1.0", "2.0", "3.0"], "single-label", "class"),
        (["a", "b", "c"], "single-label", "class"),
        (["a|b", "c", "b"], "multi-label", "labels"),
        (["a|b", "c", "b"], "single-label", "class"),
        (["a;b", "c;b", "a"], "multi-label", "labels"),
        (["a", "b", "c"], "multi-label", "labels"),
    ],
)
@pytest.mark.parametrize("table", [False, True])
def test_the_task_decides_in_lists_and_in_tables(
    tmp_path: Path, cells: list[str], task: Any, kind: str, table: bool
) -> None:
    path = listing(tmp_path, "y", cells * 12)
    if table:
        rows = [f"{place},{cell}" for place, cell in enumerate(cells * 12)]
        path.write_text("\n".join(["x,y", *rows]))
    target = load_dataset(path, target="y", task=task).target
    assert target.kind == kind
    build_task(task, target)


@pytest.mark.parametrize(
    ("cells", "task", "message"),
    [
        (["0.5", "1.5", "2.5"], "single-label", r"holds '0\.5' \(row 1\), which is no whole number"),
        (["a", "b", "c"], "regression", r"holds numbers, but 36 cells are none|cells are none"),
        (["1.5", "2.5", "3.5"], "multi-label", "numbers that are not whole, no labels"),
        (["0", "1"], "multi-label", r"0 or 1 of one label only.*--target A,B"),
        (["2020-01-01", "2020-01-02"], "regression", "a date"),
    ],
)
def test_a_task_that_the_cells_contradict_is_refused(tmp_path: Path, cells: list[str], task: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_dataset(listing(tmp_path, "y", cells * 12), target="y", task=task)


def one_hot(count: int) -> list[str]:
    return [",".join("1.0" if place % 3 == column else "0.0" for column in range(3)) for place in range(count)]


def test_a_column_per_class_with_a_single_one_in_each_row_is_classes(tmp_path: Path) -> None:
    path = listing(tmp_path, "MEL,NV,BCC", one_hot(30))
    for task in (None, "single-label"):
        dataset = load_dataset(path, task=task)
        assert dataset.target == ClassTarget(name="label", classes=("BCC", "MEL", "NV"))
        assert dataset.class_counts() == {"MEL": 10, "NV": 10, "BCC": 10}
    assert "--task multi-label" in next(d.reason for d in load_dataset(path).decisions if d.name == "target")
    labels = load_dataset(path, task="multi-label")
    assert labels.target == LabelsTarget(name="labels", classes=("MEL", "NV", "BCC"))
    values = load_dataset(path, target="MEL,NV", task="regression")
    assert values.target == ValuesTarget(name="MEL, NV", names=("MEL", "NV"))


def test_columns_with_several_ones_are_no_classes(tmp_path: Path) -> None:
    path = listing(tmp_path, "a,b", [f"{place % 2},{place // 2 % 2}" for place in range(40)])
    assert load_dataset(path).target.kind == "labels"
    with pytest.raises(DataError, match=r"do not say 1 once in each row: rows 1, 4, 5.*--task multi-label"):
        load_dataset(path, task="single-label")


THIRD = [("-1.0", "'-1.0' in 10"), ("", "blank in 10"), ("NA", "blank in 10"), ("uncertain", "'uncertain' in 10"),
         ("-1", "'-1' in 10")]  # fmt: skip


@pytest.mark.parametrize(("third", "said"), THIRD)
@pytest.mark.parametrize("target", [None, "Edema,Mass", "Mass,Edema,Sound"])
def test_a_third_value_among_yes_and_no_is_refused_with_what_it_could_mean(
    tmp_path: Path, third: str, said: str, target: str | None
) -> None:
    cells = [f"{'MF'[place % 2]},{(1, 0, third)[place % 3]},{place % 2},{place // 2 % 2}" for place in range(30)]
    path = listing(tmp_path, "Sex,Edema,Mass,Sound", cells)
    with pytest.raises(DataError) as problem:
        load_dataset(path, target=target)
    assert f"'Edema' {said} (rows 3, 6" in str(problem.value)
    assert "uncertain, and a blank not mentioned" in str(problem.value)
    if target is None:
        assert "--target 'Mass,Sound'" in str(problem.value)
        assert load_dataset(path, target="Mass,Sound").target.kind == "labels"


def test_constant_columns_beside_labels_are_named_as_left_out(tmp_path: Path) -> None:
    dataset = load_dataset(listing(tmp_path, "a,b,c", [f"{n % 2},{n // 2 % 2},0" for n in range(40)]))
    assert isinstance(dataset.target, LabelsTarget)
    assert dataset.target.classes == ("a", "b")
    assert "left out, as all rows say the same: c" in next(
        decision.reason for decision in dataset.decisions if decision.name == "label columns"
    )


@pytest.mark.parametrize("word", ["NA", "nan", "null", "n/a", "?"])
def test_a_class_called_after_a_blank_is_quoted_and_can_be_kept(tmp_path: Path, word: str) -> None:
    path = listing(tmp_path, "label", [(word, "EU", "AS")[place % 3] for place in range(30)])
    with pytest.raises(DataError) as problem:
        load_dataset(path)
    assert f"10 cells that count as empty here, '{word}': rows 1, 4, 7" in str(problem.value)
    assert "--keep-na (keep_na=True)" in str(problem.value)
    assert load_dataset(path, keep_na=True).class_counts() == {word: 10, "EU": 10, "AS": 10}


def test_an_empty_cell_stays_empty_whatever_is_kept(tmp_path: Path) -> None:
    path = listing(tmp_path, "label", [("", "EU", "AS")[place % 3] for place in range(30)])
    with pytest.raises(DataError, match="10 empty cells: rows 1, 4"):
        load_dataset(path, keep_na=True)


def test_words_for_a_blank_in_lists_of_labels_are_said(tmp_path: Path) -> None:
    path = listing(tmp_path, "labels", [("NA", "cat|dog", "dog", "cat")[place % 4] for place in range(40)])
    assert "10 cells list none, for they hold 'NA': --keep-na" in next(
        decision.reason for decision in load_dataset(path).decisions if decision.name == "target"
    )
    kept = load_dataset(path, keep_na=True).target
    assert isinstance(kept, LabelsTarget)
    assert kept.classes == ("NA", "cat", "dog")


def test_commas_in_names_do_not_separate_labels(tmp_path: Path) -> None:
    names = ("tench, Tinca tinca", "goldfish, Carassius auratus", "hen")
    path = listing(tmp_path, "labels", [f'"{names[place % 3]}"' for place in range(30)])
    assert load_dataset(path).target == ClassTarget(name="labels", classes=tuple(sorted(names)))
    assert load_dataset(path, task="single-label").target.kind == "class"
    split = load_dataset(path, task="multi-label").target
    assert isinstance(split, LabelsTarget)
    assert len(split.classes) == 5


def test_commas_separate_labels_that_come_again_in_other_combinations(tmp_path: Path) -> None:
    path = listing(tmp_path, "tags", [('"a,b"', "a", "c")[place % 3] for place in range(30)])
    target = load_dataset(path).target
    assert isinstance(target, LabelsTarget)
    assert target.classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("name", "lines", "classes"),
    [
        ("words.csv", "{file},{word}", ("cat", "dog")),
        ("ints.csv", "{file},{number}", ("0", "1")),
        ("tabs.txt", "{place}\t{file}\t{number}", ("0", "1")),
        ("spaces.txt", "{file} {number}", ("0", "1")),
        ("ahead.txt", "{number} {file}", ("0", "1")),
        ("semicolons.csv", "{file};{word}", ("cat", "dog")),
        ("quoted.csv", '"{file}","a {word}, or so"', ("a cat, or so", "a dog, or so")),
        ("spoken.txt", "{file} {word}", ("cat", "dog")),
    ],
)
def test_lists_without_names_are_read(tmp_path: Path, name: str, lines: str, classes: tuple[str, ...]) -> None:
    files = pictures(tmp_path, 24)
    rows = [
        lines.format(file=file, place=place, number=place % 2, word=("cat", "dog")[place % 2])
        for place, file in enumerate(files)
    ]
    (tmp_path / name).write_text("\n".join(rows) + "\n")
    dataset = load_dataset(tmp_path / name)
    assert isinstance(dataset.target, ClassTarget)
    assert dataset.target.classes == classes
    assert len(dataset) == 24
    assert {"column names", "label column"} <= {decision.name for decision in dataset.decisions}


def test_names_with_spaces_in_a_list_without_names_are_read(tmp_path: Path) -> None:
    for place, file in enumerate(pictures(tmp_path, 12)):
        (tmp_path / file).rename(tmp_path / f"my cat {place}.png")
    (tmp_path / "l.txt").write_text("\n".join(f"my cat {place}.png {place % 2}" for place in range(12)))
    assert load_dataset(tmp_path / "l.txt").class_counts() == {"0": 6, "1": 6}


def test_spellings_of_a_class_are_found_in_every_layout(tmp_path: Path) -> None:
    words = ("Normal", "normal", "NORMAL", "hot dog", "hot-dog", "other")
    path = listing(tmp_path, "label", [words[place % 6] for place in range(36)])
    table = tmp_path / "t.csv"
    table.write_text("\n".join(["x,label", *(f"{place},{words[place % 6]}" for place in range(36))]))
    arrays = dataset_from_arrays(
        np.arange(36, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8),
        [words[place % 6] for place in range(36)],
        name="x",
    )
    for dataset in (load_dataset(path), load_dataset(table), arrays):
        finding = next(finding for finding in dataset.findings if finding.kind == "similar-classes")
        assert finding.examples == ("NORMAL / Normal / normal", "hot dog / hot-dog")


def test_numbers_are_no_spellings_of_one_another(tmp_path: Path) -> None:
    for number, words in enumerate((("-1", "0", "1"), ("1_0", "10", "0-1"))):
        path = listing(tmp_path, "label", [words[place % 3] for place in range(30)], name=f"{number}.csv")
        assert not [finding for finding in load_dataset(path).findings if finding.kind == "similar-classes"]


@pytest.mark.parametrize(
    ("labels", "task", "kind"),
    [
        ([0.0, 1.0, 2.0] * 8, "single-label", "class"),
        ([0, 1, 2] * 8, "regression", "value"),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] * 8, "single-label", "class"),
        ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] * 8, None, "labels"),
        ([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] * 8, "multi-label", "labels"),
        ([[1, 0], [0, 1], [1, 1]] * 8, "regression", "values"),
    ],
)
def test_the_task_decides_for_arrays(labels: list[Any], task: Any, kind: str) -> None:
    images = np.arange(24, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    assert dataset_from_arrays(images, labels, name="x", task=task).target.kind == kind


@pytest.mark.parametrize(
    ("labels", "task"),
    [([0.5, 1.5] * 12, "single-label"), (["a", "b"] * 12, "regression"), ([0, 1, 2] * 8, "multi-label"),
     ([[1, 1], [0, 1]] * 12, "binary")],
)  # fmt: skip
def test_arrays_that_contradict_the_task_are_refused(labels: list[Any], task: Any) -> None:
    images = np.arange(24, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    with pytest.raises(DataError, match="Choose another task"):
        dataset_from_arrays(images, labels, name="x", task=task)


@pytest.mark.parametrize(
    ("labels", "task", "kind"),
    [
        (np.arange(24) % 3, None, "class"),
        (np.arange(24) % 3, "regression", "value"),
        (np.arange(24) / 3, "regression", "value"),
        (np.eye(3, dtype=int)[np.arange(24) % 3], None, "class"),
        (np.eye(3, dtype=int)[np.arange(24) % 3], "multi-label", "labels"),
        (np.stack([np.arange(24) / 3, np.arange(24)], axis=1), "regression", "values"),
    ],
)
def test_the_task_decides_for_npz_files(tmp_path: Path, labels: np.ndarray[Any, Any], task: Any, kind: str) -> None:
    images = np.arange(24, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    np.savez(tmp_path / "a.npz", images=images, labels=labels)
    assert load_dataset(tmp_path / "a.npz", task=task).target.kind == kind
