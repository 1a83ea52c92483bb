"""Asking a run: for answers, for forecasts further ahead, and for texts that go on."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.errors import DataError, RecipeError
from pellucid.prediction.forecasting import FORECASTING, Forecasts
from pellucid.prediction.given import Given
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.records import Prediction
from pellucid.prediction.searching import SEARCHING
from pellucid.prediction.sources import ANSWERING
from pellucid.prediction.speaking import SPEAKING, LanguageModel


def answers_of(
    opened: OpenedRun, sources: Given, *, horizon: int | None = None, beam: int | None = None
) -> Iterator[Prediction]:
    """Return a run's answers to what is handed over, in its order; see `Run.predict`.

    Raises:
        DataError: nothing is handed over, or it is of another kind.
        RecipeError: a horizon or a beam does not fit the kind of target, or both are asked for.
    """
    record = opened.record
    if sources is None and not record.dataset.target.continues:
        raise DataError("Nothing was handed over.", fix=ANSWERING[record.preprocessing.kind].hand_over)
    if beam is not None and horizon is not None:
        raise RecipeError(
            "--beam (beam=) is about answers that are texts, and --horizon (horizon=) about forecasts.",
            fix="Leave one of them out.",
        )
    if beam is not None:
        return SEARCHING[record.dataset.target.kind](opened.predictor, beam).predict(sources)
    if horizon is not None:
        return forecasts_of(opened).predict(sources, horizon)
    return opened.predictor.predict(sources)


def forecasts_of(opened: OpenedRun) -> Forecasts:
    """Return what a run that forecasts is asked beside its plain answers.

    Raises:
        RecipeError: it forecasts nothing.
    """
    return FORECASTING[opened.record.dataset.target.kind](opened.predictor)


def language_model_of(opened: OpenedRun) -> LanguageModel:
    """Return a run as what tells the probability of a text and goes on with one.

    Raises:
        RecipeError: it is no language model.
    """
    return SPEAKING[opened.record.dataset.target.kind](opened.predictor)


def goes_on(opened: OpenedRun) -> bool:
    """Tell whether a run is a language model."""
    return opened.record.dataset.target.kind in SPEAKING
