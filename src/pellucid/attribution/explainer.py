"""A network that is asked what its answers rest on: it is looked at once, and then explains any number of examples."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.attribution.cam import pass_through
from pellucid.attribution.comparing import compare_methods
from pellucid.attribution.deletion import check_by_deletion
from pellucid.attribution.methods import Method, find_method
from pellucid.attribution.probing import MapLayer, Probed, find_layer, probe
from pellucid.attribution.question import Heat, Passage, Question
from pellucid.attribution.randomising import check_by_randomising
from pellucid.attribution.records import Attribution, Explanation
from pellucid.attribution.score import Score, score_of_module
from pellucid.errors import ModelError, PellucidError, RecipeError
from pellucid.models import evaluating
from pellucid.records import Decision

FOR_PICTURES = "grad-cam"
FOR_ROWS = "integrated-gradients"
FALLBACK = "occlusion"
ZERO = "0, which is the mean of the training data where inputs are normalised"

Watch = Callable[[str], None]


class Explainer:
    """Explains a network's answers; keeps what a probe found of it, so that further examples cost the method alone.

    Args:
        model: any module from [N, C, H, W], [N, C, T] or [N, D] float32 to [N, K]. It is used in evaluation mode and
            float32, and left as it was; one of half precision is copied.
        names: of the K outputs (of the two classes where there is a single logit), for people; () for numbers.
    """

    def __init__(self, model: nn.Module, *, names: Sequence[str] = ()) -> None:
        kinds = {parameter.dtype for parameter in model.parameters()}
        self.model = copy.deepcopy(model).float() if kinds & {torch.float16, torch.bfloat16} else model
        self.names = tuple(names)
        first = next(model.parameters(), None)
        self.device = torch.device("cpu") if first is None else first.device
        self.dtype = torch.float64 if kinds == {torch.float64} else torch.float32
        self._probed: dict[tuple[int, ...], Probed] = {}

    def __repr__(self) -> str:
        return f"Explainer({type(self.model).__name__})"

    def probed(self, inputs: Tensor) -> Probed:
        """Return what the probe found for inputs of this shape; it runs once for each."""
        shape = tuple(inputs.shape[1:])
        if shape not in self._probed:
            self._probed[shape] = probe(self.model, inputs)
        return self._probed[shape]

    def explain(
        self,
        inputs: Tensor | NDArray[Any],
        *,
        target: int | Score | None = None,
        methods: Sequence[str] = (),
        layer: str | None = None,
        baseline: Tensor | NDArray[Any] | float = 0.0,
        batched: bool = False,
        seed: int = 0,
        checks: bool = True,
        watch: Watch | None = None,
    ) -> Explanation:
        """Explain one answer to one example.

        Args:
            inputs: [C, H, W] or [D], or with a batch of one before it, as the network takes it; or, `batched`,
                [1, C, T] of a series.
            target: which output, counted from 0, or a score of one's own; None for the largest output.
            methods: names in `METHODS`; () for Grad-CAM of a picture, integrated gradients of all else.
            layer: whose maps are weighed; None for the one that the probe finds.
            baseline: the example that shows nothing, like `inputs`, or one number for all of it.
            batched: whether the inputs have the batch of one before them for certain: only so are they a series.
            seed: of what is drawn: noise, shuffled weights, random orders.
            checks: whether the maps are checked (`RandomisationCheck`, `DeletionCheck`).
            watch: is told what is done, for progress.

        Raises:
            RecipeError: an unknown method, output or layer, or several examples.
            ModelError: the network does not take the input, or the layer's values do not lie on the picture.
        """
        batch = self._batch(inputs, batched=batched)
        with evaluating(self.model):
            chosen, decisions = self._choose(methods, batch, layer)
            maps = next((found for _, found in chosen if found is not None), None)
            outputs, passage = self._outputs(batch, maps)
            score = target if isinstance(target, Score) else score_of_module(outputs, target, names=self.names)
            question = Question(self.model, batch, score, maps, self._baseline(baseline, batch), seed, passage)
            attributions = [_attribute(question, method, found, checks, watch) for method, found in chosen]
        decisions = [*_target_decision(target, score), *decisions]
        size = tuple(batch.shape[2:]) if batch.ndim == 4 else tuple(batch.shape[1:])
        return Explanation(
            name="",
            target=score.name,
            score=float(score.of(outputs)[0]),
            unit=score.unit,
            answered=float(score.answered(outputs)[0]),
            calibration=score.calibration,
            attributions=tuple(attributions),
            decisions=tuple({(one.name, one.value): one for one in decisions}.values()),
            baseline=ZERO if isinstance(baseline, float) and baseline == 0.0 else "as given",
            agreement=compare_methods(attributions, size) if len(attributions) > 1 else None,
        )

    def _batch(self, inputs: Tensor | NDArray[Any], *, batched: bool) -> Tensor:
        given = torch.as_tensor(inputs).detach().to(self.device, self.dtype)
        if given.ndim in (1, 3) and not batched:
            given = given[None]
        if given.ndim not in ((2, 3, 4) if batched else (2, 4)) or len(given) != 1:
            raise RecipeError(
                f"An explanation is of one example, and these values have the shape {list(given.shape)}.",
                expected="[C, H, W] or [1, C, H, W] of a picture, [D] or [1, D] of a row.",
            )
        return given

    def _baseline(self, baseline: Tensor | NDArray[Any] | float, batch: Tensor) -> Tensor:
        if isinstance(baseline, float | int):
            return torch.full_like(batch, float(baseline))
        given = torch.as_tensor(baseline).detach().to(batch)
        given = given if given.ndim == batch.ndim else given[None]
        if given.shape != batch.shape:
            raise RecipeError(
                f"The baseline has the shape {list(given.shape)}.", expected=f"That of the input: {list(batch.shape)}."
            )
        return given

    def _outputs(self, batch: Tensor, layer: MapLayer | None) -> tuple[Tensor, Passage | None]:
        """Return [1, K] outputs, and how they came from the layer's values, by one forward pass."""
        try:
            if layer is not None:
                passage = pass_through(self.model, batch, layer)
                return passage.outputs.detach(), passage
            with torch.no_grad():
                outputs = self.model(batch)
        except PellucidError:
            raise
        except Exception as problem:  # the model's own code may raise anything
            told = " ".join(str(problem).split())[:200].rstrip(".")
            raise ModelError(f"The model does not take values of the shape {list(batch.shape)} ({told}).") from problem
        if not isinstance(outputs, Tensor):
            raise ModelError(f"The model gives {type(outputs).__name__}.", expected="One tensor of outputs, [N, K].")
        return outputs.float(), None

    def _choose(
        self, names: Sequence[str], batch: Tensor, layer: str | None
    ) -> tuple[list[tuple[Method, MapLayer | None]], list[Decision]]:
        """Return the methods that are used, each once, with their layers; and what was decided for the user."""
        chosen: dict[str, tuple[Method, MapLayer | None]] = {}
        decisions: list[Decision] = []
        for name in names or [FOR_PICTURES if batch.ndim == 4 else FOR_ROWS]:
            method, found, decided = self._method(find_method(name), batch, layer)
            chosen.setdefault(method.name, (method, found))
            decisions += decided
        return list(chosen.values()), decisions

    def _method(
        self, method: Method, batch: Tensor, layer: str | None
    ) -> tuple[Method, MapLayer | None, list[Decision]]:
        """Return the method that is used, its layer, and what was decided: another method where there is no layer."""
        if not method.needs_layer:
            return method, None, []
        if batch.ndim != 4:
            what = "a row of numbers" if batch.ndim == 2 else "a series"
            found = Probed(None, (), f"the input is {what}, not a picture")
        else:
            found = self.probed(batch)
        if layer is not None:
            return method, find_layer(self.model, batch, layer, found), []
        if found.chosen is not None:
            return method, found.chosen, [Decision(name="layer", value=found.chosen.layer, reason=found.reason)]
        reason = f"{method.title} needs a layer whose values lie on the picture, and there is none: {found.reason}"
        return find_method(FALLBACK), None, [Decision(name="method", value=FALLBACK, reason=reason)]


