"""Drawings that come from a file: only shapes and words are let through.

An SVG may hold scripts, handlers of events, links and references to other places. What is not on the two lists below is
an error and not silently dropped, since our own drawings hold nothing else.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

from pellucid.errors import RunError
from pellucid.report.charts.svg import element

_SHAPES = """
svg g path line rect circle ellipse polyline polygon text tspan title desc defs marker clipPath linearGradient
radialGradient stop pattern image
"""
_TRAITS = """
viewBox role class id x y x1 y1 x2 y2 dx dy cx cy r rx ry d points width height transform text-anchor
dominant-baseline fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap
stroke-linejoin opacity font-size font-weight font-family font-style aria-label aria-hidden tabindex
preserveAspectRatio marker-end marker-start refX refY markerWidth markerHeight orient offset stop-color
stop-opacity gradientUnits gradientTransform clip-path patternUnits href rotate textLength lengthAdjust
"""
ELEMENTS = frozenset(_SHAPES.split())
ATTRIBUTES = frozenset(_TRAITS.split())
PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+")
WITHIN = re.compile(r"url\(#[A-Za-z0-9_-]+\)")
"""A reference to a part of the same drawing."""


def clean_svg(drawing: str) -> Markup:
    """Return an SVG drawing as markup for a page.

    Raises:
        RunError: it is not SVG, or holds what is neither shape nor word.
    """
    if "<!" in drawing:
        raise _refusal("a declaration")
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError as problem:
        raise RunError(f"A drawing kept with the run is not SVG: {problem}.") from None
    if _local(root.tag) != "svg":
        raise _refusal(f"the element '{_local(root.tag)}' where 'svg' belongs")
    return _written(root)


def _written(node: ElementTree.Element) -> Markup:
    tag = _local(node.tag)
    if tag not in ELEMENTS:
        raise _refusal(f"the element '{tag}'")
    attributes: dict[str, str] = {}
    for name, value in node.attrib.items():
        plain = _local(name)
        if plain not in ATTRIBUTES or not _is_harmless(tag, plain, value):
            raise _refusal(f"the attribute '{plain}' of '{tag}'")
        attributes[plain.replace("-", "_") + "_"] = value
    children: list[str] = [node.text or ""]
    for child in node:
        children += [_written(child), child.tail or ""]
    return element(tag, *children, **attributes)


def _is_harmless(tag: str, name: str, value: str) -> bool:
    """Return whether a value loads nothing: references to other places are `href`, or `url()`, or escapes of that."""
    if name == "href":
        return tag == "image" and PICTURE.fullmatch(value) is not None
    rest = WITHIN.sub("", value).lower()
    return name == "aria-label" or not (("url" in rest and "(" in rest) or "\\" in rest or "/*" in rest)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _refusal(what: str) -> RunError:
    return RunError(
        f"A drawing kept with the run holds {what}, which no drawing of Pellucid does.",
        expected="Shapes and words.",
        fix="Delete its file in the run's folder 'exhibits', and make it anew.",
    )
