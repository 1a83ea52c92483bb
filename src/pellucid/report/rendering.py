"""From typed contents and a template to one self-contained page on the disk."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from pellucid.files import write_text
from pellucid.report import wording
from pellucid.words import finite, visible_lines

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Return the templates: every name that comes from data is escaped, and a missing one is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("pellucid.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "count": wording.count,
        "decimal": wording.decimal,
        "percent": wording.percent,
        "duration": wording.duration,
        "shape": wording.shape,
        "json": readable_json,
        "typeset": wording.typeset,
        "whole_options": whole_options,
        "breakable": breakable,
    }
    return made


def _visible(value: Any) -> Any:
    """Return words with control characters as codes; markup of our own, which is made of such words, as it is."""
    return visible_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def whole_options(words: str) -> Markup:
    """Return words in which no line ends inside an option such as --pool; browsers break after hyphens."""
    safe = str(escape(visible_lines(words)))
    return Markup(re.sub(r"(?<![\w-])--[a-z][a-z-]*", r'<span class="option">\g<0></span>', safe))


def breakable(name: str) -> Markup:
    """Return words in which a line may end within paths such as blocks.0.conv: after a dot, a slash, an underscore."""
    return Markup(
        re.sub(r"(?<=[^\W\d])[./_](?=\w)|(?<=\w)[./_](?=[^\W\d])", r"\g<0><wbr>", str(escape(visible_lines(name))))
    )


def render(template: str, **contents: Any) -> str:
    """Return a template with its contents."""
    return environment().get_template(template).render(**contents)


def write_template(path: str | Path, template: str, **contents: Any) -> Path:
    """Write a page so that a reader sees the old one or the new one, never half, and return its path."""
    path = Path(path)
    write_text(path, render(template, **contents))
    return path


def readable_json(value: Any) -> str:
    """Return JSON for reading; NaN and infinities, which JSON does not know, are null."""
    return json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False)
