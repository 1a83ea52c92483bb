from __future__ import annotations

from pathlib import Path

import pytest

from architecture import PACKAGE, SOURCE
from house_rules import find_breaches
from import_graph import read_modules

KINDS = """
class Kind: ...
class Target(Kind): ...
class ClassTarget(Target):
    kind: Literal["class"] = "class"
COUNTED = ClassTarget | OtherTarget
"""


def breaches_of(folder: Path, files: dict[str, str], rule: str) -> list[str]:
    """Write a package `house` with these files and return the breaches of one rule, without the folder's name."""
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = find_breaches(read_modules(folder / "house"), "house")
    return [one.message.removeprefix(f"{(folder / 'house').as_posix()}/") for one in found if one.rule == rule]


@pytest.mark.parametrize(
    "question",
    [
        "isinstance(x, ClassTarget)",
        "isinstance(x, kinds.ClassTarget)",
        "isinstance(x, int | ClassTarget)",
        "isinstance(x, COUNTED)",
        "issubclass(x, Target)",
        "type(x) is ClassTarget",
        "x.kind == 'class'",
        "'class' != x.target.kind",
        "x.kind in ('class', 'other')",
    ],
)
def test_a_question_about_a_kind_is_found(tmp_path: Path, question: str) -> None:
    files = {"kinds/targets.py": KINDS, "middle.py": f"def f(x):\n    return 1 if {question} else 2\n"}

    (found,) = breaches_of(tmp_path, files, "kinds")

    assert found.startswith("middle.py:2: asks for the kind ")


@pytest.mark.parametrize("case", ["ClassTarget()", "int() | Target(name=n)"])
def test_a_match_on_a_kind_is_a_question(tmp_path: Path, case: str) -> None:
    files = {"kinds/targets.py": KINDS, "middle.py": f"match x:\n    case {case}:\n        pass\n"}

    assert len(breaches_of(tmp_path, files, "kinds")) == 1


def test_a_match_on_the_word_of_a_kind_is_a_question(tmp_path: Path) -> None:
    files = {"kinds/targets.py": KINDS, "middle.py": "match x.kind:\n    case 'class':\n        pass\n"}

    assert len(breaches_of(tmp_path, files, "kinds")) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "isinstance(x, int)",
        "ClassTarget.of(x).classes",
        "x.kind == y.kind",
        "x.dtype.kind == 'f'",
        "TABLE[x.kind](x)",
        "x.name == 'class'",
        "type(x) is int",
    ],
)
def test_what_asks_for_no_kind_is_let_be(tmp_path: Path, harmless: str) -> None:
    files = {"kinds/targets.py": KINDS, "middle.py": f"y = {harmless}\n"}

    assert breaches_of(tmp_path, files, "kinds") == []


def test_in_a_folder_of_kinds_a_kind_may_be_asked_for(tmp_path: Path) -> None:
    question = "y = isinstance(x, ClassTarget)\n"
    files = {"kinds/targets.py": KINDS + question, "middle/kinds/one.py": question, "middle/kindsome.py": question}

    (found,) = breaches_of(tmp_path, files, "kinds")

    assert found.startswith("middle/kindsome.py:1:")


@pytest.mark.parametrize(
    "back",
    ["import house.low.a", "def f() -> None:\n    import house.low.a", "if TYPE_CHECKING:\n    import house.low.a"],
)
def test_a_circle_is_found_however_it_is_closed(tmp_path: Path, back: str) -> None:
    files = {
        "low/__init__.py": "",
        "low/a.py": "from house.low.b import x\n",
        "low/b.py": back,
        "c.py": "import house.low.a\n",
    }

    first, second = breaches_of(tmp_path, files, "circles")

    assert first == "low/a.py:1: is in a circle of imports: house.low.a -> house.low.b -> house.low.a."
    assert second == "low/b.py:1: is in a circle of imports: house.low.b -> house.low.a -> house.low.b."


def test_a_module_that_imports_the_door_that_gives_it_is_in_a_circle(tmp_path: Path) -> None:
    files = {"low/__init__.py": "from house.low.a import x\n", "low/a.py": "from house.low import y\n"}

    assert len(breaches_of(tmp_path, files, "circles")) == 2


def test_another_rooms_names_come_through_its_door(tmp_path: Path) -> None:
    files = {
        "low/__init__.py": "from house.low.a import x\n",
        "low/a.py": "from house.ground import z\n",
        "ground.py": "z = 1\n",
        "high.py": "from house.low import x\nfrom house.low.a import y, z\ndef f() -> None:\n    import house.low.a\n",
    }

    assert breaches_of(tmp_path, files, "doors") == [
        f"high.py:{line}: goes past the door of low for house.low.a; "
        "give it in the room's __init__ (by __getattr__ where it is heavy)."
        for line in (2, 4)
    ]


def lazily(statement: str) -> str:
    return f"def f() -> None:\n    {statement}\n"


def test_what_costs_time_may_be_imported_within_a_function(tmp_path: Path) -> None:
    files = {
        "low/__init__.py": "",
        "low/net.py": "import torch\n",
        "low/user.py": "import house.low.net\n",
        "high.py": lazily("import numpy, torch.nn") + lazily("from house.low.user import x"),
    }

    assert breaches_of(tmp_path, files, "lazy") == []


def test_what_costs_nothing_is_imported_at_the_top(tmp_path: Path) -> None:
    files = {"low.py": "", "high.py": lazily("import house.low") + lazily("import json")}

    first, second = breaches_of(tmp_path, files, "lazy")

    assert first == "high.py:2: imports house.low within a function, which costs nothing: at the top."
    assert second == "high.py:4: imports json within a function; import it at the top."


