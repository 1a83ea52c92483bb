"""The recipe: every choice of a training, typed, each with the sentence that the command line shows as its help."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from pellucid.errors import RecipeError, did_you_mean, shown
from pellucid.kinds import Anchor
from pellucid.models import OwnValue, own_options
from pellucid.records import MOST_FAULTS, Record
from pellucid.typed_numbers import LARGEST, WIDEST, read_numbers, read_wholes

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

OptimizerName = Literal["sgd", "rmsprop", "adam", "adamw"]
ScheduleName = Literal["constant", "step", "cosine", "one-cycle"]
Positive = Annotated[int, Field(ge=1)]
Width = Annotated[int, Field(ge=1, le=WIDEST)]
Share = Annotated[float, Field(ge=0, lt=1)]


DataTask = Literal["binary", "single-label", "multi-label", "regression"]
"""What `data` can be told of how a target's cells are read."""


def choice(
    panel: str,
    text: str,
    *flags: str,
    typed_as: type | None = None,
    offered: tuple[str, ...] = (),
    **limits: Any,
) -> Any:
    """Declare one optional choice: None means that Pellucid chooses, and says so.

    Args:
        panel: the heading under which the command line shows it.
        text: what it means, its unit and its range.
        flags: further spellings of its flag, for habits from other tools.
        typed_as: what a terminal takes, where that is not the field's own type.
        offered: what a terminal lets one choose from, where more can be registered.
        limits: pydantic's constraints (ge, gt, le, lt).
    """
    extra: dict[str, Any] = {"panel": panel, "flags": list(flags)}
    if typed_as is not None:
        extra["typed_as"] = typed_as.__name__
    if offered:
        extra["offered"] = list(offered)
    return Field(default=None, description=text, json_schema_extra=extra, **limits)


