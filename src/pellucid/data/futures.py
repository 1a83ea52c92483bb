"""What follows each window of a series: cut from the series when it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets

_HISTORY, _LONGEST_HISTORY = 3, 120
"""Seasons or horizons, and steps at most, of what is drawn before a forecast."""


class SealedError(RuntimeError):
    """A target of the test split was read before the split was opened: a fault of ours, for it would leak."""


class OneSeries(NamedTuple):
    """A series whose examples are asked about.

    Attributes:
        record: its number.
        values: [T] float64.
        learned: how many of these belong to the training part.
        examples: [n] indices among those asked about.
        origins: [n] of each the place of the last known value within the series, rising.
    """

    record: int
    values: NDArray[np.float64]
    learned: int
    examples: NDArray[np.int64]
    origins: NDArray[np.int64]


class FutureWindows(AddressedTargets):
    """[N, h] values behind N windows.

    Args:
        values: [total] float64 of all series, one after another.
        offsets: [S + 1] int64: series s has the values from offsets[s] to offsets[s + 1].
        records: [N] int64 of each example its series.
        origins: [N] int64 of each example the place of the last known value within its series.
        horizon: h.
        season: m, of what errors are compared with.
    """

    def __init__(
        self,
        values: NDArray[np.float64],
        offsets: NDArray[np.int64],
        records: NDArray[np.int64],
        origins: NDArray[np.int64],
        *,
        horizon: int,
        season: int,
    ) -> None:
        self.values, self.offsets, self.records, self.origins = values, offsets, records, origins
        self.horizon, self.season = horizon, season
        self._sealed: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, indices: Any) -> NDArray[np.float64]:
        """Return [n, h] values, or [h] of one example.

        Raises:
            SealedError: one of them is sealed.
        """
        if self._sealed is not None and bool(np.any(self._sealed[indices])):
            raise SealedError("A target of the test split was asked for while it is sealed.")
        first = self.offsets[self.records[indices]] + self.origins[indices] + 1
        return self.values[np.asarray(first)[..., None] + np.arange(self.horizon)]

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return the targets of some examples, as addresses."""
        return type(self)(
            self.values,
            self.offsets,
            self.records[indices],
            self.origins[indices],
            horizon=self.horizon,
            season=self.season,
        )

    def digest(self) -> bytes:
        """Return a digest of the values, and of where each example's begin."""
        digest = hashlib.sha256(np.ascontiguousarray(self.values, "<f8").tobytes())
        for part in (self.offsets, self.records, self.origins, np.array([self.horizon])):
            digest.update(np.ascontiguousarray(part, "<i8").tobytes())
        return digest.digest()

    @contextmanager
    def sealed(self, indices: NDArray[np.int64]) -> Iterator[None]:
        """Let nobody read the targets of some examples meanwhile; who tries all the same meets an error."""
        before, self._sealed = self._sealed, np.zeros(len(self), bool)
        self._sealed[indices] = True
        try:
            yield
        finally:
            self._sealed = before

    def grouped(self, indices: NDArray[np.int64], train: NDArray[np.int64]) -> list[OneSeries]:
        """Return the series of some examples, each with the origins that are asked about.

        Args:
            indices: [n] of the examples.
            train: of the training split: what it covers of a series is its training part.
        """
        ends = np.zeros(len(self.offsets) - 1, np.int64)
        np.maximum.at(ends, self.records[train], self.origins[train] + 1 + self.horizon)
        found = []
        for record in np.unique(self.records[indices]).tolist():
            rows = np.flatnonzero(self.records[indices] == record)
            rows = rows[self.origins[indices[rows]].argsort(kind="stable")]
            values = self.values[self.offsets[record] : self.offsets[record + 1]]
            found.append(OneSeries(record, values, int(ends[record]), rows, self.origins[indices[rows]]))
        return found

    def about(self, indices: NDArray[np.int64], train: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Return of each example: scale and moment of what is forecast, and the history before it.

        Returns:
            "scale" [n], see `scales`; "moment" [n], the place of the origin counted from the end of its series'
            training part, the same for all series of one time; "record" [n], the number of its series; "history"
            [n, t], the last values that are known.
        """
        learned = np.zeros(len(self.offsets) - 1, np.int64)
        for series in self.grouped(indices, train):
            learned[series.record] = series.learned
        length = min(_HISTORY * max(self.horizon, self.season), int(self.origins[indices].min()) + 1, _LONGEST_HISTORY)
        last = self.offsets[self.records[indices]] + self.origins[indices]
        return {
            "scale": self.scales(indices, train),
            "moment": self.origins[indices] - learned[self.records[indices]],
            "record": self.records[indices],
            "history": self.values[last[:, None] + np.arange(1 - length, 1)],
        }

    def scales(self, indices: NDArray[np.int64], train: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return [n] of each example what the seasonal naive forecast is off within its series' training part.

        0 where that is never wrong, or the part is shorter than a season and one value.
        """
        scales = np.zeros(len(indices))
        for series in self.grouped(indices, train):
            known = series.values[: series.learned]
            if len(known) > self.season:
                scales[series.examples] = np.abs(known[self.season :] - known[: -self.season]).mean()
        return scales
