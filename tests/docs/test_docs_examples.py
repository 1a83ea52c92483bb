"""Every example of a docstring runs as it stands, and so does the Python of README.md."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.docs.pages import read_page, trees

import pellucid
from architecture import ROOT, SOURCE


@dataclass(frozen=True)
class Example:
    """An example of a docstring: whose it is ("pellucid.api.run", "Run.trace") and its code."""

    module: str
    owner: str
    code: str


def examples() -> Iterator[Example]:
    """Yield the example of every docstring that has one."""
    for path, tree in trees("src"):
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        owners = [(node.name, node) for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        owners += [
            (f"{one.name}.{node.name}", node)
            for one in classes
            for node in one.body
            if isinstance(node, ast.FunctionDef)
        ]
        for owner, node in owners:
            _, _, rest = (ast.get_docstring(node) or "").partition("\nExample:\n")
            lines: list[str] = []
            for line in rest.splitlines():
                if line.strip() and not line.startswith(" "):
                    break
                lines.append(line)
            if rest:
                yield Example(module, owner, textwrap.dedent("\n".join(lines)))


EXAMPLES = list(examples())


def surroundings(example: Example, picture_run: pellucid.Run, row_run: pellucid.Run) -> dict[str, Any]:
    """Return what an example may name: what its module does, and things called by what they are."""
    network = picture_run.model
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(2, *picture_run.record.model.input_shape, generator=generator)
    is_of_rows = "sepal" in example.code or ".formula" in example.code
    names = vars(import_module(example.module)) | {
        "pellucid": pellucid,
        "run": row_run if is_of_rows else picture_run,
        "model": network,
        "net": network,
        "pictures": pictures,
        "picture": pictures[0],
    }
    if example.owner.startswith("Trace."):
        names |= {"trace": picture_run.trace(0), "Rule": pellucid.trace.Rule}
    return names


@pytest.mark.slow
@pytest.mark.parametrize("example", [pytest.param(one, id=f"{one.module}.{one.owner}") for one in EXAMPLES])
def test_an_example_of_a_docstring_runs(
    example: Example, desk: Path, picture_run: pellucid.Run, row_run: pellucid.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk)
    exec(compile(example.code, example.owner, "exec"), surroundings(example, picture_run, row_run))


def test_there_are_examples() -> None:
    assert {"train", "tune", "Run.trace"} <= {example.owner for example in EXAMPLES}


@pytest.mark.slow
def test_the_python_of_the_readme_runs(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    blocks = [code for language, code in read_page(ROOT / "README.md").blocks if language == "python"]
    assert blocks
    for code in blocks:
        exec(compile(code, "README.md", "exec"), {})
    assert (desk / "weights.safetensors").is_file()
