"""Series in memory, and the windows that examples are: addresses into them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pellucid.data.inputs import Indices, Inputs
from pellucid.kinds import KnownColumn, SeriesInput

RECORD, START, LENGTH = 0, 1, 2
"""Columns of an address."""
_LOOKED_AT = 200_000
"""Steps that tell the range of the values."""


class SeriesInputs(Inputs):
    """Examples that are whole series, or windows of them: an example is an address, so that windows may overlap.

    Args:
        values: [total, C] float32 of all series, one after another; NaN where a value is missing.
        offsets: [S + 1] int64: series s has the values from offsets[s] to offsets[s + 1].
        addresses: [N, 3] int64: of each example the series, the first step within it (from 0), and how many steps;
            None where each series is an example.
        names: of the S series; None for "series 1", ...
    """

    def __init__(
        self,
        values: NDArray[np.float32],
        offsets: NDArray[np.int64],
        *,
        addresses: NDArray[np.int64] | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        self.values = np.asarray(values, np.float32)
        self.offsets = np.asarray(offsets, np.int64)
        self.is_whole = addresses is None
        """Whether each example is a whole series."""
        if addresses is None:
            lengths = np.diff(self.offsets)
            addresses = np.stack([np.arange(len(lengths)), np.zeros_like(lengths), lengths], axis=1)
        self.addresses: NDArray[np.int64] = np.asarray(addresses, np.int64).reshape(-1, 3)
        self.names = None if names is None else tuple(names)

    @classmethod
    def of_series(cls, series: Sequence[NDArray[np.float32]], *, names: Sequence[str] | None = None) -> Self:
        """Return whole series as examples.

        Args:
            series: [T, C] each, of the same C.
            names: one each, or None.
        """
        offsets = np.concatenate([[0], np.cumsum([len(one) for one in series])]).astype(np.int64)
        return cls(np.concatenate(series), offsets, names=names)

    def __len__(self) -> int:
        return len(self.addresses)

    @property
    def num_channels(self) -> int:
        """C."""
        return int(self.values.shape[1])

    @property
    def num_series(self) -> int:
        """S, the series that examples are cut from."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[N] steps of each example."""
        return self.addresses[:, LENGTH]

    @property
    def begins(self) -> NDArray[np.int64]:
        """[N] where in `values` each example begins."""
        begins: NDArray[np.int64] = self.offsets[self.addresses[:, RECORD]] + self.addresses[:, START]
        return begins

    @cached_property
    def ranges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """[C] values that nearly all lie above and below, by which series are drawn alike."""
        some = self.values[:: max(1, len(self.values) // _LOOKED_AT)].astype(np.float64)
        found = np.zeros((2, self.num_channels))
        for channel in range(self.num_channels):
            known = some[~np.isnan(some[:, channel]), channel]
            found[:, channel] = np.percentile(known, (0.2, 99.8)) if len(known) else (0, 1)
        return found[0], found[1]

    def series_name(self, record: int) -> str:
        """Return the name of a series that examples are cut from."""
        return f"series {record + 1}" if self.names is None else self.names[record]

    def name(self, index: int) -> str:
        """Return the series' name; of a window also its steps, counted from 1: "series 3, steps 13 to 24"."""
        record, start, length = self.addresses[index].tolist()
        name = self.series_name(record)
        return name if self.is_whole else f"{name}, steps {start + 1} to {start + length}"

    def subset(self, indices: Indices) -> Self:
        """Return some of the examples; the series stay where they are."""
        part = type(self)(
            self.values, self.offsets, addresses=self.addresses[np.asarray(indices, np.int64)], names=self.names
        )
        part.is_whole = self.is_whole
        return part

    def one(self, index: int) -> NDArray[np.float32]:
        """Return [T, C] values of an example, a view."""
        begin = int(self.begins[index])
        return self.values[begin : begin + int(self.lengths[index])]

    def windows(self, indices: Indices, length: int) -> NDArray[np.float32]:
        """Return [n, C, length] values of examples, NaN behind their ends.

        Args:
            indices: [n] of the examples.
            length: steps; at least as many as the longest of them has.
        """
        chosen = np.asarray(indices, np.int64)
        steps = np.arange(length)
        known = steps < self.lengths[chosen, None]
        found = self.values[np.where(known, self.begins[chosen, None] + steps, 0)]
        found[~known] = np.nan
        return np.ascontiguousarray(found.transpose(0, 2, 1))

    def covered(self, indices: Indices) -> NDArray[np.bool_]:
        """Return [total]: which of `values` lie in at least one of the examples."""
        chosen = np.asarray(indices, np.int64)
        changes = np.zeros(len(self.values) + 1, np.int64)
        np.add.at(changes, self.begins[chosen], 1)
        np.add.at(changes, self.begins[chosen] + self.lengths[chosen], -1)
        inside: NDArray[np.bool_] = np.cumsum(changes[:-1]) > 0
        return inside

    def content_digests(self) -> list[bytes]:
        """Return 16 bytes per example: of a series its content, of a window its place in that."""
        series = [_digest(self.values[start:end]) for start, end in zip(self.offsets, self.offsets[1:], strict=False)]
        if self.is_whole:
            return [series[record] for record in self.addresses[:, RECORD].tolist()]
        starts = self.addresses[:, START:].astype("<i8")
        return [
            hashlib.blake2b(series[record] + start.tobytes(), digest_size=16).digest()
            for record, start in zip(self.addresses[:, RECORD].tolist(), starts, strict=True)
        ]

    def described(
        self, channels: Sequence[str], *, step: str | None = None, known: tuple[KnownColumn, ...] = ()
    ) -> SeriesInput:
        """Return what these examples are, for the dataset.

        Args:
            channels: C names.
            step: how far apart two steps are, in words, where known.
            known: columns that are known ahead.
        """
        lengths = self.lengths
        return SeriesInput(
            channels=tuple(channels),
            lengths=(int(lengths.min()), int(np.median(lengths)), int(lengths.max())),
            step=step,
            num_series=0 if self.is_whole else self.num_series,
            gaps=bool(np.isnan(self.values[self.covered(np.arange(len(self)))]).any()),
            known=known,
        )


def _digest(values: NDArray[np.float32]) -> bytes:
    steady = np.where(np.isnan(values), np.float32(np.nan), values + np.float32(0))  # one NaN, one zero
    digest = hashlib.blake2b(np.array(values.shape, "<i8").tobytes(), digest_size=16)
    digest.update(np.ascontiguousarray(steady, "<f4").tobytes())
    return digest.digest()


def channel_names(count: int) -> tuple[str, ...]:
    """Return names of channels that have none: "value" of a single one, else "channel 1", ..."""
    return ("value",) if count == 1 else tuple(f"channel {place}" for place in range(1, count + 1))
