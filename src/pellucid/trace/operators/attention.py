"""Scaled dot-product attention: queries meet keys, and values are mixed by the weights that come of it."""

from __future__ import annotations

import math

import numpy as np

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, broadcast, floats, number


def explain_attention(call: Call, at: Position) -> Explained:
    """Return weights and values of softmax(q k^T x scale + mask) v at (..., query, feature).

    Source: Vaswani et al. 2017, equation 1.
    """
    query, key, value = (call.tensor(name) for name in ("query", "key", "value"))
    lead, row, feature = at[:-2], at[-2], at[-1]
    q, k = floats(query[(*lead, row)]), floats(key[lead])
    v: Floats = floats(value[lead][:, feature])
    given = call.argument("scale")
    scale = 1 / math.sqrt(len(q)) if given is None else number(given)
    scores = k @ q * scale
    mask = call.argument("attn_mask")
    if mask is not None:
        allowed = floats(mask[broadcast((*lead, row, 0), mask[..., :1])[:-1]])
        scores = np.where(allowed > 0, scores, -np.inf) if mask.dtype.is_floating_point is False else scores + allowed
    if call.argument("is_causal", False):
        scores = np.where(np.arange(len(scores)) <= row, scores, -np.inf)
    exponentials = np.exp(scores - scores.max())
    weights = exponentials / exponentials.sum()
    terms = weights * v
    factors = (
        Factor("query", q),
        Factor("keys", k),
        Factor("scores", scores),
        Factor("weights", weights),
        Factor("values", v),
    )
    # A score is itself a sum of products; exp makes its absolute rounding a relative one of each weight.
    heaviest = float((np.abs(k) @ np.abs(q)).max() * scale)
    magnitude = float(np.abs(terms).sum()) * (1 + heaviest)
    formula = "sum of weight x value, weights = softmax(query . key x scale)"
    return Explained(formula, terms, factors, note=f"scale {scale:.6g}", magnitude=magnitude)
