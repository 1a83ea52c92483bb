from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from torch import nn

from pellucid import api
from pellucid.errors import RecipeError
from pellucid.features import find_filters, measure_shifts
from pellucid.features.embedding import nearest, neighbour_agreement, pca, tsne
from pellucid.features.examples import Examples
from pellucid.features.layers import by_unit, default_layer
from pellucid.features.shift import shifted, turned
from pellucid.features.visualise import OpeningReLUs
from pellucid.preprocessing import ImagePreprocessing


def test_the_pca_equals_scikit_learns() -> None:
    features = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    positions, explained = pca(features)
    expected = PCA(n_components=2).fit(features)
    np.testing.assert_allclose(positions, expected.transform(features), atol=1e-5)
    np.testing.assert_allclose(explained, expected.explained_variance_ratio_, atol=1e-6)


def test_tsne_is_the_same_for_the_same_seed() -> None:
    features = np.random.default_rng(1).normal(size=(30, 5)).astype(np.float32)
    np.testing.assert_array_equal(tsne(features, seed=3), tsne(features, seed=3))


def test_agreement_is_the_share_of_neighbours_with_the_same_class() -> None:
    generator = np.random.default_rng(2)
    classes = np.repeat([0, 1], 30)
    apart = (generator.normal(size=(60, 3)) + 50 * classes[:, None]).astype(np.float32)
    mixed = generator.normal(size=(60, 2)).astype(np.float32)
    found = neighbour_agreement(apart, mixed, classes, "class")
    assert found.in_layer == 1.0
    assert found.on_map == pytest.approx(found.by_chance, abs=0.1)
    assert found.by_chance == pytest.approx(29 / 59)


def test_small_classes_are_asked_for_as_many_neighbours_as_they_have() -> None:
    classes = np.repeat([0, 1, 2], 4)
    apart = (100 * classes[:, None] + np.random.default_rng(0).normal(size=(12, 2))).astype(np.float32)
    found = neighbour_agreement(apart, apart, classes, "class")
    assert (found.k, found.in_layer, found.kept) == (3, 1.0, 1.0)


def test_nearest_never_holds_a_point_itself_also_among_equals() -> None:
    points = np.zeros((12, 2), np.float32)
    assert not (nearest(points, 5) == np.arange(12)[:, None]).any()
    spread = np.random.default_rng(3).normal(size=(20, 2)).astype(np.float32)
    expected = NearestNeighbors(n_neighbors=5).fit(spread).kneighbors(return_distance=False)
    np.testing.assert_array_equal(nearest(spread, 5), expected)


def test_shifting_moves_background_in_and_counts_what_is_cut() -> None:
    pictures = np.zeros((2, 4, 4, 1), np.uint8)
    pictures[0, 1, 3] = 9
    background = np.array([0], np.uint8)
    moved, cut = shifted(pictures, 1, axis=2, background=background)
    assert cut == 0.5
    assert not moved.any()
    moved, cut = shifted(pictures, -2, axis=2, background=np.array([7], np.uint8))
    assert moved[0, 1, :, 0].tolist() == [0, 9, 7, 7]
    assert turned(pictures, 90, background)[0, :, :, 0].tolist()[0] == [0, 9, 0, 0]


