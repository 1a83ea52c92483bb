"""run.json: what a run is, in one strict, versioned record."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pellucid.errors import RecipeError, RunError
from pellucid.files import is_folder_name
from pellucid.kinds import SPLITS, Form, InputSpec, TargetSpec
from pellucid.models import LayerSummary, ModelOptions, WeightsCard, with_own_of_before
from pellucid.preprocessing import Augmentation, PreprocessingSpec, Scalings, TargetScaling
from pellucid.records import Decision, Record
from pellucid.runs.answerable import ANSWERABLE
from pellucid.runs.recipe import Recipe
from pellucid.words import is_utf8

SCHEMA_VERSION = 1
# File systems have 255 bytes; numbers, endings and the names of drafts are put behind it.
_LONGEST_NAME = 200


def _is_folder_name(name: str) -> str:
    # It becomes a part of the names of pages: from a stranger's record, no path may come.
    if not is_folder_name(name):
        raise ValueError("It must be the name of a folder, without slashes")
    return name


def check_name(name: str, what: str = "run") -> None:
    """Look whether a run, or a search, can be called so, before anything is made.

    Raises:
        RecipeError: it cannot be the name of one folder, is too long, or has bytes that are no UTF-8.
    """
    if not is_folder_name(name) or not is_utf8(name) or len(name.encode()) > _LONGEST_NAME:
        raise RecipeError(
            f"'{name:.60}' cannot be the name of a {what}.",
            expected=f"A folder's name, without slashes, of up to {_LONGEST_NAME} bytes.",
            fix="--runs-dir says where run folders are made.",
        )


Status = Literal["running", "interrupted", "failed", "finished", "pruned"]
""""pruned": a search ended it early, because others did better."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Beta = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
MOST_THREADS = 4096
MOST_OUTPUTS, MOST_SIDE = 1_000_000, 2**24
"""Larger ones are no network's: such a record is damaged."""


class DatasetRecord(Record):
    """Which data a run saw, precisely enough to open it again and to notice a change."""

    name: str
    source: str
    """A known name or an absolute path; "arrays" when handed over in Python."""
    moved_to: str | None = None
    """The absolute path at which the same data were found later; None while they lie at `source`."""
    options: dict[str, Any]
    """The options of `load_dataset`."""
    fingerprint: str
    split_fingerprint: str
    input: InputSpec
    target: TargetSpec
    num_examples: dict[str, Count]
    """Per split."""
    class_counts: dict[str, dict[str, Count]]
    """Per split and class (or label); empty for a regression."""
    findings: tuple[str, ...]
    """What was noticed about the data, a sentence each."""


class ModelRecord(Record):
    """Which model was trained."""

    name: str
    custom: bool
    """True when the user handed over a module: reopening needs it again."""
    options: ModelOptions
    input_shape: tuple[Annotated[int, Field(ge=1, le=MOST_SIDE)], ...]
    """Of one example, without the batch: (C, H, W) or (D,)."""
    form: Form = Field(default_factory=lambda read: Form(shape=read.get("input_shape", ())))
    """Of one example; floats of `input_shape` where a record is older than this field."""
    reads: Form | None = None
    """Of what the whole network reads, where that is no example: random numbers, for one."""
    output_width: Annotated[int, Field(ge=1, le=MOST_OUTPUTS)]
    num_parameters: Count
    layers: tuple[LayerSummary, ...]

    @model_validator(mode="after")
    def _name_what_held(self) -> Self:
        """Say what the network of an older version was, where that had no option for it yet."""
        if not self.custom:
            object.__setattr__(self, "options", with_own_of_before(self.name, self.options))  # frozen, but new
        return self


class Answering(Record):
    """How the trained model's outputs become answers; fitted on the validation split."""

    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """The logits are divided by it (Guo et al. 2017)."""
    temperature_note: str = ""
    thresholds: tuple[Share, ...] | None = None
    """Of several labels at once: the probability from which each is answered; None: 0.5 for all."""
    thresholds_note: str = ""
    bands: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] | None = None
    """Of forecasts: by what the distance of each band from the median is multiplied, the outermost (95 %) first."""
    bands_note: str = ""
    bands_windows: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """How many validation windows without overlap told it; None: none did, or the run is older than this field."""
    echo: Share | None = None
    """Of forecasts: the correlation of neighbouring steps' errors, for futures that are drawn; None: not known."""
    unsure_below: Share | None = None
    """A highest probability below this is answered "unsure"; None: never."""
    unsure_note: str = ""
    unknown_above: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """A distance to the nearest training features above this is answered "unknown"; None: never."""
    unknown_note: str = ""

    @property
    def can_abstain(self) -> bool:
        """Whether it is ever said that an answer is "unsure" or "unknown"."""
        return self.unsure_below is not None or self.unknown_above is not None

    def is_unsure(self, probability: Any) -> Any:
        """Tell whether an answer's highest probability, or each of an array of them, is too low to rely on."""
        return probability < (-math.inf if self.unsure_below is None else self.unsure_below)

    def is_unknown(self, distance: Any) -> Any:
        """Tell whether a distance to the nearest training features, or each of an array of them, is too long."""
        return distance > (math.inf if self.unknown_above is None else self.unknown_above)


class Best(Record):
    """The epoch whose weights the run answers with."""

    epoch: Annotated[int, Field(ge=1, le=2**53)]
    metric: str
    value: float
    loss: float


