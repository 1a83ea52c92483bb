"""What a drawing says about a layer: a few words, and the window that slides."""

from __future__ import annotations

from pellucid.models import LayerSummary

WORDS = {
    "BatchNorm1d": "batch norm",
    "BatchNorm2d": "batch norm",
    "BatchNormAct2d": "batch norm, activation",
    "LayerNorm": "layer norm",
    "LayerNorm2d": "layer norm",
    "GroupNorm": "group norm",
    "LocalResponseNorm": "local norm",
    "MaxPool1d": "max pool",
    "MaxPool2d": "max pool",
    "AvgPool1d": "mean pool",
    "AvgPool2d": "mean pool",
    "AdaptiveAvgPool2d": "mean pool",
    "AdaptiveAvgPool1d": "mean pool",
    "adaptive_avg_pool2d": "mean pool",
    "SelectAdaptivePool2d": "mean pool",
    "max_pool2d": "max pool",
    "avg_pool2d": "mean pool",
    "Linear": "dense",
    "linear": "dense",
    "MultiheadAttention": "attention",
    "scaled_dot_product_attention": "attention",
    "Flatten": "flatten",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "Tanh": "tanh",
    "Add": "+",
    "add": "+",
    "mul": "×",
    "cat": "joined",
    "GELUTanh": "GELU",
    "Embedding": "embedding",
}

LEARNED = {"cat": "learned token joined", "add": "learned places added", "mul": "learned scale"}
"""What an operator between layers does with parameters."""


def kernel_of(layer: LayerSummary) -> tuple[int, ...] | None:
    """Return the window that the details of a layer begin with: "5 x 5, stride 2", or "7" along one axis."""
    sides = layer.details.split(",")[0].split(" x ")
    is_window = len(sides) == 2 or (len(sides) == 1 and "conv" in layer.operator.lower())
    return tuple(map(int, sides)) if is_window and all(side.isdecimal() for side in sides) else None


def layer_words(layer: LayerSummary) -> str:
    """Return what a layer does, short: "5 × 5 conv, / 2"; "conv, kernel 7" along one axis."""
    operator = layer.operator
    kernel = kernel_of(layer)
    if kernel is not None:
        kind = "conv" if "conv" in operator.lower() else WORDS.get(operator, "pool" if "ool" in operator else operator)
        step = next((part.strip() for part in layer.details.split(",") if "stride" in part), "")
        groups = next((part.strip() for part in layer.details.split(",") if "groups" in part), "")
        depthwise = groups and layer.output_shape and groups == f"{layer.output_shape[0]} groups"
        kind = f"{'depthwise ' if depthwise else ''}{kind}"
        words = f"{kind}, kernel {kernel[0]}" if len(kernel) == 1 else f"{kernel[0]} × {kernel[1]} {kind}"
        return words + (f", / {step.removeprefix('stride ')}" if step and kind.endswith("conv") else "")
    if operator in ("Permute", "pad", "roll"):
        return ""
    if operator == "Dropout":
        return "" if layer.details in ("", "0") else f"dropout {layer.details}"
    if layer.parameters and operator in LEARNED:
        return LEARNED[operator]
    return WORDS.get(operator, operator.replace("_", " "))
