from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pellucid.errors import RunError
from pellucid.runs import Exhibit, ExhibitTable, Figure, RunFolder


def test_an_exhibit_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    kept = Exhibit(
        name="b",
        title="Grüße",
        figures=(Figure.from_svg("<svg></svg>", alt="nothing"),),
        tables=(ExhibitTable(header=("a", "b"), rows=(("1", "2"),)),),
    )
    folder.write_exhibit(kept)
    folder.write_exhibit(Exhibit(name="a", title="first by name"))
    folder.write_exhibit(Exhibit(name="a", title="replaced"))
    assert [each.title for each in folder.read_exhibits()] == ["replaced", "Grüße"]
    assert folder.read_exhibits()[1] == kept


def test_a_run_without_exhibits_has_none(tmp_path: Path) -> None:
    assert RunFolder.create(tmp_path, "run").read_exhibits() == []


def test_a_damaged_exhibit_is_named(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    folder.write_exhibit(Exhibit(name="a", title="t")).write_text('{"name": "a", "titel": "t"}')
    with pytest.raises(RunError, match=r"a\.json.*'titel'.*Did you mean 'title'"):
        folder.read_exhibits()


@pytest.mark.parametrize("name", ["", "../a", "A", "-a", "a/b", "a" * 101])
def test_the_name_of_an_exhibit_is_a_safe_file_name(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        Exhibit(name=name, title="t")


def test_a_table_must_be_rectangular() -> None:
    with pytest.raises(ValidationError, match="2 cells"):
        ExhibitTable(header=("a", "b"), rows=(("1",),))
    with pytest.raises(ValidationError, match="rows of hints"):
        ExhibitTable(header=("a",), rows=(("1",), ("2",)), hints=(("h",),))


def test_a_figure_is_base64() -> None:
    with pytest.raises(ValidationError, match="base64"):
        Figure(kind="png", data="not base64!", alt="a")
