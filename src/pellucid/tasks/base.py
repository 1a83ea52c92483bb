"""What a task is: the contract between the kinds of problem and the one training engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from pellucid.errors import RecipeError
from pellucid.tasks.draws import Draws

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn

    from pellucid.tasks.answers import Answer


@dataclass(frozen=True)
class Batch:
    """N examples on the device, ready for a model.

    Attributes:
        inputs: float32, [N, C, H, W] for pictures, [N, D] for tables; whatever the task's models take.
        targets: what the task's loss takes: [N] int64 class indices, [N] or [N, M] float32 values (scaled), or
            [N, L] int64 of 0 and 1 for labels.
        ids: [N] int64, each example's index in its dataset.
        partner_targets: like `targets`, of the examples whose pictures are mixed in; None where nothing is mixed.
        shares: [N] float32 in [0, 1], how much an example's own target counts beside its partner's; None likewise.
        weights: [N] float32, what each example's loss is multiplied by; None: all count alike.
        counts: [N] how many units (tokens, steps, pixels) the loss of each example is a mean over; None: 1 each.
        more: further named tensors that the models take beside the inputs, [N, ...] each, e.g. "lengths".
        draws: the addresses of the examples' random numbers; None where nothing random may be drawn.
    """

    inputs: Tensor
    targets: Tensor
    ids: Tensor
    partner_targets: Tensor | None = None
    shares: Tensor | None = None
    weights: Tensor | None = None
    counts: Tensor | None = None
    more: Mapping[str, Tensor] = field(default_factory=dict)
    draws: Draws | None = None

    @property
    def units(self) -> float:
        """Over how many units the loss of the batch is a mean: its examples, where they count one each."""
        return len(self) if self.counts is None else float(self.counts.sum())

    def run(self, model: nn.Module) -> Any:
        """Return what a model gives for the inputs and all that goes with them."""
        return model(self.inputs, **self.more)

    def over_targets(self, of: Callable[[Tensor], Tensor]) -> Tensor:
        """Return [N] values of the targets, e.g. losses; of mixed examples both targets' values, by their shares.

        For a cross-entropy this is the loss of the soft target itself, which is linear in it.

        Args:
            of: from targets like `targets` to [N] float32 values.
        """
        own = of(self.targets)
        if self.partner_targets is None or self.shares is None:
            return own
        return self.shares * own + (1 - self.shares) * of(self.partner_targets)

    def __len__(self) -> int:
        return int(self.inputs.shape[0])

    def part(self, start: int, stop: int) -> Batch:
        """Return examples `start` to `stop` (exclusive)."""
        whole: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        more, draws = whole.pop("more"), whole.pop("draws")
        cut: dict[str, Any] = {name: None if value is None else value[start:stop] for name, value in whole.items()}
        return Batch(
            **cut,
            more={name: value[start:stop] for name, value in more.items()},
            draws=None if draws is None else draws.part(start, stop),
        )


@dataclass(frozen=True)
class Phase:
    """One kind of step within the training loop; each has an optimizer of its own.

    Attributes:
        name: e.g. "all", or "discriminator".
        models: the names of the models whose parameters this phase's optimizer holds.
        every: it is done in the first of so many steps.
        lr_scale: its learning rate, as a multiple of the schedule's.
        betas: of Adam and AdamW in this phase; None for the recipe's.
    """

    name: str
    models: tuple[str, ...]
    every: int = 1
    lr_scale: float = 1.0
    betas: tuple[float, float] | None = None


@dataclass(frozen=True)
class Loss:
    """What one forward pass of a training step gives.

    Attributes:
        value: scalar tensor to minimise: the mean over the batch's units (its examples, or what they count).
        sums: per name of a running metric, its sum over the batch's units (detached scalars).
    """

    value: Tensor
    sums: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerStep:
    """One step on the way from the model's outputs to the answer; the values of the last one are the answer.

    Attributes:
        name: what it does, e.g. "temperature", "scale-back".
        kind: its arithmetic, number by number: "divide" x / scale, "add" x + shift, "scale" x x scale + shift,
            "sigmoid", "exp", "both" (1 - p, p); "softmax" over all; "last" picks
            those of the last of many places, and comes first.
        values: [N, K] float32 or float64, what it gives.
        scale, shift: one per number; () where the kind has none.
        note: what else is worth knowing, a sentence; "" for nothing.
        names: of the K numbers, where the network gives others than the target's answers; () for those.
    """

    name: str
    kind: Literal["divide", "add", "scale", "sigmoid", "exp", "both", "softmax", "last"]
    values: Tensor
    scale: tuple[float, ...] = ()
    shift: tuple[float, ...] = ()
    note: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Monitor:
    """The running metric that chooses the best checkpoint, measured on the validation split.

    Attributes:
        name: a key of what `Task.measure` returns.
        higher_is_better: its direction.
        is_share: a share of examples, such as the accuracy: values within one standard error are a tie, which goes to
            the lower loss.
        num_units: of how many examples' worth the share is; None: of all that are measured. A mean of shares of uneven
            classes is as uncertain as its smallest class makes it.
        step: what a single example may change in the share; so much is a tie, too.
        is_last: the last epoch answers, whatever is measured: where no figure tells a better epoch from a worse one, as
            of two networks that learn from one another.
    """

    name: str
    higher_is_better: bool
    is_share: bool = False
    num_units: float | None = None
    step: float = 0.0
    is_last: bool = False

    def noise(self, value: float, num_examples: int) -> float:
        """Return the difference that is none: one standard error of a share among `num_examples`; 0 for the others.

        What a single example changes is none, either. Two right and two wrong answers are added (Agresti & Coull 1998),
        for else a share of 1 would have no error.
        """
        if not self.is_share:
            return 0.0
        units = num_examples if self.num_units is None else self.num_units
        share = (value * units + 2) / (units + 4)
        return max(math.sqrt(share * (1 - share) / (units + 4)), self.step * (1 + 1e-6))


class Task(Protocol):
    """How one kind of problem is learned and answered.

    A task is the only place that knows its targets, loss, phases, metrics and answers: the engine asks it and knows
    nothing itself. All models of a task are handed over by name; most tasks have the single one, "model".
    """

    @property
    def name(self) -> str:
        """The key of its row in the table of tasks."""

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The kinds of step, in their order within each batch."""

    @property
    def monitor(self) -> Monitor:
        """What chooses the best epoch."""

    @property
    def output_width(self) -> int:
        """How many numbers the model gives per example."""

    @property
    def loss_words(self) -> str:
        """What `measure` gives as "loss", in words."""

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the loss of one phase on one batch.

        Args:
            models: by name, in training mode.
            batch: N examples.
            phase: the name of one of `phases`.
            generator: randomness of the step, on the batch's device; what is drawn for an example comes from
                `batch.draws`, so that it does not depend on its neighbours or on the number of processes.
        """

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return per name of a metric its sum over the batch's units, "loss" among them.

        Models are in evaluation mode; `batch.draws` are those of epoch 0, the same at every measure.
        """

    def answer(self, outputs: Tensor) -> Answer:
        """Turn the model's [N, `output_width`] float32 outputs into what users get: the answer of the target's kind."""

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the steps by which `answer` comes to its probabilities or values, in their order."""


@runtime_checkable
class GivesOutputs(Protocol):
    """A task that says itself how its networks come to outputs: with several networks, or with more than the inputs."""

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return what the networks give for a batch, [N, ...]: what a user's loss, a metric and a teacher look at."""