class Recipe(Record):
    """Every choice of a training. A field that is None is chosen from the data, the model and the machine."""

    # --- model ---
    model: str | None = choice("Model", "Name of the model; see 'pellucid models'.")
    pretrained: bool | None = choice(
        "Model", "Start from borrowed weights ('pellucid weights list') everywhere but in the head."
    )
    freeze: str | None = choice(
        "Transfer", "What keeps its weights: all (but the head), the first N blocks, or all up to a layer's name."
    )
    unfreeze: Literal["at-once", "head-first", "gradual"] | None = choice(
        "Transfer", "When the rest learns: at once, after the head has, or block by block from the last to the first."
    )
    head_epochs: int | None = choice("Transfer", "Epochs of the head alone, before --epochs of the rest.", ge=0)
    head_lr: float | None = choice("Transfer", "Learning rate of these epochs, at its highest.", gt=0)
    layer_decay: float | None = choice(
        "Transfer", "What the learning rate is multiplied by for each block away from the head.", gt=0, le=1
    )
    views: int | None = choice(
        "Transfer",
        "Augmented views of each training picture that a frozen backbone computes, besides the plain one.",
        ge=0,
        le=100,
    )
    hidden: tuple[Width, ...] | None = choice(
        "Model", "Widths of an mlp's hidden layers, e.g. 256,128; units of a recurrent network's, filters of a textcnn."
    )
    activation: Literal["sigmoid", "tanh", "relu", "leaky-relu", "elu", "maxout"] | None = choice(
        "Model", "Activation of an mlp."
    )
    maxout_pieces: int | None = choice("Model", "Linear pieces per maxout unit.", ge=2)
    embedding: int | None = choice("Model", "Numbers in the vector of a token.", ge=1, le=WIDEST)
    layers: int | None = choice("Model", "Blocks of a transformer.", ge=1, le=1024)
    heads: int | None = choice("Model", "Heads of a transformer's attention; they divide the vectors.", ge=1, le=1024)
    order: int | None = choice(
        "Model", "Length of an n-gram model's longest n-grams: it predicts from one token less.", ge=1, le=16
    )
    ngram_smoothing: Literal["modified-kneser-ney", "kneser-ney", "witten-bell"] | None = choice(
        "Model", "How an n-gram model gives a little to what it never saw."
    )
    dropout: float | None = choice("Model", "Share of units dropped in training, in [0, 1).", ge=0, lt=1)
    batch_norm: bool | None = choice("Model", "Batch normalisation before each activation of an mlp.")
    network: dict[str, OwnValue] | None = Field(
        default=None, description="Options that only some model has, by name; each is a flag of its own."
    )
    init: Literal["default", "xavier", "he", "lecun", "normal", "zeros"] | None = choice(
        "Model", "How the weights start."
    )
    task: str | None = choice(
        "Model",
        "What is learned; follows from the target.",
        offered=("binary", "single-label", "ordered", "multi-label", "regression", "forecast", "next-token"),
    )
    ordered: bool | None = choice(
        "Model",
        "The classes are steps in an order, such as scores from 1 to 5: near misses cost less.",
    )

    positive: str | None = choice(
        "Model", "Of two classes: the one that average precision is told of; the second in the order of the names."
    )
    bounds: tuple[float, float] | None = choice(
        "Model", "Smallest and largest answer of a regression, e.g. 0,1: answers never leave this range."
    )

    anchor: Anchor | None = choice(
        "Model",
        "What a forecast counts from: the last value, the value a season before, as it is or moved, or none.",
    )

    # --- input ---
    imgsz: int | None = choice(
        "Input", "Height and width of the model's input, in pixels.", "--img-size", ge=1, le=65536
    )
    resize: Literal["crop", "pad", "stretch"] | None = choice("Input", "How a picture is brought to that size.")
    colour: Literal["grey", "rgb"] | None = choice("Input", "Colour planes the model sees.", "--color")
    scale: Literal["standard", "none"] | None = choice(
        "Input", "Numbers of a table, and a number as target: standardised, or 'none': as they stand in the table."
    )
    unit: Literal["char", "word", "subword"] | None = choice(
        "Input", "What a token of a text is: a character, a word, or a piece of one (byte pairs learned from the text)."
    )
    vocabulary: int | None = choice(
        "Input", "How many different tokens of a text are known at most; rarer ones are unknown.", ge=4
    )
    lower: bool | None = choice("Input", "Capital letters of a text count as small ones.")
    longest: int | None = choice("Input", "How many tokens of a text are read at most.", ge=1)
    augment: str | None = choice("Input", "Augmentation preset: none, light, crop or photo.")
    mirror: float | None = choice("Input", "Augmentation: probability of mirroring left and right.", ge=0, le=1)
    rotation: float | None = choice("Input", "Augmentation: largest rotation, in degrees.", ge=0, le=180)
    translation: float | None = choice("Input", "Augmentation: largest shift, as a share of the side.", ge=0, le=1)
    scaling: float | None = choice("Input", "Augmentation: largest relative change of size.", ge=0, lt=1)
    crop: int | None = choice(
        "Input", "Augmentation: random crops out of a picture this many pixels larger on each side.", ge=0
    )
    brightness: float | None = choice("Input", "Augmentation: largest relative change of brightness.", ge=0, le=1)
    contrast: float | None = choice("Input", "Augmentation: largest relative change of contrast.", ge=0, le=1)
    saturation: float | None = choice("Input", "Augmentation: largest relative change of saturation.", ge=0, le=1)
    hue: float | None = choice(
        "Input", "Augmentation: largest turn of the colours, as a share of their circle.", ge=0, le=0.5
    )
    perspective: float | None = choice(
        "Input", "Augmentation: largest shift of each corner, as a share of half the side.", ge=0, le=0.5
    )
    erasing: float | None = choice(
        "Input", "Augmentation: probability of painting over a rectangle (random erasing).", "--reprob", ge=0, le=1
    )
    trivial_augment: bool | None = choice(
        "Input", "Augmentation: one more change per picture, its kind and strength drawn anew (TrivialAugment)."
    )
    mixup: float | None = choice(
        "Input", "Augmentation: blend each picture and its target with another; alpha of their shares.", ge=0, le=100
    )
    cutmix: float | None = choice(
        "Input", "Augmentation: paste a rectangle of another picture, targets by area; alpha of the area.", ge=0, le=100
    )

    threads: int | None = choice(
        "Learning", "Threads to compute with; chosen by what the machine has free, epoch by epoch.", ge=1, le=1024
    )

    # --- learning ---
    epochs: int | None = choice("Learning", "Passes over the training split.", ge=1)
    steps: int | None = choice(
        "Learning", "Steps in all, in place of --epochs: the last pass ends where they are done.", ge=1
    )
    batch: Positive | Literal["full"] | None = choice(
        "Learning", "Examples per step: a number, 1, or 'full'.", "--batch-size"
    )
    optimizer: OptimizerName | None = choice("Learning", "Rule that turns gradients into updates.", "--opt")
    lr: Annotated[float, Field(gt=0)] | Literal["auto"] | None = choice(
        "Learning", "Learning rate at its highest; 'auto' looks for it with a short probe.", "--lr0"
    )
    momentum: float | None = choice("Learning", "Momentum of sgd and rmsprop, in [0, 1).", ge=0, lt=1)
    nesterov: bool | None = choice("Learning", "Nesterov's form of momentum.")
    schedule: ScheduleName | None = choice("Learning", "Course of the learning rate.", "--sched")
    warmup: float | None = choice(
        "Learning", "Epochs in which the learning rate rises from zero.", "--warmup-epochs", ge=0
    )
    step_epochs: int | None = choice("Learning", "Schedule 'step': epochs between two reductions.", ge=1)
    step_factor: float | None = choice("Learning", "Schedule 'step': what the rate is multiplied by.", gt=0, lt=1)
    weight_decay: float | None = choice(
        "Learning", "Decay of the weights (not of biases and norms); L2 for sgd, rmsprop, adam.", ge=0
    )
    l1: float | None = choice("Learning", "Weight of the L1 penalty on the weights.", ge=0)
    label_smoothing: float | None = choice(
        "Learning", "Share of the target spread over all classes, in [0, 1).", "--smoothing", ge=0, lt=1
    )
    loss: Literal["cross-entropy", "focal", "logit-adjusted", "perceptron"] | None = choice(
        "Learning", "What a classifier minimises; 'logit-adjusted' gives uneven classes the same chance."
    )
    gamma: float | None = choice(
        "Learning", "Focal loss: how much less is learned from what is already known; 0 is cross-entropy.", ge=0
    )
    class_weight: Literal["balanced", "none"] | None = choice(
        "Learning", "Weights of the classes in the loss: 'balanced' lets uneven classes count alike."
    )
    sampler: Literal["balanced", "none"] | None = choice(
        "Learning", "Which examples an epoch shows: 'balanced' shows each class equally often."
    )
    teacher: str | None = choice(
        "Learning", "A trained run whose answers are learned from, beside the targets (distillation)."
    )
    temperature: float | None = choice(
        "Learning",
        "How much the teacher's and the student's probabilities are softened before they are compared.",
        gt=0,
    )
    alpha: float | None = choice(
        "Learning", "How much the teacher's answers count beside the targets, in [0, 1].", ge=0, le=1
    )
    clip: float | None = choice(
        "Learning", "Largest norm of the gradient; longer ones are shortened.", "--clip-grad", gt=0
    )
    ema: float | None = choice(
        "Learning",
        "Answer with a moving average of the weights that keeps this share at each step, e.g. 0.999.",
        "--model-ema-decay",
        ge=0,
        lt=1,
    )
    patience: int | None = choice(
        "Learning", "Stop after this many epochs without a better validation metric; 0 never.", ge=0
    )
    time: float | None = choice(
        "Learning",
        "Time for the training, e.g. 90s, 10m or 1.5h: fewer epochs are planned where need be.",
        typed_as=str,
        gt=0,
    )

    # --- machine ---
    seed: int = Field(
        default=0,
        ge=0,
        le=LARGEST,
        description="Seed of everything random.",
        json_schema_extra={"panel": "Machine", "flags": []},
    )
    device: str | None = choice("Machine", "cpu, cuda, cuda:1 or mps; the quickest there is.")
    precision: Literal["float32", "bfloat16"] | None = choice(
        "Machine", "Arithmetic of training; answers are always float32."
    )
    cache: Literal["memory", "disk"] | None = choice(
        "Machine", "Where prepared pictures are read from; memory while there is enough of it."
    )
    health: bool = Field(
        default=True,
        description="Look at gradients, activations and updates of every layer now and then, for 'pellucid health'.",
        json_schema_extra={"panel": "Machine", "flags": []},
    )
    tensorboard: bool = Field(
        default=False,
        description="Also write TensorBoard event files, into the run's folder tensorboard/.",
        json_schema_extra={"panel": "Machine", "flags": []},
    )
    workers: int | None = choice(
        "Machine", "Threads that read pictures; the result does not depend on it.", "-j", ge=0, le=65536
    )

    model_config = ConfigDict(allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _read_words(cls, data: Any) -> Any:
        """Read what a terminal can only type as text."""
        if not isinstance(data, dict):
            return data
        hidden, batch, time = data.get("hidden"), data.get("batch"), data.get("time")
        read: dict[str, Any] = {"hidden": parse_widths(hidden)} if isinstance(hidden, str) else {}
        read |= {"bounds": parse_bounds(data["bounds"])} if isinstance(data.get("bounds"), str) else {}
        read |= {"batch": parse_batch(str(batch))} if isinstance(batch, str | int) else {}
        lr = data.get("lr")
        read |= {"lr": parse_rate(lr)} if isinstance(lr, str) else {}
        read |= {"time": parse_duration(time)} if isinstance(time, str) else {}
        return data | read

    @field_validator("*")
    @classmethod
    def _check_sizes(cls, value: Any) -> Any:
        """Refuse whole numbers that no machine can count through."""
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ValueError(f"It should be at most {LARGEST:,}")
        return value

    @field_validator("bounds")
    @classmethod
    def _check_bounds(cls, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
        if bounds is not None and not bounds[0] < bounds[1]:
            raise ValueError("It should be two numbers, the smaller first")
        return bounds

    @property
    def total_epochs(self) -> int:
        """All epochs that are planned: those of the head alone, and the others."""
        return (self.head_epochs or 0) + (self.epochs or 1)

    @property
    def data_task(self) -> DataTask | None:
        """What the task says of the target's cells: ordered classes are read as classes; others may say nothing."""
        asked = "single-label" if self.ordered or self.task == "ordered" else self.task
        return next((task for task in get_args(DataTask) if task == asked), None)

    @property
    def counts_classes_alike(self) -> bool:
        """Whether rare classes count as much as frequent ones in training, by whatever means."""
        balanced = self.class_weight == "balanced" or self.sampler == "balanced"
        return balanced or self.loss == "logit-adjusted"

    @classmethod
    def choices(cls) -> dict[str, FieldInfo]:
        """Return all that can be chosen, by name: the fields, and in place of `network` what models bring."""
        shared = {name: field for name, field in cls.model_fields.items() if name != "network"}
        return shared | {name: field for name, (field, _) in own_options().items()}

    def chosen(self, name: str) -> Any:
        """Return one of `choices`, by name; None while it is open."""
        return (self.network or {}).get(name) if name in own_options() else getattr(self, name)

    def override(self, **choices: Any) -> Recipe:
        """Return a copy with these choices, checked again.

        Raises:
            RecipeError: an unknown key (with the nearest known one) or a value out of range.
        """
        own = {name: value for name, value in choices.items() if name in own_options()}
        shared = {name: value for name, value in choices.items() if name not in own}
        if own:
            known = (self.network or {}) | own
            shared["network"] = {name: value for name, value in known.items() if value is not None} or None
        try:
            return Recipe.model_validate(self.model_dump() | shared)
        except ValidationError as problem:
            faults = problem.errors(include_url=False, include_context=False)
            more = [f"And {len(faults) - MOST_FAULTS:,} more."] if len(faults) > MOST_FAULTS else []
            raise RecipeError(" ".join([*map(_fault, faults[:MOST_FAULTS]), *more])) from None


def _fault(fault: ErrorDetails) -> str:
    """Say one fault of a recipe with the flag that mends it."""
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        return f"There is no choice '{name:.60}'.{did_you_mean(name, Recipe.choices())}"
    expected = fault["msg"][:500].removeprefix("Value error, ").replace("Input should", "It should").rstrip(".")
    return f"{name} (--{name.replace('_', '-')}) is {shown(fault['input'])}. {expected}."


def parse_widths(text: str) -> tuple[int, ...]:
    """Read "256,128" as (256, 128); "" or "none" as ().

    Raises:
        RecipeError: a part is not a whole number above 0.
    """
    if text.strip().lower() in ("", "none"):
        return ()
    parts = ",".join(part for part in text.replace("x", ",").split(",") if part.strip())
    expected = "Whole numbers above 0, separated by commas, e.g. 256,128."
    return read_wholes(parts, "--hidden", expected=expected, least=1, most=WIDEST)


def parse_bounds(text: str) -> tuple[float, float]:
    """Read "0,1" as (0.0, 1.0).

    Raises:
        RecipeError: anything but two numbers.
    """
    low, high = read_numbers(text, "--bounds", expected="Two numbers, smaller first, e.g. 0,1.", count=2)
    return low, high


def parse_batch(text: str) -> int | str:
    """Read "64" as 64; "full" stays.

    Raises:
        RecipeError: anything else.
    """
    if text.strip() == "full":
        return "full"
    return read_wholes(text, "--batch", expected="A whole number above 0, or 'full'.", least=1, count=1)[0]


def parse_rate(text: str) -> float | str:
    """Read "0.01" as 0.01; "auto" stays.

    Raises:
        RecipeError: anything else.
    """
    if text.strip().lower() == "auto":
        return "auto"
    return read_numbers(text, "--lr", expected="A number above 0, or 'auto'.", count=1)[0]


def parse_duration(text: str) -> float:
    """Read "90s", "10m", "1.5h" or "1h30m" as seconds; a bare number is seconds.

    Raises:
        RecipeError: anything else.
    """
    found = re.fullmatch(r"(?:([\d.]+)h)?(?:([\d.]+)m(?:in)?)?(?:([\d.]+)s?)?", text.strip().lower().replace(" ", ""))
    try:
        parts = [float(part or 0) for part in found.groups()] if found and text.strip() else None
    except ValueError:
        parts = None
    if parts is None:
        raise RecipeError(f"--time is '{text:.60}'.", expected="A time such as 90s, 10m or 1.5h.")
    hours, minutes, seconds = parts
    return hours * 3600 + minutes * 60 + seconds