def test_what_is_loaded_anyway_is_imported_at_the_top(tmp_path: Path) -> None:
    # `import house.high.part` runs house/high/__init__.py, which loads torch.
    files = {
        "low.py": "import torch\n",
        "high/__init__.py": "import torch\n",
        "high/part.py": lazily("import house.low"),
    }

    (found,) = breaches_of(tmp_path, files, "lazy")

    assert found.startswith("high/part.py:2:")


def test_a_name_given_lazily_costs_what_its_module_costs(tmp_path: Path) -> None:
    files = {
        "low/__init__.py": "if TYPE_CHECKING:\n    from house.low.net import Net\n",
        "low/net.py": "import torch\n",
        "high.py": lazily("from house.low import Net") + lazily("from house.low import other"),
    }

    (found,) = breaches_of(tmp_path, files, "lazy")

    assert found.startswith("high.py:4:")


def test_the_house_keeps_all_rules() -> None:
    assert [breach.message for breach in find_breaches(read_modules(SOURCE), PACKAGE)] == []


RESULTS = """
class Evaluation:
    n: int
    mistakes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
class Prediction: ...
class Own(Prediction):
    label: str | None = None
    value: float | None = None
"""


@pytest.mark.parametrize(
    "choice",
    [
        "x.mistakes or x.errors",
        "x.label if x.label is not None else 'none' if x.value is None else x.value",
        "x.label or ('' if x.value is None else x.value)",
    ],
)
def test_a_choice_among_the_fields_of_a_result_is_found(tmp_path: Path, choice: str) -> None:
    files = {"results.py": RESULTS, "middle.py": f"def f(x):\n    return {choice}\n"}

    assert breaches_of(tmp_path, files, "fields")[0].startswith("middle.py:2: looks which is set, x.")
    assert not breaches_of(tmp_path / "row", {"results.py": RESULTS, "kinds/row.py": files["middle.py"]}, "fields")


def test_a_choice_among_fields_in_branches_is_found(tmp_path: Path) -> None:
    branches = "def f(x):\n    if x.label:\n        return 1\n    elif x.value is not None:\n        return 2\n"

    (found,) = breaches_of(tmp_path, {"results.py": RESULTS, "middle.py": branches}, "fields")

    assert found.startswith("middle.py:2: looks which is set, x.label or .value")


@pytest.mark.parametrize(
    "harmless", ["x.mistakes or ()", "x.n or x.label", "x.label or y.value", "x.label and x.value"]
)
def test_that_a_part_is_absent_may_be_asked(tmp_path: Path, harmless: str) -> None:
    files = {"results.py": RESULTS, "middle.py": f"def f(x, y):\n    return {harmless}\n"}

    assert not breaches_of(tmp_path, files, "fields")


def test_a_choice_at_the_top_of_the_recipe_is_found(tmp_path: Path) -> None:
    files = {
        "runs/__init__.py": "",
        "runs/recipe.py": """
class Recipe(Record):
    pictures: Pictures = Pictures()
    seed: int = Field(default=0)
    lr: float | None = None
    def f(self): return 1
""",
    }

    assert breaches_of(tmp_path, files, "sections") == [
        "runs/recipe.py:4: seed is no section; put it into one of runs/sections.",
        "runs/recipe.py:5: lr is no section; put it into one of runs/sections.",
    ]


def test_a_module_called_as_what_its_door_gives_late_is_found(tmp_path: Path) -> None:
    late = 'if TYPE_CHECKING:\n    from house.low.{module} import draw\n__all__ = ["draw"]\n'
    good = {"low/__init__.py": late.format(module="drawing"), "low/drawing.py": ""}
    bad = {"low/__init__.py": late.format(module="draw"), "low/draw.py": ""}

    assert breaches_of(tmp_path / "good", good, "doors") == []
    (found,) = breaches_of(tmp_path / "bad", bad, "doors")
    assert found.startswith("low/__init__.py:2: the module is called draw")


def test_what_a_row_loads_late_belongs_to_circles(tmp_path: Path) -> None:
    files = {"a.py": 'ROW = Late("house.b", "row")\n', "b.py": "import house.a\n"}

    assert len(breaches_of(tmp_path, files, "circles")) == 2


@pytest.mark.parametrize(
    "change",
    [
        "path.unlink()",
        "(home / 'x').mkdir(parents=True)",
        "os.replace(a, b)",
        "shutil.rmtree(path, ignore_errors=True)",
        "path.open('ab')",
        "open(path, 'w')",
        "open(path, mode='r+b')",
        "write(lambda path: path.write_text('x'))",
    ],
)
def test_a_change_of_the_disk_is_found_but_in_files(tmp_path: Path, change: str) -> None:
    text = f"def f(path):\n    return {change}\n"

    (found,) = breaches_of(tmp_path, {"store.py": text, "files/writing.py": text}, "disk")

    assert found.startswith("store.py:2: changes the disk by ")


@pytest.mark.parametrize(
    "harmless", ["beside.write_text('x')", "path.open('rb')", "open(path)", "text.replace(a, b)", "zip.open(info, 'w')"]
)
def test_what_changes_nothing_but_what_lies_beside_is_let_be(tmp_path: Path, harmless: str) -> None:
    assert breaches_of(tmp_path, {"store.py": f"def f(path):\n    return {harmless}\n"}, "disk") == []
