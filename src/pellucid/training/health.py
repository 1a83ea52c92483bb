"""Looking at a training's health: one more forward and backward pass over a few training examples, now and then.

It reads and changes nothing: the randomness, the modes, the gradients and the statistics of normalisation are left as
they were, so a training has the same bits with it and without.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Generator, Tensor, nn
from torch.optim import Optimizer
from torch.overrides import TorchFunctionMode

from pellucid.data import is_out_of_memory
from pellucid.runs import EpochHealth, LayerHealth
from pellucid.tasks import Batch, TellsCollapse, TellsIdle
from pellucid.training.frozen_wrapper import FrozenWrapper
from pellucid.training.randomness import forked_randomness, seed_for, seed_globally

if TYPE_CHECKING:
    from pellucid.training.engine import Engine

EXAMPLES = 64
"""Fewer would call units dead that only wait for their kind of example."""
SHARE = 0.01
"""Of an epoch's examples, how many may be looked at per epoch; where that is fewer, not every epoch is looked at."""
RELUS = ("relu", "relu6", "threshold")
SLOPES: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": lambda y: 4 * y * (1 - y),
    "tanh": lambda y: 1 - y * y,
}
"""Activations with flat ends: the slope at an output, as a share of the steepest."""
# A sigmoid is as flat beyond 0.987 and below 0.013, a tanh beyond 0.975: little gradient passes there.
FLAT = 0.05
ACTIVATIONS = (*RELUS, *SLOPES, "hardtanh", "gelu", "silu", "hardswish", "leaky_relu", "elu")


@dataclass(frozen=True)
class HealthPlan:
    """Which examples are looked at, and how often.

    Attributes:
        examples: how many.
        every: after how many epochs, counted from the first.
    """

    examples: int
    every: int

    @classmethod
    def of(cls, num_examples: int) -> HealthPlan:
        """Return what costs about one in a hundred of an epoch's examples."""
        examples = min(num_examples, EXAMPLES)
        return cls(examples, max(1, math.ceil(examples / (SHARE * num_examples))))


def watch_health(engine: Engine, write: Callable[[EpochHealth], None], *, is_new: bool) -> None:
    """Let an engine's health be looked at: before the first step, after the first epoch, every so many, and the last.

    Args:
        engine: of the first process.
        write: takes each look.
        is_new: whether nothing was trained so far.
    """
    plan = HealthPlan.of(len(engine.train))

    def look(engine: Engine, _row: Mapping[str, float] | None = None) -> None:
        if is_due(engine.state.epoch, plan.every) or engine.why_done is not None:
            try:
                write(measure_health(engine, plan.examples))
            except (RuntimeError, MemoryError) as problem:
                if not is_out_of_memory(problem):  # the training goes on, without this look
                    raise

    if is_new:
        look(engine)
    engine.callbacks = (*engine.callbacks, look)


def is_due(epoch: int, every: int) -> bool:
    """Tell whether an epoch's health is looked at."""
    return epoch == 0 or (epoch - 1) % every == 0


def measure_health(engine: Engine, num_examples: int) -> EpochHealth:
    """Return the health of an engine's first phase.

    Args:
        engine: between two epochs.
        num_examples: how many training examples to look at: the same ones whenever the seed is the same.
    """
    phase = engine.task.phases[0]
    models = {name: engine.models[name] for name in phase.models}
    optimizer = engine.optimizers[phase.name]
    seed = seed_for(engine.settings.seed, "health")
    order = torch.randperm(len(engine.train), generator=Generator().manual_seed(seed))
    # No more than a step holds in memory.
    count = min(num_examples, engine.settings.batch_size, engine.state.micro_batch or num_examples)
    batch = engine.train.batch(order[:count].sort().values, epoch=None)
    with forked_randomness(engine.device), _evaluating(engine.models.values()), torch.enable_grad():
        seed_globally(seed, engine.device)
        generator = Generator(device=engine.device).manual_seed(seed)
        with _Watcher(models) as watcher:
            loss = engine.task.loss(engine.models, batch, phase=phase.name, generator=generator).value
        gradients = _gradients(loss, watcher)
    rows = [_row(seen, gradients, optimizer) for seen in watcher.seen]
    wanted = [value for row in rows for value in row.numbers.values()]
    # One transfer for all numbers: read one by one, each would wait for the device.
    numbers = iter(torch.stack([value.float() for value in (loss.detach(), *wanted)]).tolist())
    spread, told_apart = _collapse(engine, batch)
    return EpochHealth(
        epoch=engine.state.epoch,
        examples=len(batch),
        loss=next(numbers),
        learning_rate=float(optimizer.param_groups[0]["lr"]),
        layers=tuple(
            LayerHealth(name=row.name, operator=row.operator, **{key: next(numbers) for key in row.numbers})
            for row in rows
        ),
        idle=_idle(engine, batch),
        spread=spread,
        told_apart=told_apart,
    )


