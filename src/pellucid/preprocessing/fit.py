"""Preprocessing, fitted: data, wishes and flags reconciled, the rest measured on the training split alone."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, ImageInputs, TableInputs
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import Column, ImageInput, TableInput, ValuesTarget, Wishes
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.measure import PictureStatistics, measure_pictures, measure_values, measure_window, sample
from pellucid.preprocessing.sizes import resolve_channels, resolve_resize, resolve_size
from pellucid.preprocessing.table import (
    CategoryColumn,
    NumberColumn,
    Scale,
    TablePreprocessing,
    TargetScaling,
    centre_and_spread,
    numbers,
    on_log_scale,
    words,
)
from pellucid.records import Decision
from pellucid.words import counted

MAX_CATEGORIES = 1000
"""More different words than this in a column name the rows, they do not describe them."""
_ROWS_FOR_A_TAIL = 500  # fewer do not show one; on tables that small it did not help
_LONG_TAIL = 1.0
"""Skewness from which a column may be looked at on a logarithmic scale."""
_WINDOW_PERCENTILES = (0.1, 99.9)
_SMALLEST_SPREAD, _LARGEST_TARGET = 1e-36, 1e36
"""Targets beyond these could be learned, scaled, but not answered: float32 goes from 1e-38 to 3e38."""


def fit_preprocessing(
    dataset: Dataset,
    wishes: Wishes,
    *,
    imgsz: int | None = None,
    resize: ResizePolicy | None = None,
    colour: Literal["grey", "rgb"] | None = None,
    scale: Scale | None = None,
    model: str = "the model",
) -> tuple[ImagePreprocessing | TablePreprocessing, tuple[Decision, ...]]:
    """Choose how the examples come to the model, and measure what that needs on the training split.

    Args:
        dataset: only the inputs of its training split are read.
        wishes: what the model can take.
        imgsz: side of the square input, in pixels; None to choose.
        resize: how a picture of another shape gets there; None to choose by the measured shapes.
        colour: planes the model sees; None to choose by the data.
        scale: of a table: whether its numbers are standardised; None for yes.
        model: its name, for messages and reasons.

    Returns:
        The preprocessing, and every choice with its reason and the flag that chooses otherwise.

    Raises:
        RecipeError: a flag that does not fit the data, or a value out of range.
        ModelError: the model cannot take this kind of input, this size or these channels.
        DataError: a column cannot be encoded.
    """
    inputs = dataset.inputs
    if isinstance(dataset.input, TableInput):
        if wishes.kind == "image":
            raise ModelError(
                f"{model} takes pictures.", expected="The dataset is a table.", fix="Use --model mlp or linear."
            )
        flags = {"--imgsz": imgsz, "--resize": resize, "--colour": colour}
        given = [flag for flag, value in flags.items() if value is not None]
        if given:
            raise RecipeError(
                f"{', '.join(given)} is about pictures.", expected="The dataset is a table.", fix="Leave it out."
            )
        assert isinstance(inputs, TableInputs)
        return _fit_table(dataset.input, inputs, dataset.splits["train"], scale or "standard")
    if scale is not None:
        raise RecipeError(
            "--scale is about the numbers of a table.", expected="The dataset holds pictures.", fix="Leave it out."
        )
    if wishes.kind == "table":
        raise ModelError(
            f"{model} takes tables.", expected="The dataset holds pictures.", fix="Use --model lenet5, cnn or resnet8."
        )
    assert not isinstance(inputs, TableInputs)
    size, size_decision = resolve_size(dataset.input, wishes, imgsz=imgsz, model=model)
    channels, colour_decision = resolve_channels(dataset.input, wishes, colour=colour, model=model)
    policy, resize_decision = resolve_resize(dataset.input, size, resize=resize, borrowed=wishes.mean is not None)
    draft = ImagePreprocessing(
        height=size[0],
        width=size[1],
        channels=channels,
        resize=policy,
        passes="horizontal-first",
        mean=(0.0,) * channels,
        std=(1.0,) * channels,
    )
    fitted, measured = _fit_pictures(draft, dataset.input, inputs, dataset.splits["train"], wishes)
    return fitted, (size_decision, colour_decision, resize_decision, *measured)


def fit_target_scaling(dataset: Dataset, *, scale: Scale | None = None) -> TargetScaling | tuple[TargetScaling, ...]:
    """Measure the targets' mean and deviation on the training split, for a regression; of each of several targets.

    Args:
        dataset: of numbers.
        scale: "none" leaves the targets as they are.

    Raises:
        DataError: the targets are too small or too large for answers in float32.
    """
    targets = dataset.targets[dataset.splits["train"]]
    names = dataset.target.names if isinstance(dataset.target, ValuesTarget) else (dataset.target.name,)
    for name, column in zip(names, targets.T if targets.ndim > 1 else [targets], strict=True):
        _check_range(name, column)
    if scale == "none":
        plain = TargetScaling(mean=0.0, std=1.0)
        return plain if targets.ndim == 1 else (plain,) * targets.shape[1]
    return TargetScaling.fit(targets) if targets.ndim == 1 else tuple(TargetScaling.fit(one) for one in targets.T)


def _check_range(name: str, targets: NDArray[Any]) -> None:
    """Raise DataError where [N] targets could be learned, but not answered: answers are float32."""
    largest = float(np.abs(targets).max())
    if largest > _LARGEST_TARGET or 0 < float(np.ptp(targets)) < _SMALLEST_SPREAD:
        raise DataError(
            f"The target '{name}' runs from {targets.min():.3g} to {targets.max():.3g}.",
            expected=f"Numbers up to {_LARGEST_TARGET:g} that spread over {_SMALLEST_SPREAD:g} or more: answers are "
            "float32, which holds no others.",
            fix="Give it in another unit, e.g. multiplied by a power of ten.",
        )


def _fit_pictures(
    draft: ImagePreprocessing, found: ImageInput, inputs: ImageInputs, train: NDArray[np.int64], wishes: Wishes
) -> tuple[ImagePreprocessing, list[Decision]]:
    chosen = sample(train, pixels_per_picture=found.median_size[0] * found.median_size[1])
    decisions = []
    if found.bit_depth == 16:
        low, high = measure_window(inputs, chosen, percentiles=_WINDOW_PERCENTILES)
        draft = draft.model_copy(update={"bit_depth": 16, "low": low, "high": high})
        shares = " to ".join(f"{share:g} %" for share in _WINDOW_PERCENTILES)
        reason = f"16-bit pictures: {shares} of the pixels of {len(chosen):,} training pictures become 256 levels"
        decisions.append(Decision(name="window", value=f"{low} to {high}", reason=reason))
    elif found.bit_depth == 32:
        ends = measure_values(inputs, chosen, percentiles=_WINDOW_PERCENTILES, no_data=found.no_data)
        draft = draft.model_copy(update={"bit_depth": 32, "low": ends[0], "high": ends[1], "no_data": found.no_data})
        decisions.append(_values_decision(draft, found, len(chosen)))
    elif found.unit_floats:
        draft = draft.model_copy(update={"unit_floats": True})
    seen = measure_pictures(inputs, draft, chosen)
    mean, std, decision = _normalisation(seen, wishes, draft.channels)
    background = seen.edge if seen.uniform_edge else tuple(round(255 * value) for value in seen.mean)
    update = {
        "mean": mean,
        "std": std,
        "background": background,
        "surround": "background" if seen.uniform_edge else "reflection",
        "extremes": seen.extremes,
    }
    return draft.model_copy(update=update), [*decisions, decision, _background_decision(seen, background, draft.resize)]


def _values_decision(draft: ImagePreprocessing, found: ImageInput, num_pictures: int) -> Decision:
    shares = " to ".join(f"{share:g} %" for share in _WINDOW_PERCENTILES)
    reason = (
        f"values as they stand in the files, one scale for all: {shares} of the pixels of {num_pictures:,} training "
        "pictures become 256 levels"
    )
    if set(found.depths) - {32}:
        meant = "the full range of 8- and 16-bit pictures counts as 0 to 1"
        reason += f"; {meant if draft.integers_are_shares else 'numbers of 8- and 16-bit pictures count as they are'}"
    return Decision(name="window", value=f"{draft.low:.6g} to {draft.high:.6g}", reason=reason)


def _normalisation(
    seen: PictureStatistics, wishes: Wishes, channels: int
) -> tuple[tuple[float, ...], tuple[float, ...], Decision]:
    if wishes.mean is not None and wishes.std is not None:
        mean, std = _for_channels(wishes.mean, channels), _for_channels(wishes.std, channels)
        reason = "what the model's pretrained weights were trained with"
    else:
        mean, std = seen.mean, seen.std
        reason = f"measured on {seen.num_pictures:,} pictures of the training split"
    value = f"mean {_rounded(mean)}, std {_rounded(std)}"
    return mean, std, Decision(name="normalisation", value=value, reason=reason)


def _for_channels(values: tuple[float, ...], channels: int) -> tuple[float, ...]:
    if len(values) == channels:
        return values
    # Grey to weights for RGB, or the other way round: the mean over the channels is what either sees on average.
    return (sum(values) / len(values),) * channels


def _background_decision(seen: PictureStatistics, background: tuple[int, ...], policy: ResizePolicy) -> Decision:
    colour = " ".join(str(level) for level in background)
    what = "bars, and the gaps of shifted pictures" if policy == "pad" else "the gaps that shifting pictures leaves"
    if seen.uniform_edge:
        reason = f"{seen.edge_share:.0%} of the pictures' outermost pixels have this colour; it fills {what}"
        return Decision(name="background", value=colour, reason=reason)
    if policy == "pad":
        reason = f"there is no background of one colour; the mean colour of the training split fills {what}"
        return Decision(name="background", value=colour, reason=reason)
    reason = f"there is no background of one colour: {what} are filled with the picture itself, mirrored"
    return Decision(name="background", value="reflection", reason=reason)


def _fit_table(
    spec: TableInput, inputs: TableInputs, train: NDArray[np.int64], scale: Scale
) -> tuple[TablePreprocessing, tuple[Decision, ...]]:
    cells = inputs.rows(train)
    columns: list[NumberColumn | CategoryColumn] = []
    empty: list[str] = []
    for column in spec.columns:
        if column.kind == "category":
            columns.append(_fit_category(column, cells[column.name]))
            continue
        fitted, num_empty = _fit_number(column, cells[column.name], scale)
        columns.append(fitted)
        empty += [f"{num_empty:,} in '{column.name}'"] if num_empty else []
    preprocessing = TablePreprocessing(scale=scale, columns=tuple(columns))
    num_numbers = sum(column.kind == "number" for column in spec.columns)
    num_features = len(preprocessing.feature_names)
    value = f"{len(columns)} columns to {num_features} features"
    how = "as they stand in the table (--scale none)" if scale == "none" else "scaled to mean 0, deviation 1"
    scaled = f"{counted(num_numbers, 'column')} of numbers, {how}"
    reason = f"{scaled}; {len(columns) - num_numbers} of words; measured on the {len(train):,} training rows"
    decisions = [Decision(name="table", value=value, reason=reason)]
    tailed = [f"'{column.name}'" for column in columns if isinstance(column, NumberColumn) and column.log]
    if tailed:
        reason = "their values, none below 0, have a long tail: a few are many times larger than most"
        decisions.append(Decision(name="logarithmic scale", value=", ".join(tailed), reason=reason))
    if empty:
        reason = f"empty cells in the training rows, {', '.join(empty)}, get the median of their column"
        decisions.append(Decision(name="empty cells", value="median", reason=reason))
    return preprocessing, tuple(decisions)


def _fit_number(column: Column, cells: NDArray[np.generic], scale: Scale) -> tuple[NumberColumn, int]:
    values = numbers(column.name, cells)
    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise DataError(
            f"Column '{column.name}' is empty in every training row.",
            expected="A number in some row.",
            fix="Take the column out of the file.",
        )
    fill = float(np.median(known))
    filled = np.where(np.isnan(values), fill, values)
    log = scale != "none" and _has_long_tail(known, fill)
    mean, std = (0.0, 1.0) if scale == "none" else centre_and_spread(on_log_scale(filled, fill) if log else filled)
    fitted = NumberColumn(
        name=column.name, fill=fill, mean=mean, std=std, log=log, low=float(known.min()), high=float(known.max())
    )
    return fitted, int(np.isnan(values).sum())


def _has_long_tail(known: NDArray[np.float64], middle: float) -> bool:
    """Tell whether values, none below 0, lie far more evenly on a logarithmic scale."""
    if len(known) < _ROWS_FOR_A_TAIL or middle <= 0 or known.min() < 0:
        return False
    plain = _skewness(known)
    return plain > _LONG_TAIL and abs(_skewness(on_log_scale(known, middle))) < plain / 2


def _skewness(values: NDArray[np.float64]) -> float:
    mean, std = centre_and_spread(values)
    return float((((values - mean) / std) ** 3).mean())


def _fit_category(column: Column, cells: NDArray[np.generic]) -> CategoryColumn:
    categories = sorted(set(words(cells).tolist()))
    if len(categories) > MAX_CATEGORIES:
        raise DataError(
            f"Column '{column.name}' holds {len(categories):,} different words in the training rows.",
            expected=f"At most {MAX_CATEGORIES:,}.",
            fix="It probably names the rows; take it out of the file.",
        )
    return CategoryColumn(name=column.name, categories=tuple(categories))


def _rounded(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.3f}" for value in values)
