"""Which device to train on, in which arithmetic, each with its reason."""

from __future__ import annotations

import torch

from pellucid.errors import RecipeError
from pellucid.records import Decision
from pellucid.words import counted

BFLOAT16_FROM = 1_000_000
"""Multiply-adds per example from which bfloat16 was quicker on a CPU that has it: see benchmarks/precision.py."""


def choose_device(name: str | None) -> tuple[torch.device, Decision]:
    """Return the device called `name`, or the quickest there is.

    Raises:
        RecipeError: there is no such device here.
    """
    available = available_devices()
    if name is None:
        best = available[-1]
        reason = "the quickest here (--device)" if len(available) > 1 else "no accelerator was found (--device)"
        return torch.device(best), Decision(name="device", value=_describe(best), reason=reason)
    try:
        device = torch.device(name)
    except RuntimeError:
        raise RecipeError(f"Unknown device '{name}'.", expected=f"Here there are: {', '.join(available)}.") from None
    if device.type not in available or (device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count()):
        raise RecipeError(
            f"There is no device '{name}' here.",
            expected=f"Here there are: {', '.join(available)}.",
            fix="Leave --device out to take the quickest.",
        )
    return device, Decision(name="device", value=_describe(name), reason="asked for with --device")


def available_devices() -> list[str]:
    """Return the kinds of device there are, slowest first."""
    devices = ["cpu"]
    if torch.backends.mps.is_available():
        devices.append("mps")
    if torch.cuda.is_available():
        devices.append("cuda")
    return devices


def choose_precision(
    name: str | None, device: torch.device, *, multiply_adds: int, convolutional: bool
) -> tuple[torch.dtype, Decision]:
    """Return the dtype of training's matrix products; answers are float32 whatever is chosen here.

    Args:
        name: float32, bfloat16, or None to choose.
        device: where the training runs.
        multiply_adds: of one example's forward pass.
        convolutional: whether the model has convolutions.
    """
    if name is not None:
        return getattr(torch, name), Decision(name="precision", value=name, reason="asked for with --precision")
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.bfloat16, Decision(
            name="precision",
            value="bfloat16",
            reason="this GPU computes quicker in it; answers are float32 (--precision)",
        )
    if device.type == "cpu" and convolutional and multiply_adds >= BFLOAT16_FROM and cpu_has_bfloat16_units():
        reason = "this processor computes quicker in it; answers are float32 (--precision)"
        return torch.bfloat16, Decision(name="precision", value="bfloat16", reason=reason)
    return torch.float32, Decision(
        name="precision", value="float32", reason="bfloat16 would not be quicker here (--precision)"
    )


def cpu_has_bfloat16_units() -> bool:
    """Return whether the processor multiplies bfloat16 matrices in hardware (AMX, or AVX-512 with bfloat16)."""
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(_cpu_flags())


def _cpu_flags() -> set[str]:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return {flag for line in lines if line.startswith("flags") for flag in line.split()}
    except OSError:  # not Linux: no portable way to ask, so the safe answer is no
        return set()


def _describe(name: str) -> str:
    device = torch.device(name)
    if device.type == "cuda":
        return f"{name} ({torch.cuda.get_device_name(device)})"
    return f"{name} ({counted(torch.get_num_threads(), 'thread')})" if device.type == "cpu" else name
