"""A name comes in, an `nn.Module` and its wishes for the input go out; timm and torchvision stay behind this door.

`find_model` tells what a name stands for, `build_model` builds it, `list_models` lists them; `summarise`,
`count_parameters` and `head` look at any module, `anatomy` and `cut_at_head` take it apart. `find_weights` finds
pretrained weights on this machine, by way of `store`; `tensor_faults` says what is wrong with tensors from a file.
Importing this room does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.models.building import build_model
from pellucid.models.catalogue import find_model, own_options, with_own, with_own_of_before
from pellucid.models.entry import ACTIVATIONS, Activation, InputShape, ModelEntry, ModelOptions
from pellucid.models.fetching import fetch_weights, plan_weights
from pellucid.models.folding import LayerBlock, Part, Repeated, fold, inputs_of, rows_of
from pellucid.models.going_on import GoesOn, Remembered
from pellucid.models.layer import DRAWN_UNITS, READS_BACKWARDS, LayerSummary, ModelSummary, ReceptiveField
from pellucid.models.listing import ModelInfo, list_models
from pellucid.models.own_options import OwnOptions, OwnValue
from pellucid.models.pretrained import find_same_weights, find_weights, list_weights, wishes_of
from pellucid.models.schemes import INITS, Init
from pellucid.models.sizes import sizes_in_words
from pellucid.models.table import HEADINGS, TableRow, picture_order, shape_words, summary_text, table_rows, totals_words
from pellucid.models.tensors import Wanted, kind_of, tensor_faults, wanted_of
from pellucid.models.weights_intake import About, add_weights, check_weights, pick
from pellucid.store import StoredWeights, WeightsCard

if TYPE_CHECKING:
    from pellucid.models.assembly import Assembly, parts_of
    from pellucid.models.attention import Attention, attention_of
    from pellucid.models.blocks import Anatomy, Block, anatomy
    from pellucid.models.cut import Cut, cut_at_head
    from pellucid.models.fitted import Fitted, Fitting
    from pellucid.models.forms import example_of, more_of, noise_of
    from pellucid.models.heads import head
    from pellucid.models.modes import evaluating
    from pellucid.models.norm_folding import fold_norms
    from pellucid.models.saving import save_state
    from pellucid.models.summarising_names import summarise_named
    from pellucid.models.summary import count_parameters, summarise, summarise_model
    from pellucid.models.writing import Look, NextLetter, Side, State, WritingNetwork, before_each

_NEED_TORCH = {
    "Anatomy": "blocks",
    "Assembly": "assembly",
    "Attention": "attention",
    "attention_of": "attention",
    "Block": "blocks",
    "Cut": "cut",
    "anatomy": "blocks",
    "Fitted": "fitted",
    "Fitting": "fitted",
    "cut_at_head": "cut",
    "count_parameters": "summary",
    "evaluating": "modes",
    "example_of": "forms",
    "fold_norms": "norm_folding",
    "head": "heads",
    "more_of": "forms",
    "noise_of": "forms",
    "parts_of": "assembly",
    "save_state": "saving",
    "summarise": "summary",
    "summarise_model": "summary",
    "summarise_named": "summarising_names",
    "Look": "writing",
    "Side": "writing",
    "NextLetter": "writing",
    "State": "writing",
    "WritingNetwork": "writing",
    "before_each": "writing",
}

__all__ = [
    "ACTIVATIONS",
    "DRAWN_UNITS",
    "HEADINGS",
    "INITS",
    "READS_BACKWARDS",
    "About",
    "Activation",
    "Anatomy",
    "Assembly",
    "Attention",
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
    "rows_of",
    "save_state",
    "shape_words",
    "sizes_in_words",
    "summarise",
    "summarise_model",
    "summarise_named",
    "summary_text",
    "table_rows",
    "tensor_faults",
    "totals_words",
    "wanted_of",
    "wishes_of",
    "with_own",
    "with_own_of_before",
]


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(import_module(f"pellucid.models.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'pellucid.models' has no attribute '{name}'")
