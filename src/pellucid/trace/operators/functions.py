"""Functions of one number: activations and their kin, with the formula filled in."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Call, Explained, Position, number, one

Function = Callable[[float, Call], float]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _gelu(x: float, call: Call) -> float:
    if call.argument("approximate", "none") == "tanh":
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * math.erfc(-x / math.sqrt(2))


def _clamp(x: float, call: Call) -> float:
    low, high = (call.argument(name) for name in ("min", "max"))
    x = x if low is None else max(x, number(low))
    return x if high is None else min(x, number(high))


def _elu(x: float, call: Call) -> float:
    alpha, scale, input_scale = (number(call.argument(name, 1)) for name in ("alpha", "scale", "input_scale"))
    return scale * (x if x > 0 else alpha * math.expm1(x * input_scale))


def _softplus(x: float, call: Call) -> float:
    beta, threshold = number(call.argument("beta", 1)), number(call.argument("threshold", 20))
    return x if x * beta > threshold else math.log1p(math.exp(x * beta)) / beta


def _leaky(x: float, call: Call) -> float:
    return x if x > 0 else x * number(call.argument("negative_slope", 0.01))


FUNCTIONS: dict[str, tuple[str, Function]] = {
    "relu": ("max(0, x)", lambda x, _: max(0.0, x)),
    "leaky_relu": ("x if x > 0, else slope x x", _leaky),
    "elu": ("x if x > 0, else alpha x (exp(x) - 1)", _elu),
    "sigmoid": ("1 / (1 + exp(-x))", lambda x, _: _sigmoid(x)),
    "tanh": ("tanh(x)", lambda x, _: math.tanh(x)),
    "gelu": ("x x Phi(x), Phi the normal distribution function", _gelu),
    "silu": ("x x sigmoid(x)", lambda x, _: x * _sigmoid(x)),
    "mish": ("x x tanh(log(1 + exp(x)))", lambda x, _: x * math.tanh(math.log1p(math.exp(min(x, 700.0))))),
    "hardswish": ("x x min(max(x + 3, 0), 6) / 6", lambda x, _: x * min(max(x + 3, 0.0), 6.0) / 6),
    "hardsigmoid": ("min(max(x + 3, 0), 6) / 6", lambda x, _: min(max(x + 3, 0.0), 6.0) / 6),
    "hardtanh": (
        "x, kept between two bounds",
        lambda x, call: min(max(x, number(call.argument("min_val", -1))), number(call.argument("max_val", 1))),
    ),
    "relu6": ("min(max(x, 0), 6)", lambda x, _: min(max(x, 0.0), 6.0)),
    "clamp": ("x, kept between two bounds", _clamp),
    "softplus": ("log(1 + exp(x))", _softplus),
    "sin": ("sin(x)", lambda x, _: math.sin(x)),
    "cos": ("cos(x)", lambda x, _: math.cos(x)),
    "exp": ("exp(x)", lambda x, _: math.exp(x)),
    "log": ("log(x)", lambda x, _: math.log(x) if x > 0 else -math.inf),
    "sqrt": ("sqrt(x)", lambda x, _: math.sqrt(x)),
    "rsqrt": ("1 / sqrt(x)", lambda x, _: 1 / math.sqrt(x)),
    "neg": ("-x", lambda x, _: -x),
    "abs": ("|x|", lambda x, _: abs(x)),
    "erf": ("erf(x)", lambda x, _: math.erf(x)),
    "reciprocal": ("1 / x", lambda x, _: 1 / x),
    "sign": ("sign of x", lambda x, _: float(np.sign(x))),
}


def explain_function(call: Call, at: Position) -> Explained:
    """Return the input at the same position, and the function's value of it in float64."""
    inputs = call.args[0]
    assert isinstance(inputs, Tensor)
    x = number(inputs[at])
    formula, function = FUNCTIONS[call.operator]
    value = function(x, call)
    # Rounding the input's neighbours decides how near a float32 result can come: x counts as well as f(x).
    return Explained(formula, one(value), (Factor("x", np.array(x)),), magnitude=abs(x) + abs(value))


def explain_power(call: Call, at: Position) -> Explained:
    """Return x ** exponent, where either is one number or a tensor."""
    base, exponent = (
        value if not isinstance(value, Tensor) else number(value[at] if value.ndim else value)
        for value in call.args[:2]
    )
    value = float(base) ** float(exponent)
    factors = (Factor("x", np.array(float(base))), Factor("exponent", np.array(float(exponent))))
    return Explained("x to the power of the exponent", one(value), factors)
