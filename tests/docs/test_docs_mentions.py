"""What README.md, CONTRIBUTING.md and docs/ mention exists: commands, flags, files, names, links."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module, util
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.docs.pages import WRITTEN, Page, defined_names, places, read_page, words_of_texts

from architecture import ROOT, SOURCE
from pellucid.cli import COMMANDS

pages = pytest.mark.parametrize("page", [pytest.param(read_page(path), id=path.name) for path in WRITTEN])
_FILE = re.compile(r"\.(py|md|toml|json|jsonl|txt|lock|html|csv|npz|npy|yaml|tar|zip|gz|jpg|png)$")
ELSEWHERE = {
    "efficientvit_mit",  # families of timm's models
    "tiny_vit",
    "nn.Module",
    "torch.optim",
    "Text",  # of rich
}
"""Names of others."""
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@cache
def command_of(name: str) -> Any:
    """Return a command as the program itself knows it: one of click's, of which typer carries a copy of its own."""
    return typer.main.get_command(import_module(f"pellucid.cli.{name}").app)


@cache
def flags_of(command: Any) -> frozenset[str]:
    """Return the flags that a command takes."""
    found = [flag for one in command.params for flag in (*one.opts, *one.secondary_opts)]
    return frozenset(["--help", "-h", *found])


def flags_of_all() -> set[str]:
    """Return the flags of every command, and of the commands within commands."""
    commands = [command_of(name) for name in COMMANDS]
    inner = [one for command in commands for one in getattr(command, "commands", {}).values()]
    return {"--version"}.union(*(flags_of(command) for command in (*commands, *inner)))


@pages
def test_every_command_that_is_typed_exists_with_its_flags(page: Page) -> None:
    for words in page.commands:
        if "pellucid" not in words:
            continue
        typed = words[words.index("pellucid") + 1 :]
        if not typed or not re.fullmatch(r"[a-z]+", typed[0]):
            assert set(typed) <= {"--help", "--version", "COMMAND", "NAME"}, words
            continue
        assert typed[0] in COMMANDS, words
        command = command_of(typed[0])
        inner = getattr(command, "commands", {})
        if inner and len(typed) > 1 and typed[1] in inner:
            command = inner[typed[1]]
        if command.context_settings.get("ignore_unknown_options"):
            continue  # its other flags are the columns of a table
        for flag in [word.partition("=")[0] for word in typed if re.match(r"--?[a-z]", word)]:
            assert flag in flags_of(command), (flag, words)


@pages
def test_every_flag_of_the_text_is_one_of_some_command(page: Page) -> None:
    assert page.flags - flags_of_all() - {"--nproc-per-node"} == set()


@pages
def test_every_target_of_make_exists(page: Page) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for words in page.commands:
        if words[0] == "make":
            assert {word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)} <= targets, words
            for variable in (word.partition("=")[0] for word in words if "=" in word):
                assert f"{variable} ?=" in MAKEFILE, words


@pages
def test_every_link_leads_to_a_file_and_a_heading_of_it(page: Page) -> None:
    for link in page.links:
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve()
        assert target.exists(), link
        assert not anchor or anchor in read_page(target).anchors, link


@pages
def test_every_file_of_the_repository_that_is_named_exists(page: Page) -> None:
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    ours = rooms | {"src", "tests", "scripts", "docs", "benchmarks", "examples"}
    missing = []
    for span in page.spans:
        is_path = re.fullmatch(r"[\w.-]+(/[\w.-]*)*", span) is not None and "/" in span
        is_ours = is_path and span.split("/")[0] in ours and "DATA" not in span
        if is_ours or re.fullmatch(r"[\w/.-]+\.(py|md|toml)", span):
            is_there = any((base / span).exists() for base in (ROOT, page.path.parent)) or span.rstrip("/") in places()
            missing += [] if is_there else [span]
    assert missing == []


@pages
def test_every_file_that_a_run_holds_is_named_in_the_source(page: Page) -> None:
    if page.path.name in ("inputs.md", "sequence-to-sequence.md"):  # they tell of what people have
        return
    for span in page.spans:
        name = Path(span).name
        if re.fullmatch(r"[\w./-]+\.(json|jsonl|txt|lock|html|csv)", span):
            assert name in words_of_texts(), span


@pages
def test_every_variable_of_the_shell_is_read_somewhere(page: Page) -> None:
    for name in re.findall(r"\bPELLUCID_[A-Z_]+", page.text):
        assert name in words_of_texts(), name


@pages
def test_every_name_of_the_code_is_defined(page: Page) -> None:
    known, missing = defined_names() | words_of_texts(), []
    for span in page.spans:
        name = re.fullmatch(r"((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(\(.*\))?", span)
        if name is None or _FILE.search(span) or span in ELSEWHERE:
            continue
        is_ours = re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+|[A-Z][a-z]\w*|[A-Z]+(_[A-Z]+)+", span) is not None
        if name.group(2) or "." in span or (is_ours and page.path.name != "inputs.md"):  # which names people's columns
            words = name.group(1).split(".")
            is_foreign = words[0] not in defined_names() and util.find_spec(words[0]) is not None
            missing += [] if is_foreign or all(word in known for word in words) else [span]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("`pellucid trian digits`", test_every_command_that_is_typed_exists_with_its_flags),
        ("`pellucid train digits --epoch 3`", test_every_command_that_is_typed_exists_with_its_flags),
        ("`pellucid weights add x --oops`", test_every_command_that_is_typed_exists_with_its_flags),
        ("`--no-such-flag`", test_every_flag_of_the_text_is_one_of_some_command),
        ("`make everything`", test_every_target_of_make_exists),
        ("[there](docs/nowhere.md)", test_every_link_leads_to_a_file_and_a_heading_of_it),
        ("[there](docs/tuning.md#nowhere)", test_every_link_leads_to_a_file_and_a_heading_of_it),
        ("`training/nothing.py`", test_every_file_of_the_repository_that_is_named_exists),
        ("`nothing.jsonl`", test_every_file_that_a_run_holds_is_named_in_the_source),
        ("`PELLUCID_NOTHING`", test_every_variable_of_the_shell_is_read_somewhere),
        ("`NoSuchClass`", test_every_name_of_the_code_is_defined),
        ("`Run.no_such_method`", test_every_name_of_the_code_is_defined),
    ],
)
def test_what_is_not_there_is_noticed(text: str, check: Callable[[Page], None]) -> None:
    with pytest.raises(AssertionError):
        check(Page(ROOT / "README.md", text, ()))
