"""A run as an object: ask it, measure it, look into it; each method is a door to the room that does the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

# The rooms' doors themselves: what a verb takes from one loads when the verb is first asked for.
from pellucid import attribution, features, landscape, models, prediction, report, trace, training
from pellucid.api.finishing import evaluate_run
from pellucid.api.making_run import MakingRun
from pellucid.api.reproducing import reproduce_run
from pellucid.api.shown import ShownList, shown_predictions
from pellucid.evaluation import Evaluation
from pellucid.kinds import SplitName
from pellucid.late import Late
from pellucid.runs import Reproduction

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn

    from pellucid.attribution import Explainer, Explanation, RunExplainer
    from pellucid.features import Course, RunFeatures
    from pellucid.landscape import Landscapes
    from pellucid.models import ModelSummary
    from pellucid.prediction import Formula, Given, Prediction, Predictor, Source
    from pellucid.trace import Backward, Rule, RunTracer, SlowMotion, Trace, Weight
    from pellucid.training import Callback, OutputsAndTargets, Progress

_FEATURES = Late("pellucid.api.features", "ShownFeatures")


class Run(MakingRun):
    """One training, on the disk: ask it, measure it, look into it.

    Args:
        opened: the run that is opened below, which the rooms that look into a run take.
    """

    @property
    def predictor(self) -> Predictor:
        """What answers: the best epoch's weights."""
        return self.opened.predictor

    @property
    def model(self) -> nn.Module:
        """The trained network itself, with the best epoch's weights, in evaluation mode; it wants prepared inputs."""
        return self.predictor.model

    def save_weights(self, path: str | Path) -> Path:
        """Write the model's state dict, the best epoch's, as safetensors; `safetensors.torch.load_file` reads it."""
        return models.save_state(self.model, Path(path))

    def predict(
        self, sources: Given = None, *, horizon: int | None = None, beam: int | None = None
    ) -> ShownList[Prediction]:
        """Answer pictures, rows or series; what cannot be read is an answer with its error.

        Args:
            sources: one or a list of these. For a run on pictures: picture files, folders or archives of them, .npz,
                .npy or Parquet files, arrays of pixels ([H, W] or [H, W, 3], or [N, H, W] or [N, H, W, C] of N
                pictures; uint8 or uint16), pictures of Pillow. For a run on a table: CSV or Parquet files, a dict of
                cells by column or of lists of cells, rows of cells in the order of the columns (lists, or arrays [N, D]
                or [D]), a data frame. The target may be missing; cells that are text are read as those of a CSV.
                For a run that forecasts: a CSV like that of training, one of what is known ahead (see `template`), or
                both, or [C, T] numbers; None goes on from the last row of the training's own file.
            horizon: of a run that forecasts: steps ahead, from 1 on; None for those that it forecasts at once. More
                are fed back, and marked so. It stands without `beam`.
            beam: of a run that answers texts with texts: how many answers are looked for by beam search; the best is
                answered, and all stand in `candidates`. None takes the likeliest letter each time, as 1 does.

        Raises:
            DataError: it is of another kind, a row has too many or too few cells, or a column is lacking.
            RecipeError: a beam for answers that are no texts, a horizon for what forecasts nothing or out of its range,
                or both.

        Example:
            row = {"sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2}
            run.predict(row)
            run.predict([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]])
        """
        return shown_predictions(prediction.answers_of(self.opened, sources, horizon=horizon, beam=beam))

    def template(self, path: str | Path, sources: Given = None, *, horizon: int | None = None) -> Path:
        """Write the rows of what has to be known ahead of a forecast, to be filled in and handed to `predict`.

        Args:
            path: of the CSV that is written.
            sources: the file from whose last row the forecast goes on; None for the training's own.
            horizon: steps ahead; None for those that the run forecasts at once.

        Raises:
            RecipeError: nothing has to be known ahead: the run was trained without `future=`.
        """
        prediction.forecasts_of(self.opened).write_template(Path(path), sources, horizon=horizon)
        return Path(path)

    def evaluate(
        self,
        split: SplitName = "test",
        *,
        reason: str = "asked for",
        baselines: bool = True,
        positive: str | None = None,
    ) -> Evaluation:
        """Measure the run on one split; opening test is written down and counted.

        A run that was stopped between its last epoch and its measuring is finished first. All that can be checked is,
        before the split is opened.

        Args:
            split: train, val or test.
            reason: why the sealed test split is opened.
            baselines: whether to score simple methods beside it.
            positive: of two classes the one whose average precision is told; None: the one that was trained with.

        Raises:
            RunError: the data changed since the training, the split is empty, the run is being trained, or something
                kept with it is damaged.
            RecipeError: there is no such split, or `positive` is none of two classes.
        """
        return evaluate_run(self.opened, split, reason=reason, baselines=baselines, positive=positive)

    def reproduce(
        self,
        *,
        model: nn.Module | None = None,
        runs_dir: str | Path | None = None,
        device: str | None = None,
        progress: Progress | None = None,
        loss: OutputsAndTargets | None = None,
        metrics: Mapping[str, OutputsAndTargets] | None = None,
        augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
        callbacks: Sequence[Callback] = (),
    ) -> Reproduction:
        """Train the run again from its record into a new folder, and compare weights and numbers bit by bit.

        Args:
            model: a module with the weights that the first training started from, where it was one of your own.
            runs_dir: where the new folder is made; None for beside this one.
            device: another than then; None for the same.
            progress: the callback that is told how it goes.
            loss, metrics, augmentation, callbacks: the code of your own that took part, again.

        Raises:
            RunError: the run is not finished, the data changed, or code of your own is missing.
        """
        return reproduce_run(
            self.opened,
            model=model,
            runs_dir=self.path.parent if runs_dir is None else Path(runs_dir),
            device=device,
            progress=progress,
            hooks=training.Hooks(loss, metrics or {}, augmentation, callbacks),
        )

    def summary(self) -> ModelSummary:
        """Return the run's model layer by layer, as `pellucid.summary` does."""
        record = self.record.model
        return models.summarise_model(self.model, record.form, name=record.name, with_weights=True)

    @property
    def formula(self) -> Formula | None:
        """What a linear model on a table computes, in the units of its columns, e.g. y = 3 x + 1; None of any other.

        Example:
            print(run.formula)
        """
        return prediction.formula_of(self.predictor)

    @property
    def course(self) -> Course | None:
        """How the answers came about over one or two columns of numbers, epoch by epoch; None where none can be drawn.

        Example:
            print(run.course)
        """
        return features.course_of(self.opened)

    @property
    def straight_border(self) -> str:
        """Whether a straight border can tell two classes apart, and why not; "" where no single layer is to learn it.

        Example:
            print(run.straight_border)
        """
        return features.straight_border(self.opened)

    @cached_property
    def tracer(self) -> RunTracer:
        """What follows inputs through the network; it turns the network into a graph once for each form of input."""
        return trace.RunTracer(self.opened)

    def trace(self, source: Source, letter: int | None = None) -> Trace:
        """Follow one input to its answer: every value on the way, and the arithmetic behind each.

        It begins with the step from cells or pixels to the network's input, and ends with those from the network's
        outputs to the answer: "input/..." and "answer/...".

        Args:
            source: a picture file, pixels, a CSV file (its first row), a row as `predict` takes it, a text, or an
                example's index in the run's dataset. Of a language model what follows the end of a text, or an
                example's last token.
            letter: of an answer that is a text: which letter of it is followed, counted from 0, its end being the last;
                None for the first. The network is told what it wrote itself before that.

        Raises:
            DataError: it cannot be read, or there is no such example.
            ModelError: the model cannot be turned into a graph of operators.

        Example:
            run.trace("new/a.jpg")["conv2"].unit(3, at=(4, 7))
        """
        return self.tracer.trace(source, letter)

    def backward(
        self, sources: Sequence[Source] | Source, targets: Sequence[str | None] | str | None = None
    ) -> Backward:
        """Follow one or more inputs forward and the loss back: gradients, and the terms that make them.

        Args:
            sources: as of `trace`; several are a batch, whose mean loss is taken.
            targets: the right answer to each, as `pellucid trace --target` takes it: a class, labels with commas
                between them, or a number; None for what the dataset says of its own examples.

        Raises:
            DataError: an input cannot be read.
            RecipeError: there is no such class, or an input from elsewhere has no target.

        Example:
            run.backward([0, 1, 2]).weight("conv1.weight", 0, 0, 2, 2)
        """
        return self.tracer.backward(sources, targets)

    def slow_motion(
        self,
        sources: Sequence[Source] | Source,
        targets: Sequence[str | None] | str | None = None,
        *,
        steps: int,
        rule: Rule | None = None,
        weights: Sequence[Weight] = (),
    ) -> SlowMotion:
        """Train on a batch for some steps, number by number; the run is not changed.

        Args:
            sources, targets: as of `backward`.
            steps: how many.
            rule: the optimizer; None for the run's own, from an empty state, at its highest learning rate.
            weights: to look at, (parameter's name, position) each.
        """
        return self.tracer.slow_motion(sources, targets, steps=steps, rule=rule, weights=weights)

    @property
    def features(self) -> RunFeatures:
        """What the run has learned: filters, maps, patches, pictures that excite units, an embedding, shifts."""
        shown: RunFeatures = _FEATURES(
            self.opened, open_test=lambda reason: self.evaluate("test", reason=reason, baselines=False)
        )
        return shown

    @property
    def explainer(self) -> Explainer:
        """What explains the network's outputs; it looks at the network once."""
        return self._explainer.explainer

    @cached_property
    def _explainer(self) -> RunExplainer:
        return attribution.RunExplainer(self.opened)

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
        """Show what speaks for an answer: where the model looked, whether that means anything, and what it resembles.

        Args:
            source: a picture file, pixels, a CSV file (its first row), a row as `predict` takes it, a text, or an
                example's index in the run's dataset. Of a language model what follows the end of a text, or an
                example's last token.
            method: one or several of grad-cam, grad-cam++, layer-cam, saliency, smooth-grad, gradient-x-input,
                integrated-gradients and occlusion; () for Grad-CAM of a picture, integrated gradients of a row.
            target: the class, label, number or next token to explain, by its name; None for what is answered.
            layer: whose maps the first three weigh; None: found by a probe, which says why.
            seed: of noise, shuffled weights and random orders.
            checks: whether each map is checked against shuffled weights and random orders.
            neighbours: how many of the nearest training examples are looked for.
            letter: of an answer that is a text, as of `trace`.
            watch: is told what is done.

        Raises:
            DataError: the example cannot be read, or there is none.
            RecipeError: an unknown method, class or layer.

        Example:
            run.explain("new/a.jpg", method=["grad-cam", "occlusion"])
        """
        return self._explainer.explain(
            source,
            method=method,
            target=target,
            layer=layer,
            seed=seed,
            checks=checks,
            neighbours=neighbours,
            letter=letter,
            watch=watch,
        )

    def landscape(self, other: Run | None = None, **choices: Any) -> Landscapes:
        """Return the loss around the weights, as `pellucid.api.landscape` does.

        Args:
            other: another run on the same data, to be measured on the same examples.
            **choices: split, size, reach, limit, seed, watch.
        """
        return landscape.landscapes_of([self.opened] if other is None else [self.opened, other.opened], **choices)

    def report(self) -> Path:
        """Write the run's page anew from what is on the disk, and return its path."""
        return report.write_run_report(self.opened)
