"""From the values of a series to a network's input: scaled, filled up to one length, and marked where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pellucid.errors import DataError
from pellucid.kinds import Form
from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing
from pellucid.preprocessing.table import Finite, Positive

if TYPE_CHECKING:
    import torch

SeriesScale = Literal["standard", "none", "window", "last"]
"""What is done to a series' values: by training's mean and deviation, nothing, by the window's own, from its last."""

_FLAT = 1e-4
"""A window whose deviation is below this share of the training's is flat: it is divided by the training's."""


@PREPROCESSINGS.register
class SeriesPreprocessing(Preprocessing):
    """The one fixed way from a series to a model's input."""

    kind: Literal["series"] = "series"
    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    length: Annotated[int, Field(ge=1)]
    """T, the steps that a network sees; shorter series are filled up behind their end."""
    scale: SeriesScale = "standard"
    """"standard": each value less the channel's mean, divided by its deviation; "none": as it stands in the data;
    "window": less the window's own mean, divided by its own deviation; "last": less the window's last value, divided by
    the deviation."""
    mean: tuple[Finite, ...]
    """Of each channel, over the training windows; 0 where values are left as they stand."""
    std: tuple[Positive, ...]
    """Likewise its deviation; of "last" the root of the mean square of what is left; 1 where it does not vary."""
    logarithms: tuple[bool, ...] = ()
    """Of each channel whether the logarithm of its values is scaled; () for none."""
    masked: bool = False
    """Whether one more channel, last, says where values are: 1 there, 0 where the series has ended or has a gap."""

    @property
    def input_shape(self) -> tuple[int, int]:
        """(C, T), with one channel more where there is a mask."""
        return (len(self.channels) + self.masked, self.length)

    @property
    def form(self) -> Form:
        """One series as the network takes it."""
        return Form(shape=self.input_shape, masked=self.masked)

    @property
    def prepared_shape(self) -> tuple[int, int]:
        """A series is prepared when it is scaled."""
        return self.input_shape

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        """Of a scaled series."""
        return np.dtype(np.float32)

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        """Return prepared series [N, *input_shape] float32 as they are."""
        import torch

        return torch.from_numpy(np.require(prepared, requirements=["C", "W"])).to(device)

    def takes_log(self, channel: int) -> bool:
        """Tell whether a channel's values come as logarithms."""
        return bool(self.logarithms) and self.logarithms[channel]

    def on_their_scale(self, windows: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Return [N, C, T] windows with logarithms where they are taken.

        Raises:
            DataError: a value of such a channel is not above 0.
        """
        if not any(self.logarithms):
            return windows
        taken = np.array(self.logarithms)
        if bool((windows[:, taken] <= 0).any()):
            channel = next(name for name, takes in zip(self.channels, self.logarithms, strict=True) if takes)
            raise DataError(
                f"The channel '{channel}' holds a value that is not above 0.",
                expected="Positive values, as in training, where their logarithms were learned.",
                fix="Train with --scale none (scale=), which takes no logarithm.",
            )
        scaled = windows.astype(np.float64)
        scaled[:, taken] = np.log(scaled[:, taken])
        return scaled

    def levels(self, windows: NDArray[np.floating[Any]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what is taken away from each window, and by what the rest is divided: (value - shift) / divisor.

        Args:
            windows: [N, C, T], NaN where a value is missing.

        Returns:
            [N, C] shifts and [N, C] divisors.
        """
        count = (len(windows), len(self.channels))
        mean, std = (np.broadcast_to(np.array(values), count) for values in (self.mean, self.std))
        if self.scale == "last":
            return _last_known(windows, mean), std.copy()
        if self.scale != "window":
            return mean.copy(), std.copy()
        known = ~np.isnan(windows)
        number = known.sum(axis=2)
        some = np.maximum(number, 1)
        values = np.where(known, windows, 0).astype(np.float64)
        own = np.where(number > 0, values.sum(axis=2) / some, mean)
        squares = np.where(known, (values - own[..., None]) ** 2, 0).sum(axis=2)
        spread = np.sqrt(squares / some)
        return own, np.where(spread > _FLAT * std, spread, std)

    def encode(self, windows: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Scale windows, and mark what is missing: its value is 0, as the mean's.

        Args:
            windows: [N, C, T] of `length` steps, NaN where a value is missing or the series has ended.

        Returns:
            [N, *input_shape] float32.

        Raises:
            DataError: other channels or lengths than in training, or values are missing where none were.
        """
        if windows.shape[1:] != (len(self.channels), self.length):
            raise DataError(
                f"The series have the shape {windows.shape[1:]}.",
                expected=f"({len(self.channels)}, {self.length}): channels and steps, as in training.",
            )
        windows = self.on_their_scale(windows)
        known = ~np.isnan(windows)
        if not self.masked and not known.all():
            raise DataError(
                f"A series lacks {int((~known).sum()):,} values.",
                expected="All of them, as in training: this network has learned nothing of what is missing.",
                fix="Fill it, or train with such series, too.",
            )
        shift, divisor = self.levels(windows)
        values = (windows - shift[..., None]) / divisor[..., None]
        encoded = np.zeros((len(windows), *self.input_shape), np.float32)
        with np.errstate(over="ignore"):
            encoded[:, : len(self.channels)] = np.where(known, values, 0)
        if self.masked:
            encoded[:, -1] = known.any(axis=1)
        return encoded


def _last_known(windows: NDArray[np.floating[Any]], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, C] the last value of each window that is there; another where none is."""
    known = ~np.isnan(windows)
    steps = windows.shape[2]
    last = steps - 1 - known[:, :, ::-1].argmax(axis=2)
    found = np.take_along_axis(windows, last[..., None], axis=2)[..., 0].astype(np.float64)
    return np.where(known.any(axis=2), found, otherwise)
