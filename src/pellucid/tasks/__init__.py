"""The one table of tasks: how each kind of problem is learned and answered.

In: a target and the choices that concern it. Out: a `Task`, which the training engine and the predictor ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.tasks.answers import (
    ANSWERS,
    Answer,
    ClassAnswer,
    FutureAnswer,
    LabelsAnswer,
    NextAnswer,
    NextHeld,
    TextAnswer,
    ValueAnswer,
    ValuesAnswer,
)
from pellucid.tasks.base import (
    AnswerStep,
    Batch,
    Collapse,
    DenoisesPictures,
    Disturbs,
    DrawsPictures,
    GivesOutputs,
    Loss,
    MeasuresEach,
    Monitor,
    Phase,
    SaysMembership,
    Stop,
    Task,
    TellsCollapse,
    TellsIdle,
    check_gives_outputs,
    outputs_of,
)
from pellucid.tasks.drawn_futures import drawn_futures, echo_of
from pellucid.tasks.draws import Draws
from pellucid.tasks.registry import (
    TASKS,
    Scaling,
    TaskEntry,
    TaskOptions,
    build_task,
    default_task,
    find_task,
    register_task,
)

# Each of these files registers its rows, in the order in which messages list them.
from pellucid.tasks.classification import Binary, ClassOptions, Emphasis, SingleLabel  # isort: skip
from pellucid.tasks.ordered import Ordered, OrderedOptions, check_ordered  # isort: skip
from pellucid.tasks.multilabel import LabelsOptions, MultiLabel  # isort: skip
from pellucid.tasks.regression import Regression, RegressionOptions  # isort: skip
from pellucid.tasks.next_token import NextToken, NextTokenOptions, own_places  # isort: skip
from pellucid.tasks.forecasting import Forecast  # isort: skip
from pellucid.tasks.text_to_text import TextToText  # isort: skip
from pellucid.tasks.picture_rows import GenerateOptions, ReconstructOptions, SegmentationOptions  # isort: skip
from pellucid.tasks.losses import CLASS_LOSSES, ClassLoss, balanced_weights, weighted
from pellucid.tasks.sampling import Sampling, draw_tokens, token_probabilities
from pellucid.tasks.targets import LEARNED_AS, LearnedAs

if TYPE_CHECKING:
    from pellucid.tasks.adversarial import VERDICTS, Adversarial
    from pellucid.tasks.answers import (
        MaskAnswer,
        PairedAnswer,
        PairedHeld,
        PictureAnswer,
        PictureHeld,
        errors_of,
        squared_errors,
    )
    from pellucid.tasks.diffusion import Diffusion
    from pellucid.tasks.image_to_image import ImageToImage
    from pellucid.tasks.pixel_frame import PixelFrame, starts_of
    from pellucid.tasks.reconstruct import IDLE, Reconstruct, divergences
    from pellucid.tasks.segmentation import Segmentation

__all__ = [
    "ANSWERS",
    "CLASS_LOSSES",
    "IDLE",
    "LEARNED_AS",
    "TASKS",
    "VERDICTS",
    "Adversarial",
    "Answer",
    "AnswerStep",
    "Batch",
    "Binary",
    "ClassAnswer",
    "ClassLoss",
    "ClassOptions",
    "Collapse",
    "DenoisesPictures",
    "Diffusion",
    "Disturbs",
    "Draws",
    "DrawsPictures",
    "Emphasis",
    "Forecast",
    "FutureAnswer",
    "GenerateOptions",
    "GivesOutputs",
    "ImageToImage",
    "LabelsAnswer",
    "LabelsOptions",
    "LearnedAs",
    "Loss",
    "MaskAnswer",
    "MeasuresEach",
    "Monitor",
    "MultiLabel",
    "NextAnswer",
    "NextHeld",
    "NextToken",
    "NextTokenOptions",
    "Ordered",
    "OrderedOptions",
    "PairedAnswer",
    "PairedHeld",
    "Phase",
    "PictureAnswer",
    "PictureHeld",
    "PixelFrame",
    "Reconstruct",
    "ReconstructOptions",
    "Regression",
    "RegressionOptions",
    "Sampling",
    "SaysMembership",
    "Scaling",
    "Segmentation",
    "SegmentationOptions",
    "SingleLabel",
    "Stop",
    "Task",
    "TaskEntry",
    "TaskOptions",
    "TellsCollapse",
    "TellsIdle",
    "TextAnswer",
    "TextToText",
    "ValueAnswer",
    "ValuesAnswer",
    "balanced_weights",
    "build_task",
    "check_gives_outputs",
    "check_ordered",
    "default_task",
    "divergences",
    "draw_tokens",
    "drawn_futures",
    "echo_of",
    "errors_of",
    "find_task",
    "outputs_of",
    "own_places",
    "register_task",
    "squared_errors",
    "starts_of",
    "token_probabilities",
    "weighted",
]

__getattr__ = late_names(
    __name__,
    {
        "Adversarial": "adversarial",
        "Diffusion": "diffusion",
        "IDLE": "reconstruct",
        "ImageToImage": "image_to_image",
        "MaskAnswer": "answers.mask",
        "PairedAnswer": "answers.paired",
        "PairedHeld": "answers.paired",
        "PixelFrame": "pixel_frame",
        "PictureAnswer": "answers.picture",
        "PictureHeld": "answers.picture",
        "Reconstruct": "reconstruct",
        "Segmentation": "segmentation",
        "VERDICTS": "adversarial",
        "divergences": "reconstruct",
        "errors_of": "answers.paired",
        "squared_errors": "answers.picture",
        "starts_of": "pixel_frame",
    },
)
