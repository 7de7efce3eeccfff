"""How the installation stands, for administrators: what `doctor`, `/readyz` and the numbers say, on one page.

It holds no contents of agreements: of an e-mail its state and what the mail server said, of what waits its kind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from flows.application.api_keys import list_keys
from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.deliver_mail import deliver_mail
from flows.application.doctor import Component, examine_files, examine_machine, examine_provider
from flows.application.health import first_ends, free_disk, missing_parts
from flows.application.pending_matters import ADVICE, MatterPlace, PendingMatter, pending_matters
from flows.dates import oslo_date
from flows.language import translate
from flows.register.mail import undelivered
from flows.register.measurements import RegisterMeasurements, measure_register
from flows.register.pending_schema import PendingKind
from flows.register.rate_limit import polled_at
from flows.register.scheduled_runs import scheduled_runs
from flows.register.workplace_schema import RunOutcome

MOST_MAILS = 20
SOON = timedelta(days=60)
"""How long before its end a key or certificate is told of: ordering an enterprise certificate takes weeks."""
_LOW_DISK = 0.1
_OLD_BACKUP = timedelta(hours=36)
"""The alert `BackupMissing` of deploy/alerts.yaml comes at the same age."""


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """An e-mail that has not been delivered, without its recipient."""

    state: str
    tries: int
    problem: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class EndingKey:
    """A key or certificate that ends: its kind (`api_key`, `trust_anchors`), what it is called, and when."""

    kind: str
    name: str
    ends_at: datetime
    is_soon: bool


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a schedule of this program's own; `problem` is why it failed."""

    name: str
    host: str
    started_at: datetime
    ended_at: datetime | None
    failed: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Disk:
    """Free and whole room in bytes, and whether it is low."""

    free: int
    total: int
    is_low: bool


@dataclass(frozen=True, slots=True)
class OperationView:
    """Everything of the page. `waiting` are matters of the installation, `other` counts those about agreements.

    `backup_is_old` says that what agreements there are lie in no backup of the last day and a half.
    """

    version: str
    provider: str
    missing: Sequence[str]
    components: Sequence[Component]
    waiting: Sequence[PendingMatter]
    other: Mapping[str, int]
    measured: RegisterMeasurements
    backup_is_old: bool
    mails: Sequence[UndeliveredMail]
    mail_is_set: bool
    polled_at: datetime | None
    runs: Sequence[LastRun]
    keys: Sequence[EndingKey]
    disk: Disk


def operation_view(context: Context) -> OperationView:
    """Return how the installation stands; no provider is asked. Raises `NotAllowed`."""
    authorize(context, Action.OPERATE)
    matters = pending_matters(context.register, None)
    now = context.register.clock()
    with context.register.read() as session:
        measured = measure_register(session, oslo_date(now))
        mails = [
            UndeliveredMail(one.state, one.tries, translate(one.problem), one.written_at)
            for one in undelivered(session)[:MOST_MAILS]
        ]
        polled = polled_at(session, context.stated_settings.provider)
        runs = [
            LastRun(one.name, one.host, one.started_at, one.ended_at, one.outcome == RunOutcome.FAILED, one.problem)
            for one in scheduled_runs(session)
        ]
    copied = measured.last_backup
    free, total = free_disk(context)
    return OperationView(
        version=version("avtaleflyt"),
        provider=context.stated_settings.provider,
        missing=missing_parts(context),
        components=[*examine_machine(context.settings.engine), *examine_files(context)],
        waiting=[one for one in matters if one.place is MatterPlace.OPERATION],
        other=_by_kind(one.kind for one in matters if one.place is not MatterPlace.OPERATION),
        measured=measured,
        backup_is_old=bool(measured.agreements) and not (copied and copied >= now - _OLD_BACKUP),
        mails=mails,
        mail_is_set=bool(context.stated_settings.smtp_url.get_secret_value()),
        polled_at=polled,
        runs=runs,
        keys=_ending_keys(context, now),
        disk=Disk(free, total, free < _LOW_DISK * total),
    )


def check_provider(context: Context) -> list[Component]:
    """Ask the signature provider whether it lets us in, over the network. Raises `NotAllowed`, `WrongUse`."""
    authorize(context, Action.OPERATE)
    return examine_provider(context)


def retry_mail(context: Context) -> int:
    """Try to deliver what waits, and return how many were sent. Raises `NotAllowed`, `NotDelivered`, `WrongUse`."""
    authorize(context, Action.OPERATE)
    return deliver_mail(context).sent


def _by_kind(kinds: Iterable[PendingKind]) -> dict[str, int]:
    """Return how many there are of each kind, by its title."""
    return {translate(ADVICE[kind].title): number for kind, number in Counter(kinds).most_common()}


def _ending_keys(context: Context, now: datetime) -> list[EndingKey]:
    live = [one for one in list_keys(context) if one.is_live(now) and one.ends_at is not None]
    found = [("api_key", one.name, one.ends_at) for one in live if one.ends_at]
    found += [("trust_anchors", name, end) for name, end in first_ends(context).items()]
    return [EndingKey(kind, name, end, end - now < SOON) for kind, name, end in sorted(found, key=lambda one: one[2])]
