"""What a run has learned, asked method by method: filters, maps, patches, pictures, an embedding, shifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pellucid.data import ImageInputs
from pellucid.errors import RecipeError
from pellucid.features.embedding import embed_examples
from pellucid.features.examples import Examples, choose_examples, need_pictures
from pellucid.features.filters import find_filters
from pellucid.features.layers import default_layer
from pellucid.features.maps import map_example, map_split
from pellucid.features.patches import find_patches
from pellucid.features.placement import Embedding
from pellucid.features.records import FeatureMaps, Filters, Patches, Selectivity, ShiftResponse, Visualisation
from pellucid.features.selectivity import measure_selectivity
from pellucid.features.shift import measure_shifts
from pellucid.features.visualise import visualise_units
from pellucid.kinds import SplitName
from pellucid.models import example_of
from pellucid.prediction import OpenedRun, Predictor
from pellucid.preprocessing import pixels_of, read_pixels
from pellucid.words import percent

TEST_SEALED = "The test split is sealed."
Watch = Callable[[int, int], None]


class RunFeatures:
    """What a run has learned; `run.features`.

    A `layer` is a module's path in the network; without one, the last layer whose output has places (feature maps) is
    taken. `units` are numbers of channels or units in it, counted from 0; without them, the most selective ones are
    shown. At most `limit` examples of a split are looked at, chosen by `seed`.

    Args:
        opened: the run.
        open_test: opens the sealed test split for a reason, which is written down and counted.
    """

    def __init__(self, opened: OpenedRun, *, open_test: Callable[[str], object]) -> None:
        self._opened = opened
        self._open_test = open_test

    def __repr__(self) -> str:
        return f"RunFeatures('{self._opened.path}')"

    def filters(self, layer: str | None = None) -> Filters:
        """Return the weights of a convolution or dense layer; without a name, of the first.

        Raises:
            RecipeError: there is no such layer, or it has no filters.
        """
        return find_filters(self._opened.predictor.model, self._opened.trained.model.input_shape, layer)

    def selectivity(
        self, layer: str | None = None, *, split: SplitName = "val", limit: int = 2000, seed: int = 0
    ) -> Selectivity:
        """Return what each unit of a layer reacts to, the most selective first.

        Raises:
            RecipeError: there is no such layer, or the test split is asked for.
        """
        return measure_selectivity(self._examples(split, limit, seed), self._layer(layer))

    def maps(
        self,
        source: int | str | Path | NDArray[Any] | None = None,
        *,
        layer: str | None = None,
        units: Sequence[int] = (),
        top: int = 8,
        split: SplitName = "val",
        limit: int = 2000,
        seed: int = 0,
    ) -> FeatureMaps:
        """Return feature maps chosen by what their units react to.

        Args:
            source: a picture file, pixels, or an example's index in the dataset: the maps are those that it excites.
                None: the most selective units, each on the example of its class that excites it most.
            layer, units, split, limit, seed: see the class.
            top: how many maps, at most.

        Raises:
            RecipeError: the layer has no maps; there is no such layer, unit or split; or the test split is asked for.
            DataError: the input cannot be read.
        """
        examples, name = self._examples(split, limit, seed), self._layer(layer)
        if source is None:
            return map_split(examples, name, units=tuple(units), top=top)
        picture, title, answer = self._read(source)
        return map_example(
            examples,
            name,
            self._opened.predictor.to_tensor(picture[None]),
            picture=picture,
            name=title,
            answer=answer,
            units=tuple(units),
            top=top,
        )

    def patches(
        self,
        *,
        layer: str | None = None,
        units: Sequence[int] = (),
        top: int = 8,
        num_patches: int = 9,
        limit: int = 5000,
        seed: int = 0,
    ) -> Patches:
        """Return the training patches that excite units most, cut to what the unit sees.

        Raises:
            RecipeError: there is no such layer or unit, or the run is on a table.
        """
        name, train = self._layer(layer), self._examples("train", limit, seed)
        rated = measure_selectivity(self._examples(self._measuring, 2000, seed), name)
        return find_patches(train, name, selectivity=rated, units=tuple(units), top=top, num_patches=num_patches)

    def visualise(
        self,
        *,
        layer: str | None = None,
        units: Sequence[int] = (),
        top: int = 8,
        steps: int = 128,
        limit: int = 2000,
        seed: int = 0,
        watch: Watch | None = None,
    ) -> Visualisation:
        """Return pictures made to excite units; of the last layer, classes.

        Args:
            layer, units, limit, seed: see the class.
            top: how many units, at most.
            steps: of Adam.
            watch: is told (step, steps).

        Raises:
            RecipeError: there is no such layer or unit, or the run is on a table.
        """
        name, train = self._layer(layer), self._examples("train", limit, seed)
        rated = measure_selectivity(self._examples(self._measuring, 2000, seed), name)
        return visualise_units(
            train, name, selectivity=rated, units=tuple(units), top=top, steps=steps, seed=seed, watch=watch
        )

    def embedding(
        self,
        split: SplitName = "val",
        *,
        layer: str | None = None,
        method: str = "pca",
        limit: int = 1000,
        seed: int = 0,
        reason: str | None = None,
    ) -> Embedding:
        """Return where examples lie to a layer, on a map of two dimensions.

        Args:
            split: whose examples.
            layer: a path; None for what the last layer reads.
            method: "pca" or "tsne".
            limit, seed: see the class.
            reason: why the sealed test split is opened; needed for `split="test"`, counted and written down as an
                evaluation is.

        Raises:
            RecipeError: the test split is asked for without a reason; there is no such layer, split or method.
        """
        if split == "test":
            if not reason:
                raise RecipeError(TEST_SEALED, fix="Look at val, or say why it is opened: --open-test 'the paper'.")
            self._open_test(f"an embedding: {reason}")
        examples = self._examples(split, limit, seed, may_open=split == "test")
        return embed_examples(examples, layer, method=method, seed=seed)

    def shifts(
        self,
        *,
        split: SplitName = "val",
        most: int | None = None,
        rotate: bool = False,
        limit: int = 500,
        seed: int = 0,
        watch: Watch | None = None,
    ) -> ShiftResponse:
        """Return how answers respond to shifting the picture, and to turning it when asked.

        Args:
            split, limit, seed: see the class.
            most: pixels; None for a quarter of the shorter side.
            rotate: whether to turn the pictures, too.
            watch: is told (done, all).

        Raises:
            RecipeError: the run is on a table, or the test split is asked for.
        """
        return measure_shifts(self._examples(split, limit, seed), most=most, rotate=rotate, watch=watch)

    @property
    def _measuring(self) -> SplitName:
        """The split that tells what units react to: val, or train where there is no val."""
        return "val" if len(self._opened.dataset.splits["val"]) else "train"

    def _examples(self, split: SplitName, limit: int, seed: int, *, may_open: bool = False) -> Examples:

        if split == "test" and not may_open:
            raise RecipeError(TEST_SEALED, fix="Look at train or val.")
        if limit < 1:
            raise RecipeError(f"limit is {limit}.", expected="1 or more examples.")
        return choose_examples(self._answering, self._opened.dataset, split, limit=limit, seed=seed)

    @property
    def _answering(self) -> Predictor:
        """What answers examples.

        Raises:
            RecipeError: the run answers none.
        """
        predictor = self._opened.predictor
        if predictor.no_answers:
            raise RecipeError(predictor.no_answers)
        return predictor

    def _layer(self, layer: str | None) -> str:

        form = self._opened.trained.preprocessing.form
        return layer or default_layer(self._answering.model, example_of(form))

    def _read(self, source: int | str | Path | NDArray[Any]) -> tuple[NDArray[Any], str, str]:
        """Return an input's canvas, its name, and what the network says of it."""
        opened = self._opened
        preprocessing = need_pictures(opened.predictor, "Feature maps")
        if isinstance(source, int):
            name = opened.dataset.example_name(opened.check_index(source))
            pixels = pixels_of(ImageInputs.of(opened.dataset.inputs), source, preprocessing)
        elif isinstance(source, str | Path):
            pixels, name = read_pixels(source, preprocessing), Path(source).name
        else:
            pixels, name = read_pixels(source, preprocessing), "array"
        (said,) = opened.predictor.predict(pixels)
        answer, probable = said.said(number=lambda one: f"{one:.4g}", share=percent)
        return preprocessing.canvas(pixels), name, f"{answer} ({probable})" if probable else answer
