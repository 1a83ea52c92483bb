"""A network as a row of blocks with the head at its end: what freezing and unfreezing count in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from pellucid.models.heads import head

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
_NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)


@dataclass(frozen=True)
class Block:
    """Layers that belong together, such as a residual block, or a convolution with its normalisation.

    Attributes:
        name: of the module they make up, or of the first of them.
        layers: their names, in the order in which they compute.
    """

    name: str
    layers: tuple[str, ...]


@dataclass(frozen=True)
class Anatomy:
    """A network's backbone, block by block, and its head.

    Attributes:
        blocks: of the backbone, in the order in which they compute; what has no parameters goes with what precedes it.
        head: name of the layer that gives the outputs.
        after: names of the layers that follow it, such as a last pooling.
    """

    blocks: tuple[Block, ...]
    head: str
    after: tuple[str, ...] = ()

    @property
    def backbone(self) -> tuple[str, ...]:
        """Names of all layers of the backbone."""
        return tuple(layer for block in self.blocks for layer in block.layers)

    def up_to(self, name: str) -> tuple[str, ...] | None:
        """Return the layers from the input up to and including a block, module or layer; None for an unknown name."""
        layers = self.backbone
        found = [place for place, layer in enumerate(layers) if layer == name or layer.startswith(f"{name}.")]
        named = [block for block in self.blocks if block.name == name]
        if named:
            return layers[: layers.index(named[-1].layers[-1]) + 1]
        return layers[: found[-1] + 1] if found else None


def anatomy(module: nn.Module, order: Sequence[str]) -> Anatomy | None:
    """Take a network apart into blocks and a head.

    A block is what the lists of the module (`nn.Sequential`, `nn.ModuleList`) hold one by one, however deep they are
    nested: a residual block, or a single layer where layers follow one another plainly. Normalisations and layers
    without parameters belong to the block before them.

    Args:
        module: any module.
        order: names of its layers in the order in which they compute, as `summarise` names them: an operator that a
            module applies itself, such as the addition of a residual block, is "layer1.0/add".

    Returns:
        None when there is no head, or nothing before it.
    """
    modules = dict(module.named_modules())
    last = head(module)
    name_of_head = next((name for name, part in modules.items() if part is last), None)
    # Who holds parameters beside its parts (a class token) computes with them: it is frozen as they are.
    # Operators between layers have rows by their module's path: "bn1/batch_norm".
    order = [path for name in order if (path := name.partition("/")[0]) in modules]
    leaves = [name for name in dict.fromkeys(order) if not any(other.startswith(f"{name}.") for other in order if name)]
    leaves = [name for name in leaves if name in modules and name]  # a sum or a concatenation is a row, and no module
    if name_of_head is None or name_of_head not in leaves:
        return None
    place = leaves.index(name_of_head)
    gathered: list[tuple[str, list[str]]] = []
    waiting: list[str] = []  # what comes before the first block that can learn
    for layer in leaves[:place]:
        block = _block_of(layer, modules)
        # A normalisation alone is no block: frozen without its convolution it would only shift what that one learns.
        learns = any(True for _ in modules[layer].parameters()) and not isinstance(modules[layer], _NORMS)
        if gathered and (gathered[-1][0] == block or not learns):
            gathered[-1][1].append(layer)
        elif learns:
            gathered.append((block, [*waiting, layer]))
            waiting = []
        else:
            waiting.append(layer)
    blocks = tuple(Block(name, tuple(layers)) for name, layers in gathered)
    return Anatomy(blocks, name_of_head, tuple(leaves[place + 1 :])) if blocks else None


def _block_of(layer: str, modules: dict[str, nn.Module]) -> str:
    """Return the outermost module around a layer that is no mere list."""
    words = layer.split(".")
    for length in range(1, len(words)):
        name = ".".join(words[:length])
        if type(modules[name]) not in _CONTAINERS:
            return name
    return layer
