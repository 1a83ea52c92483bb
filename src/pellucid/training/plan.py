"""From a dataset and a recipe with open choices to a run's full record: every decision made, said and written down."""

from __future__ import annotations

import time
from dataclasses import dataclass

from torch import nn

from pellucid.data import Dataset
from pellucid.files import file_stem
from pellucid.models import Fitted, StoredWeights, build_model, find_model, way_of_model, with_own
from pellucid.preprocessing import (
    Augmentation,
    Preprocessing,
    Scalings,
    fit_preprocessing,
    fit_target_scaling,
)
from pellucid.records import Decision
from pellucid.runs import SCHEMA_VERSION, ModelRecord, Recipe, RunRecord, TeacherRecord, Timings, check_name
from pellucid.tasks import Task, find_task
from pellucid.training.choices.augmentation import choose_augmentation
from pellucid.training.choices.learning import choose_learning, choose_perceptrons_rule, choose_what_learns
from pellucid.training.choices.machine import resolve_machine
from pellucid.training.choices.model import (
    check_output,
    choose_family,
    choose_model,
    choose_options,
    family_in_training,
)
from pellucid.training.choices.proposed import choose_proposed
from pellucid.training.choices.task import choose_task, each_scaling, in_units, scaling_of, with_own_of_task
from pellucid.training.describing import describe_dataset, describe_machine, describe_model
from pellucid.training.habits import Family, family_of
from pellucid.training.kinds import INPUT_HABITS
from pellucid.training.teachers import choose_teacher
from pellucid.training.transfer import epochs_in_all, plain_views


@dataclass(frozen=True)
class Plan:
    """A run that could begin: its record, and the model with the weights it starts from."""

    record: RunRecord
    model: nn.Module


def plan_run(
    dataset: Dataset,
    recipe: Recipe,
    *,
    model: nn.Module | None = None,
    name: str | None = None,
    command: str | None = None,
    own_augmentation: bool = False,
) -> Plan:
    """Make every open choice, and build the model; nothing is written, nothing is trained.

    Args:
        dataset: what to learn from.
        recipe: what the user chose.
        model: a module of the user's own, instead of `recipe.architecture.model`.
        name: the run's name; None for "dataset-model".
        command: the command line, to be written down.
        own_augmentation: whether code of the user's own augments, too: a frozen backbone then sees every picture anew.

    Raises:
        RecipeError, ModelError, DataError: the choices do not fit each other, the model or the data; or the data are
            not to be trained on (`Dataset.check_trainable`).
    """
    if name is not None:
        check_name(name)
    dataset.check_trainable()
    recipe, proposed = choose_proposed(dataset, recipe, model)
    # The network comes first: rate, batch, epochs and what stays frozen depend on what was built, and on its weights.
    network, about_network = _plan_network(dataset, recipe, model)
    learning, about_learning = _plan_learning(dataset, network, own_augmentation=own_augmentation)
    settled, plain = learning.recipe, learning.plain
    # That a frozen backbone sees no augmentation is known only now: it takes the place of what was said of it before.
    seen = [plain if plain and one.name == plain.name else one for one in about_network]
    record = RunRecord(
        schema_version=SCHEMA_VERSION,
        name=f"{file_stem(dataset.name)}-{file_stem(network.about.name)}" if name is None else name,
        status="running",
        command=command,
        task=network.task.name,
        dataset=describe_dataset(dataset),
        model=network.about,
        preprocessing=network.preprocessing,
        target_scaling=network.scaling,
        augmentation=network.augmentation if INPUT_HABITS[dataset.input.kind].augments else None,
        recipe=settled,
        # In the order in which a reader asks: the data, the network, how it learns.
        decisions=(*dataset.decisions, *proposed, *seen, *about_learning),
        **describe_machine(),
        timings=Timings(created=time.time()),
        weights=network.weights.card if network.weights else None,
        teacher=learning.teacher,
        sees_plain=plain is not None,
        betas=network.task.phases[0].betas,
        by_length=True,
        chosen_by="balanced_accuracy" if settled.counts_classes_alike else "accuracy",
    )
    return Plan(record, network.model)


@dataclass(frozen=True)
class _Network:
    """A network that is built, between its examples and its task; `recipe` has what was chosen on the way."""

    recipe: Recipe
    preprocessing: Preprocessing
    augmentation: Augmentation
    task: Task
    weights: StoredWeights | None
    family: Family
    model: nn.Module
    about: ModelRecord
    scaling: Scalings | None


