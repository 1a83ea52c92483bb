"""Grad-CAM per picture, beside captum's and pytorch-grad-cam's on the same network, layer, class and picture.

    python benchmarks/explain.py [--repeats 15] [--size 224]

The three take turns in one process; the medians of the processor's time (not the clock's: others may use the machine)
and of the ratios within a turn are printed. Pellucid's figure is a whole explanation without its checks (the outputs,
the layer, the map), once the network was looked at; the looking is printed by itself. captum (the extra `dev`) and
grad-cam (`pip install grad-cam`) are left out where they are not installed. The maps are compared, too: captum's must
be equal within 1e-5 of its highest value. pytorch-grad-cam scales and resizes its maps to the picture; they are not
compared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import timm
import torch
from measuring import describe_machine, format_table, median, write_results
from torch import Tensor, nn

from pellucid.attribution import Explainer

MODELS = ("resnet18", "resnet50", "mobilenetv2_100", "convnext_atto")

Work = Callable[[], Any]


def ours(model: nn.Module, picture: Tensor, layer: str | None = None) -> tuple[Work, float]:
    """Return what makes one explanation, and the seconds that the first look at the network takes."""
    explainer = Explainer(model)
    started = time.process_time()
    explainer.probed(picture)
    looking = time.process_time() - started
    return lambda: explainer.explain(picture, target=3, layer=layer, checks=False).attributions[0].cells, looking


def captums(model: nn.Module, picture: Tensor, layer: nn.Module) -> Work | None:
    """Return what makes captum's map, or None where captum is not installed."""
    try:
        from captum.attr import LayerGradCam
    except ImportError:
        return None
    method = LayerGradCam(model, layer)
    return lambda: method.attribute(picture, target=3, relu_attributions=True)[0, 0].detach().numpy()


def grad_cams(model: nn.Module, picture: Tensor, layer: nn.Module) -> Work | None:
    """Return what makes pytorch-grad-cam's map, or None where it is not installed."""
    try:
        from pytorch_grad_cam import GradCAM
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    except ImportError:
        return None
    method = GradCAM(model=model, target_layers=[layer])
    return lambda: method(input_tensor=picture, targets=[ClassifierOutputTarget(3)])


def compare(name: str, size: int, repeats: int) -> dict[str, Any]:
    """Return the medians in milliseconds of processor time, the ratios, and how far captum's map is from ours."""
    torch.manual_seed(0)
    model = timm.create_model(name, num_classes=10).eval()
    picture = torch.randn(1, 3, size, size)
    mine, looking = ours(model, picture)
    chosen = Explainer(model).probed(picture).chosen
    assert chosen is not None
    layer = model.get_submodule(chosen.layer)
    works: dict[str, Work] = {"pellucid": mine}
    for peer, made in (("captum", captums(model, picture, layer)), ("grad-cam", grad_cams(model, picture, layer))):
        if made is not None:
            works[peer] = made
    taken: dict[str, list[float]] = {peer: [] for peer in works}
    for repeat in range(repeats + 1):
        for peer, work in works.items():
            started = time.process_time()
            work()
            if repeat:
                taken[peer].append(1000 * (time.process_time() - started))
    result: dict[str, Any] = {"model": name, "layer": chosen.layer, "looking_ms": 1000 * looking}
    result |= {f"{peer}_ms": median(times) for peer, times in taken.items()}
    result |= {
        f"ratio_{peer}": median([a / b for a, b in zip(taken["pellucid"], times, strict=True)])
        for peer, times in taken.items()
        if peer != "pellucid"
    }
    if "captum" in works:
        theirs = works["captum"]()
        result["difference"] = float(np.abs(mine() - theirs).max() / max(float(theirs.max()), 1e-30))
    return result


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--size", type=int, default=224)
    given = parser.parse_args()
    rows = [compare(name, given.size, given.repeats) for name in MODELS]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, median of {given.repeats}, 1 picture of "
          f"{given.size} pixels; {_installed('captum')}, {_installed('grad-cam')}")  # fmt: skip
    print(format_table(keys, [[_cell(row.get(key, "")) for key in keys] for row in rows]))
    write_results("explain", {"machine": describe_machine(), "rows": rows})


def _installed(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} is not installed"


def _cell(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