def _idle(engine: Engine, batch: Batch) -> float | None:
    """Return which share of a code says nothing of the examples; None of a task that has none."""
    if not isinstance(engine.task, TellsIdle):
        return None
    with _evaluating(engine.models.values()), torch.no_grad():
        return engine.task.idle(engine.models, batch)


def _collapse(engine: Engine, batch: Batch) -> tuple[float | None, float | None]:
    """Return how far drawn pictures are apart and how often they are told from real ones; None where none are drawn."""
    if not isinstance(engine.task, TellsCollapse):
        return None, None
    with _evaluating(engine.models.values()), torch.no_grad():
        found = engine.task.collapse(engine.models, batch)
    return found.spread, found.told_apart


@dataclass
class _Seen:
    """A layer with weights, or an activation, and what it gave."""

    name: str
    operator: str
    numbers: dict[str, Tensor]
    module: nn.Module | None = None
    coming_back: list[Tensor] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    name: str
    operator: str
    numbers: dict[str, Tensor]


class _Watcher(TorchFunctionMode):
    """Notes what layers and activations give in a forward pass; activations are seen however they are called."""

    def __init__(self, models: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.seen: list[_Seen] = []
        self._path: list[tuple[str, nn.Module]] = []
        self._hooks: list[Any] = []
        several = len(models) > 1
        for key, model in models.items():
            for name, module in model.named_modules():
                own = model.own_name(name) if isinstance(model, FrozenWrapper) else name
                path = ".".join(part for part in (key if several else "", own) if part)
                self._hooks.append(module.register_forward_pre_hook(self._enter(path)))
                self._hooks.append(module.register_forward_hook(self._leave))

    def __exit__(self, *problem: Any) -> None:
        for hook in self._hooks:
            hook.remove()
        super().__exit__(*problem)  # type: ignore[no-untyped-call]

    def _enter(self, name: str) -> Callable[[nn.Module, Any], None]:
        return lambda module, _inputs: self._path.append((name, module))

    def _leave(self, module: nn.Module, _inputs: Any, output: Any) -> None:
        name, _ = self._path.pop()
        result = output[0] if isinstance(output, tuple) else output
        if not _matrices(module) or not isinstance(result, Tensor) or not result.is_floating_point():
            return
        given = result.detach()
        seen = _Seen(
            name, type(module).__name__, {"output_mean": given.mean(), "output_std": given.std(correction=0)}, module
        )
        self.seen.append(seen)
        if result.requires_grad:
            # The gradient is that of a mean over N: times the root of N its norm does not hang on how many were looked
            # at.
            count = math.sqrt(len(result))
            # On the tensor and not the module: a later in-place ReLU must not come between.
            note = lambda gradient: seen.coming_back.append(gradient.norm() * count)  # noqa: E731
            result.register_hook(note)  # type: ignore[no-untyped-call]

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        operator = getattr(func, "__name__", "").rstrip("_")
        if operator in ACTIVATIONS and isinstance(result, Tensor) and result.ndim > 1 and self._path:
            lowest = (kwargs or {}).get("min_val", args[1] if len(args) > 1 else -1)
            # ReLU6 is a hardtanh from 0 on.
            self._note("relu6" if operator == "hardtanh" and lowest == 0 else operator, result)
        return result

    def _note(self, operator: str, given: Tensor) -> None:
        name, module = self._path[-1]
        given = given.detach()
        numbers = {"output_mean": given.mean(), "output_std": given.std(correction=0)}
        if operator in RELUS:
            # Tokens have their units in the last place, [N, T, U], pictures and rows in the second.
            units = given if given.ndim == 3 else given.movedim(1, -1)
            numbers["dead"] = (units.flatten(0, -2) <= 0).all(0).float().mean()
        if operator in SLOPES:
            numbers["saturated"] = (SLOPES[operator](given) < FLAT).float().mean()
        label = name if not any(True for _ in module.children()) and not _matrices(module) else f"{name}/{operator}"
        self.seen.append(_Seen(label.lstrip("/"), operator, numbers))


def _matrices(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters(recurse=False) if parameter.ndim > 1]


def _gradients(loss: Tensor, watcher: _Watcher) -> dict[int, Tensor]:
    """Return the gradients of all weights that were seen, by their id; the parameters' own `.grad` stays as it is."""
    weights = [weight for seen in watcher.seen if seen.module for weight in _matrices(seen.module)]
    learning = [weight for weight in weights if weight.requires_grad]
    if not learning:
        return {}
    found = torch.autograd.grad(loss, learning, allow_unused=True)
    return {id(weight): gradient for weight, gradient in zip(learning, found, strict=True) if gradient is not None}


@torch.no_grad()
def _row(seen: _Seen, gradients: Mapping[int, Tensor], optimizer: Optimizer) -> _Row:
    numbers = dict(seen.numbers)
    if seen.module is not None:
        weights = _matrices(seen.module)
        numbers["weight_rms"] = _rms(weights)
        of_weights = [gradients[id(weight)] for weight in weights if id(weight) in gradients]
        if of_weights:
            numbers["gradient_rms"] = _rms(of_weights)
        updates = [update for update in (last_update(optimizer, weight) for weight in weights) if update is not None]
        if updates:
            # The least keeps a layer of zeros from dividing by 0.
            numbers["update_ratio"] = _norm(updates) / _norm(weights).clamp_min(1e-30)
        if seen.coming_back:
            numbers["output_gradient"] = seen.coming_back[0]
    return _Row(seen.name, seen.operator, numbers)


def _norm(tensors: list[Any]) -> Tensor:
    norm: Tensor = torch.stack([tensor.detach().norm() for tensor in tensors]).norm()
    return norm


def _rms(tensors: list[Any]) -> Tensor:
    return _norm(tensors) / math.sqrt(sum(tensor.numel() for tensor in tensors))


def last_update(optimizer: Optimizer, weight: Tensor) -> Tensor | None:
    """Return what the optimizer's last step subtracted from a weight, from what the optimizer remembers of it.

    Returns:
        None before the first step, and for a weight that this optimizer does not hold or did not move.
    """
    group = next((group for group in optimizer.param_groups if any(one is weight for one in group["params"])), None)
    if group is None or weight.grad is None:
        return None
    # From the optimizer's own state: copies of all weights from before each step would cost what nobody looks at.
    state, lr, decay = optimizer.state.get(weight, {}), float(group["lr"]), float(group["weight_decay"])
    step: Tensor
    if "exp_avg" in state:
        count, (first, second) = float(state["step"]), group["betas"]
        root = (state["exp_avg_sq"] / (1 - second**count)).sqrt() + group["eps"]
        step = state["exp_avg"] / (1 - first**count) / root
        # AdamW's decay acts on the weight itself, that of Adam went into the averages. The weight is the one after the
        # step, which the decay has shrunk by lr x decay of itself: less than a ratio of norms shows.
        return lr * (step + decay * weight) if isinstance(optimizer, torch.optim.AdamW) else lr * step
    step = weight.grad + decay * weight
    # The buffer as torch leaves it after the step: RMSprop's is already divided by the root, SGD's holds the gradient.
    moving = state.get("momentum_buffer")
    if "square_avg" in state:
        step = step / (state["square_avg"].sqrt() + group["eps"]) if moving is None else moving
    elif moving is not None:
        step = step + float(group["momentum"]) * moving if group.get("nesterov") else moving
    return lr * step


@contextmanager
def _evaluating(models: Any) -> Iterator[None]:
    """Put models into evaluation mode for a `with` block, and each module back into the mode it had."""
    modes = [(module, module.training) for model in models for module in model.modules()]
    for module, _ in modes:
        # Not `eval()`: a module may override it, and what it does beside could not be taken back.
        module.training = False
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
