"""Pictures: fitted by a look at a sample of them, prepared as canvases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, ImageInputs
from pellucid.errors import RecipeError
from pellucid.kinds import ImageInput, Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.canvases import open_canvases
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.kinds.base import ABOUT_TEXTS, Asked, Fitted, check_wishes
from pellucid.preprocessing.measure import PictureStatistics, measure_pictures, measure_values, measure_window, sample
from pellucid.preprocessing.prepared import Place, Prepared
from pellucid.preprocessing.sizes import resolve_channels, resolve_resize, resolve_size
from pellucid.records import Decision
from pellucid.words import percent

_WINDOW_PERCENTILES = (0.1, 99.9)
_DATASET = "The dataset holds pictures."


class PictureFitter:
    """The row of pictures."""

    def fit(self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str) -> Fitted:
        """Choose size, colour and framing; measure window, mean, deviation and background."""
        asked.refuse("scale", about="the numbers of a table", dataset=_DATASET)
        asked.refuse(*ABOUT_TEXTS, about="texts", dataset=_DATASET)
        check_wishes(wishes, "image", model=model, dataset=_DATASET, suited="lenet5, cnn or resnet8")
        found, inputs = ImageInput.of(dataset.input), ImageInputs.of(dataset.inputs)
        on_pixels = dataset.target.on_pixels
        size, size_decision = (
            resolve_grid(dataset.target.grid, asked)
            if on_pixels
            else resolve_size(found, wishes, imgsz=asked.imgsz, model=model)
        )
        channels, colour_decision = resolve_channels(found, wishes, colour=asked.colour, model=model)
        policy: ResizePolicy = "none"
        resize_decision = None
        if not on_pixels:
            policy, resize_decision = resolve_resize(found, size, resize=asked.resize, borrowed=wishes.mean is not None)
        plain = ImagePreprocessing(
            height=size[0],
            width=size[1],
            channels=channels,
            resize=policy,
            passes="horizontal-first",
            mean=(0.0,) * channels,
            std=(1.0,) * channels,
        )
        fitted, measured = _fit_pictures(plain, found, inputs, dataset.splits["train"], wishes)
        chosen = (size_decision, colour_decision, resize_decision)
        return fitted, (*(one for one in chosen if one is not None), *measured)

    def open(
        self,
        dataset: Dataset,
        preprocessing: Preprocessing,
        indices: NDArray[np.int64],
        *,
        margin: int,
        workers: int | None,
        keep: Place | None,
    ) -> Prepared:
        """Bring pictures to canvases."""
        fitted = ImagePreprocessing.of(preprocessing)
        return open_canvases(ImageInputs.of(dataset.inputs), fitted, indices, margin=margin, workers=workers, keep=keep)


def resolve_grid(grid: tuple[int, int], asked: Asked) -> tuple[tuple[int, int], Decision]:
    """Return the size of the canvas where each pixel is answered: that of the largest picture, and nothing is resized.

    Raises:
        RecipeError: another way of resizing was asked for.
    """
    if asked.resize is not None:
        raise RecipeError(
            f"--resize {asked.resize} cannot be used: each pixel has its own target, and pictures keep their size.",
            fix="Leave it out; --imgsz is the side of the crops that are learned from.",
        )
    reason = (
        "their own size: each pixel is answered; a smaller picture lies in the middle (--imgsz: crops learned from)"
    )
    return grid, Decision(name="pictures", value=f"{grid[0]} x {grid[1]}", reason=reason)


def _fit_pictures(
    plain: ImagePreprocessing, found: ImageInput, inputs: ImageInputs, train: NDArray[np.int64], wishes: Wishes
) -> tuple[ImagePreprocessing, list[Decision]]:
    chosen = sample(train, pixels_per_picture=found.median_size[0] * found.median_size[1])
    decisions = []
    if found.bit_depth == 16:
        low, high = measure_window(inputs, chosen, percentiles=_WINDOW_PERCENTILES)
        plain = plain.model_copy(update={"bit_depth": 16, "low": low, "high": high})
        shares = " to ".join(f"{share:g} %" for share in _WINDOW_PERCENTILES)
        reason = f"16-bit pictures: {shares} of the pixels of {len(chosen):,} training pictures become 256 levels"
        decisions.append(Decision(name="window", value=f"{low} to {high}", reason=reason))
    elif found.bit_depth == 32:
        ends = measure_values(inputs, chosen, percentiles=_WINDOW_PERCENTILES, no_data=found.no_data)
        plain = plain.model_copy(update={"bit_depth": 32, "low": ends[0], "high": ends[1], "no_data": found.no_data})
        decisions.append(_values_decision(plain, found, len(chosen)))
    elif found.unit_floats:
        plain = plain.model_copy(update={"unit_floats": True})
    seen = measure_pictures(inputs, plain, chosen)
    mean, std, decision = _normalisation(seen, wishes, plain.channels)
    background = seen.edge if seen.uniform_edge else tuple(round(255 * value) for value in seen.mean)
    update = {
        "mean": mean,
        "std": std,
        "background": background,
        "surround": "background" if seen.uniform_edge else "reflection",
        "extremes": seen.extremes,
    }
    return plain.model_copy(update=update), [*decisions, decision, _background_decision(seen, background, plain.resize)]


def _values_decision(plain: ImagePreprocessing, found: ImageInput, num_pictures: int) -> Decision:
    shares = " to ".join(f"{share:g} %" for share in _WINDOW_PERCENTILES)
    reason = (
        f"values as they stand in the files, one scale for all: {shares} of the pixels of {num_pictures:,} training "
        "pictures become 256 levels"
    )
    if set(found.depths) - {32}:
        meant = "the full range of 8- and 16-bit pictures counts as 0 to 1"
        reason += f"; {meant if plain.integers_are_shares else 'numbers of 8- and 16-bit pictures count as they are'}"
    return Decision(name="window", value=f"{plain.low:.6g} to {plain.high:.6g}", reason=reason)


def _normalisation(
    seen: PictureStatistics, wishes: Wishes, channels: int
) -> tuple[tuple[float, ...], tuple[float, ...], Decision]:
    if wishes.levels:
        mean, std = (0.0,) * channels, (1.0,) * channels
        reason = "levels from 0 to 1, as the network gives them back"
    elif wishes.mean is not None and wishes.std is not None:
        mean, std = _for_channels(wishes.mean, channels), _for_channels(wishes.std, channels)
        reason = "what the model's pretrained weights were trained with"
    else:
        mean, std = seen.mean, seen.std
        reason = f"measured on {seen.num_pictures:,} pictures of the training split"
    value = f"mean {_rounded(mean)}, std {_rounded(std)}"
    return mean, std, Decision(name="normalisation", value=value, reason=reason)


def _for_channels(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    if len(values) == channels:
        return values
    # Grey to weights for RGB, or the other way round: the mean over the channels is what either sees on average.
    return (sum(values) / len(values),) * channels


def _background_decision(seen: PictureStatistics, background: tuple[int, ...], policy: ResizePolicy) -> Decision:
    colour = " ".join(str(level) for level in background)
    what = "bars, and the gaps of shifted pictures" if policy == "pad" else "the gaps that shifting pictures leaves"
    if seen.uniform_edge:
        reason = f"{percent(seen.edge_share)} of the pictures' outermost pixels have this colour; it fills {what}"
        return Decision(name="background", value=colour, reason=reason)
    if policy == "pad":
        reason = f"there is no background of one colour; the mean colour of the training split fills {what}"
        return Decision(name="background", value=colour, reason=reason)
    reason = f"there is no background of one colour: {what} are filled with the picture itself, mirrored"
    return Decision(name="background", value="reflection", reason=reason)


def _rounded(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.3f}" for value in values)
