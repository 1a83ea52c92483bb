"""Masks are scored by counts: against scikit-learn's, by hand, and where a class is nowhere."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

from pellucid.evaluation import Truth
from pellucid.evaluation.kinds import SCORING
from pellucid.evaluation.masks.objects import find_objects, objects_by_size
from pellucid.evaluation.masks.overlap import count_pixels, dice_of, iou_of, mean_over_classes
from pellucid.evaluation.masks.pixel_baselines import draw_pixels, filters_of, otsu_threshold
from pellucid.kinds import NOT_LABELLED, MaskTarget

NAMES = ("a", "b", "c")
TARGET = MaskTarget(classes=NAMES, values=("0", "1", "2"), colours=((0, 0, 0), (1, 1, 1), (2, 2, 2)), height=9, width=7)
SCORED = SCORING["mask"]


def masks(seed: int, count: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3, (count, 9, 7)).astype(np.uint8)


def truth_of(right: np.ndarray, groups: np.ndarray | None = None) -> Truth:
    return Truth(target=TARGET, targets=right, learned=right, groups=groups, headline="dice")


def test_counts_dice_and_iou_are_scikit_learns() -> None:
    right, answered = masks(0), masks(1)
    right[:, 0] = NOT_LABELLED
    known = right != NOT_LABELLED
    counts = count_pixels(answered, right, 3)
    assert np.array_equal(counts.sum(axis=0), confusion_matrix(right[known], answered[known]))
    total = counts.sum(axis=0)
    assert np.allclose(dice_of(total), f1_score(right[known], answered[known], average=None))
    assert np.allclose(iou_of(total), jaccard_score(right[known], answered[known], average=None))


def test_a_class_that_is_nowhere_has_no_dice_and_one_that_is_missed_has_0() -> None:
    counts = np.array([[[4.0, 0, 0], [0, 0, 0], [2, 0, 0]]])
    dice = dice_of(counts)[0]
    assert np.isnan(dice[1])
    assert dice[2] == 0
    assert mean_over_classes(dice_of(counts))[0] == pytest.approx((2 * 4 / (4 + 6) + 0) / 2)


def test_empty_masks_are_defined_pooled_and_told_as_false_alarms_picture_by_picture() -> None:
    right = np.zeros((6, 9, 7), np.uint8)
    right[:3, :4] = 1
    answered = right.copy()
    answered[3, 0, 0] = 1  # a false alarm of a single pixel
    metrics = SCORED.metrics(answered, truth_of(right))
    pooled = (2 * 84 / (84 + 85) + 2 * (378 - 85) / (378 - 84 + 378 - 85)) / 2
    assert metrics["dice"].value == pytest.approx(pooled)
    assert 0 < metrics["dice_per_picture"].value < 1
    assert all(np.isfinite(metric.value) for metric in metrics.values())


def test_intervals_are_over_pictures_or_groups_and_few_pictures_have_none() -> None:
    right = masks(0, 12)
    answered = np.where(np.random.default_rng(2).random(right.shape) < 0.8, right, masks(3, 12)).astype(np.uint8)
    plain = SCORED.metrics(answered, truth_of(right))["dice"]
    assert plain.low is not None
    assert plain.high is not None
    assert plain.low < plain.value < plain.high
    grouped = SCORED.metrics(answered, truth_of(right, np.arange(12) // 2))["dice"]
    assert grouped.method == "clustered-bootstrap"
    few = SCORED.metrics(answered[:3], truth_of(right[:3]))["dice"]
    assert few.low is None
    assert "3 pictures" in few.note


def test_a_better_answer_is_told_and_equal_ones_are_no_difference() -> None:
    right = masks(0, 10)
    good = np.where(np.random.default_rng(2).random(right.shape) < 0.9, right, 0).astype(np.uint8)
    bad = np.where(np.random.default_rng(3).random(right.shape) < 0.5, right, 0).astype(np.uint8)
    compared = SCORED.compare(bad, good, truth_of(right), names=("bad", "good"))
    assert compared.verdict == "b"
    assert compared.p_value == pytest.approx(2 / 2**10)
    assert compared.difference.value == pytest.approx(compared.b_value - compared.a_value)
    same = SCORED.compare(good, good, truth_of(right), names=("one", "other"))
    assert (same.verdict, same.p_value) == ("none", 1.0)


def test_otsus_threshold_parts_two_heaps_where_the_variance_between_them_is_largest() -> None:
    chance = np.random.default_rng(0)
    levels = np.concatenate([chance.normal(60, 10, 3000), chance.normal(180, 10, 1000)]).clip(0, 255).astype(np.float32)
    found = otsu_threshold(levels.reshape(40, 100))
    best = max(range(1, 255), key=lambda cut: _between(np.rint(levels), cut))
    assert abs(found - best) <= 40  # the whole gap between the heaps is as good
    assert _between(np.rint(levels), round(found)) == pytest.approx(_between(np.rint(levels), best), rel=1e-3)


def _between(levels: np.ndarray, cut: int) -> float:
    low, high = levels[levels <= cut], levels[levels > cut]
    if not len(low) or not len(high):
        return 0.0
    return float(len(low) * len(high) * (low.mean() - high.mean()) ** 2)


def test_pixels_are_drawn_from_what_is_labelled_alone() -> None:
    picture = np.random.default_rng(0).uniform(0, 255, (9, 7)).astype(np.float32)
    mask = np.full((1, 9, 7), NOT_LABELLED, np.uint8)
    mask[0, 2:4] = 1
    rows, labels = draw_pixels([picture], mask, 100)
    assert rows.shape == (14, 5)
    assert set(labels.tolist()) == {1}
    assert filters_of(picture).shape == (63, 5)


def test_objects_are_told_apart_and_each_has_its_own_dice() -> None:
    right, answered = np.zeros((2, 9, 7), np.uint8), np.zeros((2, 9, 7), np.uint8)
    right[0, 0, :4] = 1  # four pixels, of which two are found, and one too many beside them
    answered[0, 0, 2:5] = 1
    right[0, 2, 0] = right[0, 3, 1] = 1  # touching by a corner: one object of two pixels, missed
    right[1, 4:6, 0:2] = 1  # four pixels, answered by two parts
    answered[1, 4, 0:2] = answered[1, 5, 0] = 1
    answered[1, 8, 6] = 1  # touches no object: it counts for none
    found = find_objects(answered, right, 1)
    assert found.sizes.tolist() == [4, 2, 4]
    assert found.pictures.tolist() == [0, 0, 1]
    assert found.dice.tolist() == pytest.approx([2 * 2 / (4 + 3), 0, 2 * 3 / (4 + 3)])
    (row,) = objects_by_size(answered, right, ("a", "b"), seed=0)
    assert (row.name, row.smallest, row.largest, row.n, row.missed) == ("b", 2, 4, 3, 1)
    assert row.dice.value == pytest.approx((4 / 7 + 6 / 7) / 3)
    assert "2 pictures" in row.dice.note


def test_objects_are_sorted_by_size_into_thirds_and_what_is_not_labelled_is_no_object() -> None:
    right = np.zeros((9, 9, 7), np.uint8)
    for picture in range(9):
        right[picture, 0, : 1 + picture // 2] = 1
    right[:, 5:] = NOT_LABELLED
    answered = right.copy()
    answered[:, 5:] = 1
    rows = objects_by_size(answered, right, NAMES, seed=0)
    assert [row.name for row in rows] == ["b", "b", "b"]
    assert [row.n for row in rows] == [3, 3, 3]
    assert (rows[0].smallest, rows[-1].largest) == (1, 5)
    assert all(row.dice.value == 1 for row in rows)
    assert objects_by_size(answered, np.zeros_like(right), NAMES, seed=0) == ()