@runtime_checkable
class SaysMembership(Protocol):
    """A task whose outputs each speak for something that an example belongs to or not: a class, a label."""

    def memberships(self, targets: Tensor) -> Tensor:
        """Return [N, `output_width`] float32 of targets: 1 where an example belongs to it, 0 where not."""


def check_gives_outputs(task: Task) -> None:
    """Look whether outputs can be had of a task: it has one network, or says how its networks come to some together.

    Raises:
        RecipeError: neither.
    """
    names = {name for phase in task.phases for name in phase.models}
    if names != {"model"} and not isinstance(task, GivesOutputs):
        raise RecipeError(
            f"The task '{task.name}' learns with {' and '.join(sorted(names))}, and gives no outputs of them together.",
            expected="A task of one network for a loss or a metric of your own, or for a teacher.",
            fix="Leave them out, or give the task a method `outputs(models, batch)`.",
        )


def outputs_of(task: Task, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
    """Return what a task's networks give for a batch, float32 [N, ...]; of a single one simply what it gives."""
    if isinstance(task, GivesOutputs):
        return task.outputs(models, batch).float()
    outputs: Tensor = batch.run(models["model"]).float()
    return outputs


@runtime_checkable
class Disturbs(Protocol):
    """A task that changes by chance what its networks see of the inputs, where it learns and where it is measured."""

    def given(self, inputs: Tensor, draws: Draws | None) -> Tensor:
        """Return what the networks see of [N, ...] inputs, by the addresses of their random numbers."""


@runtime_checkable
class MeasuresEach(Protocol):
    """A task that measures example by example: its measures are sums of these."""

    def each(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return [N] per name of a measure."""


@runtime_checkable
class TellsIdle(Protocol):
    """A task whose networks may leave a part of what they have room for unused."""

    def idle(self, models: Mapping[str, nn.Module], batch: Batch) -> float | None:
        """Return which share of it a batch leaves unused, in [0, 1]; None where that is not asked."""


@dataclass(frozen=True)
class Collapse:
    """What tells that a network draws one picture over and over, or learns nothing more from the other.

    Attributes:
        spread: how unlike one another drawn pictures are, as a share of how unlike real ones are.
        told_apart: the share of real and drawn pictures that the discriminator takes for what they are; None where
            there is none.
    """

    spread: float
    told_apart: float | None = None


@runtime_checkable
class TellsCollapse(Protocol):
    """A task whose networks draw pictures, and may draw the same ones only."""

    def collapse(self, models: Mapping[str, nn.Module], batch: Batch) -> Collapse:
        """Return what tells it, from as many drawn pictures as a batch has real ones."""


@runtime_checkable
class DrawsPictures(Protocol):
    """A task whose networks draw pictures of random numbers."""

    @property
    def can_draw(self) -> bool:
        """Whether they have learned of which random numbers pictures are drawn."""

    def drawn(self, models: Mapping[str, nn.Module], draws: Draws) -> Tensor:
        """Return [N, C, H, W] levels from 0 to 1; a picture hangs on its own address alone."""


@dataclass(frozen=True)
class Stop:
    """One stop on the way from noise to pictures.

    Attributes:
        step: of the schedule, T at the start and 0 at the end.
        noisy: [N, C, H, W] levels from -1 to 1 and beyond, as they are there.
        clean: [N, C, H, W] from -1 to 1, what the network there takes the picture for; at step 0 the picture.
    """

    step: int
    noisy: Tensor
    clean: Tensor


@runtime_checkable
class DenoisesPictures(Protocol):
    """A task whose network draws pictures by taking noise away a little at a time."""

    def noise(self, draws: Draws) -> Tensor:
        """Return [N, C, H, W] what a drawing begins with."""

    def way(self, models: Mapping[str, nn.Module], noise: Tensor, *, strides: int | None = None) -> Iterator[Stop]:
        """Yield each stop on the way, the start and the end among them."""

    def in_strides(self, strides: int) -> DrawsPictures:
        """Return the same task, but drawing in so many strides.

        Raises:
            RecipeError: it cannot be so many.
        """
