"""The options of a dataset that a run was made with, as its record keeps them, checked before they are used again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_type_hints

from pydantic import ConfigDict, create_model

from pellucid.data.intake import load_dataset
from pellucid.errors import RunError
from pellucid.records import Record


class _Strict(Record):
    """What JSON holds must be of the very type: no number for a word, no list for a name."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


def options_of_dataset(options: Mapping[str, Any], *, source: str) -> dict[str, Any]:
    """Return the options of `load_dataset` that a record names.

    Args:
        options: by their names, as JSON has them; older records name fewer. One without `allow_leaks` is of a time
            when nothing was left out of train.
        source: whose they are, for the message.

    Raises:
        RunError: one is unknown (the nearest is named), or of another type.
    """
    model = _model()
    read = model.from_dict(dict(options), source=f"The options of the data of '{source}'", error=RunError)
    return {"allow_leaks": True} | {name: value for name, value in read if name in options}


@lru_cache(maxsize=1)
def _model() -> type[_Strict]:
    """Return a record with a field for every option of `load_dataset`, which alone knows them."""
    hints, parameters = get_type_hints(load_dataset), inspect.signature(load_dataset).parameters
    fields: dict[str, Any] = {
        name: (hints[name], parameter.default)
        for name, parameter in parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    return create_model("options", __base__=_Strict, **fields)
