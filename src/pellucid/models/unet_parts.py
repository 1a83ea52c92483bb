"""What every U-Net is made of: pairs of convolutions, the doubling of sizes, and sides that can be halved."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class DoubleConvolution(nn.Module):
    """Two convolutions of 3 x 3, each with batch normalisation and ReLU; the size stays."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, outputs, h, w] of [N, inputs, h, w]."""
        values = functional.relu(self.norm1(self.conv1(inputs)))
        return functional.relu(self.norm2(self.conv2(values)))


def padded(inputs: Tensor, multiple: int) -> Tensor:
    """Return pictures continued below and to the right, by their outermost pixels, to sides that a number divides."""
    down, right = (-inputs.shape[axis] % multiple for axis in (2, 3))
    # By outermost pixels: zeros would put an edge there, which a network may take for a border of something.
    return functional.pad(inputs, (0, right, 0, down), mode="replicate") if down or right else inputs


def doubling(inputs: int, outputs: int, up: str) -> nn.Module:
    """Return what makes [N, outputs, 2 h, 2 w] of [N, inputs, h, w]; `up` as in `UNet`."""
    if up == "transposed":
        return nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
    # Repeated and then convolved: transposed convolutions may leave checkerboards (Odena et al. 2016, "Deconvolution
    # and Checkerboard Artifacts").
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 3, padding=1))
