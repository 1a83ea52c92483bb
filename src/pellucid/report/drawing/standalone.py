"""A drawing as a file of its own."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup

_COLOURS = re.compile(r"--[\w-]+:\s*[^;{}]+;")


def standalone_svg(picture: Markup) -> str:
    """Return a drawing as an SVG file that needs no page around it: with its colours, for light and dark.

    Args:
        picture: of this room or of `charts`, one `<svg>`.
    """
    drawn = str(picture)  # Markup would escape what is put into it
    box = re.search(r'viewBox="0 0 (\S+) (\S+)"', drawn)
    own = f".chart.chart{{width:{box[1]}px;height:{box[2]}px;max-width:none}}" if box else ""
    start = drawn[: drawn.index(">")].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{start}><style>{_style()}{own}</style>{drawn[drawn.index('>') + 1 :]}"


@cache
def _style() -> str:
    templates = files("pellucid.report") / "templates"
    page = (templates / "page.css").read_text(encoding="utf-8")
    light, _, rest = page.partition("@media screen and (prefers-color-scheme: dark)")
    dark = rest.split("}", 1)[0]
    own = "".join(_COLOURS.findall(light.split("}", 1)[0]))
    other = "".join(_COLOURS.findall(dark))
    charts = (templates / "charts.css").read_text(encoding="utf-8")
    sheet = (
        f"svg{{color-scheme:light dark;font-family:var(--sans);{own}}}"
        f"@media (prefers-color-scheme:dark){{svg{{{other}}}}}{charts}"
    )
    # Nothing in a style sheet of ours may end the element it stands in.
    return sheet.replace("<", "\\3c ")
