"""A name comes in, an `nn.Module` and its wishes for the input go out; timm and torchvision stay behind this door.

`find_model` tells what a name stands for, `build_model` builds it, `list_models` lists them; `summarise`,
`count_parameters` and `head` look at any module, `anatomy` and `cut_at_head` take it apart. `find_weights` finds
pretrained weights on this machine, by way of `store`; `tensor_faults` says what is wrong with tensors from a file.
Importing this room does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import OwnOptions, OwnValue
from pellucid.late import late_names
from pellucid.models.catalogue import find_model, own_options, task_of_model, way_of_model, with_own, with_own_of_before
from pellucid.printed import said_in
from pellucid.store import StoredWeights, WeightsCard

if TYPE_CHECKING:
    from pellucid.models.assembly import Assembly, parts_of
    from pellucid.models.attention import Attention, attention_of
    from pellucid.models.autoencoder import Autoencoder
    from pellucid.models.blocks import Anatomy, Block, anatomy
    from pellucid.models.building import build_model
    from pellucid.models.cut import Cut, cut_at_head
    from pellucid.models.dcgan import Adversaries
    from pellucid.models.entry import ACTIVATIONS, Activation, InputShape, ModelEntry, ModelOptions
    from pellucid.models.fetching import fetch_weights, plan_weights
    from pellucid.models.fitted import Fitted, Fitting
    from pellucid.models.folding import LayerBlock, Part, Repeated, fold, inputs_of, rows_of
    from pellucid.models.forms import example_of, more_of, noise_of, read_by
    from pellucid.models.going_on import GoesOn, Remembered
    from pellucid.models.heads import head
    from pellucid.models.layer import DRAWN_UNITS, READS_BACKWARDS, LayerSummary, ModelSummary, ReceptiveField
    from pellucid.models.listing import ModelInfo, list_models
    from pellucid.models.modes import evaluating
    from pellucid.models.norm_folding import fold_norms
    from pellucid.models.pretrained import find_same_weights, find_weights, list_weights, wishes_of
    from pellucid.models.saving import save_state
    from pellucid.models.schemes import INITS, Init
    from pellucid.models.sizes import sizes_in_words
    from pellucid.models.starting import Started
    from pellucid.models.summarising_names import summarise_named
    from pellucid.models.summary import count_parameters, summarise, summarise_model
    from pellucid.models.table import (
        HEADINGS,
        TableRow,
        picture_order,
        shape_words,
        summary_text,
        table_rows,
        totals_words,
    )
    from pellucid.models.tensors import Wanted, kind_of, tensor_faults, wanted_of
    from pellucid.models.weights_intake import About, add_weights, check_weights, pick
    from pellucid.models.writing import Look, NextLetter, Side, State, WritingNetwork, before_each

__all__ = [
    "ACTIVATIONS",
    "DRAWN_UNITS",
    "HEADINGS",
    "INITS",
    "READS_BACKWARDS",
    "About",
    "Activation",
    "Adversaries",
    "Anatomy",
    "Assembly",
    "Attention",
    "Autoencoder",
    "Block",
    "Cut",
    "Fitted",
    "Fitting",
    "GoesOn",
    "Init",
    "InputShape",
    "LayerBlock",
    "LayerSummary",
    "Look",
    "ModelEntry",
    "ModelInfo",
    "ModelOptions",
    "ModelSummary",
    "NextLetter",
    "OwnOptions",
    "OwnValue",
    "Part",
    "ReceptiveField",
    "Remembered",
    "Repeated",
    "Side",
    "Started",
    "State",
    "StoredWeights",
    "TableRow",
    "Wanted",
    "WeightsCard",
    "WritingNetwork",
    "add_weights",
    "anatomy",
    "attention_of",
    "before_each",
    "build_model",
    "check_weights",
    "count_parameters",
    "cut_at_head",
    "evaluating",
    "example_of",
    "fetch_weights",
    "find_model",
    "find_same_weights",
    "find_weights",
    "fold",
    "fold_norms",
    "head",
    "inputs_of",
    "kind_of",
    "list_models",
    "list_weights",
    "more_of",
    "noise_of",
    "own_options",
    "parts_of",
    "pick",
    "picture_order",
    "plan_weights",
    "read_by",
    "rows_of",
    "save_state",
    "shape_words",
    "sizes_in_words",
    "summarise",
    "summarise_model",
    "summarise_named",
    "summary_text",
    "table_rows",
    "task_of_model",
    "tensor_faults",
    "totals_words",
    "wanted_of",
    "way_of_model",
    "wishes_of",
    "with_own",
    "with_own_of_before",
]

__getattr__ = late_names(
    __name__,
    {
        "ACTIVATIONS": "entry",
        "About": "weights_intake",
        "Adversaries": "dcgan",
        "Activation": "entry",
        "Anatomy": "blocks",
        "Assembly": "assembly",
        "Attention": "attention",
        "Autoencoder": "autoencoder",
        "Block": "blocks",
        "Cut": "cut",
        "DRAWN_UNITS": "layer",
        "Fitted": "fitted",
        "Fitting": "fitted",
        "GoesOn": "going_on",
        "HEADINGS": "table",
        "INITS": "schemes",
        "Init": "schemes",
        "InputShape": "entry",
        "LayerBlock": "folding",
        "LayerSummary": "layer",
        "Look": "writing",
        "ModelEntry": "entry",
        "ModelInfo": "listing",
        "ModelOptions": "entry",
        "ModelSummary": "layer",
        "NextLetter": "writing",
        "Part": "folding",
        "READS_BACKWARDS": "layer",
        "ReceptiveField": "layer",
        "Remembered": "going_on",
        "Repeated": "folding",
        "Side": "writing",
        "State": "writing",
        "TableRow": "table",
        "Wanted": "tensors",
        "WritingNetwork": "writing",
        "add_weights": "weights_intake",
        "anatomy": "blocks",
        "attention_of": "attention",
        "before_each": "writing",
        "build_model": "building",
        "check_weights": "weights_intake",
        "count_parameters": "summary",
        "cut_at_head": "cut",
        "evaluating": "modes",
        "example_of": "forms",
        "fetch_weights": "fetching",
        "find_same_weights": "pretrained",
        "find_weights": "pretrained",
        "fold": "folding",
        "fold_norms": "norm_folding",
        "head": "heads",
        "inputs_of": "folding",
        "kind_of": "tensors",
        "list_models": "listing",
        "list_weights": "pretrained",
        "more_of": "forms",
        "noise_of": "forms",
        "parts_of": "assembly",
        "pick": "weights_intake",
        "picture_order": "table",
        "plan_weights": "fetching",
        "read_by": "forms",
        "rows_of": "folding",
        "save_state": "saving",
        "Started": "starting",
        "shape_words": "table",
        "sizes_in_words": "sizes",
        "summarise": "summary",
        "summarise_model": "summary",
        "summarise_named": "summarising_names",
        "summary_text": "table",
        "table_rows": "table",
        "tensor_faults": "tensors",
        "totals_words": "table",
        "wanted_of": "tensors",
        "wishes_of": "pretrained",
    },
)

said_in(__name__, "table")
