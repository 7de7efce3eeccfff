"""A season from the register: workbook, check, renew; each agreement is taken up exactly once.

`python -m tests.drills.season [COUNT]` archives so many ALIS-avtaler (500), of which one third ends in the season, one
third needs an amendment, and one third nothing. It ends with one JSON line; the exit code is 1 if anything is lost or
doubled.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from flows.application.sheet import make_sheet
from flows.intake import read
from flows.intake.register_comparison import compare
from flows.register import Agreement, open_register
from flows.register.agreements import Reception
from flows.register.amendment_schema import Amendment
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.end_to_end.agreement_life import installation
from tests.review.archived import archive

SEASON = 2028
_KINDS: tuple[dict[str, Any], ...] = (
    {"avtale_gjelder_til": date(2028, 12, 31), "tilskuddsaar": 2027},  # ends in the season
    {"tilskuddsaar": 2027},  # the rules of the grant have changed
    {"tilskuddsaar": SEASON},  # nothing to do
)


def run(count: int, folder: Path, *, documents: bool) -> dict[str, Any]:
    """Archive so many agreements, make the season's workbook, take it in twice, and count what came of it."""
    clock = Clock()
    installed = installation(open_register(f"sqlite:///{folder / 'register.db'}", clock), clock, folder)
    context = installed.context
    for number in range(count):
        case = alis_case(
            lege_hpr_nummer=f"9901{number:05d}",
            lege_navn=f"Kari {_letters(number)}",
            arbeidssted=f"Kontor {number}",
            **_KINDS[number % len(_KINDS)],
        )
        archive(context.register, "alis", case, date(2026, 12, 1))
    installed.on(date(2028, 3, 1))
    workbook = folder / "season.xlsx"
    make_sheet(context, "alis", workbook, SEASON)
    checked = read(workbook, context.today)
    with context.register.read() as session:
        compared = compare(session, checked.cases)
    taken = installed.season(workbook) if documents else installed.take_in(workbook)
    again = installed.season(workbook) if documents else installed.take_in(workbook)
    with context.register.read() as session:
        agreements = session.execute(select(func.count()).select_from(Agreement)).scalar_one()
        amendments = session.execute(select(func.count()).select_from(Amendment)).scalar_one()
    receptions = Counter(str(one.reception) for one in taken.received)
    sent = Counter(reference.rpartition("-v")[0] for reference in installed.provider.created)
    thirds = [len(range(place, count, 3)) for place in range(3)]
    return {
        "agreements": count,
        "rows": checked.count,
        "problems": len(checked.problems) + len(compared.problems),
        "renewed": agreements - count - amendments,
        "amended": amendments,
        "unchanged": receptions[Reception.SAME],
        "lost": count - len({one.agreement_id for one in taken.received}),
        "doubled": sum(times > 1 for times in sent.values())
        + sum(one.reception is not Reception.SAME for one in again.received)
        + sum(wanted != found for wanted, found in zip(
            thirds, (agreements - count - amendments, amendments, receptions[Reception.SAME]), strict=True)),
    }  # fmt: skip


def _letters(number: int) -> str:
    """Return a surname of letters alone that no other number has."""
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:03d}") + "stad"


if __name__ == "__main__":
    with TemporaryDirectory(prefix="avtaleflyt-") as made:
        result = run(int(sys.argv[1]) if len(sys.argv) > 1 else 500, Path(made), documents=True)
    print(json.dumps(result))
    sys.exit(bool(result["lost"] or result["doubled"] or result["problems"]))
