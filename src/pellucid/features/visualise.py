"""Pictures made to excite a unit, after Olah, Mordvintsev and Schubert, "Feature Visualization", Distill 2017.

The picture is held as a spectrum whose frequencies are scaled by one over their size, and as colours without the
correlations that the training pictures have; at each step it is shifted at random. Without these, what excites most is
noise of high frequency, which no picture has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from pellucid.features.examples import Examples, need_pictures
from pellucid.features.layers import catching, units_of
from pellucid.features.records import Selectivity, UnitSelectivity, Visualisation, VisualisedUnit
from pellucid.features.responses import respond
from pellucid.features.selectivity import choose_units
from pellucid.preprocessing import ImagePreprocessing, normalise_tensor

RATE = 0.05
"""Adam's, as in the paper's code."""
COLOUR_EXAMPLES = 256
GAIN = 0.5
"""Of the spectrum on the picture: with much more, all pixels soon are black or white, and lines fray."""
OPEN_STEPS = 16
"""Steps at the start in which a ReLU that is shut lets gradients through that would open it, as in the paper's code."""


def visualise_units(
    examples: Examples,
    layer: str,
    *,
    selectivity: Selectivity,
    units: tuple[int, ...] = (),
    top: int = 8,
    steps: int = 128,
    seed: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> Visualisation:
    """Return a picture for each unit that drives the mean of its map as high as `steps` of Adam bring it.

    Args:
        examples: of the training split: their colours shape the search, and their values stand beside what it found.
        layer: whose units; of the last layer, classes.
        selectivity: of the same layer; it chooses the units and says what they react to.
        units: which; () for the most selective ones.
        top: how many, at most.
        steps: of Adam.
        seed: of the noise at the start and of the shifts: the same seed, the same pictures.
        watch: is told (step, steps).

    Raises:
        RecipeError: the run is on a table, or there is no such layer or unit.
    """
    preprocessing = need_pictures(examples.predictor, "Feature visualisations")
    chosen = choose_units(selectivity, units, top)
    most = respond(examples, layer, pooling="mean").values.max(axis=0)
    generator = torch.Generator().manual_seed(seed)
    canvas = Canvas(preprocessing, examples, len(chosen), generator)
    jitter = max(1, min(preprocessing.height, preprocessing.width) // 16)
    optimizer = torch.optim.Adam(canvas.parameters, lr=RATE)
    model = examples.predictor.model
    with _weights_rest(model):
        start = _values(examples, layer, chosen, canvas.pixels())
        with catching(model, layer) as caught, torch.enable_grad():
            for step in range(steps):
                down, right = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
                moved = torch.roll(canvas(), (down, right), dims=(2, 3))
                optimizer.zero_grad()
                caught.clear()
                with OpeningReLUs() if step < OPEN_STEPS else nullcontext():
                    model(normalise_tensor(moved, preprocessing))
                (-_own_means(units_of(caught, layer), chosen).sum()).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                if watch is not None:
                    watch(step + 1, steps)
        pictures = canvas.pixels()
        end = _values(examples, layer, chosen, pictures)
    found = tuple(
        VisualisedUnit(one, picture, float(value), float(first), float(most[one.unit]))
        for one, picture, value, first in zip(chosen, pictures, end, start, strict=True)
    )
    return Visualisation(layer, steps, jitter, seed, len(examples), selectivity.measure, found)


@contextmanager
def _weights_rest(model: nn.Module) -> Iterator[None]:
    """Let no weight of a network ask for a gradient; afterwards those do that did before."""
    asked = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for parameter in asked:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in asked:
            parameter.requires_grad_(True)


class OpeningReLUs(TorchFunctionMode):
    """While it holds, ReLUs that give 0 pass on the gradients that would raise what they read.

    A unit that is silent on the noise at the start has no gradient otherwise, and the search would stand still.
    """

    def __torch_function__(
        self, function: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Replace every way of calling ReLU."""
        if function in _RELUS:
            return _OpeningReLU.apply(args[0])
        return function(*args, **(kwargs or {}))


class _OpeningReLU(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, values: Tensor) -> Tensor:
        """Return max(0, x)."""
        context.save_for_backward(values)
        return values.clamp(min=0)

    @staticmethod
    def backward(context: Any, *gradients: Any) -> Any:
        """Pass all where x > 0; elsewhere what would raise x: the objective is minimised, so the negative."""
        (values,) = context.saved_tensors
        (upstream,) = gradients
        return torch.where(values > 0, upstream, upstream.clamp(max=0))


_RELUS = frozenset({F.relu, F.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_})


class Canvas:
    """M pictures as spectra in colours without correlation; calling it gives float32 [M, C, H, W] in 0..1.

    Args:
        preprocessing: gives the size.
        examples: give the colours' covariance.
        count: M.
        generator: of the noise that the pictures begin with.
    """

    def __init__(
        self, preprocessing: ImagePreprocessing, examples: Examples, count: int, generator: torch.Generator
    ) -> None:
        channels, self.height, self.width = preprocessing.input_shape
        self.scale = _frequency_scale(self.height, self.width)
        shape = (count, channels, *self.scale.shape, 2)
        self.spectrum = (0.01 * torch.randn(shape, generator=generator)).requires_grad_(True)
        pixels = examples.inputs[:COLOUR_EXAMPLES].reshape(-1, channels).astype(np.float64) / 255
        self.mean, self.colours = _colours(pixels)

    @property
    def parameters(self) -> list[Tensor]:
        """What is optimised."""
        return [self.spectrum]

    def __call__(self) -> Tensor:
        """Return the pictures."""
        scaled = torch.view_as_complex(self.spectrum) * self.scale
        planes = torch.fft.irfft2(scaled, s=(self.height, self.width), norm="ortho")
        coloured = torch.einsum("cd,mdhw->mchw", self.colours, planes)
        return torch.sigmoid(GAIN * coloured + self.mean[:, None, None])

    @torch.no_grad()
    def pixels(self) -> NDArray[np.uint8]:
        """Return the pictures in bytes: [M, H, W, C]."""
        bytes_: NDArray[np.uint8] = (self() * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
        return bytes_


def _frequency_scale(height: int, width: int) -> Tensor:
    """Return [H, W // 2 + 1]: one over each frequency, the lowest counted as one per picture, times the mean side."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    size = np.sqrt(rows**2 + columns**2)
    scale = (height * width) ** 0.5 / (np.maximum(size, 1 / max(height, width)) * max(height, width))
    return torch.from_numpy(scale.astype(np.float32))


def _colours(pixels: NDArray[np.float64]) -> tuple[Tensor, Tensor]:
    """Return the mean colour's logit [C], and a square root of the colours' covariance [C, C] of largest gain 1."""
    mean = np.clip(pixels.mean(axis=0), 0.02, 0.98)
    covariance = np.atleast_2d(np.cov(pixels.T)) + 1e-6 * np.eye(pixels.shape[1])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 1e-6))
    gain = np.sqrt((root**2).sum(axis=1)).max()
    return torch.from_numpy(np.log(mean / (1 - mean)).astype(np.float32)), torch.from_numpy(
        (root / gain).astype(np.float32)
    )


def _own_means(units: Tensor, chosen: list[UnitSelectivity]) -> Tensor:
    """Return [M]: the mean over the map of the k-th unit on the k-th picture."""
    rows = torch.arange(len(chosen))
    own = units[rows, [one.unit for one in chosen]]
    return own.flatten(1).mean(dim=1) if own.ndim > 1 else own


@torch.no_grad()
def _values(
    examples: Examples, layer: str, chosen: list[UnitSelectivity], pictures: NDArray[np.uint8]
) -> NDArray[np.float32]:
    model = examples.predictor.model
    with catching(model, layer) as caught:
        model(examples.predictor.to_tensor(pictures))
        values: NDArray[np.float32] = _own_means(units_of(caught, layer), chosen).float().numpy(force=True)
        return values
