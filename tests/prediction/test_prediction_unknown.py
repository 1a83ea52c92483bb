"""What is unlike everything in training is called unknown, and what is like it is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.data import FileImages
from pellucid.errors import RunError
from pellucid.prediction import KnownFeatures, unknown_threshold


def test_the_threshold_is_the_order_statistic_that_conformal_prediction_names() -> None:
    # With 199 examples, rank = ceil(200 * 0.99) = 198, counted from 1.
    distances = np.random.default_rng(0).permutation(np.arange(1, 200)).astype(np.float32)
    threshold, note = unknown_threshold(distances)
    assert threshold == 198
    assert "199" in note


def test_a_hundred_examples_less_one_are_the_fewest() -> None:
    few, note = unknown_threshold(np.arange(98, dtype=np.float32))
    assert few is None
    assert "too few to say: 98 validation examples, 99 are needed" in note
    enough, _ = unknown_threshold(np.arange(99, dtype=np.float32))
    assert enough == 98


def test_false_alarms_stay_below_one_in_a_hundred_over_many_draws() -> None:
    generator = np.random.default_rng(1)
    rates = []
    for _ in range(400):
        threshold, _ = unknown_threshold(generator.random(150, dtype=np.float32))
        assert threshold is not None
        rates.append(1 - threshold)  # uniform distances: the chance of a new one above the threshold
    assert np.mean(rates) <= 0.01 + 3 * np.std(rates) / np.sqrt(len(rates))


def test_distances_are_one_minus_the_cosine_to_the_nearest() -> None:
    known = KnownFeatures.of(np.array([[2.0, 0.0], [0.0, 5.0]], np.float32))
    asked = np.array([[7.0, 0.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 0.0], [0.0, 0.0]], np.float32)
    half = 1 / np.sqrt(2)
    np.testing.assert_allclose(known.distances(asked), [0, 1 - half, 1 + half, 1, 1], atol=1e-6)


def test_known_features_come_back_from_the_disk(tmp_path: Path) -> None:
    known = KnownFeatures.of(np.random.default_rng(0).random((5, 3), dtype=np.float32))
    known.save(tmp_path / "known.safetensors")
    np.testing.assert_array_equal(KnownFeatures.load(tmp_path / "known.safetensors").bank, known.bank)


@pytest.mark.parametrize("content", [b"", b"garbage that is long enough to hold a header"])
def test_damaged_features_are_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "known.safetensors"
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"known\.safetensors"):
        KnownFeatures.load(path)


def test_noise_is_unknown_and_digits_are_not(run: pellucid.Run) -> None:
    generator = np.random.default_rng(0)
    noise = [generator.integers(0, 256, (8, 8), dtype=np.uint8) for _ in range(100)]
    assert np.mean([prediction.decision == "unknown" for prediction in run.predict(noise)]) >= 0.7
    dataset = run.dataset
    assert isinstance(dataset.inputs, FileImages)
    digits = run.predict([dataset.inputs.paths[index] for index in dataset.splits["test"]])
    assert np.mean([prediction.decision == "unknown" for prediction in digits]) <= 0.03


def test_an_unknown_picture_keeps_its_likeliest_label_and_its_distance(run: pellucid.Run) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (50, 8, 8), dtype=np.uint8)
    unknown = [prediction for prediction in run.predict(list(noise)) if prediction.decision == "unknown"]
    answering = run.record.answering
    assert answering is not None
    assert answering.unknown_above is not None
    for prediction in unknown:
        assert prediction.label is not None
        assert prediction.distance is not None
        assert prediction.distance > answering.unknown_above
        assert str(prediction).endswith(", unknown")
