"""What a search tries next: reproducible, without repetition, and in as many processes as there are."""

from __future__ import annotations

import itertools
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.apart import Starter

import pellucid
from pellucid.runs import Recipe
from pellucid.tuning import Method, SearchFolder, Trial, begin_search
from pellucid.tuning.journal import Journal
from pellucid.tuning.proposing import default_choices

from .conftest import Begin

pytest.importorskip("optuna")

MIXED: dict[str, Any] = {
    "optimizer": ["adamw", "sgd"],
    "lr": {"times": [0.1, 10]},
    "weight_decay": {"low": 1e-4, "high": 0.5, "log": True, "when": {"optimizer": "adamw"}},
    "label_smoothing": {"low": 0, "high": 0.2, "step": 0.1},
}


def follow(folder: SearchFolder, count: int, *, anew: bool = False) -> list[Trial]:
    """Propose and end trials with a made-up score, the same for the same choices; perhaps with a fresh journal each."""
    record = folder.read_record()
    journal, made = Journal(folder, record), []
    for _ in range(count):
        journal = Journal(folder, record) if anew else journal
        trial = journal.propose()
        score = 1 / (1 + abs(float(trial.choices["lr"] or 0) - 2))
        journal.end(trial.model_copy(update={"status": "finished", "score": score, "epochs": 4}))
        made.append(trial)
    return made


@pytest.mark.parametrize("method", ["random", "tpe", "gp"])
def test_a_search_that_was_stopped_after_every_trial_proposes_what_it_would_have(begin: Begin, method: Method) -> None:
    count = 13
    whole = follow(begin(method=method, space=MIXED, name="whole"), count)
    in_parts = follow(begin(method=method, space=MIXED, name="parts"), count, anew=True)
    assert [trial.choices for trial in whole] == [trial.choices for trial in in_parts]


PROPOSER = """
import json, sys
from pellucid.tuning import SearchFolder
from pellucid.tuning.journal import Journal

folders = [SearchFolder.open(path) for path in sys.argv[2:]]
journals = [Journal(folder, folder.read_record()) for folder in folders]
print("ready", flush=True)
sys.stdin.readline()
for journal in journals:
    proposals = [journal.propose() for _ in range(int(sys.argv[1]))]
    print(json.dumps([[trial.number, trial.choices] for trial in proposals]), flush=True)
"""
"""Proposes trials for each search, none of which ends, from the moment on when a line is written to it."""


@pytest.mark.slow
def test_two_processes_with_one_seed_never_propose_the_same(begin: Begin, start: Starter) -> None:
    each, methods = 7, ("random", "tpe", "gp")
    folders = [begin(method=method, space=MIXED, name=method) for method in methods]
    with ExitStack() as stack:
        workers = [stack.enter_context(start(PROPOSER, each, *(folder.path for folder in folders))) for _ in range(2)]
        assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 2
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        said = [worker.communicate()[0].splitlines() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    for method, first, second in zip(methods, *said, strict=True):
        proposals = [*json.loads(first), *json.loads(second)]
        assert sorted(number for number, _ in proposals) == list(range(2 * each)), method
        assert all(a != b for (_, a), (_, b) in itertools.combinations(proposals, 2)), method


def test_another_seed_proposes_something_else(begin: Begin) -> None:
    from .conftest import RECIPE

    first = follow(begin(space=MIXED, name="a"), 4)
    second = follow(begin(space=MIXED, name="b", recipe=RECIPE.override(seed=1)), 4)
    assert first[0].choices == second[0].choices  # the default recipe
    assert all(a.choices != b.choices for a, b in zip(first[1:], second[1:], strict=True))


def test_a_finite_space_is_tried_completely_and_each_recipe_once(begin: Begin) -> None:
    folder = begin(space={"optimizer": ["adamw", "sgd", "adam"], "lr": [0.01, 0.1]})
    journal = Journal(folder, folder.read_record())
    assert journal.num_combinations == 6
    tried = {tuple(journal.propose().choices.items()) for _ in range(6)}
    assert len(tried) == 6


def test_a_grid_is_gone_through_once_in_an_order_that_the_seed_shuffles(begin: Begin) -> None:
    space = {"optimizer": ["adamw", "sgd"], "weight_decay": {"low": 0.01, "high": 1, "log": True, "points": 3,
                                                             "when": {"optimizer": "adamw"}}}  # fmt: skip
    folder = begin(method="grid", space=space)
    journal = Journal(folder, folder.read_record())
    assert journal.num_combinations == 4  # three decays of adamw, and sgd without one
    tried = [journal.propose().choices for _ in range(4)]
    assert sorted(str(one) for one in tried) == sorted(
        str(one)
        for one in (
            {"optimizer": "adamw", "weight_decay": 0.01},
            {"optimizer": "adamw", "weight_decay": 0.1},
            {"optimizer": "adamw", "weight_decay": 1.0},
            {"optimizer": "sgd"},
        )
    )


def test_the_first_trial_is_the_default_recipe_where_the_space_holds_it(begin: Begin) -> None:
    first = follow(begin(space=MIXED), 1)[0]
    assert first.choices == {"optimizer": "adamw", "lr": 1.0, "weight_decay": 1e-4, "label_smoothing": 0.0}
    elsewhere = begin(space={"lr": {"low": 5, "high": 6}}, name="elsewhere")
    assert Journal(elsewhere, elsewhere.read_record()).default is None


@pytest.mark.parametrize(
    ("data", "choices"), [("iris", {}), ("diabetes", {}), ("digits", {"model": "perceptron"}), ("digits", {})]
)
def test_the_space_out_of_the_box_holds_the_default_recipe(data: str, choices: dict[str, Any], tmp_path: Path) -> None:
    folder = begin_search(
        pellucid.load_dataset(data), Recipe(**choices), space=None, method="tpe", pruning="none", runs_dir=tmp_path
    )
    assert default_choices(folder.read_record()) is not None


def test_tpe_finds_better_rates_than_chance_does(begin: Begin) -> None:
    def best(method: Method) -> float:
        trials = follow(begin(method=method, space={"lr": {"times": [0.1, 10]}}, name=method), 40)
        return min(abs(float(trial.choices["lr"] or 0) - 2) for trial in trials)

    assert best("tpe") < best("random")
