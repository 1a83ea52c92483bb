"""Asking a run what its answers rest on: of its own examples, and of any other input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from pellucid.attribution.explainer import Explainer
from pellucid.attribution.kinds import INPUTS_EXPLAINED, TARGETS_EXPLAINED
from pellucid.attribution.neighbours import Neighbours
from pellucid.attribution.records import Explanation
from pellucid.prediction import OpenedRun, Source, ask, right_answer, single_answer
from pellucid.records import Decision


class RunExplainer:
    """Explains a run's answers; what it finds of the network is found once.

    Args:
        opened: the run.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self._opened = opened
        self._neighbours = Neighbours(opened)

    @cached_property
    def explainer(self) -> Explainer:
        """What explains the network's outputs."""
        return Explainer(self._opened.predictor.model, names=self._opened.predictor.classes)

    def explain(
        self,
        source: Source,
        *,
        method: str | Sequence[str] = (),
        target: str | None = None,
        layer: str | None = None,
        seed: int = 0,
        checks: bool = True,
        neighbours: int = 5,
        letter: int | None = None,
        watch: Callable[[str], None] | None = None,
    ) -> Explanation:
        """Show what speaks for an answer; see `Run.explain`."""
        opened = self._opened
        predictor = opened.predictor
        preprocessing = predictor.record.preprocessing
        of_input = INPUTS_EXPLAINED[preprocessing.kind]
        of_target = TARGETS_EXPLAINED[predictor.record.dataset.target.kind]
        asked = ask(opened, source)
        outputs = predictor.outputs(asked.prepared)
        shown = of_input.shown(preprocessing, asked)
        given = predictor.to_tensor(asked.prepared)
        about = of_target.about(predictor, given, outputs, wanted=target, letter=letter)
        model, inputs = of_input.by_degrees(about.model, given)
        explainer = self.explainer if model is predictor.model else Explainer(model, names=predictor.classes)
        made = explainer.explain(
            inputs,
            target=about.score,
            methods=[method] if isinstance(method, str) else list(method),
            layer=layer,
            baseline=0.0 if shown.baseline is None else shown.baseline,
            batched=True,
            seed=seed,
            checks=checks,
            watch=watch,
        )
        note = predictor.record.dataset.input.parts_note
        read = [Decision(name="channels", value=note, reason="known of the steps to come")] if note else []
        near, without = self._neighbours.near(asked, outputs, neighbours, watch)
        return replace(
            made,
            name=asked.name,
            answer=single_answer(predictor.record).words(predictor, asked, outputs),
            right=right_answer(opened, asked),
            baseline=of_input.nothing,
            decisions=(*read, *about.decisions, *made.decisions, *without),
            picture=shown.picture,
            placement=shown.placement,
            columns=shown.columns,
            tokens=shown.tokens,
            series=shown.series,
            channels=shown.channels,
            neighbours=near,
        )
