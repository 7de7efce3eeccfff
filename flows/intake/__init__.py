"""Intake: read cases from a workbook, a text file, JSON or an HTTP API, and validate every row.

In: a path or an address. Out: `ValidatedSource`: the valid cases, every problem of every row, and the number of cases.
A row with an error is not among the cases; the valid rows go on without it. What can go wrong: problems are values;
only a source that cannot be read at all raises (`CasesUnreadable`, one sentence).

The way of a row, one module a step:

    file (`format_detection`) → sheets (`xlsx`, `xls`, `ods`, `csv_file`) → cells (`cell_problems`, `number_formats`)
    → headings (`table_reader`, `heading_rows`, `headings`) → rows that are cases (`row_kinds`, `row_cells`,
    `hidden_parts`), or `json_file`, `http_source` → `CaseRow` (`case_rows`) → values
    (`text_flaws`, `value_parsing`, `date_parsing`, `number_parsing`, `period_parsing`, `name_parsing`,
    `contact_parsing`, `choice_synonyms`, `unfinished_text`) → model and rules
    (`validation`) → `duplicates` → `ValidatedSource` (`pipeline`), whose cases are held by `case_spool`

Rows are streamed, so that a hundred thousand take no more memory than a hundred. A new kind of spreadsheet is one more
module that yields sheets, and a line in `format_detection`; a new kind of source is one that yields rows, and a line in
`pipeline.SOURCES`.
"""

from flows.intake.http_source import is_address
from flows.intake.pipeline import ValidatedSource, read
from flows.intake.validation import ValidatedCase

__all__ = [
    "ValidatedCase",
    "ValidatedSource",
    "example_case",
    "help_texts",
    "is_address",
    "json_file",
    "json_text",
    "pipeline",
    "problem_report",
    "read",
    "register_comparison",
    "register_contradictions",
    "workbook_writer",
]