class RangeTest(Record):
    """The short probe of `--lr auto`: the smoothed training loss at each learning rate tried."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    chosen: float
    note: str = ""
    """Why the curve says no rate, so that the default one was kept; "" where one was found."""


class TeacherRecord(Record):
    """The run whose answers a run learned from."""

    name: str
    path: str
    """Absolute, of its folder."""
    sha256: str
    """Of its best weights."""
    model: str
    num_parameters: Count
    fingerprint: str
    """Of the data that it was trained on."""


class Timings(Record):
    """Moments of the training's life, in seconds since 1970 (UTC)."""

    created: Annotated[float, Field(allow_inf_nan=False)]
    first_step: Annotated[float, Field(allow_inf_nan=False)] | None = None
    ended: Annotated[float, Field(allow_inf_nan=False)] | None = None
    training_seconds: Seconds = 0.0
    """Summed over epochs, validation included, also across resumptions."""


class ThreadsFrom(Record):
    """With how many threads was computed from an epoch on: part of what the bits of the weights depend on."""

    epoch: int = Field(ge=0)
    """0: what is computed before the first epoch."""
    threads: int = Field(ge=1, le=MOST_THREADS)
    reason: str = ""


class RunRecord(Record):
    """Everything about a run but its weights and its history."""

    schema_version: int = SCHEMA_VERSION
    name: Annotated[str, AfterValidator(_is_folder_name)]
    status: Status
    status_note: str = ""
    measured: bool | None = None
    """Whether what follows a training is done: how it answers, its measure on val, its report. None in the records of
    older versions, which tell it by the presence of the report."""
    pellucid_version: str
    command: str | None = None
    """The command line that began it, where there was one."""
    task: str
    dataset: DatasetRecord
    model: ModelRecord
    preprocessing: PreprocessingSpec
    target_scaling: Scalings | None = None
    """Of a number; one per number where there are several."""
    augmentation: Augmentation | None = None
    recipe: Recipe
    """As resolved: no choice is open any more."""
    decisions: tuple[Decision, ...]
    versions: dict[str, str]
    hardware: dict[str, str]
    timings: Timings
    best: Best | None = None
    chosen_by: Literal["accuracy", "balanced_accuracy"] | None = None
    """Of uneven classes: the share that chooses the best epoch; None in older runs, whose balanced accuracy does."""
    sees_plain: bool = False
    """A frozen backbone sees each picture as it is, whatever `augmentation` holds; in older runs only where its
    features could be computed once."""
    betas: tuple[Beta, Beta] | None = None
    """Of Adam and AdamW, where the task's first phase has its own; None for torch's, as in older runs."""
    by_length: bool = False
    """Texts of like length come into one batch; in older runs batches were as the order was drawn."""
    answering: Answering | None = None
    range_test: RangeTest | None = None
    weights: WeightsCard | None = None
    """The pretrained weights that everything but the head started from; None where all were drawn."""
    teacher: TeacherRecord | None = None
    thread_choices: tuple[ThreadsFrom, ...] = ()
    """In the order of their epochs, none twice; empty in older runs, which computed with `hardware.threads`."""
    hooks: tuple[str, ...] = ()
    """What code of the user's own took part as ("loss", "metrics", ...): resuming needs it again."""

    @property
    def scalings(self) -> tuple[TargetScaling, ...]:
        """How each number that is learned is scaled: one for a single number, () where none are learned."""
        if self.target_scaling is None:
            return ()
        return self.target_scaling if isinstance(self.target_scaling, tuple) else (self.target_scaling,)

    @property
    def threads(self) -> int | None:
        """How many threads the training computed with; None where that was not written down.

        Raises:
            RunError: what is written is no such number.
        """
        said = self.hardware.get("threads")
        if said in (None, "0"):
            return None
        if said is None or not re.fullmatch(r"[0-9]{1,9}", said) or int(said) > MOST_THREADS:
            raise RunError(
                f"The record of '{self.name}' is damaged: hardware.threads is '{said:.60}'.",
                expected=f"A whole number up to {MOST_THREADS:,}.",
            )
        return int(said)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        epochs = [choice.epoch for choice in self.thread_choices]
        if epochs != sorted(set(epochs)):
            raise ValueError("thread_choices: their epochs are not in order")
        target, given = self.dataset.target, self.answering.thresholds if self.answering else None
        answerable = ANSWERABLE[target.kind]
        if given is not None and (not answerable.thresholds or len(given) != len(target.answers)):
            raise ValueError(f"answering.thresholds: there are {len(given)}, and not one for each label")
        if not self.dataset.num_examples.get("train") or not set(self.dataset.num_examples) <= set(SPLITS):
            raise ValueError("dataset.num_examples: there are none to train on, or splits that there are not")
        if target.categories and set(self.dataset.class_counts) != set(self.dataset.num_examples):
            raise ValueError("dataset.class_counts: other splits than those of num_examples")
        scalings = self.target_scaling if isinstance(self.target_scaling, tuple) else (self.target_scaling,)
        if fault := answerable.fault(target, len(scalings)):
            raise ValueError(fault)
        # Said twice in the file, and read by different rooms: a record that was changed by hand must not answer by
        # halves.
        if tuple(self.preprocessing.input_shape) != self.model.input_shape:
            raise ValueError("model.input_shape: the preprocessing gives another one")
        if self.preprocessing.form != self.model.form:
            raise ValueError("model.form: the preprocessing gives another one")
        # Before a network is built: the sides may each be possible, and their product fill any memory.
        if not math.prod(self.model.input_shape) <= MOST_SIDE * 64:
            raise ValueError("model.input_shape: no network takes so much")
        return self

    @model_validator(mode="after")
    def _name_the_passes(self) -> Self:
        """Say how pictures are resized where a record leaves it to the Pillow that it names."""
        object.__setattr__(self, "preprocessing", self.preprocessing.completed(self.versions))  # frozen, but new
        return self
