"""Batch normalisation folded into the convolutions before it: the same answers from two thirds of the work."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_eval

from pellucid.kinds import Form
from pellucid.models.forms import noise_of
from pellucid.models.modes import evaluating

# Folding multiplies weights beforehand: sums of the same terms, rounded otherwise.
TOLERANCE = 1e-4


class _Tracer(torch.fx.Tracer):
    """Sees every batch normalisation as one step, also those of timm, which have their activation in them."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, _BatchNorm) or super().is_leaf_module(m, module_qualified_name)


def fold_norms(network: nn.Module, form: Form, *, check: bool = True) -> nn.Module | None:
    """Return a copy for answering alone, in which convolutions do what the normalisations behind them did.

    A normalisation with fixed statistics is a multiplication and an addition per channel, as is a convolution's end
    (Jacob et al. 2018, section 3.2). The copy has the same names of modules.

    Args:
        network: any module; left as it is.
        form: of one example.
        check: whether its answers to noise are compared with the network's own; False where a network of the same
            layers was compared already.

    Returns:
        None where nothing can be folded: the network cannot be followed, or has no convolution with a normalisation.
    """
    with evaluating(network), torch.no_grad():
        try:
            folded = _fold(copy.deepcopy(network))
            if not check:
                return folded
            noise = noise_of(form, 2, like=next(network.parameters()))
            if folded is None or not torch.allclose(folded(noise), network(noise), rtol=TOLERANCE, atol=TOLERANCE):
                return None
        except Exception:  # whatever torch.fx cannot follow
            return None
    return folded


def _fold(network: nn.Module) -> nn.Module | None:
    graph = _Tracer().trace(network)
    traced = torch.fx.GraphModule(network, graph)
    modules = dict(traced.named_modules())
    found = 0
    for node in graph.nodes:
        before: Any = node.args[0] if node.op == "call_module" and node.args else None
        # Where somebody else reads the convolution, too, its numbers must stay what they are.
        if not isinstance(before, torch.fx.Node) or before.op != "call_module" or len(before.users) > 1:
            continue
        norm, convolution = modules[str(node.target)], modules[str(before.target)]
        if isinstance(norm, nn.BatchNorm2d) and norm.track_running_stats and type(convolution) is nn.Conv2d:
            _replace(traced, str(before.target), fuse_conv_bn_eval(convolution, norm))
            # What timm does within its normalisations stays: a dropout, an activation.
            _replace(traced, str(node.target), nn.Sequential(*norm.children()))
            found += 1
    return traced.eval() if found else None


def _replace(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, own = name.rpartition(".")
    setattr(network.get_submodule(parent), own, module)
