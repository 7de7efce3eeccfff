"""What the commands print: tables for people, one JSON document for programs."""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from flows.agreements.problems import Problem
from flows.application.progress import ProgressReport, Step, reporting_progress_to
from flows.dates import short_date
from flows.language import translate
from flows.language import translate as _

if TYPE_CHECKING:  # a command that prints no outcomes need not load the stages
    from flows.application.outcomes import AgreementOutcome

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_WORDED = {"", "State", "What", "Why", "What to do", "Problem", "What for", "Fault", "Role"}
"""Headings, in English, of columns whose cells are words of ours, states among them; others hold what people wrote."""

_READABLE = 28
"""Letters in a line of a column, below which sentences become slivers."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def program() -> str:
    """Return what people type to run the program, as this run was started: by name, by path or as a module."""
    typed = Path(sys.argv[0])
    if typed.suffix == ".py":
        return "python -m flows.cli"
    found = shutil.which(typed.name)
    return typed.name if found and typed.exists() and Path(found).samefile(typed) else str(typed)


def print_json(value: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_result(as_json: bool, told: Any, sentence: str) -> None:
    """Print what a command did: one JSON document for programs, one sentence for people."""
    if as_json:
        print_json(told)
    else:
        out.print(sentence, markup=False)


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; texts stand as they are, brackets included, and ids are never broken over lines.

    Title and headings are given in English and printed in the language in use, states and other words of ours too.
    Where the screen is too narrow for its columns, each row is a few lines of their own.
    """
    worded = [heading in _WORDED for heading in headings]
    texts = [
        [translate(_text(cell)) if ours else _text(cell) for cell, ours in zip(row, worded, strict=True)]
        for row in rows
    ]
    title, headings = translate(title), [translate(heading) for heading in headings]
    out.print(Text(title, "bold"), soft_wrap=True)
    if texts and sum(map(_width_for, zip(headings, *texts, strict=True))) + 3 * (len(headings) - 1) > out.width:
        _print_rows(headings, texts)
        return
    table = Table(show_edge=False, pad_edge=False)
    for place, heading in enumerate(headings):
        holds_ids = any(_ID.fullmatch(row[place]) for row in texts)
        table.add_column(heading, overflow="fold", no_wrap=holds_ids)
    for row in texts:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


def _text(cell: object) -> str:
    """Write a cell as people do: a day as DD.MM.YYYY."""
    return short_date(cell) if isinstance(cell, date) and not isinstance(cell, datetime) else str(cell)


def _width_for(column: Sequence[str]) -> int:
    """Return how wide a column must be for people to read it: no word and no date broken, sentences not in slivers."""
    longest = max(map(len, column))
    words = max((len(word) for cell in column for word in cell.split()), default=0)
    return max(words, min(longest, _READABLE))


def _print_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for first, *others in rows:
        out.print(Text(first), soft_wrap=True)
        told = [f"{heading}: {cell}" for heading, cell in zip(headings[1:], others, strict=True) if cell]
        for short, several in groupby(told, lambda one: len(one) <= _READABLE):
            for line in [", ".join(several)] if short else several:
                out.print(Padding(Text(line), (0, 0, 0, 2)))


def print_problems(problems: Sequence[Problem]) -> None:
    """Print every problem with its place, what stands there and what would be right."""
    if not problems:
        return
    rows = [(one.sheet, one.cell or one.pointer, one.value, one.message) for one in problems]
    print_table(_("Problems in the cases"), (_("Sheet"), _("Cell"), _("Value"), _("What is wrong")), rows)


def losses(lost: Sequence[str]) -> str:
    """Return in one line what a document does not show; empty where it shows everything."""
    return _("made, but the PDF does not show: {lost}").format(lost="; ".join(lost)) if lost else ""


_STEPS = {
    Step.DOCUMENTS: "Making documents",
    Step.SEASON: "Making and sending",
    Step.COLLECTING: "Collecting",
    Step.VERIFYING: "Verifying",
    Step.EXPORTING: "Exporting",
    Step.BACKUP: "Backing up",
    Step.RESTORING: "Restoring",
}


@contextmanager
def progress_bar(step: Step) -> Iterator[ProgressReport]:
    """Draw a progress bar of a step on standard error, if that is a terminal; give the function that moves it."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(translate(_STEPS[step]), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def progress_bars() -> AbstractContextManager[None]:
    """Draw a progress bar of every step that reports progress within the block."""
    return reporting_progress_to(progress_bar)


def print_outcomes(outcomes: "Sequence[AgreementOutcome]", held_back: Sequence[str]) -> None:
    """Print where agreements stand, and which changed cases wait for a person."""
    rows = [(one.agreement_id, one.state, one.problem or losses(one.lost)) for one in outcomes]
    print_table("Agreements", ("Id", "State", "Problem"), rows)
    for agreement_id in held_back:
        told = _("{agreement}: the case has changed, but the agreement is out or archived; nothing was sent.")
        err.print(told.format(agreement=agreement_id), markup=False, soft_wrap=True)


def print_told(outcomes: "Sequence[AgreementOutcome]") -> None:
    """Print in one line who was told how of what was sent, and who was not."""
    from flows.application.context import current_context
    from flows.application.who_was_told import who_was_told

    if told := who_was_told(current_context(), outcomes):
        out.print(told, markup=False, soft_wrap=True)