class GlobalPooling(nn.Module):
    """Circular convolutions and a mean over all places: nothing of it knows where anything lies."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(1, 8, 3, padding=1, padding_mode="circular")
        self.fc = nn.Linear(8, 4)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        answers: torch.Tensor = self.fc(torch.relu(self.conv(inputs)).mean(dim=(2, 3)))
        return answers


@pytest.mark.slow
def test_where_the_content_stays_inside_a_network_without_places_does_not_care(run: api.Run) -> None:
    examples = Examples(run.predictor, run.dataset, "val", run.dataset.splits["val"][:20])
    preprocessing = run.predictor.record.preprocessing
    assert isinstance(preprocessing, ImagePreprocessing)
    canvases = np.full((20, 12, 12, 1), preprocessing.background[0], np.uint8)
    canvases[:, 4:8, 4:8] = np.random.default_rng(0).integers(1, 255, (20, 4, 4, 1))
    examples.__dict__["inputs"] = canvases
    given = run.predictor.model
    try:
        run.predictor.model = GlobalPooling().eval()
        response = measure_shifts(examples, most=3)
        assert all(point.unchanged == 1.0 and point.cut == 0 for point in (*response.right, *response.down))
        assert max(point.change for point in response.right) < 1e-6
    finally:
        run.predictor.model = given


@pytest.mark.slow
def test_the_unshifted_picture_keeps_its_answer_and_far_shifts_lose_it(run: api.Run) -> None:
    response = run.features.shifts(most=8, rotate=True)
    still = next(point for point in response.right if point.amount == 0)
    assert (still.unchanged, still.change, still.cut) == (1.0, 0.0, 0.0)
    assert response.right[-1].unchanged is not None
    assert response.right[-1].unchanged < 1
    assert [point.amount for point in response.turned] == [-30, -20, -10, 0, 10, 20, 30]


def test_filters_of_the_first_layer_lie_as_the_picture_does() -> None:
    dense = nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.ReLU(), nn.Linear(3, 2))
    found = find_filters(dense, (1, 3, 4))
    assert (found.layer, found.weights.shape, found.in_colours) == ("1", (3, 1, 3, 4), True)
    np.testing.assert_array_equal(found.weights[1, 0].ravel(), dense[1].weight[1].detach().numpy())  # type: ignore[index]
    assert find_filters(dense, (1, 3, 4), "3").weights.shape == (2, 3, 1, 1)
    with pytest.raises(RecipeError, match="has no filters"):
        find_filters(dense, (1, 3, 4), "2")


def test_units_stand_second_wherever_a_layer_puts_them() -> None:
    assert by_unit(torch.zeros(2, 5, 7), nn.Linear(7, 7)).shape == (2, 7, 5)
    assert by_unit(torch.zeros(2, 4, 4, 9), nn.LayerNorm(9)).shape == (2, 9, 4, 4)
    assert by_unit(torch.zeros(2, 9, 4, 4), nn.Conv2d(9, 9, 1)).shape == (2, 9, 4, 4)
    block = nn.Sequential(nn.Conv2d(9, 9, 1), nn.LayerNorm(9), nn.Linear(9, 9))
    assert by_unit(torch.zeros(2, 9, 4, 4), block).shape == (2, 9, 4, 4)
    assert by_unit(torch.zeros(2, 4, 4, 9), block).shape == (2, 9, 4, 4)


def test_the_default_layer_is_the_last_with_places() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3))
    assert default_layer(model, torch.zeros(1, 1, 6, 6)) == "1"
    blocks = nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), nn.Flatten(), nn.Linear(32, 3))
    assert default_layer(blocks, torch.zeros(1, 1, 6, 6)) == "0"
    assert default_layer(nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)), torch.zeros(1, 4)) == "1"


def test_a_shut_relu_passes_only_what_would_open_it() -> None:
    values = torch.tensor([-1.0, -1.0, 2.0], requires_grad=True)
    with OpeningReLUs():
        (torch.relu(values) * torch.tensor([-3.0, 5.0, 7.0])).sum().backward()  # type: ignore[no-untyped-call]
    assert values.grad is not None
    assert values.grad.tolist() == [-3.0, 0.0, 7.0]


@pytest.mark.slow
def test_visualised_pictures_excite_their_units_and_are_the_same_again(run: api.Run) -> None:
    found, again = (run.features.visualise(layer="conv3", top=2, steps=40) for _ in range(2))
    for one, other in zip(found.units, again.units, strict=True):
        assert one.value > max(one.start, one.most_in_training)
        np.testing.assert_array_equal(one.picture, other.picture)
        maps = run.trace(one.picture[..., 0])["conv3"].values
        assert maps[one.selectivity.unit].mean() == pytest.approx(one.value, rel=1e-4)
    assert all(parameter.requires_grad for parameter in run.predictor.model.parameters())


@pytest.mark.slow
def test_maps_of_an_input_are_the_networks_own(run: api.Run) -> None:
    shown = run.features.maps(3, layer="conv2", top=3)
    trace = run.trace(3)["conv2"].values
    for one in shown.maps:
        np.testing.assert_allclose(one.values, trace[one.selectivity.unit], rtol=1e-4, atol=1e-5)
    assert shown.example == run.dataset.example_name(3)
    assert all(one.excites_more_than >= 0.9 for one in shown.maps) or "no unit" in shown.chosen


@pytest.mark.slow
def test_the_test_split_stays_sealed_without_a_reason(run: api.Run) -> None:
    for look in (run.features.maps, run.features.shifts, run.features.selectivity):
        with pytest.raises(RecipeError, match="sealed"):
            look(split="test")
    with pytest.raises(RecipeError, match="sealed"):
        run.features.embedding("test")
    assert run.folder.num_openings("test") == 0
    run.features.embedding("test", reason="a lecture")
    openings = [one.opening for one in run.evaluations if one.split == "test"]
    assert [opening.reason for opening in openings if opening] == ["an embedding: a lecture"]


@pytest.mark.slow
def test_an_embedding_marks_exactly_the_mistakes(run: api.Run) -> None:
    embedding = run.features.embedding("train", layer="conv2", limit=50)
    outputs = run.predictor.answer(run.predictor.outputs(np.asarray(embedding.pictures)))
    np.testing.assert_array_equal(embedding.wrong, outputs.as_targets != embedding.groups)
    assert embedding.num_features == 64
