from __future__ import annotations

from pathlib import Path

import pytest

from write_map import BEGIN, END, draw_map, insert_map


def test_the_graph_leaves_out_arrows_that_follow_from_others(tmp_path: Path) -> None:
    house = tmp_path / "pellucid"
    house.mkdir()
    files = {
        "__init__.py": "",
        "low.py": '"""The bottom."""\n',
        "middle.py": "import pellucid.low\n",
        "high.py": "import pellucid.low\nimport pellucid.middle\n",
    }
    for name, text in files.items():
        (house / name).write_text(text, encoding="utf-8")

    drawn = draw_map(house, ["low", "middle", "high", "planned"])

    assert "    high --> middle" in drawn
    assert "    middle --> low" in drawn
    assert "    high --> low" not in drawn
    assert "| `low` | The bottom. | nothing of ours | 1 |" in drawn
    assert "| `high` |  | low, middle | 1 |" in drawn
    assert "planned" not in drawn


def test_only_what_lies_between_the_markers_is_replaced() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    assert insert_map(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert insert_map(insert_map(page, "new"), "new") == insert_map(page, "new")


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="has lost a marker"):
        insert_map(f"{BEGIN} but no end", "new")
