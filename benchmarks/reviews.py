"""Three years in a minute: 500 agreements, one day a step, every notice compared with arithmetic of its own.

`python -m benchmarks.reviews` runs each day what the daily flow runs, hands the e-mails to a counter, and lets invented
coordinators do their reviews early, late, never, or end their agreements. What should have come is worked out anew from
the agreements alone. It prints a table and one JSON line, and exits 1 unless nothing was missed, doubled or noticed
after an agreement's end.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import holidays
from dateutil.relativedelta import relativedelta
from rich.console import Console
from rich.progress import track
from rich.table import Table

from flows.mail.outbox import deliver_waiting
from flows.mail.smtp import DeliveryResult
from flows.register import Register, open_register
from flows.register.review_schema import Mail
from flows.review import keep_dates
from flows.review.notice_email import write_letter
from flows.review.notices import NoticeItem, give_notices
from flows.review.outcomes import ReviewOutcome, record_outcomes
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.review.archived import archive

AGREEMENTS = 500
FIRST_DAY = date(2026, 12, 1)
LAST_DAY = date(2029, 12, 1)
MUNICIPALITIES = ["1804", "1806", "1811", "1813", "1815", "1816", "1818", "1820", "1822"]
DAYS_BEFORE = {"90d": 90, "30d": 30, "7d": 7}
NORWAY = holidays.country_holidays("NO")


@dataclass
class Life:
    """One agreement and what becomes of it. `until` is its last day as agreed, `ended` the one it was terminated for.

    `habit`: how its coordinator does reviews. `notice` is the day of termination, `done` the day of each review.
    """

    id: str
    type: str
    signed: date
    habit: str
    hospital: date | None = None
    until: date = date.max
    notice: date = date.max
    ended: date = date.max
    done: dict[int, date] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The last day that it held."""
        return min(self.until, self.ended)


@dataclass
class Mailbox:
    """Takes e-mails as a mail server would, and keeps on which days each reminder came."""

    came: dict[str, list[date]] = field(default_factory=dict)
    underway: dict[str, Sequence[NoticeItem]] = field(default_factory=dict)
    today: date = FIRST_DAY
    mails: int = 0

    def write(self, address: str, items: Sequence[NoticeItem], today: date) -> Mail:
        """Write an e-mail as the flow does, and remember what is in it."""
        mail = write_letter("avtaleflyt@kommune.example", address, items, today, datetime(2026, 12, 1, tzinfo=UTC))
        self.underway[mail.id] = items
        return mail

    def deliver(self, mail: Mail) -> tuple[DeliveryResult, str]:
        """Take an e-mail."""
        self.mails += 1
        for one in self.underway[mail.id]:
            self.came.setdefault(f"{one.due.id}/{one.reminder}", []).append(self.today)
        return DeliveryResult.DELIVERED, ""


def main() -> int:
    """Live through three years and report; return the exit code."""
    random.seed(7)
    counter = Mailbox()
    now = [datetime(2026, 12, 1, 6, tzinfo=UTC)]
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(f"sqlite:///{Path(folder) / 'register.db'}", lambda: now[0], actor="benchmark")
        lives = [_archived(register, number) for number in range(AGREEMENTS)]
        work = _work_plan(lives)
        began, busy = time.perf_counter(), time.process_time()
        for day in track(range((LAST_DAY - FIRST_DAY).days + 1), "Three years", console=Console(stderr=True)):
            counter.today = FIRST_DAY + timedelta(days=day)
            keep_dates(register)
            give_notices(register, counter.write)
            deliver_waiting(register, counter.deliver)
            _coordinators_work(register, work.get(counter.today, []), counter.today)
            now[0] += timedelta(days=1)
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        register.close()
    return _report(lives, counter, seconds, busy)


def _archived(register: Register, number: int) -> Life:
    signed = FIRST_DAY - timedelta(days=random.randrange(1, 360))
    habit = random.choices(["early", "late", "never", "ends"], [55, 20, 10, 15])[0]
    who = f"person{number % 40}@kommune.example"
    if number % 10 == 9:
        begins = date(2020, 1, 1) + timedelta(days=number)
        case = tjenesteavtale6_case(avtale_gjelder_fra=begins, overordnet_avtale_dato=begins, ansvarlig_epost=who)
        return Life(archive(register, "tjenesteavtale6", case, signed), "tjenesteavtale6", signed, habit)
    hospital = FIRST_DAY + timedelta(days=random.randrange(300, 900)) if number % 3 == 0 else None
    until = signed + timedelta(days=random.randrange(400, 1300)) if number % 7 == 0 else None
    service = [{"fra": hospital, "til": hospital + timedelta(days=180), "hf": "NLSH"}] if hospital else []
    alis = alis_case(
        kommunenr=MUNICIPALITIES[number % len(MUNICIPALITIES)],
        lege_hpr_nummer=f"99{number:07}",
        avtale_gjelder_fra=signed,
        avtale_gjelder_til=until,
        institusjonstjeneste_perioder=service,
        ansvarlig_epost=who,
    )
    agreement = archive(register, "alis", alis, signed)
    return Life(agreement, "alis", signed, habit, hospital, until or signed + relativedelta(years=5))


def _work_plan(lives: list[Life]) -> dict[date, list[tuple[Life, int]]]:
    """Return which reviews are done on which day: 80 days early or on the last day, as the coordinator's habit is."""
    plan: dict[date, list[tuple[Life, int]]] = {}
    for life in lives:
        for number in range(1, 5) if life.habit != "never" else ():
            day = _due(life, number) - timedelta(days=0 if life.habit == "late" else 80)
            plan.setdefault(day, []).append((life, number))
    return plan