def _attribute(
    asked: Question, method: Method, layer: MapLayer | None, checks: bool, watch: Watch | None
) -> Attribution:
    heat = _told(watch, method.title, lambda: method.attribute(asked))
    cells = _numbers(heat.cells)
    randomisation = deletion = None
    if checks and bool(cells.any()):

        def attribute(model: nn.Module) -> NDArray[np.float32]:
            changed = Question(model, asked.inputs, asked.score, layer, asked.baseline, asked.seed)
            return _numbers(method.attribute(changed).cells)

        size = tuple(asked.inputs.shape[2:]) if asked.inputs.ndim == 4 else tuple(asked.inputs.shape[1:])
        randomisation = _told(
            watch,
            f"{method.title}: weights shuffled",
            lambda: check_by_randomising(
                asked.model, cells, attribute, size=size, passes=method.passes, seed=asked.seed
            ),
        )
        deletion = _told(watch, f"{method.title}: deletion and insertion", lambda: check_by_deletion(asked, cells))
    return _record(method, layer, heat, cells, randomisation, deletion)


def _record(
    method: Method, layer: MapLayer | None, heat: Heat, cells: NDArray[np.float32], randomisation: Any, deletion: Any
) -> Attribution:
    return Attribution(
        method=method.name,
        values=_numbers(heat.values),
        cells=cells,
        is_signed=heat.is_signed,
        layer="" if layer is None else layer.layer,
        layout="" if layer is None else str(layer.layout),
        settings=heat.settings,
        figures=heat.figures,
        randomisation=randomisation,
        deletion=deletion,
    )


def _target_decision(target: int | Score | None, score: Score) -> list[Decision]:
    if target is not None or score.unit == "value":
        return []
    return [Decision(name="target", value=score.name, reason="the largest output")]


def _numbers(values: Tensor) -> NDArray[np.float32]:
    numbers: NDArray[np.float32] = values.detach().float().numpy(force=True)
    return numbers


def _told(watch: Watch | None, what: str, work: Callable[[], Any]) -> Any:
    if watch is not None:
        watch(what)
    return work()
