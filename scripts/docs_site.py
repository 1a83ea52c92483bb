"""Build the site of the documentation: what lies in `docs/`, as it is, and the reference from the docstrings.

Sphinx reads one folder. It is put together anew in `build/docs-source`: the pages where they lie in the repository, so
that their links hold, an index, and the reference. The site goes to `build/docs-site`. Warnings are errors.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import main as build

from architecture import ROOT
from reference_pages import write_pages

SOURCE = ROOT / "build" / "docs-source"
SITE = ROOT / "build" / "docs-site"
CONFIGURATION = ROOT / "docs"
COPIED = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")
INDEX = """\
```{include} README.md
```

```{toctree}
:hidden:
:caption: Guide

docs/first-steps
docs/inputs
docs/series
docs/forecasting
docs/texts
docs/sequence-to-sequence
docs/autoencoders
docs/gan
docs/diffusion
docs/language-models
docs/explaining
docs/intervals
docs/tuning
docs/benchmarks
docs/cli
docs/errors
docs/glossary
```

```{toctree}
:hidden:
:caption: Reference in Python

reference/pellucid
reference/results
reference/rooms/index
```

```{toctree}
:hidden:
:caption: Carrying on

docs/architecture
CONTRIBUTING
CHANGELOG
```
"""


def gather(source: Path) -> None:
    """Put the folder that Sphinx reads together; what was there before is gone."""
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in COPIED:
        shutil.copy(ROOT / name, source / name)
    shutil.copytree(ROOT / "docs", source / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (source / "index.md").write_text(INDEX, encoding="utf-8")
    for name, page in write_pages().items():
        path = source / "reference" / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")


def main(words: list[str]) -> int:
    """Build the site; `words` are handed to Sphinx. Return its exit code."""
    gather(SOURCE)
    shutil.rmtree(SITE, ignore_errors=True)
    options = ["--quiet", "--fresh-env", "--fail-on-warning", "--doctree-dir", str(ROOT / "build" / "docs-trees")]
    # In this process: the package is loaded once, and docs/conf.py finds what lies beside this file.
    code = build(["-b", "html", "-c", str(CONFIGURATION), *options, *words, str(SOURCE), str(SITE)])
    if code == 0:
        print(f"The site: {SITE / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
