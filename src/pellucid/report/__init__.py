"""Results come in, what people look at goes out: self-contained HTML pages and fragments for notebooks.

In: a run's record, history and evaluations; an inspection. Out: one page each, that loads nothing from elsewhere.
Names of classes and files are hostile input: everything is escaped. No torch here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.report.architecture import summary_html, write_summary
    from pellucid.report.audit_page import write_audit
    from pellucid.report.drawing import draw_network, standalone_svg
    from pellucid.report.embedding import PictureSource
    from pellucid.report.exhibit_page import keep, write_page
    from pellucid.report.exhibits import exhibit_html, word_columns
    from pellucid.report.health_exhibit import SOUND
    from pellucid.report.inspection_page import write_inspection
    from pellucid.report.notebook import evaluation_html, register_displays, run_html
    from pellucid.report.notebook_progress import NotebookProgress, in_notebook
    from pellucid.report.notebook_search import NotebookSearchProgress
    from pellucid.report.own_exhibits import OWN_EXHIBITS, keep_own_exhibits
    from pellucid.report.picture_page import write_picture_inspection
    from pellucid.report.plain_tables import plain_table, table_html
    from pellucid.report.preview_page import write_preview
    from pellucid.report.result_exhibits import EXHIBITS, exhibit_of
    from pellucid.report.run_page import write_report
    from pellucid.report.run_report import write_run_report
    from pellucid.report.search_page import search_html, write_search

__all__ = [
    "EXHIBITS",
    "OWN_EXHIBITS",
    "SOUND",
    "NotebookProgress",
    "NotebookSearchProgress",
    "PictureSource",
    "draw_network",
    "evaluation_html",
    "exhibit_html",
    "exhibit_of",
    "in_notebook",
    "keep",
    "keep_own_exhibits",
    "plain_table",
    "register_displays",
    "run_html",
    "search_html",
    "standalone_svg",
    "summary_html",
    "table_html",
    "word_columns",
    "write_audit",
    "write_inspection",
    "write_page",
    "write_picture_inspection",
    "write_preview",
    "write_report",
    "write_run_report",
    "write_search",
    "write_summary",
]

__getattr__ = late_names(
    __name__,
    {
        "EXHIBITS": "result_exhibits",
        "NotebookProgress": "notebook_progress",
        "NotebookSearchProgress": "notebook_search",
        "OWN_EXHIBITS": "own_exhibits",
        "PictureSource": "embedding",
        "SOUND": "health_exhibit",
        "draw_network": "drawing",
        "evaluation_html": "notebook",
        "exhibit_html": "exhibits",
        "exhibit_of": "result_exhibits",
        "in_notebook": "notebook_progress",
        "keep": "exhibit_page",
        "keep_own_exhibits": "own_exhibits",
        "plain_table": "plain_tables",
        "register_displays": "notebook",
        "run_html": "notebook",
        "search_html": "search_page",
        "standalone_svg": "drawing",
        "summary_html": "architecture",
        "table_html": "plain_tables",
        "word_columns": "exhibits",
        "write_audit": "audit_page",
        "write_inspection": "inspection_page",
        "write_page": "exhibit_page",
        "write_picture_inspection": "picture_page",
        "write_preview": "preview_page",
        "write_report": "run_page",
        "write_run_report": "run_report",
        "write_search": "search_page",
        "write_summary": "architecture",
    },
)
