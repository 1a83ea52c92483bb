"""The one training loop: any task, any models, any source of batches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from pellucid.errors import RunError
from pellucid.records import Decision
from pellucid.runs import Best, EpochRow
from pellucid.tasks import Batch, Phase, Task
from pellucid.training.averaging import WeightAverage
from pellucid.training.batch_sizes import is_too_few
from pellucid.training.batches import BatchSource, each_batch, num_batches
from pellucid.training.engine_settings import EngineSettings, TrainState
from pellucid.training.memory import TOO_LITTLE, batch_within, halving
from pellucid.training.optimizers import build_optimizer, l1_penalty
from pellucid.training.processes import ALONE, Processes
from pellucid.training.progress import SECONDS_BETWEEN_REPORTS, WARM_UP_STEPS, NullProgress, Position, Progress
from pellucid.training.randomness import balanced_order, epoch_order, forked_randomness, seed_for, seed_globally
from pellucid.uncompiled import update

VALIDATION_BATCH = 512
MOST_LOOKED_AT = 5_000
"""Training examples, evenly spaced, that an epoch's weights are measured on where nothing is held back."""
MEASURING = 0.35
"""Time of measuring an example, as a share of that of learning from it: the way forward is about a third of a step."""
LEARNED = 0.05
"""Training loss below which a first round was enough: of classes, right ones have a probability of 0.95 then."""
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)

Callback = Callable[["Engine", EpochRow], bool | None]


