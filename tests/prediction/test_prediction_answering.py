"""How outputs become answers: a temperature changes how sure an answer is, never which one; "unsure" is a threshold."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid.prediction import ClassPrediction, Prediction, Predictor, ValuePrediction


def with_threshold(run: pellucid.Run, unsure_below: float | None) -> Predictor:
    assert run.record.answering is not None
    update = {"unsure_below": unsure_below, "unknown_above": 2.0}  # no distance is larger
    answering = run.record.answering.model_copy(update=update)
    record = run.record.model_copy(update={"answering": answering})
    return Predictor(record, run.predictor.model, known=run.predictor.known)


@pytest.mark.parametrize("temperature", [0.05, 0.5, 3.0, 40.0])
def test_a_temperature_never_changes_the_label(run: pellucid.Run, temperature: float) -> None:
    outputs = run.predictor.split_outputs(run.dataset, run.dataset.splits["val"])
    plain = run.predictor.with_temperature(1.0).answer(outputs).numbers
    cooled = run.predictor.with_temperature(temperature).answer(outputs).numbers
    assert plain is not None
    assert cooled is not None
    np.testing.assert_array_equal(cooled.argmax(axis=1), plain.argmax(axis=1))
    np.testing.assert_allclose(cooled.sum(axis=1), 1, atol=1e-5)
    assert np.sign(cooled.max(axis=1).mean() - plain.max(axis=1).mean()) == np.sign(1 - temperature)


def test_the_temperature_was_fitted_so_that_val_is_no_less_calibrated(run: pellucid.Run) -> None:
    dataset = run.dataset
    indices = dataset.splits["val"]
    outputs = run.predictor.split_outputs(dataset, indices)

    def log_loss(temperature: float) -> float:
        probabilities = run.predictor.with_temperature(temperature).answer(outputs).numbers
        assert probabilities is not None
        chosen = probabilities[np.arange(len(indices)), dataset.targets[indices].astype(int)]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    assert run.record.answering is not None
    fitted = run.record.answering.temperature
    assert log_loss(fitted) <= min(log_loss(fitted * 0.9), log_loss(fitted * 1.1), log_loss(1.0)) + 1e-6


def test_an_answer_below_the_threshold_is_unsure_and_keeps_its_label(run: pellucid.Run) -> None:
    pictures = list(np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8))
    predictions = list(with_threshold(run, 0.9).predict(pictures))
    assert {prediction.decision for prediction in predictions} == {"ok", "unsure"}
    for prediction in predictions:
        assert prediction.probability is not None
        assert (prediction.decision == "unsure") == (prediction.probability < 0.9)
        assert prediction.label is not None


def test_without_a_threshold_nothing_is_unsure(run: pellucid.Run) -> None:
    pictures = list(np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8))
    assert {prediction.decision for prediction in with_threshold(run, None).predict(pictures)} == {"ok"}


def test_a_predictor_answers_in_float32_and_evaluation_mode(run: pellucid.Run) -> None:
    assert not run.predictor.model.training
    assert {str(parameter.dtype) for parameter in run.predictor.model.parameters()} == {"torch.float32"}


def test_an_answer_is_one_line() -> None:
    assert str(ClassPrediction(name="a.jpg", decision="ok", label="cat", probability=0.971)) == "a.jpg: cat (97.1 %)"
    assert (
        str(ClassPrediction(name="a.jpg", decision="unsure", label="cat", probability=0.5))
        == "a.jpg: cat (50.0 %), unsure"
    )
    assert str(ValuePrediction(name="row 1", decision="ok", value=1234.5678)) == "row 1: 1234.6"
    assert str(Prediction(name="a.jpg", decision="error", error="it is empty.")) == "a.jpg: error: it is empty."