def _coordinators_work(register: Register, work: list[tuple[Life, int]], today: date) -> None:
    """Do the reviews of the day; some agreements end with the second one."""
    chosen: dict[ReviewOutcome, list[str]] = {}
    for life, number in work:
        if _nominal(life, number) > life.last_day or today > life.last_day:
            continue
        for earlier in range(1, number + 1):
            life.done.setdefault(earlier, today)
        ends = life.habit == "ends" and number == 2
        if ends:
            life.notice = today
            life.ended = today + relativedelta(years=1) if life.type == "tjenesteavtale6" else today
        chosen.setdefault(ReviewOutcome.ENDED if ends else ReviewOutcome.CONTINUES, []).append(life.id)
    for outcome, ids in chosen.items():
        for done in record_outcomes(register, ids, outcome, "benchmark"):
            if done.problem:
                raise AssertionError(f"{done.id}: {done.problem}")


def _working_day(day: date) -> date:
    while day.weekday() >= 5 or day in NORWAY:
        day -= timedelta(days=1)
    return day


def _nominal(life: Life, number: int) -> date:
    return life.signed + relativedelta(years=number)


def _due(life: Life, number: int) -> date:
    return _working_day(_nominal(life, number))


def _expected(lives: list[Life]) -> Iterator[str]:
    """Yield every reminder that should have come, from the agreements and a calendar."""
    for life in lives:
        yield from _expected_of(life)
    municipal = {"grant_rules": (6, 1), "grant_application": (8, 31), "grant_decision": (11, 30)}
    for number in MUNICIPALITIES:
        for kind, (month, day) in (municipal | {"auditor_report": (4, 1)}).items():
            for year in range(2027, 2031):
                nominal = date(year, month, day)
                yield from _reminders(f"{number}:{kind}:{year}", _working_day(nominal), DAYS_BEFORE, LAST_DAY)


def _expected_of(life: Life) -> Iterator[str]:
    for number in range(1, 5):
        if _nominal(life, number) <= life.until:
            known_until = life.last_day if _nominal(life, number) <= life.ended else life.notice
            stops = min(life.done.get(number, date.max), known_until)
            yield from _reminders(f"{life.id}:review:{number}", _due(life, number), DAYS_BEFORE, stops)
    if life.type == "tjenesteavtale6":
        if life.notice < date.max:
            days = {f"{months}m": (life.ended - _months_before(life.ended, months)).days for months in (12, 6, 3, 1)}
            since = life.notice + timedelta(days=1)
            yield from _reminders(f"{life.id}:notice_end:end", life.ended, days, life.last_day, since)
    else:
        stops = min(life.until, life.notice)
        yield from _reminders(f"{life.id}:expected_end:end", life.until, DAYS_BEFORE, stops)
    once, twice = {"0d": 0}, {"30d": 30, "7d": 7}
    for kind, months, days in (
        ("ask_trust_from", 9, once),
        ("ask_trust_by", 6, twice),
        ("contract_from", 6, once),
        ("contract_by", 3, twice),
    ):
        if life.hospital and _months_before(life.hospital, months) <= life.until:
            due = _working_day(_months_before(life.hospital, months))
            yield from _reminders(f"{life.id}:{kind}:{life.hospital}", due, days, life.last_day)


def _months_before(day: date, months: int) -> date:
    return day - relativedelta(months=months)


def _reminders(name: str, due: date, before: Mapping[str, int], stops: date, since: date = FIRST_DAY) -> Iterator[str]:
    """Yield the reminders from `since` until `stops`; the newest of those before `since` makes up for them all."""
    days = {label: _working_day(due - timedelta(days=number)) for label, number in before.items()}
    stops = min(stops, LAST_DAY)
    earlier = [label for label, day in days.items() if day <= since][-1:]
    for label, day in days.items():
        if (label in earlier and since <= stops) or since < day <= stops:
            yield f"{name}/{label}"


def _report(lives: list[Life], counter: Mailbox, seconds: float, busy: float) -> int:
    expected, came = set(_expected(lives)), counter.came
    last_days = {life.id: life.last_day for life in lives}
    missed = sorted(expected - came.keys())
    unasked = sorted(came.keys() - expected)
    doubled = sorted(name for name, days in came.items() if len(days) > 1)
    after_end = sorted(name for name, days in came.items() if max(days) > last_days.get(name.split(":")[0], date.max))
    title = f"{len(lives)} agreements, {FIRST_DAY} to {LAST_DAY} day by day: {counter.mails} e-mails in {seconds:.1f} s"
    table = Table(title=title, title_justify="left")
    for heading in ("Reminders of", "expected", "came", "missed", "doubled", "after the end"):
        table.add_column(heading, justify="left" if heading == "Reminders of" else "right")
    columns = [Counter(_kind(name) for name in names) for names in (expected, came, missed, doubled, after_end)]
    for kind in sorted(columns[0] | columns[1]):
        table.add_row(kind, *(str(column[kind]) for column in columns))
    Console().print(table)
    for name in [*missed[:5], *unasked[:5]]:
        sys.stderr.write(f"{'missed' if name in expected else 'nobody asked for'}: {name}\n")
    figures = {
        "agreements": len(lives),
        "reviews": len({name.partition("/")[0] for name in came if _kind(name) == "review"}),
        "reminders": sum(map(len, came.values())),
        "emails": counter.mails,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(busy, 1),
        "unasked": len(unasked),
        "missed": len(missed),
        "doubled": len(doubled),
        "after_end": len(after_end),
    }
    print(json.dumps(figures))
    return 1 if missed or doubled or after_end or unasked else 0


def _kind(name: str) -> str:
    return name.split(":")[1]


if __name__ == "__main__":
    sys.exit(main())
