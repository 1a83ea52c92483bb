"""On which of timm's families Grad-CAM finds its layer without being told: random weights, small pictures.

    python benchmarks/gradcam_families.py [--only vit,swin]

From every family (a module of timm) its smallest model that can be built is taken, at the smallest size of 64, 96, 128,
160 and 224 pixels, or its own, that it takes. A family counts when a layer is found, the map has at least 4 x 4 cells
and is not empty for at least one of the three classes, and the layer passes a test of its own: each quarter of another
picture is replaced by noise, and the layer's values must change most in the same quarter. What is all zeros by design
(heads, scales) gets small random weights, or no network with them would depend on anything. Written to
build/bench/gradcam_families.json.
"""

from __future__ import annotations

import argparse
import gc
import time
import warnings
from collections import defaultdict
from typing import Any

import timm
import torch
from measuring import describe_machine, format_table, write_results
from torch import Tensor, nn

from pellucid.attribution import Explainer, MapLayer
from pellucid.attribution.probing import watched

SIZES = (64, 96, 128, 160, 224)
MOST_PARAMETERS = 40_000_000
SMALL_WORDS = (
    "atto",
    "femto",
    "pico",
    "nano",
    "xxs",
    "xxt",
    "tiny",
    "_t",
    "_s0",
    "_m0",
    "_xs",
    "18",
    "small",
    "_s",
    "26",
)
NOT_CLASSIFIERS = {"vision_transformer_sam", "naflexvit"}


def families() -> dict[str, list[str]]:
    """Return per module of timm the names of its models."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in timm.list_models():
        module = timm.model_entrypoint(name).__module__.rpartition(".")[2]
        found[module].append(name)
    return dict(sorted(found.items()))


def num_parameters(name: str) -> int:
    """Return the number of parameters, without memory for them."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in timm.create_model(name, num_classes=3).parameters())


def smallest(names: list[str]) -> list[str]:
    """Return models of a family that are small enough to try: those called small first, and of these by their size."""
    called = [word for word in SMALL_WORDS for name in names if word in name]
    likely = [name for word in dict.fromkeys(called) for name in names if word in name and not name.startswith("test_")]
    sizes: list[tuple[int, str]] = []
    for name in list(dict.fromkeys([*likely, *names]))[:4]:
        try:
            sizes.append((num_parameters(name), name))
        except Exception:  # not every model can be built without memory
            sizes.append((MOST_PARAMETERS - 1, name))
    return [name for size, name in sorted(sizes) if size <= MOST_PARAMETERS][:3]


def build(name: str) -> tuple[nn.Module, int]:
    """Return a model with random weights, and the smallest size at which it takes pictures."""
    own = timm.get_pretrained_cfg(name)
    sizes = [*SIZES, own.input_size[1]] if own is not None else [*SIZES]
    problem: Exception | None = None
    for size in sizes:
        for options in ({}, {"img_size": size}):
            try:
                torch.manual_seed(0)
                settings: dict[str, Any] = {"num_classes": 3, **options}
                model = timm.create_model(name, **settings).eval()
                with torch.no_grad():
                    outputs = model(torch.zeros(1, 3, size, size))
                if outputs.shape == (1, 3):
                    return awake(model), size
            except Exception as failed:
                problem = failed
    raise RuntimeError(str(problem)[:100])


@torch.no_grad()
def awake(model: nn.Module) -> nn.Module:
    """Give what is all zeros by design small random weights."""
    chance = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        if parameter.ndim > 1 and not parameter.any():
            parameter.copy_(0.02 * torch.randn(parameter.shape, generator=chance))
    return model


@torch.no_grad()
def lies_on_the_picture(model: nn.Module, layer: MapLayer, size: int) -> bool:
    """Tell whether what changes in a corner of a picture changes the layer most in that corner."""
    chance = torch.Generator().manual_seed(7)
    base = torch.rand(1, 3, size, size, generator=chance) - 0.5
    half = size // 2
    batch = base.repeat(5, 1, 1, 1)
    for quarter in range(4):
        top, left = (quarter // 2) * half, (quarter % 2) * half
        batch[quarter + 1, :, top : top + half, left : left + half] = torch.rand(3, half, half, generator=chance) - 0.5
    kept: list[Tensor] = []

    def watch(_: str, call: int, __: nn.Module, output: Tensor) -> None:
        if call == layer.call:
            kept.append(layer.layout.on_grid(output))

    with watched(model, watch, frozenset([layer.layer])):
        model(batch)
    changes = (kept[0][1:] - kept[0][:1]).abs().mean(1)
    changes = changes / changes.sum((1, 2), keepdim=True)
    share = changes / changes.sum(0)
    rows, columns = share.shape[1] // 2, share.shape[2] // 2
    corners = [
        share[0, :rows, :columns], share[1, :rows, -columns:], share[2, -rows:, :columns], share[3, -rows:, -columns:],
    ]  # fmt: skip
    return all(bool(corner.mean() > 0.25) for corner in corners)


def judge(name: str) -> dict[str, Any]:
    """Return what was found for one model, and "" or what is wrong with it."""
    model, size = build(name)
    explainer = Explainer(model)
    picture = torch.randn(3, size, size, generator=torch.Generator().manual_seed(3))
    started = time.perf_counter()
    probed = explainer.probed(picture[None])
    seconds = time.perf_counter() - started
    row = {"model": name, "size": size, "layer": "", "layout": "", "seconds": round(seconds, 2)}
    if probed.chosen is None:
        return row | {"fault": probed.reason}
    layer = probed.chosen
    row |= {"layer": layer.layer, "layout": str(layer.layout), "locality": round(layer.locality, 3)}
    maps = [explainer.explain(picture, target=target, checks=False).attributions[0] for target in range(3)]
    if min(maps[0].cells.shape) < 4:
        return row | {"fault": "fewer than 4 x 4 cells"}
    if all(one.is_empty for one in maps):
        return row | {"fault": "the maps are empty"}
    if not lies_on_the_picture(model, layer, size):
        return row | {"fault": "the layer's values do not lie on the picture"}
    return row | {"fault": ""}


def main() -> None:
    """Try every family and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default="", help="families, separated by commas")
    only = parser.parse_args().only
    warnings.simplefilter("ignore")
    rows: dict[str, dict[str, Any]] = {}
    for family, names in families().items():
        if family in NOT_CLASSIFIERS or (only and family not in only.split(",")):
            continue
        for name in smallest(names):
            try:
                rows[family] = judge(name)
                break
            except Exception as problem:
                rows[family] = {"model": name, "size": 0, "layer": "", "layout": "", "fault": str(problem)[:200]}
        gc.collect()
        if family in rows:
            row = rows[family]
            print(f"{family}: {row['model']} {row['size']} {row['layer']} ({row['layout']}) {row['fault']}", flush=True)
    works = [family for family, row in rows.items() if not row["fault"]]
    keys = ["model", "size", "layer", "layout", "seconds"]
    print()
    print(format_table(["family", *keys], [[family, *(str(rows[family][key]) for key in keys)] for family in works]))
    print(f"\n{len(works)} of {len(rows)} families. Not found:")
    for family in sorted(rows.keys() - set(works)):
        print(f"- {family} ({rows[family]['model']}): {rows[family]['fault']}")
    write_results("gradcam_families", {"machine": describe_machine(), "timm": timm.__version__, "families": rows})


if __name__ == "__main__":
    main()
