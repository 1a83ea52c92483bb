"""The ladder as a call: from the trivial baseline to a fine-tuned network, on the same splits, in one table."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.api.training import train
from pellucid.clock import time_now
from pellucid.data import Dataset, dataset_of
from pellucid.evaluation import Opening
from pellucid.kinds import SplitName
from pellucid.ladder import Climbed, Ladder, Network, check_target, climb_classical, networks_of, tabulate
from pellucid.records import Decision
from pellucid.report import keep
from pellucid.runs import Recipe, read_recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pellucid.api.run import Run
    from pellucid.training import Progress

_OPENED = "asked for by --open-test, for all rungs of the ladder at once"


def ladder(
    data: str | Path | Dataset,
    *,
    recipe: Recipe | str | Path | None = None,
    runs_dir: str | Path = "runs",
    open_test: bool = False,
    command: str | None = None,
    progress: Progress | None = None,
    **choices: Any,
) -> Ladder:
    """Climb from a trivial baseline over classical methods to networks, and compare all of them on the same examples.

    Args:
        data: a path, a name, or a Dataset; its target is one class, several labels or one number.
        recipe: choices for the networks, as in `train`.
        runs_dir: where the networks' run folders are made.
        open_test: whether to score all rungs on the sealed test split, too: one opening, written down.
        command: the command line, to be written down.
        progress: the callback that is told how it goes.
        **choices: any field of Recipe, for the networks. A model of timm or torchvision is the backbone, any other the
            network that starts from scratch.

    Raises:
        PellucidError: a choice is unknown or does not fit.
    """
    started = time.perf_counter()
    made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
    resolved = made_before.override(**choices)
    dataset = dataset_of(data, task=resolved.data_task)
    dataset.check_trainable()
    check_target(dataset)
    networks, notes = networks_of(dataset, resolved)
    splits: tuple[SplitName, ...] = ("val", "test") if open_test and len(dataset.splits["test"]) else ("val",)

    def say(name: str, what: str) -> None:
        if progress is not None:
            progress.decided(Decision(name="rung", value=name, reason=what))

    climbed = climb_classical(
        dataset, splits, on_rung=lambda name: say(name, "fitted on train, set by cross-validation")
    )
    trained: list[Run] = []
    for network in networks:
        say(network.name, network.description)
        run, rung = _climb(dataset, resolved, network, Path(runs_dir), splits, command, progress)
        trained.append(run)
        climbed.append(rung)
    opening = _open_test(trained) if "test" in splits else None
    made = tabulate(dataset, climbed, opening=opening, notes=notes, seconds=time.perf_counter() - started)
    _keep(made, trained)
    return made


def _climb(
    dataset: Dataset,
    recipe: Recipe,
    network: Network,
    runs_dir: Path,
    splits: tuple[SplitName, ...],
    command: str | None,
    progress: Progress | None,
) -> tuple[Run, Climbed]:
    started = time.perf_counter()
    run = train(
        dataset,
        recipe=recipe,
        runs_dir=runs_dir,
        name=f"{dataset.name}-ladder-{network.kind.replace(' ', '-')}",
        command=command,
        progress=progress,
        **network.choices,
    )
    answers = {split: _answers(run, dataset, split) for split in splits}
    record = run.record
    best = record.best
    count = "1 epoch" if len(run.history) == 1 else f"{len(run.history)} epochs"
    epochs = f"{count}, best {best.epoch}" if best is not None else "no epoch"
    rung = Climbed(
        name=network.name,
        kind=network.kind,
        description=f"{network.description}; {epochs}; {run.path.name}",
        answers=answers,
        seconds=time.perf_counter() - started,
        num_bytes=(run.folder.checkpoints / "best.safetensors").stat().st_size,
        parameters=record.model.num_parameters,
        run=str(run.path),
    )
    return run, rung


def _answers(run: Run, dataset: Dataset, split: SplitName) -> NDArray[Any]:
    return run.predictor.answer(run.predictor.split_outputs(dataset, dataset.splits[split])).as_targets


def _open_test(trained: list[Run]) -> Opening:
    """Write into every run that its test split was opened, and return the ladder's one opening."""
    for run in trained:
        run.evaluate("test", reason=_OPENED, baselines=False)
    return Opening(reason=_OPENED, number=1, when=time_now())


def _keep(made: Ladder, trained: list[Run]) -> None:
    """Put the ladder into the reports of the runs that are its rungs."""
    for run in trained:
        keep(run, [made])
