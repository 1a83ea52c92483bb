"""A run that forecasts is asked for more steps than it forecasts at once, or for what has to be known ahead.

Beyond its own horizon a forecast is fed back: many futures are drawn from its quantiles, each taken for the past, and
the network forecasts from all of them. How far they have come apart is the band. Within one forecast the errors of
neighbouring steps are alike, as far as validation showed (`Answering.echo`): a Gaussian copula, whose correlation falls
off with the distance.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.data import LatestWindow, ahead_names, calendar_channels, calendar_names
from pellucid.errors import RecipeError
from pellucid.files import check_target
from pellucid.kinds import LEVELS, TARGETS, FutureTarget, KindTable, Refused, SeriesInput, listed
from pellucid.prediction.given import Given
from pellucid.prediction.judging.future import FuturePrediction, steps_of
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.forecasts import dated, encode_windows, own_file, paths_among, reader_of, windows_of
from pellucid.tasks import FutureAnswer, drawn_futures

if TYPE_CHECKING:
    from pellucid.prediction.predictor import Predictor

FUTURES = 500
"""Futures that are drawn where a forecast is fed back."""
MOST_TIMES = 50
"""Times its own horizon that a run forecasts, at most."""
_SEED = 0


class Forecasts:
    """What a run that forecasts is asked beside its plain answers.

    Args:
        predictor: of the run.
    """

    def __init__(self, predictor: Predictor) -> None:
        self.predictor, self.record = predictor, predictor.record
        self.target = FutureTarget.of(self.record.dataset.target)
        self.given = SeriesInput.of(self.record.dataset.input)

    def predict(self, sources: Given, horizon: int) -> Iterator[Prediction]:
        """Forecast so many steps of every series.

        Args:
            sources: as of `Predictor.predict`.
            horizon: steps ahead; fewer than the run forecasts at once are its first, more are fed back.

        Yields:
            for each series, step after step, a prediction with its stamp.

        Raises:
            RecipeError: the number is out of range, or the network looks at what nobody knows of the steps to come.
            DataError: as of `Predictor.predict`.
        """
        self.check_horizon(horizon)
        if horizon > self.target.horizon:
            self._refuse_unknown_channels(horizon)
        for window in windows_of(sources, self.record, steps=horizon):
            self._refuse_bare_numbers(window, horizon)
            steps = self._steps(window, horizon)
            if isinstance(steps, str):
                yield Prediction(name=window.series, decision="error", error=steps)
                continue
            for step in steps:
                yield dated(step, window)

    def write_template(self, out: Path, sources: Given = None, *, horizon: int | None = None) -> int:
        """Write the rows of what has to be known ahead, to be filled in, and return how many there are.

        Args:
            out: of the CSV that is written.
            sources: the file from whose last row the forecast goes on; None for the training's own.
            horizon: steps ahead; None for those that the run forecasts at once.

        Raises:
            RecipeError: nothing has to be known ahead, or the number is out of range.
            DataError: the file cannot be gone on with.
        """
        if not self.given.known:
            raise RecipeError(
                f"Nothing has to be known ahead for '{self.record.name}': it was trained without --future.",
                fix="Forecast at once: pellucid predict RUN",
            )
        horizon = self.target.horizon if horizon is None else horizon
        self.check_horizon(horizon)
        paths = paths_among(sources)
        if paths is None or len(paths) > 1:
            raise RecipeError("A template is written for one file of the past.", fix="Name one, or none.")
        check_target(out)
        past = paths[0] if paths else own_file(self.record)
        return reader_of(self.record).write_template(out, past, steps=max(horizon, self.target.horizon))

    def check_horizon(self, horizon: int) -> None:
        """Look whether so many steps can be forecast.

        Raises:
            RecipeError: they cannot.
        """
        most = MOST_TIMES * self.target.horizon
        if not 1 <= horizon <= most:
            raise RecipeError(
                f"--horizon (horizon=) is {horizon:,}.",
                expected=f"1 to {most:,} steps: the run forecasts {self.target.horizon:,} at once, and more are fed "
                "back.",
            )

    def _refuse_unknown_channels(self, horizon: int) -> None:
        """Raise RecipeError where the network looks at numbers that nobody forecasts."""
        tellable = {
            self.target.name,
            *calendar_names(),
            *(name for column in self.given.known for name in column.channels),
            *ahead_names(self.given.known, self.target.horizon),
        }
        unknown = [name for name in self.given.channels if name not in tellable]
        if unknown:
            raise RecipeError(
                f"'{self.record.name}' forecasts {self.target.horizon:,} steps at once, and cannot be fed back for "
                f"{horizon:,}: it also looks at {', '.join(unknown)}, whose values to come nobody knows.",
                fix=f"Train with --horizon {horizon}; or with --future {','.join(unknown)}, if they are known ahead.",
            )

    def _refuse_bare_numbers(self, window: LatestWindow, horizon: int) -> None:
        """Raise RecipeError where numbers in memory do not tell what the network looks at beyond their end."""
        lacking = [column.name for column in self.given.known if len(window.ahead) < horizon]
        if calendar_names()[0] in self.given.channels and not window.axis.is_known:
            lacking.append("the place in the year")
        if lacking and horizon > self.target.horizon:
            raise RecipeError(
                f"To forecast {horizon:,} steps, {listed(lacking)} must be known of the steps to come, which numbers "
                "in memory do not tell.",
                expected=f"Files; or a horizon up to {self.target.horizon:,}.",
                fix="Hand over a CSV with the columns of training, and with it one of what is known ahead, if there "
                "is any.",
            )

    def _steps(self, window: LatestWindow, horizon: int) -> list[FuturePrediction] | str:
        """Return the steps ahead of one window; in words why there are none."""
        if isinstance(window.values, str):
            return window.values
        answer = self._answer(window.values[None])
        if isinstance(answer, str):
            return answer
        steps = steps_of(answer)[0][:horizon]
        if horizon <= self.target.horizon:
            return steps
        drawn = self._drawn(window, answer, horizon)
        if isinstance(drawn, str):
            return f"fed back, {drawn}"
        levels = np.quantile(drawn[:, self.target.horizon : horizon], LEVELS, axis=0).T.astype(np.float32)
        further = steps_of(FutureAnswer(levels[None], answer.positive))[0]
        first = self.target.horizon
        return steps + [one.model_copy(update={"step": first + (one.step or 0), "fed_back": True}) for one in further]

    def _answer(self, windows: NDArray[np.float64]) -> FutureAnswer | str:
        encoded = encode_windows(windows, self.record)
        if isinstance(encoded, str):
            return encoded
        outputs = self.predictor.outputs(encoded)
        return FutureAnswer.of(self.predictor.answer(outputs)) if outputs.is_finite.all() else "it gives no number."

    def _drawn(self, window: LatestWindow, answer: FutureAnswer, horizon: int) -> NDArray[np.float64] | str:
        """Return [`FUTURES`, horizon or more] futures of a window, each drawn from forecasts of itself.

        Errors are alike within one forecast, for they share what came since its last value. The next block's forecast
        has seen the end of the drawn one: what it misses is new, and is drawn anew.
        """
        rng, echo = np.random.default_rng(_SEED), self.predictor.answering.echo
        assert not isinstance(window.values, str)
        windows = np.repeat(window.values[None].astype(np.float64), FUTURES, axis=0)
        quantiles = np.repeat(answer.quantiles, FUTURES, axis=0)
        parts: list[NDArray[np.float64]] = []
        for begun in range(0, horizon, self.target.horizon):
            if begun:
                fed = self._answer(windows)
                if isinstance(fed, str):
                    return fed
                quantiles = fed.quantiles
            parts.append(drawn_futures(FutureAnswer(quantiles, answer.positive), echo=echo, rng=rng))
            windows = self._moved_on(windows, parts[-1], window, begun)
        return np.concatenate(parts, axis=1)

    def _moved_on(
        self, windows: NDArray[np.float64], drawn: NDArray[np.float64], window: LatestWindow, begun: int
    ) -> NDArray[np.float64]:
        """Return [P, C, T] windows that end with what was drawn, [P, h]; what is known of these steps stands beside."""
        steps, names = drawn.shape[1], self.given.channels
        known = [name for column in self.given.known for name in column.channels]
        block = np.zeros((len(windows), len(names), steps))
        block[:, names.index(self.target.name)] = drawn
        # Behind the last step that is asked for nothing is known, and nothing of what follows from it is read.
        beyond = np.concatenate([window.ahead, np.repeat(window.ahead[-1:], 2 * steps, axis=0)])
        for place, name in enumerate(known):
            block[:, names.index(name)] = beyond[begun : begun + steps, place]
            lead = ahead_names(self.given.known, self.target.horizon)[place]
            block[:, names.index(lead)] = beyond[begun + steps : begun + 2 * steps, place]
        if calendar_names()[0] in names:
            places = np.arange(window.place + 1 + begun, window.place + 1 + begun + steps)
            for name, wave in zip(calendar_names(), calendar_channels(window.axis, places).T, strict=True):
                block[:, names.index(name)] = wave
        return np.concatenate([windows, block], axis=2)[:, :, -windows.shape[2] :]


_NO_SERIES = Refused("Only a run that forecasts a series has a horizon, and columns that are known ahead.")
FORECASTING: KindTable[type[Forecasts]] = KindTable(
    "way to go on with a series",
    TARGETS,
    {
        "class": _NO_SERIES,
        "future": Forecasts,
        "labels": _NO_SERIES,
        "next": _NO_SERIES,
        "mask": _NO_SERIES,
        "generated": _NO_SERIES,
        "paired": _NO_SERIES,
        "picture": _NO_SERIES,
        "text": _NO_SERIES,
        "value": _NO_SERIES,
        "values": _NO_SERIES,
    },
)
"""What a run says of a series beside its plain answers, by the kind of its target."""
