"""Following inputs through a run's network: from a file or an example to the answer, and back from its loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.errors import RecipeError
from pellucid.prediction import (
    Asked,
    OpenedRun,
    Outputs,
    Predictor,
    Source,
    ask,
    known_target,
    right_answer,
    single_answer,
    targets_for_loss,
)
from pellucid.runs import RunRecord
from pellucid.trace.backward import Backward
from pellucid.trace.keeping import Recorder
from pellucid.trace.kinds import BEGINNINGS, ENDINGS, Ending
from pellucid.trace.rules import Rule
from pellucid.trace.slowly import SlowMotion, Weight, follow_steps
from pellucid.trace.surroundings import outputs_to_answer
from pellucid.trace.tracing import Trace

Sources = Sequence[Source] | Source
Typed = Sequence[str | None] | str | None
"""Right answers as they are typed: one for each input, one for all, or None for what the dataset says of its own."""


class RunTracer:
    """Traces inputs through a run's network, which becomes a graph once for each form of input.

    Args:
        opened: the run.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self._opened = opened
        self._recorder = Recorder()

    def trace(self, source: Source, letter: int | None = None) -> Trace:
        """Follow one input to its answer; see `Run.trace`."""
        opened, asked = self._opened, ask(self._opened, source)
        predictor, record = opened.predictor, opened.trained
        looked = single_answer(record)
        inputs = _read(predictor, asked)
        followed = self._ending.follow(predictor, inputs, letter)
        traced = Trace(self._recorder.record(predictor.model, inputs, followed.more))
        outputs = followed.outputs(torch.from_numpy(traced.output)[None])
        ending = outputs_to_answer(
            outputs,
            followed.steps(outputs),
            followed.names,
            thresholds=self._ending.thresholds(predictor),
        )
        beginning = None if asked.noise is not None else BEGINNINGS[record.preprocessing.kind]
        traced.surround(None if beginning is None else beginning.begin(record.preprocessing, asked, inputs), ending)
        picture = None if beginning is None else beginning.picture(asked)
        if picture is not None:
            layers = record.model.layers
            fields = {layer.name: layer.receptive_field for layer in layers if layer.receptive_field is not None}
            traced.show_on(picture, fields)
        traced.name, traced.text, traced.series = asked.name, asked.text or "", asked.series
        traced.channels = record.dataset.input.parts
        given = predictor.outputs(asked.prepared) if asked.noise is None else Outputs(outputs.numpy(), None)
        traced.answer = looked.words(predictor, asked, given)
        traced.part = followed.said
        traced.right = right_answer(opened, asked)
        traced.is_sealed = asked.index is not None and not traced.right
        traced.answered = self._ending.answered(predictor.task)
        return traced

    def backward(self, sources: Sources, targets: Typed = None) -> Backward:
        """Follow inputs forward and the loss back; see `Run.backward`."""
        predictor, inputs = self._opened.predictor, self._batch(sources)
        right, criterion = self._targets(sources, targets), self._ending.criterion(predictor.task)
        recording = self._recorder.record(predictor.model, inputs)
        return Backward(recording, right, criterion=criterion, answered=self._ending.answered(predictor.task))

    def slow_motion(
        self,
        sources: Sources,
        targets: Typed = None,
        *,
        steps: int,
        rule: Rule | None = None,
        weights: Sequence[Weight] = (),
    ) -> SlowMotion:
        """Train on a batch for some steps, number by number; see `Run.slow_motion`."""
        predictor, inputs = self._opened.predictor, self._batch(sources)
        right, criterion = self._targets(sources, targets), self._ending.criterion(predictor.task)
        recording = self._recorder.record(predictor.model, inputs)
        return follow_steps(
            recording,
            right,
            steps,
            rule or rule_of(predictor.record),
            weights,
            criterion,
            answered=self._ending.answered(predictor.task),
        )

    @property
    def _ending(self) -> Ending:
        return ENDINGS[self._opened.trained.dataset.target.kind]

    def _batch(self, sources: Sources) -> Tensor:
        """Return [N, ...] inputs as the network takes them.

        Raises:
            DataError: one cannot be read, or there is no such example.
            RecipeError: they are of unlike length.
        """
        opened = self._opened
        inputs = [_read(opened.predictor, ask(opened, source)) for source in _listed(sources)]
        shapes = {tuple(one.shape) for one in inputs}
        if len(shapes) > 1:
            raise RecipeError(
                f"The inputs of a batch are of unlike shapes: {', '.join(map(str, sorted(shapes)))}.",
                fix="Hand over texts of as many tokens, or one input.",
            )
        return torch.cat(inputs)

    def _targets(self, sources: Sources, targets: Typed) -> NDArray[Any]:
        """Return what the loss wants: [N] classes, [N, L] zeros and ones, or [N] or [N, M] scaled numbers.

        Raises:
            RecipeError: there is no such class, or nothing says what is right.
        """
        listed = _listed(sources)
        given = [targets] * len(listed) if targets is None or isinstance(targets, str) else list(targets)
        if len(given) == 1:
            given = given * len(listed)
        if len(given) != len(listed):
            raise RecipeError(
                f"{len(listed)} inputs, but {len(given)} targets.", expected="One for all, or one for each."
            )
        rows = np.stack([known_target(self._opened, source, text) for source, text in zip(listed, given, strict=True)])
        return targets_for_loss(self._opened.trained, rows)


def rule_of(record: RunRecord, name: str | None = None, lr: float | None = None) -> Rule:
    """Return a run's own optimizer, or another one with the run's learning rate.

    Args:
        record: of the run: optimizer, learning rate, momentum, betas and weight decay.
        name: of another optimizer.
        lr: another learning rate.
    """
    recipe, rule = record.recipe, record.recipe.optimization
    own = str(rule.optimizer or "adamw")
    if own == "sgd" and rule.momentum:
        own = "nesterov" if rule.nesterov else "momentum"
    rate = recipe.learning_rate.lr if isinstance(recipe.learning_rate.lr, float) else 0.001
    is_own = name in (None, own)
    return Rule(
        name or own,
        rate if lr is None else lr,
        # Of another optimizer than the run's own, a decay tuned for that one would mislead.
        weight_decay=(rule.weight_decay or 0.0) if is_own else 0.0,
        momentum=(rule.momentum or 0.9) if is_own else 0.9,
        betas=(record.betas if is_own else None) or Rule.betas,
    )


def _read(predictor: Predictor, asked: Asked) -> Tensor:
    """Return [1, ...] what the network reads of what is asked about."""
    if asked.noise is None:
        return predictor.to_tensor(asked.prepared)
    return torch.from_numpy(asked.noise).to(predictor.device)


def _listed(sources: Sources) -> list[Source]:
    return list(sources) if isinstance(sources, list | tuple) else [sources]
