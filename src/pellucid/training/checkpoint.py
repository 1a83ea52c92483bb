"""Checkpoints: weights, optimizers and standing in one safetensors file, which can hold no code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from pellucid.errors import RunError
from pellucid.files import guarded, load_tensors, parse_json, write_atomically
from pellucid.runs import Best
from pellucid.training.engine import Engine, Standing
from pellucid.training.optimizers import without_compiler

# Keys are "model/<name>/<parameter>", "optimizer/<phase>/<parameter's number>/<state>", and where there is a moving
# average "average/<name>/<parameter>" and "average", its number of updates.


def save_checkpoint(path: Path, engine: Engine) -> None:
    """Write all that a training needs to go on as if nothing had happened."""
    tensors = _weights(engine.models)
    for phase, optimizer in engine.optimizers.items():
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
    standing = asdict(engine.standing) | {"best": engine.standing.best.to_dict() if engine.standing.best else None}
    _save(path, tensors, {"standing": json.dumps(standing)})


def load_checkpoint(path: Path, engine: Engine) -> None:
    """Put models, optimizers and standing back to where `save_checkpoint` was called.

    Raises:
        RunError: the file is damaged, or is of another model or recipe.
    """
    tensors, metadata = _load(path)
    _restore_models(path, tensors, engine.models)
    for phase, optimizer in engine.optimizers.items():
        _restore_optimizer(
            optimizer,
            {key.split("/", 2)[2]: value for key, value in tensors.items() if key.startswith(f"optimizer/{phase}/")},
        )
    if engine.average is not None:
        averages = {key.removeprefix("average/"): value for key, value in tensors.items() if key.startswith("average/")}
        engine.average.restore(averages, int(tensors["average"]))
    with guarded(lambda reason: RunError(f"The checkpoint '{path}' does not say where the training stood: {reason}.")):
        standing: dict[str, Any] = parse_json(metadata["standing"])
    best = standing.pop("best")
    engine.standing = Standing(
        **standing, best=Best.from_dict(best, source=str(path), error=RunError) if best else None
    )


def save_weights(path: Path, models: Mapping[str, nn.Module]) -> None:
    """Write the weights alone: what answering needs."""
    _save(path, _weights(models), {})


def load_weights(path: Path, models: Mapping[str, nn.Module]) -> None:
    """Read weights into models of the same architecture.

    Raises:
        RunError: the file is missing or damaged, or is of another architecture.
    """
    _restore_models(path, _load(path)[0], models)


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
    write_atomically(
        path, lambda beside: save_file(tensors, beside, metadata={"format": "pellucid-checkpoint-1"} | metadata)
    )


def _load(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    return load_tensors(path, framework="pt", error=RunError, what="the checkpoint")


def _restore_models(path: Path, tensors: Mapping[str, Tensor], models: Mapping[str, nn.Module]) -> None:
    for name, model in models.items():
        prefix = f"model/{name}/"
        state = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
        try:
            model.load_state_dict(state)
        except RuntimeError as problem:
            raise RunError(
                f"The weights in '{path}' do not fit the model: {' '.join(str(problem).split())[:400]}",
                fix="Hand over the module that was trained, with open_run(path, model=...).",
            ) from None


def _restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
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
