"""Checkpoints: weights, optimizers and standing in one safetensors file, which can hold no code.

A file may come from a stranger: whatever is read is first checked against what it is for, and nothing is changed unless
all of it fits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.optim import Optimizer

from pellucid.errors import RunError
from pellucid.files import load_tensors, save_tensors
from pellucid.models import Fitted, Wanted, tensor_faults, wanted_of
from pellucid.records import Record
from pellucid.runs import Best
from pellucid.training.engine import Engine
from pellucid.training.engine_settings import TrainState
from pellucid.training.optimizers import state_names
from pellucid.uncompiled import without_compiler

LAST, BEST = "last.safetensors", "best.safetensors"
"""The files of a run: where its training stands, and the weights that answer."""

# Keys are "model/<name>/<parameter>", "optimizer/<phase>/<parameter's number>/<state>", and where there is a moving
# average "average/<name>/<parameter>" and "average", its number of updates.

_BESIDE_WEIGHTS = ("optimizer/", "average")
_MOST = 2**53
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Examples = Annotated[int, Field(ge=1, le=_MOST)]


class TrainStateRecord(Record):
    """Where a training stands, as a checkpoint keeps it; see `TrainState`."""

    epoch: Annotated[int, Field(ge=0, le=_MOST)]
    best: Best | None
    top: float | None = None
    training_seconds: _Seconds = 0.0
    epoch_seconds: _Seconds = 0.0
    micro_batch: _Examples | None = None
    validation_batch: _Examples | None = None
    stopped: bool = False


def save_checkpoint(path: Path, engine: Engine) -> None:
    """Write all that a training needs to go on as if nothing had happened."""
    tensors = _weights(engine.models)
    for phase, optimizer in engine.optimizers.items():
        # torch's optimizers import its compiler when their state is first read, which costs over a second.
        with without_compiler():
            states = optimizer.state_dict()["state"]
        for number, state in states.items():
            tensors |= {
                f"optimizer/{phase}/{number}/{name}": _plain(torch.as_tensor(value))
                for name, value in state.items()
                if value is not None
            }
    if engine.average is not None:
        tensors |= {f"average/{key}": _plain(value) for key, value in engine.average.tensors.items()}
        tensors["average"] = torch.tensor(engine.average.updates)
    standing = asdict(engine.state) | {"best": engine.state.best.to_dict() if engine.state.best else None}
    _save(path, tensors, {"standing": json.dumps(standing)})


def load_checkpoint(path: Path, engine: Engine) -> None:
    """Put models, optimizers and standing back to where `save_checkpoint` was called.

    Raises:
        RunError: the file is damaged, or is of another model or recipe; nothing is changed then.
    """
    tensors, metadata = _load(path)
    standing = _read_standing(path, metadata, engine)
    wanted = _wanted_of_all(engine)
    faults = [*tensor_faults(tensors, wanted), *_torn_states(tensors, engine, standing)]
    faults = faults or _own_faults(tensors, engine.models)
    if faults:
        raise _unfit(path, faults)
    _fill_models(tensors, engine.models)
    for phase, optimizer in engine.optimizers.items():
        _restore_optimizer(
            optimizer,
            {key.split("/", 2)[2]: value for key, value in tensors.items() if key.startswith(f"optimizer/{phase}/")},
        )
    if engine.average is not None:
        averages = {key.removeprefix("average/"): value for key, value in tensors.items() if key.startswith("average/")}
        engine.average.restore(averages, int(tensors["average"]))
    engine.state = TrainState(**dict(standing))


def save_weights(path: Path, models: Mapping[str, nn.Module]) -> None:
    """Write the weights alone: what answering needs."""
    _save(path, _weights(models), {})


def load_weights(path: Path, models: Mapping[str, nn.Module]) -> None:
    """Read weights into models of the same architecture; of a whole checkpoint, these alone.

    Raises:
        RunError: the file is missing or damaged, or is of another architecture; the models are unchanged then.
    """
    tensors = {key: value for key, value in _load(path)[0].items() if not key.startswith(_BESIDE_WEIGHTS)}
    faults = tensor_faults(tensors, _wanted_of_models(models)) or _own_faults(tensors, models)
    if faults:
        raise _unfit(path, faults)
    _fill_models(tensors, models)


def _weights(models: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    return {
        f"model/{name}/{key}": _plain(value)
        for name, model in models.items()
        for key, value in model.state_dict().items()
    }


def _plain(tensor: Tensor) -> Tensor:
    # A copy each: safetensors takes neither shared storage (tied weights) nor strides (channels-last).
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)


def _save(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    # Checkpoints lie in a folder of the run: neither is to be a link, also when it was none as the training began.
    save_tensors(path, tensors, {"format": "pellucid-checkpoint-1"} | metadata, within=path.parents[1])


def _load(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    return load_tensors(path, framework="pt", error=RunError, what="the checkpoint")


def _unfit(path: Path, faults: list[str]) -> RunError:
    return RunError(
        f"The weights in '{path}' do not fit the model: {'; '.join(faults)}.",
        expected="Names, shapes and kinds as the model has them, and finite numbers.",
        fix="Take the file from a copy of the run, or train anew; of a module of your own, hand over the one that was "
        "trained, with open_run(path, model=...).",
    )


def _wanted_of_models(models: Mapping[str, nn.Module]) -> dict[str, Wanted]:
    return {key: want for name, model in models.items() for key, want in wanted_of(model, f"model/{name}/").items()}


def _wanted_of_all(engine: Engine) -> dict[str, Wanted]:
    """Return what a checkpoint of an engine may hold: each state of an optimizer in the shape of its parameter."""
    wanted = _wanted_of_models(engine.models)
    for phase, optimizer in engine.optimizers.items():
        for number, parameter in enumerate(_parameters(optimizer)):
            for name in state_names(optimizer):
                key = f"optimizer/{phase}/{number}/{name}"
                if name == "step":
                    wanted[key] = Wanted((), optional=True, least=1.0, whole=True)
                else:
                    # Means of squares: a negative one, from a damaged file, would make every weight NaN at the next
                    # step.
                    least = 0.0 if name in ("exp_avg_sq", "square_avg") else None
                    wanted[key] = Wanted(tuple(parameter.shape), optional=True, least=least)
    if engine.average is not None:
        wanted |= {f"average/{key}": Wanted.as_in(value) for key, value in engine.average.tensors.items()}
        wanted["average"] = Wanted((), "int", least=0.0)
    return wanted


def _torn_states(tensors: Mapping[str, Tensor], engine: Engine, standing: TrainStateRecord) -> list[str]:
    """Return what is wrong with the states of optimizers as a whole: of each parameter there are all or none."""
    torn: list[str] = []
    for phase, optimizer in engine.optimizers.items():
        names = state_names(optimizer)
        found = [
            [f"optimizer/{phase}/{number}/{name}" in tensors for name in names]
            for number in range(len(_parameters(optimizer)))
        ]
        # A parameter that never had a gradient has no state at all, which is as it should be; half of one is damage.
        torn += [f"optimizer/{phase}/{number}" for number, has in enumerate(found) if any(has) and not all(has)]
        if names and found and standing.epoch > 0 and not any(map(any, found)):
            torn.append(f"optimizer/{phase}")
    return [f"{len(torn)} states of the optimizer missing ({', '.join(torn[:4])})"] if torn else []


def _read_standing(path: Path, metadata: Mapping[str, str], engine: Engine) -> TrainStateRecord:
    source = f"The standing in '{path}'"
    try:
        data = json.loads(metadata["standing"])
    except KeyError:
        raise RunError(f"'{path}' does not say where its training stands.", expected="A checkpoint of a run.") from None
    except (ValueError, RecursionError):
        raise RunError(f"{source} is damaged.", expected="A JSON object.") from None
    standing = TrainStateRecord.from_dict(data, source=source, error=RunError)
    best = standing.best
    # Every epoch but none before the first leaves a best one: without, the file is torn or from elsewhere.
    if standing.epoch > engine.settings.epochs or (best is None) != (standing.epoch == 0):
        raise RunError(
            f"{source} is of another recipe: epoch {standing.epoch} of {engine.settings.epochs}.",
            fix="Put the run's folder back as its training left it, or train anew.",
        )
    if best is not None and (best.epoch > standing.epoch or best.metric != engine.task.monitor.name):
        raise RunError(
            f"{source} names a best epoch that cannot be: {best.epoch} of {standing.epoch}, by {best.metric[:60]}.",
            expected=f"One of its epochs, by {engine.task.monitor.name}.",
        )
    return standing


def _parameters(optimizer: Optimizer) -> list[Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _fill_models(tensors: Mapping[str, Tensor], models: Mapping[str, nn.Module]) -> None:
    for name, model in models.items():
        held = _tensors_of(tensors, name)
        if isinstance(model, Fitted):
            model.hold(held)
        else:
            model.load_state_dict(held)


def _tensors_of(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    prefix = f"model/{name}/"
    return {key.removeprefix(prefix): tensors[key] for key in tensors if key.startswith(prefix)}


def _own_faults(tensors: Mapping[str, Tensor], models: Mapping[str, nn.Module]) -> list[str]:
    """Return what models that were fitted find wrong in tensors whose shapes say nothing."""
    return [
        fault
        for name, model in models.items()
        if isinstance(model, Fitted)
        for fault in model.faults(_tensors_of(tensors, name))
    ]


def _restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    parameters = _parameters(optimizer)
    state: dict[int, dict[str, Any]] = {}
    for key, value in tensors.items():
        number, name = key.split("/", 1)
        parameter = parameters[int(number)]
        if value.shape == parameter.shape:
            # Fused optimizers walk the memory of parameter and state side by side: both need the same strides
            # (channels-last), or each momentum would go to another weight.
            value = torch.empty_like(parameter, dtype=value.dtype, device=value.device).copy_(value)
        state.setdefault(int(number), {})[name] = value
    with without_compiler():
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
