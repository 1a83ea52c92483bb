"""`pellucid audit`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from pellucid import api
from pellucid.cli.data_flags import takes_data_flags
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines

app = new_app()

EPILOG = """\b
Examples:
  pellucid audit photos/
  pellucid audit photos/ --fix
  pellucid audit xrays.csv --group patient --check
  pellucid train photos/ --fixes fixes-photos.csv
"""


@app.command(epilog=EPILOG)
@takes_data_flags
def audit(
    data: Annotated[str, typer.Argument(help="A folder, table, archive or .npz file, a name, or a file of fixes.")],
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Write what is certain as decisions, one a line; the data are not touched, nothing is applied.",
        ),
    ] = False,
    manifest: Annotated[
        Path | None, typer.Option(help="With --fix: the file that is written (fixes-NAME.csv).", show_default=False)
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Leave with exit code 1 where something of high severity is found.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Page to write; without it audit-NAME.html in this folder.")] = None,
    json: JsonFlag = False,
    *,
    data_options: dict[str, Any],
) -> None:
    """Say what is wrong with a dataset, worst first: what leaks, repeats, contradicts itself or shows nothing."""
    refuse_bad_place(out)
    dataset = api.audited(data, **data_options)
    result = api.audit(dataset)
    page = api.write_audit_page(result, dataset, out) if out is not None or not json else None
    written = api.write_fixes_of(result, manifest) if fix or manifest is not None else None
    if json:
        print_json(result.to_dict())
    else:
        say_lines(result)
        say()
        say(f"Page: {page}")
        if written is not None:
            say(f"Fixes: {written} (pellucid train {shlex.quote(data)} --fixes {shlex.quote(str(written))})")
        elif any(finding.certain for finding in result.findings):
            say(f"Mend: pellucid audit {shlex.quote(data)} --fix")
    if check and result.is_grave:
        raise typer.Exit(1)
