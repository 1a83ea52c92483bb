"""How Sphinx builds the site: `make docs-site`. What is put together before stands in `scripts/docs_site.py`."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

import pellucid
from reference_pages import as_restructured_text

project = "Pellucid"
author = "Pellucid contributors"
version = release = pellucid.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_parser"]
root_doc = "index"
exclude_patterns = ["README.md"]  # shown on the first page
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"Pellucid {version}"
html_copy_source = False
html_show_sphinx = False
html_permalinks = False
# A page that was opened from a file may not fetch another one to quote from it.
html_show_search_summary = False
pygments_style = "friendly"
highlight_language = "python"
smartquotes = False  # it would make a dash of the two hyphens of a flag

add_module_names = False
maximum_signature_line_length = 100
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# Attributes as a list in the class's own text, as arguments are.
napoleon_custom_sections = [("Attributes", "params_style")]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"ArrayLike": "ArrayLike"}
# Docstrings mark code with single backticks.
default_role = "named"

# A class by its own name, or anything by its whole path; a parameter may be called as a function is.
_NAME = re.compile(r"[A-Z]\w*[a-z]\w*|pellucid(\.\w+)+")


class Named(SphinxRole):
    """What stands between backticks: code, and a link where it is the name of something documented."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a literal; around it a reference to be resolved, if it is a name."""
        literal = nodes.literal(self.rawtext, self.text, classes=["code"])
        if not _NAME.fullmatch(self.text):
            return [literal], []
        return [addnodes.pending_xref(self.rawtext, literal, refdomain="py", reftype="obj", reftarget=self.text)], []


def link_short_name(
    app: Sphinx, environment: BuildEnvironment, node: addnodes.pending_xref, inner: nodes.TextElement
) -> nodes.Node | None:
    """Link a class that is named without its module, as annotations and docstrings do, where only one has the name."""
    word = node["reftarget"].rpartition(".")[2]
    if node.get("refdomain") != "py" or not word[:1].isupper():
        return None
    python = environment.domains.python_domain
    classes = {
        entry.node_id: entry.docname
        for path, entry in python.objects.items()
        if entry.objtype in ("class", "exception") and not entry.aliased and path.rpartition(".")[2] == word
    }
    if len(classes) != 1:
        return None
    ((anchor, page),) = classes.items()
    reference = nodes.reference("", "", inner, internal=True)
    reference["refuri"] = f"{app.builder.get_relative_uri(node['refdoc'], page)}#{anchor}"
    return reference


def rewrite(app: Sphinx, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Hand Sphinx a docstring as it wants it."""
    lines[:] = as_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the role of backticks, the links of short names, and drawings in Mermaid, which are shown as text."""
    app.add_role("named", Named())
    app.connect("missing-reference", link_short_name)
    app.connect("autodoc-process-docstring", rewrite, priority=100)  # before napoleon, which has 500
    app.add_lexer("mermaid", TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