@dataclass
class Engine:
    """Trains the models of a task, epoch by epoch.

    Attributes:
        task: what is learned.
        models: by name, on the device; changed in place.
        train: the training examples.
        val: the validation examples; None or empty: what an epoch's weights give on the training examples chooses.
        settings: the choices of the loop.
        device: where the models are.
        progress: the callback that is told how it goes.
        on_first_step: called once after the first optimizer step.
        callbacks: called after every epoch with (engine, row); True from one of them ends the training.
        strata: [N] int64, the class of each training example, where each epoch shows all classes equally often.
        before_epoch: called with an epoch's number before it begins, so that parts of a model can be frozen or learn.
        why_stopped: in words, for a callback that ends the training to say.
        processes: that train together.
    """

    task: Task
    models: Mapping[str, nn.Module]
    train: BatchSource
    val: BatchSource | None
    settings: EngineSettings
    device: torch.device
    progress: Progress = field(default_factory=NullProgress)
    on_first_step: Callable[[], None] | None = None
    callbacks: Sequence[Callback] = ()
    strata: Tensor | None = None
    before_epoch: Callable[[int], None] | None = None
    processes: Processes = ALONE
    is_stepwise: ClassVar[bool] = True
    """Whether it learns step by step, so that steps can be tried on a copy."""
    why_stopped: str = "a callback ended it"

    def __post_init__(self) -> None:
        self.state = TrainState()
        self.optimizers: dict[str, Optimizer] = {
            phase.name: build_optimizer(
                [self.models[name] for name in phase.models], self.settings.optimizer, betas=phase.betas
            )
            for phase in self.task.phases
        }
        self.while_learning: dict[str, float] = {}
        """Of the last epoch, by metric: the mean over its examples, each as it was met on the way."""
        self._measured_in: float | None = None
        self._generator = Generator(device=self.device)
        self.average = WeightAverage(self.models, self.settings.ema) if self.settings.ema is not None else None

    @property
    def why_done(self) -> str | None:
        """Why there is no further epoch, in words; None while there is one."""
        state, settings = self.state, self.settings
        waited = state.epoch - state.best.epoch if state.best else 0
        if state.epoch >= settings.epochs:
            return f"all {settings.epochs} epochs"
        if state.stopped:
            return f"{self.why_stopped} after epoch {state.epoch}"
        if 0 < settings.patience <= waited:
            return f"no better epoch in {settings.patience} (--patience), after epoch {state.epoch}"
        # The longest epoch so far is expected of the next one: a budget is kept rather than overrun a little.
        if settings.seconds is not None and state.training_seconds + state.epoch_seconds > settings.seconds:
            return f"the time was up (--time), after epoch {state.epoch}"
        return None

    @contextmanager
    def answering_weights(self) -> Iterator[None]:
        """Put the weights that answer into the models for a `with` block: their average, where one is kept."""
        with self.average.applied() if self.average else nullcontext():
            yield

    def run_epoch(self) -> tuple[EpochRow, bool]:
        """Train one epoch, validate, and return its row and whether it is the best so far.

        Raises:
            RunError: the loss is not a finite number any more.
        """
        epoch = self.state.epoch + 1
        if self.before_epoch is not None:
            self.before_epoch(epoch)
        started = time.perf_counter()
        with forked_randomness(self.device):
            self.while_learning = self._train_epoch(epoch)
        trained = time.perf_counter()
        # Before validation, or each process would judge the epoch by statistics of its own share of the examples.
        self.processes.follow_buffers(self.models.values())
        with self.answering_weights():
            validated = self.validate(self.val) if self.val is not None and len(self.val) else {}
            train = self.while_learning if validated else self._of_the_weights(self.while_learning)
        self._measured_in = time.perf_counter() - trained
        # One clock for all: were each to trust its own, one could find the time up while the others begin an epoch and
        # wait.
        (seconds,) = self.processes.of_the_first(time.perf_counter() - started)
        row: EpochRow = {"epoch": epoch}
        row |= {f"train_{name}": value for name, value in train.items()} | {
            f"val_{name}": value for name, value in validated.items()
        }
        # The rate that the epoch ended with; where steps are limited, the last epoch ends earlier than its batches.
        last_step = epoch * num_batches(len(self.train), self.settings.batch_size)
        row["learning_rate"] = self.settings.schedule.at(min(last_step, self.settings.steps or last_step) - 1)
        row["examples_per_second"] = self._num_seen(epoch) / (trained - started)
        row["seconds"] = seconds
        judged = self.val if self.val is not None and validated else self.train
        is_best = self._judge(epoch, validated or train, len(judged))
        self.state.epoch = epoch
        self.state.training_seconds += seconds
        self.state.epoch_seconds = max(seconds, self.state.epoch_seconds)
        if epoch == self.settings.first_round and train["loss"] < LEARNED:
            self.state.stopped, self.why_stopped = True, f"a training loss below {LEARNED:g} needs no second round,"
        self.progress.ended_epoch(row, num_epochs=self.settings.epochs, is_best=is_best)
        for callback in self.callbacks:
            self.state.stopped |= bool(callback(self, row))
        # What the first process hears from its callbacks holds for all: one that ended alone would leave the others
        # waiting.
        self.state.stopped = bool(self.processes.of_the_first(self.state.stopped)[0])
        return row, is_best

    def _of_the_weights(self, while_learning: dict[str, float]) -> dict[str, float]:
        """Return what an epoch's last weights give on the training examples: what it met came of others, now gone."""
        if self.task.monitor.is_last or not self.is_stepwise:
            return while_learning
        count, most = len(self.train), min(len(self.train), MOST_LOOKED_AT)
        # Evenly spaced over the order of the data: the first ones alone may all be of one class.
        measured = self.validate(self.train, torch.arange(most) * count // most)
        return {name: measured.get(name, value) for name, value in while_learning.items()}

    def _train_epoch(self, epoch: int) -> dict[str, float]:
        for model in self.models.values():
            model.train()
        order = self._order(epoch)
        # Steps are counted by whole epochs, before a last one is cut short: the rate and the seeds follow from the
        # number.
        before = (epoch - 1) * num_batches(len(order), self.settings.batch_size)
        order = self.train.arranged(order[: self._num_seen(epoch)], self.settings.batch_size)
        steps = num_batches(len(order), self.settings.batch_size)
        sums: dict[str, Tensor] = {}
        units: dict[str, float] = {}  # by metric: a phase of every n-th step has measured every n-th batch only
        seen, begun, started, reported = 0, 0, time.perf_counter(), 0.0
        for index, batch in enumerate(self._shares(order, epoch)):
            for name, value in self.step(batch, before + index).items():
                sums[name] = sums[name] + value if name in sums else value
                units[name] = units.get(name, 0) + batch.units
            seen += len(batch)
            now = time.perf_counter()
            # Reading the loss waits for the device. Done at each step it would keep a GPU from running ahead of Python.
            if now - reported >= SECONDS_BETWEEN_REPORTS or index == steps - 1:
                reported = now
                mean_loss = float(sums["loss"]) / units["loss"]
                self._check_finite(mean_loss, epoch, index + 1)
                done = min(seen * self.processes.count, len(order))
                pace = (seen - begun) * self.processes.count / (now - started)
                self._report(epoch, index + 1, steps, mean_loss, pace, done=done, size=len(order))
            # The first steps allocate and choose kernels; counted in, they would make every forecast of the time too
            # long.
            if index + 1 == WARM_UP_STEPS:
                begun, started = seen, now
        return self._means(sums, units)

    def _num_seen(self, epoch: int) -> int:
        """Return how many examples an epoch shows: all, or as many as the steps that are left take."""
        whole, settings = len(self.train), self.settings
        if settings.steps is None:
            return whole
        left = settings.steps - (epoch - 1) * num_batches(whole, settings.batch_size)
        return max(1, min(whole, left * settings.batch_size))

    def _report(self, epoch: int, step: int, steps: int, loss: float, pace: float, *, done: int, size: int) -> None:
        """Tell the callback where an epoch stands of whose `size` examples some are done."""
        settings = self.settings
        head = settings.head_epochs if settings.head_epochs < settings.epochs else 0
        last = head if epoch <= head else settings.epochs
        planned = (settings.steps or math.inf) / num_batches(len(self.train), settings.batch_size)
        to_come = max(0.0, min(last, planned) - epoch)
        measuring = self._measuring_seconds(pace)
        seconds = (size - done + size * to_come) / pace + (1 + math.ceil(to_come)) * measuring
        self.progress.stepped(
            Position(epoch, settings.epochs, step, steps, loss, pace, seconds, head, to_come, measuring)
        )

    def _measuring_seconds(self, pace: float) -> float:
        """Return what measuring takes behind an epoch: as long as the last one, or about, by the examples a second."""
        if self._measured_in is not None:
            return self._measured_in
        count = len(self.val) if self.val is not None else 0
        if not count and not self.task.monitor.is_last and self.is_stepwise:
            count = min(len(self.train), MOST_LOOKED_AT)
        return MEASURING * count / pace

    def _shares(self, order: Tensor, epoch: int) -> Iterator[Batch]:
        return each_batch(self.train, order, self.settings.batch_size, epoch=epoch, processes=self.processes)

    def _means(self, sums: Mapping[str, Tensor | float], units: Mapping[str, float]) -> dict[str, float]:
        """Return the means over the units that all processes have seen."""
        whole = self.processes.sum_values({name: float(value) for name, value in sums.items()})
        seen_by_all = self.processes.sum_values(units)
        return {name: value / seen_by_all[name] for name, value in whole.items()}

    def _order(self, epoch: int) -> Tensor:
        """Return [N] indices, in the order in which an epoch visits them."""
        if self.strata is not None:
            return balanced_order(self.strata, seed=self.settings.seed, epoch=epoch)
        return epoch_order(len(self.train), seed=self.settings.seed, epoch=epoch)

    def step(self, batch: Batch, step: int) -> dict[str, Tensor]:
        """Do every phase of one step on one batch and return the sums of its running metrics.

        Args:
            batch: N examples.
            step: counted from 0 over the whole training: it gives the learning rate and the randomness.
        """
        sums: dict[str, Tensor] = {}
        for number, phase in enumerate(self.task.phases):
            if step % phase.every:
                continue
            # Each process has dropout of its own, and the first one's is that of a training alone, whose seeds stay as
            # they were.
            others = () if self.processes.is_first else (self.processes.rank,)
            seed = seed_for(self.settings.seed, "step", step, number, *others)
            sums |= self.phase_step(batch, phase, self.settings.schedule.at(step) * phase.lr_scale, seed=seed)
        if self.average is not None:
            self.average.update()
        if step == 0 and self.on_first_step is not None:
            self.on_first_step()
        return sums

    def phase_step(self, batch: Batch, phase: Phase, learning_rate: float, *, seed: int) -> Mapping[str, Tensor]:
        """Do one phase's update on one batch and return the sums of its running metrics."""
        sums = self._accumulate_or_shrink(batch, phase, seed)
        optimizer = self.optimizers[phase.name]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * group["lr_scale"]
        update(optimizer)
        return sums

    def _accumulate_or_shrink(self, batch: Batch, phase: Phase, seed: int) -> Mapping[str, Tensor]:
        """Accumulate a phase's gradient; when memory runs out, in parts of half the size, and so from then on."""
        largest = min(len(batch), self.state.micro_batch or len(batch))
        try:
            return halving(largest, lambda size: self._accumulate(batch, phase, seed, size), smaller=self._shrink)
        # A part of one example has no spread to normalise by: what fails then is not the user's batch, but the memory.
        except ValueError as problem:
            if self.state.micro_batch is None or not is_too_few(problem):
                raise
        raise RunError("Memory holds a single example at once, and batch normalisation needs two.", fix=TOO_LITTLE)

    def _shrink(self, size: int) -> None:
        for model in self.models.values():
            model.zero_grad(set_to_none=True)
        self.state.micro_batch = size
        normed = any(isinstance(part, BATCH_NORMS) for model in self.models.values() for part in model.modules())
        caveat = "; batch normalisation now averages over the parts, so the run differs a little" if normed else ""
        self.progress.decided(
            Decision(
                name="micro-batch",
                value=f"{size} examples at once",
                reason=f"memory ran out with more; gradients add up to the same step{caveat}",
            )
        )

    def _accumulate(self, batch: Batch, phase: Phase, seed: int, step: int) -> Mapping[str, Tensor]:
        """Leave the gradient of one phase's mean loss over a batch in the parameters, from `step` examples at once."""
        settings = self.settings.optimizer
        held = [self.models[name] for name in phase.models]
        seed_globally(seed, self.device)
        self._generator.manual_seed(seed)
        # Every model's gradient is cleared, not only the held ones': a phase's loss reaches the others, too.
        for model in self.models.values():
            model.zero_grad(set_to_none=True)
        size, units = len(batch), batch.units
        sums: dict[str, Tensor] = {}
        for start in range(0, size, step):
            part = batch if step == size else batch.part(start, start + step)
            with torch.autocast(
                self.device.type, self.settings.precision, enabled=self.settings.precision is not torch.float32
            ):
                loss = self.task.loss(self.models, part, phase=phase.name, generator=self._generator)
            value = loss.value if step == size else loss.value * (part.units / units)
            # The penalty is of the weights and not of examples: counted once, however many parts a batch is taken in.
            if settings.l1 and start == 0:
                value = value + settings.l1 * l1_penalty(held)
            value.backward()  # type: ignore[no-untyped-call]
            for name, summed in loss.sums.items():
                sums[name] = sums[name] + summed if name in sums else summed
        self.processes.sum_gradients(held, units)
        if settings.clip is not None:
            clip_grad_norm_([parameter for model in held for parameter in model.parameters()], settings.clip)
        return sums

    def validate(self, source: BatchSource, places: Tensor | None = None) -> dict[str, float]:
        """Return the mean of each of the task's metrics over a source, in float32 and evaluation mode.

        Args:
            source: the examples.
            places: [n] int64, those of them that are looked at; None: all.
        """
        looked_at = torch.arange(len(source)) if places is None else places
        for model in self.models.values():
            # Also for the training examples that are looked at: dropout and batch statistics would blur what the
            # weights give.
            model.eval()
        most = self.state.validation_batch or batch_within(VALIDATION_BATCH, source.width, self.device)

        def smaller(size: int) -> None:
            self.state.validation_batch = size

        size = min(most, len(looked_at))
        return self._means(*halving(size, lambda size: self._measure(source, looked_at, size), smaller=smaller))

    @torch.no_grad()
    def _measure(self, source: BatchSource, places: Tensor, size: int) -> tuple[dict[str, float], dict[str, float]]:
        """Return the sums of the task's metrics over this process's share of some places, and of how many units."""
        sums: dict[str, float] = {}
        units: dict[str, float] = {}
        shared = self.processes if len(places) >= self.processes.count else ALONE  # too few: each looks at all of them
        for batch in each_batch(source, places, size, epoch=None, processes=shared):
            for name, value in self.task.measure(self.models, batch).items():
                sums[name] = sums.get(name, 0.0) + float(value)
                units[name] = units.get(name, 0) + batch.units
        return sums, units

    def _judge(self, epoch: int, metrics: Mapping[str, float], num_examples: int) -> bool:
        """Return whether an epoch is the best so far: by the monitor, and among equals by the loss.

        On a few dozen validation examples the highest accuracy is a stroke of luck, often in an early epoch; the loss
        sees how sure the answers were and is far steadier. So it decides between epochs that are within the
        monitor's noise of the highest value.
        """
        monitor, state = self.task.monitor, self.state
        value, loss = metrics[monitor.name], metrics["loss"]
        sign = 1 if monitor.higher_is_better else -1
        best = state.best
        top = value if state.top is None else sign * max(sign * value, sign * state.top)
        # Measured from the highest value and not from the best epoch's: else ties could lead down, step by step.
        lowest = sign * top - monitor.noise(top, num_examples)
        state.top = top
        is_best = monitor.is_last or (
            sign * value >= lowest
            and (best is None or sign * best.value < lowest or (loss, -sign * value) < (best.loss, -sign * best.value))
        )
        if is_best:
            state.best = Best(epoch=epoch, metric=monitor.name, value=value, loss=loss)
        return is_best

    def _check_finite(self, loss: float, epoch: int, step: int) -> None:
        if not math.isfinite(loss):
            raise RunError(
                f"The loss became {loss} in epoch {epoch}, step {step}: the training diverged.",
                fix="Lower --lr, add --warmup or --clip 1, or use --precision float32.",
            )
