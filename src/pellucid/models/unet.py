"""`unet`: down to a coarse view of the whole picture and up again to each pixel, with a bridge at every level.

After O. Ronneberger, P. Fischer and T. Brox (2015), "U-Net: Convolutional Networks for Biomedical Image Segmentation",
figure 1, with batch normalisation, and with padding, so that what comes out is as large as what goes in.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.encoded_unet import EncodedUNet
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.unet_options import UNetOptions
from pellucid.models.unet_parts import DoubleConvolution, doubling, padded


class UNet(nn.Module):
    """Levels of convolutions, each on half the size of the one above, and the way back.

    Args:
        channels: of the picture.
        classes: K, numbers at each pixel.
        width: filters of the first level; each further level has twice as many.
        levels: how many; the picture is halved one time less.
        up: "transposed": sizes are doubled by a transposed convolution of 2 x 2; "nearest": every value is repeated,
            and a convolution of 3 x 3 follows.
    """

    def __init__(self, channels: int, classes: int, *, width: int, levels: int, up: str) -> None:
        super().__init__()
        widths = [width << level for level in range(levels)]
        self.multiple = 1 << (levels - 1)
        before = [channels, *widths[:-1]]
        self.down = nn.ModuleList(DoubleConvolution(*pair) for pair in zip(before, widths, strict=True))
        upwards = list(zip(widths[:0:-1], widths[-2::-1], strict=True))
        self.up = nn.ModuleList(doubling(lower, upper, up) for lower, upper in upwards)
        self.join = nn.ModuleList(DoubleConvolution(2 * upper, upper) for _, upper in upwards)
        self.head = nn.Conv2d(width, classes, 1)
        initialise_for(self, "relu", normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K, h, w] logits of [N, C, h, w], of any h and w."""
        height, width = inputs.shape[2:]
        values = padded(inputs, self.multiple)
        bridges = []
        for level, block in enumerate(self.down):
            values = block(functional.max_pool2d(values, 2) if level else values)
            bridges.append(values)
        for up, join, bridge in zip(self.up, self.join, bridges[-2::-1], strict=True):
            values = join(torch.cat([bridge, up(values)], 1))
        logits: Tensor = self.head(values)
        return logits[:, :, :height, :width]


def build_unet(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `UNet`, or one around a network of timm's.

    Args:
        form: of one picture, (C, H, W).
        outputs: K H W.
        options: with the model's own.

    Raises:
        ModelError: so many outputs are no K for each pixel.
    """
    area = form.shape[1] * form.shape[2]
    if outputs % area:
        raise ModelError(
            f"The model 'unet' answers each pixel, and {outputs:,} numbers are wanted for {area:,} pixels.",
            expected="Pictures with masks of them: a class for each pixel.",
            fix="Use another --model for one answer a picture; 'pellucid models' lists them.",
        )
    own = UNetOptions.of(options)
    if own.encoder != "none":
        return EncodedUNet(own.encoder, form.shape[0], outputs // area, up=own.up)
    return UNet(form.shape[0], outputs // area, width=own.width, levels=own.levels, up=own.up)
