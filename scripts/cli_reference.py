"""Write `docs/cli.md` from the commands' own `--help`; with `--check` only compare, exit 1 when it is stale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import typer

from architecture import ROOT

PAGE = ROOT / "docs" / "cli.md"
WIDTH = 100
_RUN = "import sys; sys.argv[0] = 'pellucid'; from pellucid.cli import main; sys.exit(main())"
_STYLES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
# Whatever could colour or rewrap the text in one place and not in another.
_UNSTEADY = ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def read_help(command: str) -> str:
    """Return what `pellucid COMMAND --help` prints, 100 columns wide, without colours; "" asks for the overview.

    Raises:
        RuntimeError: the command does not end with exit code 0.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _UNSTEADY}
    environment |= {"COLUMNS": str(WIDTH), "TERMINAL_WIDTH": str(WIDTH), "LINES": "50", "NO_COLOR": "1"}
    environment |= {"TERM": "xterm", "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    words = [*command.split(), "--help"]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"pellucid {' '.join(words)} ended with code {done.returncode}:\n{done.stderr}")
    lines = [line.rstrip() for line in _STYLES.sub("", done.stdout).splitlines()]
    return "\n".join(lines).strip("\n")


def subcommands(command: str) -> list[str]:
    """Return the commands within a command, as they are typed; [] for most."""
    app: typer.Typer = import_module(f"pellucid.cli.{command}").app
    if app.registered_callback is None:
        return []
    return [f"{command} {found.name or getattr(found.callback, '__name__', '')}" for found in app.registered_commands]


def write_page(helps: dict[str, str]) -> str:
    """Return the page: a list of the commands, and each command's help under its own heading."""
    parts = ["# The command line", "Written by `make docs` from `pellucid COMMAND --help`; do not edit."]
    for command, text in helps.items():
        parts += [f"## pellucid {command}".rstrip(), f"```text\n{text}\n```"]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit code."""
    from pellucid.cli import COMMANDS

    names = ["", *(name for command in COMMANDS for name in (command, *subcommands(command)))]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        fresh = write_page(dict(zip(names, pool.map(read_help, names), strict=True)))
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == fresh:
        print("docs/cli.md: fresh")
        return 0
    if "--check" in arguments:
        print("docs/cli.md: stale. Run: make docs", file=sys.stderr)
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    print("docs/cli.md: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
