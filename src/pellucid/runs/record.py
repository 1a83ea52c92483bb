"""run.json: what a run is, in one strict, versioned record."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from pellucid.files import is_folder_name
from pellucid.models import LayerSummary, ModelOptions, WeightsCard
from pellucid.preprocessing import Augmentation, Preprocessing, TargetScaling
from pellucid.runs.recipe import Recipe
from pellucid.spec import Decision, InputSpec, Record, TargetSpec

SCHEMA_VERSION = 1


def _is_folder_name(name: str) -> str:
    # It becomes a part of the names of pages: from a stranger's record, no path may come.
    if not is_folder_name(name):
        raise ValueError("It must be the name of a folder, without slashes")
    return name


Status = Literal["running", "interrupted", "failed", "finished", "pruned"]
""""pruned": a search ended it early, because others did better."""


class DatasetRecord(Record):
    """Which data a run saw, precisely enough to open it again and to notice a change."""

    name: str
    source: str
    """A known name or an absolute path; "arrays" when handed over in Python."""
    options: dict[str, Any]
    """The options of `load_dataset`."""
    fingerprint: str
    split_fingerprint: str
    input: InputSpec
    target: TargetSpec
    num_examples: dict[str, int]
    """Per split."""
    class_counts: dict[str, dict[str, int]]
    """Per split and class (or label); empty for a regression."""
    findings: tuple[str, ...]
    """What was noticed about the data, a sentence each."""


class ModelRecord(Record):
    """Which model was trained."""

    name: str
    custom: bool
    """True when the user handed over a module: reopening needs it again."""
    options: ModelOptions
    input_shape: tuple[int, ...]
    """Of one example, without the batch: (C, H, W) or (D,)."""
    output_width: int
    num_parameters: int
    layers: tuple[LayerSummary, ...]


class Answering(Record):
    """How the trained model's outputs become answers; fitted on the validation split."""

    temperature: float = 1.0
    """The logits are divided by it (Guo et al. 2017)."""
    temperature_note: str = ""
    thresholds: tuple[float, ...] | None = None
    """Of several labels at once: the probability from which each is answered; None: 0.5 for all."""
    thresholds_note: str = ""
    unsure_below: float | None = None
    """A highest probability below this is answered "unsure"; None: never."""
    unsure_note: str = ""
    unknown_above: float | None = None
    """A distance to the nearest training features above this is answered "unknown"; None: never."""
    unknown_note: str = ""


class Best(Record):
    """The epoch whose weights the run answers with."""

    epoch: int
    metric: str
    value: float
    loss: float


class RangeTest(Record):
    """The short probe of `--lr auto`: the smoothed training loss at each learning rate tried."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    chosen: float


class TeacherRecord(Record):
    """The run whose answers a run learned from."""

    name: str
    path: str
    """Absolute, of its folder."""
    sha256: str
    """Of its best weights."""
    model: str
    num_parameters: int
    fingerprint: str
    """Of the data that it was trained on."""


class Timings(Record):
    """Moments of the training's life, in seconds since 1970 (UTC)."""

    created: float
    first_step: float | None = None
    ended: float | None = None
    training_seconds: float = 0.0
    """Summed over epochs, validation included, also across resumptions."""


class RunRecord(Record):
    """Everything about a run but its weights and its history."""

    schema_version: int = SCHEMA_VERSION
    name: Annotated[str, AfterValidator(_is_folder_name)]
    status: Status
    status_note: str = ""
    pellucid_version: str
    command: str | None = None
    """The command line that began it, where there was one."""
    task: str
    dataset: DatasetRecord
    model: ModelRecord
    preprocessing: Preprocessing
    target_scaling: TargetScaling | tuple[TargetScaling, ...] | None = None
    """Of a number; one per number where there are several."""
    augmentation: Augmentation | None = None
    recipe: Recipe
    """As resolved: no choice is open any more."""
    decisions: tuple[Decision, ...]
    versions: dict[str, str]
    hardware: dict[str, str]
    timings: Timings
    best: Best | None = None
    answering: Answering | None = None
    range_test: RangeTest | None = None
    weights: WeightsCard | None = None
    """The pretrained weights that everything but the head started from; None where all were drawn."""
    teacher: TeacherRecord | None = None
    hooks: tuple[str, ...] = ()
    """What code of the user's own took part as ("loss", "metrics", ...): resuming needs it again."""
