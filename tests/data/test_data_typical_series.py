"""What the series of a class are like, beside means and percentiles that are counted one by one."""

from __future__ import annotations

import json

import numpy as np

from pellucid.data import dataset_from_series, inspect_dataset, typical_series


def test_mean_and_middle_are_those_of_the_training_series_step_by_step() -> None:
    draws = np.random.default_rng(0)
    series, labels = draws.normal(size=(60, 2, 5)), np.arange(60) % 3
    series[labels == 2] += 4
    dataset = dataset_from_series(series, labels, name="waves", channels=("x", "y"))
    found = typical_series(dataset)
    assert [one.name for one in found] == ["0", "1", "2"]
    train = dataset.splits["train"]
    for label, one in enumerate(found):
        members = np.array([series[index] for index in train if labels[index] == label], np.float32)
        assert one.count == len(members)
        assert one.channels == ("x", "y")
        for step in range(5):
            for channel in range(2):
                values = sorted(members[:, channel, step].tolist())
                assert np.isclose(one.mean[step, channel], sum(values) / len(values))
                place = 0.9 * (len(values) - 1)  # linear interpolation between the two nearest in order
                low, share = int(place), place - int(place)
                wanted = values[low] * (1 - share) + values[min(low + 1, len(values) - 1)] * share
                assert np.isclose(one.high[step, channel], wanted)
    inspected = json.loads(json.dumps(inspect_dataset(dataset).to_dict()))["typical"]["2"]
    assert np.allclose(inspected["mean"], found[2].mean)


def test_where_less_than_half_have_a_value_nothing_is_said() -> None:
    series = [np.arange(1.0, 9 if place % 4 == 0 else 5)[None] for place in range(40)]
    dataset = dataset_from_series(series, ["a"] * 20 + ["b"] * 20, name="short", test=0, val=0)
    for one in typical_series(dataset):
        np.testing.assert_allclose(one.mean[:4, 0], [1, 2, 3, 4])
        assert np.isnan(one.mean[4:]).all()
        assert np.isnan(one.low[4:]).all()
        assert one.to_dict()["high"][5] == [None]


def test_of_a_number_all_are_one_group() -> None:
    values = np.linspace(0, 1, 50)
    dataset = dataset_from_series(np.ones((50, 1, 3)) * values[:, None, None], values, name="sizes", target_name="size")
    (one,) = typical_series(dataset)
    assert one.name == "size"
    assert one.count == len(dataset.splits["train"])
