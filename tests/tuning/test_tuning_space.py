"""What a search may choose from, and what is said when that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.errors import RecipeError
from pellucid.tuning import read_space


def test_a_space_is_read_from_yaml_with_short_forms(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(
        "optimizer: [adamw, sgd]\n"
        "weight-decay: {low: 1e-4, high: 0.5, log: true, when: {optimizer: adamw}}\n"
        "hidden: [[64], [128, 64]]\n"
        "lr: {times: [0.1, 5]}\n",
        encoding="utf-8",
    )
    space = read_space(path)
    assert list(space.parameters) == ["optimizer", "weight_decay", "hidden", "lr"]
    assert space.parameters["weight_decay"].range == (1e-4, 0.5)
    assert space.parameters["weight_decay"].when == {"optimizer": ("adamw",)}
    assert space.parameters["hidden"].choices == ("64", "128,64")


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"optimiser": ["sgd"]}, "Did you mean 'optimizer'"),
        ({"lr": {"low": 0.1, "hihg": 1}}, "Did you mean 'high'"),
        ({"lr": {"low": 0.1}}, "'low' and 'high'"),
        ({"lr": {"low": 1, "high": 0.1}}, "the smaller comes first"),
        ({"lr": {"low": 0, "high": 0.1, "log": True}}, "begins above 0"),
        ({"lr": {"low": -1, "high": 0.1}}, "greater than 0"),
        ({"optimizer": ["sgd", "lion"]}, "lion"),
        ({"batch": [16, 16]}, "each of them once"),
        ({"batch": []}, "at least one value"),
        ({"seed": [1, 2]}, "is not searched"),
        ({"dropout": {"times": [0.5, 2]}}, "no default that could be multiplied"),
        ({"weight_decay": {"low": 0, "high": 1, "when": {"optimzer": "sgd"}}}, "Did you mean 'optimizer'"),
        ({"lr": {"low": 0.1, "high": 1, "when": {"batch": 8}}, "batch": [8, 16]}, "must stand above it"),
        ({"nesterov": {"low": 0, "high": 1}}, "yes or no"),
        ({}, "nothing to search"),
    ],
)
def test_a_wrong_space_is_an_error_that_says_what_is_wrong(entries: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        read_space(entries)


def test_all_faults_of_a_space_are_said_at_once() -> None:
    with pytest.raises(RecipeError) as problem:
        read_space({"optimiser": ["sgd"], "dropot": [0.1]})
    assert "optimizer" in str(problem.value)
    assert "dropout" in str(problem.value)


def test_a_missing_space_file_is_said_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no search space at"):
        read_space(tmp_path / "none.yaml")


def test_ranges_become_grids_even_in_the_logarithm_or_by_steps() -> None:
    space = read_space(
        {
            "lr": {"low": 0.001, "high": 1, "log": True},
            "dropout": {"low": 0, "high": 0.5, "step": 0.25},
            "epochs": {"low": 4, "high": 6, "points": 9},
        }
    )
    assert space.parameters["lr"].grid(whole=False) == (0.001, 0.01, 0.1, 1.0)
    assert space.parameters["dropout"].grid(whole=False) == (0.0, 0.25, 0.5)
    assert space.is_whole("epochs")
    assert not space.is_whole("lr")
    assert space.parameters["epochs"].grid(whole=True) == (4, 5, 6)


def test_a_condition_on_what_is_not_searched_looks_at_the_default() -> None:
    space = read_space({"weight_decay": {"low": 0.1, "high": 0.2, "when": {"optimizer": "adamw"}}})
    assert space.is_active("weight_decay", {}, {"optimizer": "adamw"})
    assert not space.is_active("weight_decay", {}, {"optimizer": "sgd"})
