"""Planes carried through small networks: separable at the end, not at the beginning; and the pages about descents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid import api
from pellucid.descent import PLANES, carry_plane
from pellucid.descent.plane import straight_share
from pellucid.errors import RecipeError
from pellucid.points import make_points
from pellucid.report import write_page


@pytest.mark.parametrize("problem", PLANES)
def test_the_last_layer_separates_what_the_plane_does_not(problem: str) -> None:
    plane = carry_plane(problem, steps=600)
    assert plane.stages[0].straight < 0.95
    assert plane.stages[-1].straight > 0.98
    assert plane.stages[-1].width == 2
    assert plane.snapshots[-1].accuracy > 0.98 > plane.snapshots[0].accuracy
    assert plane.snapshots[-1].probabilities.shape == (61, 61)
    assert np.array_equal(plane.stages[0].points, plane.places)


def test_no_line_gets_more_than_three_corners_of_xor() -> None:
    places, classes = make_points("xor-cloud", number=400)
    assert straight_share(places, classes) <= 0.76
    assert straight_share(places, (places[:, 0] > 0).astype(np.int64)) == 1


def test_the_same_seed_gives_the_same_plane() -> None:
    first, second = (carry_plane("moons", steps=30, seed=3) for _ in range(2))
    assert np.array_equal(first.snapshots[-1].probabilities, second.snapshots[-1].probabilities)


def test_pages_hold_their_pictures(tmp_path: Path) -> None:
    for problem, pictures in (("bowl", 4), ("curve", 3), ("xor", 2)):
        result = api.descend(problem, steps=40)
        page = write_page([result], tmp_path / f"{problem}.html", command=f"pellucid descent {problem}")
        text = page.read_text(encoding="utf-8")
        assert "data:image/png" not in text  # drawn in the page's own type and colours
        assert text.count("<figure") >= pictures
        assert f"pellucid descent {problem}" in text


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(RecipeError, match=r"Unknown problem 'moon'\. Did you mean 'moons'"):
        api.descend("moon")
    with pytest.raises(RecipeError, match="trained by Adam"):
        api.descend("xor", optimizers=["gd"])
    with pytest.raises(RecipeError, match="has no network"):
        api.descend("bowl", hidden=[2])
    with pytest.raises(RecipeError, match="All above 0"):
        carry_plane("xor", hidden=[0])
