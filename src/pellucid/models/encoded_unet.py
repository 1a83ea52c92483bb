"""A U-Net whose way down is a network of timm's: its own levels, and the way up from them to each pixel."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError, did_you_mean
from pellucid.models import timm_models
from pellucid.models.libraries import import_library
from pellucid.models.unet_parts import DoubleConvolution, doubling, padded
from pellucid.models.weight_files import read_tensors
from pellucid.store import StoredWeights

_NARROWEST, _WIDEST = 16, 256


class EncodedUNet(nn.Module):
    """The features of a network at each of its sizes, joined on the way up.

    Args:
        encoder: timm's name.
        channels: of the picture.
        classes: K, numbers at each pixel.
        up: see `UNet`.

    Raises:
        ModelError: timm has no such network, or none that gives its features at several sizes.
    """

    def __init__(self, encoder: str, channels: int, classes: int, *, up: str) -> None:
        super().__init__()
        self.encoder = _features(encoder, channels)
        widths: Sequence[int] = self.encoder.feature_info.channels()  # type: ignore[union-attr,operator]
        reductions: Sequence[int] = self.encoder.feature_info.reduction()  # type: ignore[union-attr,operator]
        if list(reductions) != [reductions[0] << level for level in range(len(reductions))]:
            sizes = ", ".join(f"1/{one}" for one in reductions)
            raise ModelError(
                f"The sizes of {encoder}'s features are not halves of one another ({sizes}).",
                fix="Use --encoder resnet18, mobilenetv2_100 or the like.",
            )
        self.multiple = int(reductions[-1])
        # Sizes finer than the encoder's first have no bridge: they only double.
        bare = int(reductions[0]).bit_length() - 1
        bridges = [*reversed(widths[:-1]), *[0] * bare]
        before = int(widths[-1])
        self.up, self.join = nn.ModuleList(), nn.ModuleList()
        for bridge in bridges:
            # Wide bridges (2,048 maps of a large network) are narrowed: joining them whole would cost more than the
            # encoder.
            after = max(_NARROWEST, min(_WIDEST, int(bridge) or before // 2))
            self.up.append(doubling(before, after, up))
            self.join.append(DoubleConvolution(after + int(bridge), after))
            before = after
        self.head = nn.Conv2d(before, classes, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K, h, w] logits of [N, C, h, w], of any h and w."""
        height, width = inputs.shape[2:]
        values, *bridges = reversed(self.encoder(padded(inputs, self.multiple)))
        for level, (up, join) in enumerate(zip(self.up, self.join, strict=True)):
            values = up(values)
            values = join(torch.cat([bridges[level], values], 1) if level < len(bridges) else values)
        logits: Tensor = self.head(values)
        return logits[:, :, :height, :width]


def _features(name: str, channels: int) -> nn.Module:
    timm = import_library("timm")
    bare = name.removeprefix("timm:")
    if not timm_models.is_known(bare):
        raise ModelError(
            f"timm has no network '{bare}' to be an encoder.{did_you_mean(bare, timm_models.names())}",
            fix="`pellucid models --library timm` lists them.",
        )
    try:
        found: nn.Module = timm.create_model(bare, pretrained=False, features_only=True, in_chans=channels)
    except (RuntimeError, AttributeError, AssertionError, TypeError, ValueError, KeyError) as problem:
        raise ModelError(
            f"{bare} gives no features at several sizes ({problem}).",
            fix="Use --encoder resnet18, mobilenetv2_100 or the like.",
        ) from problem
    return found


def borrow_encoder(network: nn.Module, weights: StoredWeights) -> None:
    """Overwrite the encoder's weights by pretrained ones; the way up stays as it was drawn.

    Args:
        network: a fresh `EncodedUNet`, on the CPU.
        weights: of the whole network that the encoder is the body of; checked against their checksum first.

    Raises:
        ModelError: names or shapes do not fit; the network is then unchanged.
        DataError: the file is damaged.
    """
    assert isinstance(network, EncodedUNet)
    weights.check()
    # timm numbers the parts of some networks anew where it takes features out of them: "blocks.0" is then "blocks_0".
    known = {key.replace(".", "_"): tensor for key, tensor in read_tensors(weights.path).items()}
    wanted = network.encoder.state_dict()
    found = {key: known.get(key.replace(".", "_")) for key in wanted}
    optional = [key for key in wanted if key.endswith("num_batches_tracked")]
    faults = [
        key
        for key, tensor in found.items()
        # Counters of batches are of no use in a network that goes on learning, and older files lack them.
        if key not in optional and (tensor is None or tensor.shape != wanted[key].shape or not tensor.isfinite().all())
    ]
    if faults:
        raise ModelError(
            f"{weights.path} does not fit the encoder: {len(faults):,} of {len(wanted):,} tensors, e.g. {faults[0]}.",
            expected="The weights of the same network, for pictures in colour.",
            fix="Name the model that the file was made for (--encoder).",
        )
    network.encoder.load_state_dict({key: tensor for key, tensor in found.items() if tensor is not None}, strict=False)
