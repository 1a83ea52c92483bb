"""All values of one forward pass, and for each of them the arithmetic that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.errors import RecipeError, did_you_mean
from pellucid.models import Attention, ReceptiveField, attention_of
from pellucid.printed import Printed
from pellucid.trace.arithmetic import Arithmetic, Seen
from pellucid.trace.backward import Backward
from pellucid.trace.call import Position
from pellucid.trace.graph import Recording, Step, record, replay
from pellucid.trace.layouts import rows_of_channels
from pellucid.trace.operators import explain
from pellucid.trace.operators.convolution import read_maps
from pellucid.trace.rules import Rule
from pellucid.trace.slowly import follow_steps
from pellucid.trace.unrolled import Unrolled, unroll

if TYPE_CHECKING:
    from pellucid.trace.backward import Backward
    from pellucid.trace.loss import Criterion, Targets
    from pellucid.trace.rules import Rule
    from pellucid.trace.slowly import SlowMotion, Weight
    from pellucid.trace.surroundings import Surrounding, Workings


@dataclass(frozen=True)
class StepValues(Printed):
    """What one step of the network gave.

    Attributes:
        step: the step.
        picture: uint8 [H, W, C] that the network was shown; None where there is none.
        field: which pixels of it the step's values depend on; None where it is not known.
        places: what stands at each place of the network's input, see `Surrounding`.
        is_channels_first: whether values of two dimensions are [channels, steps], not [tokens, D].
    """

    step: Step
    picture: NDArray[np.uint8] | None = None
    field: ReceptiveField | None = None
    places: tuple[str, ...] = ()
    is_channels_first: bool = False

    @property
    def values(self) -> NDArray[np.float32]:
        """The values, without the batch: e.g. [C, H, W], [C, T], [D], or [tokens, D]."""
        values: NDArray[np.float32] = self.step.values[0].numpy(force=True)
        return values

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the values."""
        return tuple(self.step.values.shape[1:])

    def to_dict(self) -> dict[str, Any]:
        """Return name, operator, shape, a summary, the values, and what is unrolled, as plain JSON types."""
        more: dict[str, Any] = {"names": list(self.step.names)} if self.step.names else {}
        if unrolled := self.unrolled:
            more["unrolled"] = [one.to_dict() for one in unrolled]
        return {**_summary(self), **more, "values": self.values.tolist()}

    @property
    def unrolled(self) -> tuple[Unrolled, ...]:
        """Each layer and direction of a recurrent operator, a row for each step; () of others."""
        return unroll(self.step, self.places)

    def at(self, *position: int) -> Arithmetic:
        """Return how the value at a position came about.

        Args:
            position: as many numbers as the values have dimensions, counted from 0.

        Raises:
            RecipeError: there is no such position.
        """
        shape = self.shape
        if len(position) != len(shape) or any(not 0 <= p < size for p, size in zip(position, shape, strict=True)):
            raise RecipeError(
                f"'{self.step.name}' has no value at {list(position)}.",
                expected=f"Its values have the shape {list(shape)}; places are counted from 0.",
            )
        value = self.step.values[(0, *position)].item()
        of_step, place = self.step.explain, (0, *position)
        explained = explain(self.step.call, place, self.step.element) if of_step is None else of_step(place)
        if explained is None:
            return _unexplained(self.step, position, value)
        magnitude = float(np.abs(explained.terms).sum()) if explained.magnitude is None else explained.magnitude
        return Arithmetic(
            step=self.step.name,
            operator=self.step.operator,
            at=position,
            value=value,
            formula=explained.formula,
            terms=explained.terms,
            labels=explained.labels,
            factors=explained.factors,
            magnitude=magnitude,
            note=explained.note,
            seen=self._seen(place),
        )

    def _seen(self, place: Position) -> Seen | None:
        """Return where a value lies on the picture, and on the maps that a convolution reads."""
        call = self.step.call
        seen = read_maps(call, place) if call.operator == "conv2d" and len(place) == 4 else None
        if self.picture is None or self.field is None or len(place) != 4 or len(self.field.size) != 2:
            return seen
        top, left = (
            start + at * stride
            for start, at, stride in zip(self.field.start, place[2:], self.field.stride, strict=True)
        )
        field = (top, left, self.field.size[0], self.field.size[1])
        return replace(seen or Seen(), picture=self.picture, field=field)

    def unit(self, number: int, at: Sequence[int] = ()) -> Arithmetic:
        """Return how the value of a unit came about.

        Args:
            number: of the channel of a map [C, H, W] or [C, T], the feature of a token [tokens, D], or the unit [D].
            at: (row, column) in a feature map, (step,) of a series, (token,) among tokens, () for a dense layer.

        Raises:
            RecipeError: there is no such unit, or no such place.
        """
        has_tokens = len(self.shape) == 2 and not self.is_channels_first
        return self.at(*at, number) if has_tokens else self.at(number, *at)