def _plan_network(dataset: Dataset, recipe: Recipe, model: nn.Module | None) -> tuple[_Network, tuple[Decision, ...]]:
    """Choose and build the network, and what is before and behind it."""
    chosen, about_model = choose_model(dataset, recipe, model)
    recipe, custom = chosen.recipe, model is not None
    preprocessing, about_input = fit_preprocessing(
        dataset,
        chosen.wishes,
        imgsz=recipe.pictures.imgsz,
        resize=recipe.pictures.resize,
        colour=recipe.pictures.colour,
        scale=recipe.numbers.scale,
        unit=recipe.tokens.unit,
        vocabulary=recipe.tokens.vocabulary,
        lower=recipe.tokens.lower,
        longest=recipe.tokens.longest,
        model=chosen.name,
    )
    augmentation, about_augmentation = choose_augmentation(
        dataset, recipe, family_of(chosen.name, custom=custom), preprocessing
    )
    task, about_task = choose_task(dataset, recipe, preprocessing.form, way="" if custom else way_of_model(chosen.name))
    recipe = with_own_of_task(recipe, task.name)
    options, about_options = choose_options(dataset, recipe, chosen.name)
    form = preprocessing.form
    entry = find_task(task.name)
    scaling = (
        fit_target_scaling(
            dataset, scale=recipe.numbers.scale, preprocessing=preprocessing, anchor=recipe.forecasts.anchor
        )
        if entry.scales_targets
        else None
    )
    # After the scaling: of an answer that is a text, its alphabet says how many numbers the network gives.
    task = in_units(task, recipe, dataset.target, form, scaling)
    network = model or build_model(
        chosen.name,
        form=form,
        outputs=task.output_width,
        options=options,
        init=recipe.architecture.init,
        weights=chosen.weights,
        seed=recipe.machine.seed,
    )
    built = entry.framed(network, dataset.target, scaling_of(scaling))
    said = [*about_model, *about_input, about_augmentation, *about_task, *about_options]
    if chosen.name == "perceptron" and recipe.objective.loss in (None, "perceptron"):
        recipe, rule = choose_perceptrons_rule(dataset, recipe)
        said.append(rule)
    about = describe_model(
        built, chosen.name, options if custom else with_own(chosen.name, options), form, task, custom=custom
    )
    check_output(built, form, task)
    family = choose_family(chosen.name, built, custom=custom)
    said += [decision for one in each_scaling(scaling) for decision in one.decisions()]
    return _Network(recipe, preprocessing, augmentation, task, chosen.weights, family, built, about, scaling), tuple(
        said
    )


@dataclass(frozen=True)
class _Learning:
    """How a network learns: a recipe with no open choice, who teaches, and what is said where it sees plain views."""

    recipe: Recipe
    teacher: TeacherRecord | None
    plain: Decision | None


def _plan_learning(
    dataset: Dataset, network: _Network, *, own_augmentation: bool
) -> tuple[_Learning, tuple[Decision, ...]]:
    """Choose how the network learns."""
    # Where a part alone is borrowed, the rest has all to learn: nothing is frozen, and the pace is the network's own.
    entry = None if network.about.custom else find_model(network.about.name)
    pretrained = network.weights is not None and (entry is None or entry.lender is None)
    mixes = network.augmentation.mixes
    recipe, teacher, about_teacher = choose_teacher(dataset, network.recipe)
    recipe = recipe.override(model=network.about.name, task=network.task.name, pretrained=network.weights is not None)
    recipe, about_parts = choose_what_learns(
        dataset,
        recipe,
        network.model,
        form=network.about.form,
        layers=[layer.name for layer in network.about.layers],
        augmentation=network.augmentation,
        pretrained=pretrained,
    )
    # In this order: what learns says which pace is right, and the pace how many epochs there are.
    plain = plain_views(recipe, network.augmentation)
    family = family_in_training(network.family, recipe, pretrained=pretrained)
    recipe, about_rate = choose_learning(
        dataset, recipe, family, mixes=mixes, in_one_pass=isinstance(network.model, Fitted)
    )
    in_all = epochs_in_all(recipe)
    recipe, about_machine = resolve_machine(recipe, network.model, network.about.layers)
    said = (about_teacher, *about_parts, *about_rate, in_all, *about_machine)
    return _Learning(recipe, teacher, None if own_augmentation else plain), tuple(
        one for one in said if one is not None
    )
