"""A column, or a property of files, that alone gives the target is a finding; what merely helps is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, dataset_from_table, load_dataset
from pellucid.errors import DataError, RecipeError

ROWS = 120
CLASSES = np.array(["dead", "alive", "gone"])[np.arange(ROWS) % 3]


def told(dataset: Dataset) -> list[str]:
    return [name for finding in dataset.findings if finding.kind == "telling-column" for name in finding.examples]


def table(target: object = CLASSES, **columns: object) -> Dataset:
    noise = np.random.default_rng(0).normal(size=ROWS)
    return dataset_from_table({"noise": noise, **columns}, target, name="mine")  # type: ignore[arg-type, dict-item]


def test_another_word_for_the_class_is_found_and_the_way_without_it_is_said() -> None:
    words = np.where(CLASSES == "alive", "yes", np.where(CLASSES == "dead", "no", "n.n."))
    (finding,) = (one for one in table(answer=words).findings if one.kind == "telling-column")
    assert finding.message == (
        "The column 'answer' alone tells 'target' in 84 of 84 rows of train. If it is known only afterwards, train "
        "without: --drop answer (drop=)."
    )


def test_finer_words_tell_the_class_too_and_one_wrong_row_of_few_takes_it_back() -> None:
    finer = np.array([f"{name} {number % 4}" for number, name in enumerate(CLASSES)])
    assert told(table(finer=finer)) == ["finer"]
    train = table(finer=finer).splits["train"]
    finer[train[0]] = finer[train[1]]
    assert told(table(finer=finer)) == []


def test_ranges_of_numbers_tell_classes_whatever_their_order() -> None:
    numbers = np.select([CLASSES == "alive", CLASSES == "dead"], [50.0, 3.0], 7.0)
    numbers = numbers + np.random.default_rng(1).uniform(0, 1, ROWS)
    assert told(table(score=numbers)) == ["score"]
    assert told(table(score=np.where(np.arange(ROWS) % 10, numbers, 7.2))) == []


def test_that_a_cell_is_empty_may_tell_it() -> None:
    target = np.arange(ROWS) % 2
    body = np.where(target == 1, np.arange(ROWS) * 37 % 101, np.nan)
    dataset = dataset_from_table({"body": body, "noise": np.arange(ROWS) % 7}, target, name="mine", impute="median")
    assert told(dataset) == ["body"]


def test_names_and_numbers_of_rows_tell_nothing_but_their_order_may() -> None:
    names = np.array([f"passenger {number}" for number in range(ROWS)])
    assert told(table(name=names, row=np.arange(ROWS))) == []
    assert told(table(np.sort(CLASSES), row=np.arange(ROWS))) == ["row"]


@pytest.mark.parametrize("others", [19, 28])
def test_of_few_examples_nothing_is_said(others: int) -> None:
    target = np.array(["a"] * 100 + ["b"] * others)
    dataset = dataset_from_table({"copy": target, "noise": np.arange(len(target)) % 7}, target, name="mine", val=0.05)
    in_train = sum(target[place] == "b" for place in dataset.splits["train"])
    assert told(dataset) == (["copy"] if in_train >= 20 else [])


def test_a_table_of_one_column_is_the_lesson_itself() -> None:
    x = np.linspace(0, 5, 60)
    assert told(dataset_from_table({"x": x}, 3 * x + 1, name="line")) == []


def test_a_number_is_given_by_a_line_by_an_order_or_by_words() -> None:
    value = np.random.default_rng(2).lognormal(size=ROWS)
    steps = (np.arange(ROWS) % 6) ** 2.0
    assert told(table(value, inches=value / 2.54 + 1, log=-np.log(value))) == ["inches", "log"]
    assert told(table(steps, words=np.array([f"about {number:g}" for number in steps]))) == ["words"]
    assert told(table(value, near=value + np.random.default_rng(3).normal(size=ROWS))) == []


def test_dropped_columns_are_no_input_and_no_finding(tmp_path: Path) -> None:
    lines = ["age,alive,sex,survived"]
    lines += [
        f"{number % 50},{('no', 'yes')[number % 2]},{'mf'[number % 3 // 2]},{number % 2}" for number in range(200)
    ]
    path = tmp_path / "titanic.csv"
    path.write_text("\n".join(lines))
    assert told(load_dataset(path, target="survived")) == ["alive"]
    dataset = load_dataset(path, target="survived", drop="alive, sex")
    assert [column.name for column in dataset.input.columns] == ["age"]  # type: ignore[attr-defined]
    assert dataset.options["drop"] == "alive, sex"
    assert "alive, sex" in [one.value for one in dataset.decisions if one.name == "columns dropped"]
    with pytest.raises(DataError, match=r"no column 'alife'. Did you mean 'alive'\?"):
        load_dataset(path, target="survived", drop="alife")
    with pytest.raises(RecipeError, match=r"--drop \(drop=\) names 'survived', and so does --target"):
        load_dataset(path, target="survived", drop="survived")
    with pytest.raises(DataError, match="no input column"):
        load_dataset(path, target="survived", drop="age,alive,sex")


SaveAs = Callable[[str, int, str, tuple[int, int], str], None]


@pytest.fixture
def save(tmp_path: Path) -> SaveAs:
    def save(label: str, count: int, ending: str, size: tuple[int, int], mode: str = "RGB") -> None:
        folder = tmp_path / "photos" / label
        folder.mkdir(parents=True)
        generator = np.random.default_rng(len(label))
        for number in range(count):
            pixels = generator.integers(0, 256, (*size, 3), dtype=np.uint8)
            Image.fromarray(pixels).convert(mode).save(folder / f"{number}.{ending}")

    return save


def _messages(root: Path) -> list[str]:
    return [one.message for one in load_dataset(root / "photos").findings if one.kind == "telling-property"]


def test_a_class_whose_files_alone_are_png_is_found(save: SaveAs, tmp_path: Path) -> None:
    save("ok", 40, "jpg", (8, 8), "RGB")
    save("crack", 40, "png", (8, 8), "RGB")
    save("hole", 40, "jpg", (8, 8), "RGB")
    (message,) = _messages(tmp_path)
    assert message.startswith(
        "The format of the files alone tells 'crack' from all others in train: PNG RGB in all 28, the others mostly "
        "JPEG RGB in all 56."
    )


def test_a_class_of_one_size_is_found_and_of_few_pictures_nothing_is_said(save: SaveAs, tmp_path: Path) -> None:
    save("big", 40, "png", (12, 10), "RGB")
    save("small", 40, "png", (8, 8), "RGB")
    (message,) = _messages(tmp_path)
    assert (
        "size (height x width) of the files alone tells 'big' from all others in train (so it does 'small')" in message
    )
    assert "12 x 10 in all 28" in message


def test_sizes_that_both_classes_have_are_no_finding(save: SaveAs, tmp_path: Path) -> None:
    save("a", 30, "png", (12, 10), "RGB")
    save("b", 30, "png", (12, 10), "RGB")
    save("few", 10, "jpg", (8, 8), "RGB")
    assert _messages(tmp_path) == []