class Trace(Printed):
    """Every value of one forward pass; made by `trace`.

    Attributes:
        steps: in the order in which they were computed: those of the network; of a run's trace before them the one from
            cells or levels to the network's input, and behind them those from its outputs to the answer.
        output: [outputs] float32, what the model gave.
        workings: what lies before and behind the network as tables; () of a plain module.
        picture: uint8 [H, W, C] that the network was shown, of its input's size; None where there is none.
        series: [C, T] the values of a series as they stand in the data; None of what is no series.
        channels: the names of what each example is made of.
        text: that was read; "" of what is no text.
        name: of the example, for people; "" where nobody said.
        answer: what the output means, in words; "" where nobody said.
        part: which part of the answer is followed, in words; "" for the whole.
        right: the right answer, in words; "" where it is not known, or not to be seen.
        is_sealed: whether it is not to be seen, because the example belongs to a sealed test split.
        answered: how many of the output's numbers, those at its end, are the answer's; None for all.
        tokens: of a text, as the network reads them; () of all else.
    """

    def __init__(self, recording: Recording) -> None:
        replayed = replay(recording)
        self._recording = recording
        self.steps = replayed.steps
        self.output: NDArray[np.float32] = replayed.output[0].numpy(force=True)
        self._by_name = {step.name: step for step in self.steps}
        self._network, self._around = self.steps, tuple[Step, ...]()
        self._channels_first = rows_of_channels(self.steps)
        self.workings: tuple[Workings, ...] = ()
        self.picture: NDArray[np.uint8] | None = None
        self._fields: Mapping[str, ReceptiveField] = {}
        self._places: tuple[str, ...] = ()
        self.name, self.answer, self.part, self.right, self.is_sealed = "", "", "", "", False
        self.text = ""
        self.series: NDArray[Any] | None = None
        self.channels: tuple[str, ...] = ()
        self.answered: int | None = None
        self.tokens: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> StepValues:
        """Return a step by its name, or what a whole module gave by the module's path.

        Raises:
            RecipeError: there is neither.
        """
        if name in self._by_name:
            return self._values(self._by_name[name])
        # The network's own layers first: one of them may be called "answer".
        for steps in (self._network, self._around):
            # What a module gave is what the last step within it gave.
            within = [step for step in steps if step.module == name or step.module.startswith(f"{name}.")]
            if within:
                break
        if not within:
            names = [step.name for step in self.steps if not step.is_bookkeeping]
            raise RecipeError(
                f"The network has no layer '{name}'.{did_you_mean(name, self._by_name)}",
                expected=f"One of: {', '.join(names[:30])}{' ...' if len(names) > 30 else ''}.",
            )
        return self._values(within[-1])

    def _values(self, step: Step) -> StepValues:
        # A layer that is called twice has a field of its own at each call, and the names of calls differ.
        is_first = step.name in self._channels_first
        return StepValues(step, self.picture, self._fields.get(step.name), self._places, is_first)

    def __repr__(self) -> str:
        answer = f", answer {self.answer}" if self.answer else ""
        return f"Trace({self.name or 'an input'}: {len(self.steps)} steps{answer})"

    def __iter__(self) -> Any:
        return map(self._values, self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def surround(self, before: Surrounding | None, behind: Surrounding) -> None:
        """Add what lies around the network: the step to its input, and the steps from its outputs to the answer.

        Args:
            before: None where nothing is known of where the input came from.
            behind: the end of the trace.
        """
        around = [one for one in (before, behind) if one is not None]
        self.workings = tuple(one.workings for one in around if one.workings is not None)
        self._places = before.places if before is not None else ()
        # The network's names stay as they are: a step around it gives way.
        first, last = (
            tuple(replace(step, name=_free(step.name, self._by_name)) for step in ([] if one is None else one.steps))
            for one in (before, behind)
        )
        self.steps, self._around = (*first, *self._network, *last), (*first, *last)
        self.tokens = () if before is None else before.tokens
        self._by_name = {step.name: step for step in self.steps}

    def show_on(self, picture: NDArray[np.uint8], fields: Mapping[str, ReceptiveField]) -> None:
        """Say what picture the network was shown, so that each value knows where it lies on it.

        Args:
            picture: uint8 [H, W, C], of the size of the network's input.
            fields: by the layer's name.
        """
        self.picture, self._fields = picture, fields

    @property
    def told(self) -> list[StepValues]:
        """The steps that say how the answer comes about: all but bookkeeping, see `Step.is_bookkeeping`."""
        return [values for values in self if not values.step.is_bookkeeping]

    @property
    def attention(self) -> list[Attention]:
        """How much each place took from each, of every layer that attends; [] of a network without attention."""
        return attention_of(self._recording.model, self._recording.inputs)

    @property
    def end(self) -> NDArray[np.floating[Any]]:
        """[K], where the trace ends: the probabilities or numbers that are answered; of a plain module its output."""
        values: NDArray[np.floating[Any]] = self.steps[-1].values[0].numpy(force=True)
        return values if self.workings else self.output

    def backward(self, target: Targets, *, criterion: Criterion | None = None) -> Backward:
        """Return the loss against a target, and its gradients on the whole way back.

        Args:
            target: the index of the right class, the value of a regression, or [outputs] of several.
            criterion: the loss; None for what fits, see `compute_loss`.

        Raises:
            RecipeError: there is no such class.

        Example:
            trace.backward(3).weight("conv1.weight", 0, 0, 2, 2)
        """
        return Backward(self._recording, target, criterion=criterion, answered=self.answered)

    def slow_motion(
        self, target: Targets, *, steps: int, rule: Rule | None = None, weights: Sequence[Weight] = ()
    ) -> SlowMotion:
        """Return some steps of training on this one example, number by number; the model is not changed.

        Args:
            target: as of `backward`.
            steps: how many.
            rule: the optimizer; None for gradient descent with a learning rate of 0.01.
            weights: to look at, (parameter's name, position) each.

        Example:
            trace.slow_motion(3, steps=5, rule=Rule("adam", 1e-3), weights=[("conv1.weight", (0, 0, 2, 2))])
        """
        return follow_steps(self._recording, target, steps, rule or Rule(), weights, answered=self.answered)

    @property
    def heading(self) -> str:
        """The example, the answer and the right one in a line; "" where nobody said."""
        if not self.answer:
            return ""
        sealed = "; the right answer is sealed with the test split" if self.is_sealed else ""
        right = f"; right is {self.right}" if self.right else sealed
        part = f"; followed is {self.part}" if self.part else ""
        return f"{self.name or 'answer'}: {self.answer}{right}{part}"

    def to_dict(self) -> dict[str, Any]:
        """Return names, operators, shapes and a summary of the values, as plain JSON types."""
        about = {
            "name": self.name,
            "answer": self.answer or None,
            "right": self.right or None,
            "part": self.part or None,
        }
        return {
            "steps": [_summary(values) for values in self],
            "output": self.output.tolist(),
            "end": self.end.tolist(),
            "workings": [one.to_dict() for one in self.workings],
            **about,
        }


def trace(model: nn.Module, inputs: Tensor | NDArray[Any]) -> Trace:
    """Run a model on one input and keep every value on the way.

    Args:
        model: any module of one tensor input and one tensor output.
        inputs: one example without the batch, e.g. float32 [C, H, W], or with it: [1, C, H, W].

    Raises:
        ModelError: the model cannot be turned into a graph of operators.
        RecipeError: `inputs` are several examples.

    Example:
        trace(model, picture)["conv2"].unit(3, at=(4, 7))
    """
    given = torch.as_tensor(inputs)
    batch = given if _has_batch(model, given) else given[None]
    if len(batch) != 1:
        raise RecipeError(f"A trace follows one example, and these are {len(batch)}.", fix="Hand over one of them.")
    return Trace(record(model, batch))


def _free(name: str, taken: Mapping[str, Step]) -> str:
    """Return a name that none of the network's layers has."""
    return name if name not in taken else _free(f"{name}'", taken)


def _has_batch(model: nn.Module, inputs: Tensor) -> bool:
    """Tell whether the first dimension is the batch: of a single example the model takes only the one with a batch."""
    dims = {nn.Conv1d: 3, nn.Conv2d: 4, nn.Conv3d: 5, nn.Linear: 2, nn.LSTM: 3, nn.GRU: 3, nn.RNN: 3, nn.Embedding: 2}
    for module in model.modules():
        for kind, wanted in dims.items():
            if isinstance(module, kind):
                # A dense layer after flattening says nothing of the input's dimensions beyond the batch.
                return inputs.ndim >= wanted if kind is not nn.Linear else inputs.ndim >= 2 and inputs.shape[0] == 1
    return inputs.ndim > 1 and inputs.shape[0] == 1


def _unexplained(step: Step, position: tuple[int, ...], value: float) -> Arithmetic:
    went_in = ", ".join(str(list(arg.shape)) for arg in step.call.args if isinstance(arg, Tensor))
    blank = Arithmetic(step.name, step.operator, position, value, "", np.array([]), (), (), 0.0)
    return replace(blank, formula="(no explainer for this operator)", note=f"it read values of shape {went_in}")


def _summary(values: StepValues) -> dict[str, Any]:
    array = values.values
    return {
        "name": values.step.name,
        "operator": values.step.operator,
        "module": values.step.module,
        "is_bookkeeping": values.step.is_bookkeeping,
        "shape": list(values.shape),
        "mean": float(array.mean()) if array.size else None,
        "std": float(array.std()) if array.size else None,
        "min": float(array.min()) if array.size else None,
        "max": float(array.max()) if array.size else None,
        "share_zero": float((array == 0).mean()) if array.size else None,
    }
