"""What the commands print: tables for people, one JSON document for programs."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from flows.agreements.problems import Problem

if TYPE_CHECKING:  # a command that prints no outcomes need not load the stages
    from flows.steps import Outcome

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; texts stand as they are, brackets included, and ids are never broken over lines."""
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    texts = [[str(cell) for cell in row] for row in rows]
    for place, heading in enumerate(headings):
        holds_ids = any(_ID.fullmatch(row[place]) for row in texts)
        table.add_column(heading, overflow="fold", no_wrap=holds_ids)
    for row in texts:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


def print_problems(problems: Sequence[Problem]) -> None:
    """Print every problem with its place, what stands there and what would be right."""
    if not problems:
        return
    rows = [(one.sheet, one.cell or one.pointer, one.value, one.message) for one in problems]
    print_table("Problemer i sakene", ("Ark", "Celle", "Verdi", "Hva som er galt"), rows)


def losses(lost: Sequence[str]) -> str:
    """Return in one line what a document does not show; empty where it shows everything."""
    return f"made, but the PDF does not show: {'; '.join(lost)}" if lost else ""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that draws how many of how many are done, on standard error where that is a terminal."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def print_outcomes(outcomes: "Sequence[Outcome]", held_back: Sequence[str]) -> None:
    """Print where agreements stand, and which changed cases wait for a person."""
    rows = [(one.agreement_id, one.state, one.problem or losses(one.lost)) for one in outcomes]
    print_table("Agreements", ("Id", "State", "Problem"), rows)
    for agreement_id in held_back:
        err.print(f"{agreement_id}: the case has changed, but the agreement is out or archived; nothing was sent.")
