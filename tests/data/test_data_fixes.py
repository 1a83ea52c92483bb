"""Fixes as a file: applied, undone, stale, contradicting, unknown; and the data stay as they are."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, load_dataset, options_of_dataset
from pellucid.data.fixes import Fix, is_manifest, read_fixes, write_fixes
from pellucid.errors import DataError, RecipeError

MakeFolder = Callable[[Path, Mapping[str, int]], Path]
HEAD = "# pellucid fixes 1; source photos\nname,content,action,value,why,by,when\n"


@pytest.fixture
def photos(tmp_path: Path, make_folder: MakeFolder) -> Path:
    return make_folder(tmp_path / "photos", {"ant": 12, "bee": 12})


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _written(photos: Path, *lines: str) -> Path:
    path = photos.parent / "fixes.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n")
    return path


def _names(dataset: Dataset, split: str | None = None) -> set[str]:
    indices = range(len(dataset)) if split is None else dataset.splits[split]  # type: ignore[index]
    return {dataset.example_name(int(index)) for index in indices}


def _label(dataset: Dataset, name: str) -> str:
    place = next(index for index in range(len(dataset)) if dataset.example_name(index) == name)
    return dataset.target.words(dataset.targets[place])


def _said(dataset: Dataset, kind: str) -> list[str]:
    return [one.message for one in dataset.findings if one.kind == kind]


def test_a_line_excludes_and_a_line_relabels_and_deleting_them_undoes_it(photos: Path) -> None:
    before = {path: path.read_bytes() for path in photos.rglob("*.png")}
    plain = load_dataset(photos)
    one = f"ant/0.png,{_content(photos / 'ant' / '0.png')},exclude,,blurred,me,"
    two = f"ant/1.png,{_content(photos / 'ant' / '1.png')},relabel,bee,,,"
    fixed = load_dataset(photos, fixes=_written(photos, one, two))
    assert _names(plain) - _names(fixed) == {"ant/0.png"}
    assert (_label(plain, "ant/1.png"), _label(fixed, "ant/1.png")) == ("ant", "bee")
    assert _said(fixed, "fixes") == ["fixes: 1 excluded, 1 relabelled, by fixes.csv."]
    assert fixed.fingerprint != plain.fingerprint
    undone = load_dataset(photos, fixes=_written(photos))
    assert (undone.fingerprint, undone.split_fingerprint) == (plain.fingerprint, plain.split_fingerprint)
    assert {path: path.read_bytes() for path in photos.rglob("*.png")} == before


def test_a_run_needs_no_file_to_read_its_data_again(photos: Path) -> None:
    path = _written(photos, "ant/0.png,,exclude,,,,", "bee/1.png,,relabel,ant,,,")
    fixed = load_dataset(photos, fixes=path)
    path.unlink()
    again = load_dataset(photos, **options_of_dataset(fixed.options, source="run"))
    assert (again.fingerprint, again.split_fingerprint) == (fixed.fingerprint, fixed.split_fingerprint)


def test_the_manifest_itself_names_its_data(photos: Path) -> None:
    path = _written(photos, "ant/0.png,,exclude,,,,")
    assert len(load_dataset(path)) == 23
    assert load_dataset(path).source == str(photos)
    with pytest.raises(RecipeError, match="a file of fixes itself"):
        load_dataset(path, fixes=path)


def test_it_may_lie_among_the_pictures_and_is_not_applied_unasked(photos: Path) -> None:
    shutil.copy(_written(photos, "ant/0.png,,exclude,,,,"), photos / "pellucid-fixes.csv")
    assert len(load_dataset(photos)) == 24
    assert len(load_dataset(photos, fixes=photos / "pellucid-fixes.csv")) == 23


def test_stale_lines_are_listed_and_ignored(photos: Path) -> None:
    path = _written(photos, "ant/0.png,00000000ffff,exclude,,,,", "gone.png,,relabel,bee,,,")
    fixed = load_dataset(photos, fixes=path)
    assert len(fixed) == 24
    stale = next(one for one in fixed.findings if one.kind == "stale-fixes")
    assert stale.count == 2
    assert stale.examples == ("line 3: exclude ant/0.png", "line 4: relabel gone.png")


def test_the_later_line_about_an_example_wins(photos: Path) -> None:
    path = _written(
        photos, "ant/0.png,,exclude,,,,", "ant/0.png,,keep,,,,", "ant/1.png,,keep,,,,", "ant/1.png,,exclude,,,,"
    )
    assert _names(load_dataset(photos)) - _names(load_dataset(photos, fixes=path)) == {"ant/1.png"}


def test_groups_and_splits_are_decided_by_lines(photos: Path) -> None:
    lines = [f"ant/{number}.png,,group,burst,,," for number in range(5)]
    fixed = load_dataset(photos, fixes=_written(photos, *lines, "bee/3.png,,split,test,,,", "bee/4.png,,split,val,,,"))
    burst = {f"ant/{number}.png" for number in range(5)}
    assert any(burst <= _names(fixed, split) for split in ("train", "val", "test"))
    assert "bee/3.png" in _names(fixed, "test")
    assert "bee/4.png" in _names(fixed, "val")
    torn = _written(photos, *lines, "ant/0.png,,split,val,,,", "ant/1.png,,split,test,,,")
    with pytest.raises(DataError, match=r"of one group, and are wanted in val and test"):
        load_dataset(photos, fixes=torn)


def test_a_file_that_cannot_be_read_is_excluded_by_a_line(photos: Path) -> None:
    (photos / "ant" / "broken.png").write_bytes(b"no picture")
    path = _written(photos, "ant/broken.png,,exclude,,,,")
    assert _said(load_dataset(photos), "unreadable")
    fixed = load_dataset(photos, fixes=path, strict=True)
    assert not _said(fixed, "unreadable")
    assert not fixed.faults


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ant/0.png,,exlude,,,,", r"Line 3 of fixes.csv has the action 'exlude'. Did you mean 'exclude'\?"),
        ("ant/0.png,,relabel,ante,,,", r"Line 3 of fixes.csv: There is no class 'ante'. Did you mean 'ant'\?"),
        ("ant/0.png,,relabel,,,,", "says 'relabel', and not to what"),
        ("ant/0.png,,split,tset,,,", r"there is no split 'tset'. Did you mean 'test'\?"),
        ("ant/0.png,xyz,exclude,,,,", "has the content 'xyz'"),
        (",,exclude,,,,", "names no example"),
    ],
)
def test_what_nobody_can_do_is_an_error_with_the_nearest_word(photos: Path, line: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_dataset(photos, fixes=_written(photos, line))


def test_another_table_or_none_is_no_manifest(photos: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_dataset(photos, fixes=photos / "none.csv")
    (photos.parent / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="is no file of fixes"):
        load_dataset(photos, fixes=photos.parent / "other.csv")
    assert not is_manifest(photos.parent / "other.csv")


def test_a_pipe_is_not_waited_for_and_broken_cells_are_said(photos: Path) -> None:
    os.mkfifo(photos / "pipe.csv")
    assert len(load_dataset(photos)) == 24
    with pytest.raises(DataError, match="cannot be read"):
        load_dataset(photos, fixes=photos / "pipe.csv")
    with pytest.raises(DataError, match="goes on over a line's end"):
        load_dataset(photos, fixes=_written(photos, '"ant/0.png', '",,exclude,,,,'))


def test_whatever_a_name_holds_is_read_as_it_was_written(tmp_path: Path) -> None:
    fixes = [Fix(name, "0123456789abcdef", "exclude") for name in ("#a.png", 'a "b", c.png', " a.png ", "é/ü.png")]
    path = tmp_path / "f.csv"
    path.write_text(write_fixes(fixes, undecided=[Fix("x.png", "", "exclude")]))
    assert [fix.name for fix in read_fixes(path).decided] == [fix.name for fix in fixes]


def test_rows_and_numbers_are_fixed_alike(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x,y\n" + "\n".join(f"{number / 7},{number}" for number in range(30)))
    path = tmp_path / "fixes.csv"
    path.write_text(HEAD + "row 3,,exclude,,,,\nrow 4,,relabel,100.5,,,\n")
    fixed = load_dataset(table, target="y", task="regression", fixes=path)
    assert len(fixed) == 29
    assert np.asarray(fixed.targets[:]).max() == 100.5


def test_examples_that_follow_one_another_are_not_fixed_one_by_one(tmp_path: Path) -> None:
    series = tmp_path / "s.csv"
    series.write_text("day,sales\n" + "\n".join(f"2020-01-{day:02d},{day}" for day in range(1, 32)))
    path = tmp_path / "fixes.csv"
    path.write_text(HEAD + "row 3,,exclude,,,,\n")
    with pytest.raises(DataError, match="follow one another"):
        load_dataset(series, horizon=2, fixes=path)


def test_no_cell_is_a_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    fixes = [Fix("=1+1.png", "", "relabel", "@bee", "-look"), Fix("-5", "", "exclude"), Fix("'tis.png", "", "keep")]
    text = write_fixes(fixes)
    assert "'=1+1.png,,relabel,'@bee,'-look" in text
    path = tmp_path / "fixes.csv"
    path.write_text(text, encoding="utf-8")
    assert [(one.name, one.value, one.why) for one in read_fixes(path).decided] == [
        ("=1+1.png", "@bee", "-look"), ("-5", "", ""), ("'tis.png", "", ""),
    ]  # fmt: skip
