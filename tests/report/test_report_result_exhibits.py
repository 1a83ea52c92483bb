"""One table gives the exhibit of any result; it knows its types by name, and is open."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from pellucid.report import EXHIBITS, exhibit_of, keep, write_page
from pellucid.runs import Exhibit, RunFolder


@dataclass
class Finding:
    words: str


class Special(Finding):
    pass


def finding_exhibit(finding: Finding, *, command: str = "", loud: bool = False) -> Exhibit:
    words = finding.words.upper() if loud else finding.words
    return Exhibit(name="finding", title="A finding", paragraphs=(words,), command=command)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXHIBITS, f"{__name__}.Finding", finding_exhibit)


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_name_in_the_table_is_where_its_type_is_defined(name: str) -> None:
    module, _, kind = name.rpartition(".")

    found = getattr(import_module(module), kind)

    assert isinstance(found, type)
    assert found.__module__ == module


def test_what_is_added_is_found_for_what_derives_from_it_too() -> None:
    exhibit = exhibit_of(Special("hello"), command="pellucid find", loud=True)

    assert (exhibit.paragraphs, exhibit.command) == (("HELLO",), "pellucid find")


def test_an_exhibit_is_its_own() -> None:
    exhibit = finding_exhibit(Finding("x"), command="a")

    assert exhibit_of(exhibit, command="b") is exhibit


def test_of_anything_else_there_is_none() -> None:
    with pytest.raises(TypeError, match=r"There is no exhibit of builtins.dict"):
        exhibit_of({})


def test_a_page_has_a_section_for_each_result_and_the_first_ones_title(tmp_path: Path) -> None:
    other = Exhibit(name="other", title="Something else")

    page = write_page([Finding("hello"), other], tmp_path / "page.html", command="pellucid find").read_text()

    assert "<title>A finding" in page
    assert page.index('id="finding"') < page.index('id="other"')
    assert "pellucid find" in page


class Kept:
    """A run that counts how often its report is written."""

    def __init__(self, path: Path) -> None:
        self.folder = RunFolder(path)
        self.written = 0

    def report(self) -> Path:
        self.written += 1
        return self.folder.report


def test_what_is_kept_with_a_run_stands_in_its_folder_and_its_report_is_written_once(tmp_path: Path) -> None:
    run = Kept(tmp_path)

    page = keep(run, [Finding("hello"), Exhibit(name="other", title="Something else")], command="pellucid find")

    first, second = run.folder.read_exhibits()
    assert (first.command, second.name) == ("pellucid find", "other")
    assert (page, run.written) == (run.folder.report, 1)
