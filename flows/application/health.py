"""Say whether this machine can work, and measure what operators watch. No provider is asked over the network."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.application.context import Context
from flows.application.host_check import require_templates
from flows.archive.proof.trust_anchors import trust_anchors
from flows.dates import oslo_date
from flows.errors import AvtaleflytError, ComponentMissing
from flows.language import translate as _
from flows.register.database import has_known_schema
from flows.register.measurements import RegisterMeasurements, measure_register
from flows.register.pending_decisions import refresh

_ANY_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number that operators watch, with its unit in its name; `samples` are values by one label, or one value."""

    name: str
    help: str
    samples: Mapping[str, float]
    label: str = ""


def missing_parts(context: Context) -> list[str]:
    """Return which of `register`, `store` and `templates` cannot be used from this machine; empty where all can."""
    found = []
    for name, works in (("register", _ask_register), ("store", _ask_store), ("templates", require_templates)):
        try:
            works(context)
        except AvtaleflytError:
            found.append(name)
    return found


def _ask_register(context: Context) -> None:
    if not has_known_schema(context.register):
        raise ComponentMissing(_("The register has not been brought up to date."))


def _ask_store(context: Context) -> None:
    folder = context.store.folder
    if folder is not None and not folder.is_dir():  # a disk that is not mounted
        raise ComponentMissing(_("The store's folder {folder} is not there.").format(folder=folder))
    context.store.has(_ANY_DIGEST)


def gauges(context: Context) -> list[Gauge]:
    """Return what there is, what waits and how long it has, and how long certificates last. No personal data."""
    refresh(context.register)
    now = context.register.clock()
    with context.register.read() as session:
        measured = measure_register(session, oslo_date(now))
    return [*_register_gauges(measured, now), *_certificate_gauges(context, now), _disk_gauge(context)]


def _register_gauges(measured: RegisterMeasurements, now: datetime) -> Iterator[Gauge]:
    yield Gauge("agreements", "Agreements by state.", measured.agreements, "state")
    yield Gauge("signature_requests", "Signature requests by status.", measured.requests, "status")
    yield Gauge("records", "Archived records by status.", measured.records, "status")
    yield Gauge("emails", "E-mails by state.", measured.mail, "state")
    yield Gauge("waiting_decisions", "What waits for a person, by kind.", measured.decisions, "kind")
    yield Gauge("overdue_reviews", "Reviews that are overdue.", {"": measured.overdue_reviews})
    yield Gauge("damaged_files", "Copies of archived files that were found damaged.", {"": measured.damaged_files})
    for name, what, since in (
        ("oldest_waiting_decision_seconds", "Age of the oldest that waits for a person.", measured.oldest_decision),
        ("oldest_waiting_email_seconds", "Age of the oldest e-mail that waits.", measured.oldest_mail),
        ("oldest_fixity_check_seconds", "Time since the least recent check of a file.", measured.oldest_fixity),
    ):
        yield Gauge(name, f"{what} 0 where there is none.", {"": (now - since).total_seconds() if since else 0.0})
    backup = measured.last_backup
    yield Gauge(
        "last_backup_timestamp_seconds",
        "When the newest backup was whole, in seconds since 1970. 0 where there is none.",
        {"": backup.timestamp() if backup else 0.0},
    )


def first_ends(context: Context) -> dict[str, datetime]:
    """Return when the first certificate of each folder of trust anchors ends, by provider; `all` for the shared one."""
    folder, found = context.anchors, {}
    for place in [folder, *(one for one in sorted(folder.glob("*")) if one.is_dir())]:
        if ends := [one.not_valid_after for one in trust_anchors(place)]:
            found["all" if place == folder else place.name] = min(ends)
    return found


def free_disk(context: Context) -> tuple[int, int]:
    """Return the free and the whole room, in bytes, of the disk that this machine writes to."""
    folder = context.stated_settings.output
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def _certificate_gauges(context: Context, now: datetime) -> Iterator[Gauge]:
    days = {name: (end - now).total_seconds() / 86_400 for name, end in first_ends(context).items()}
    yield Gauge("trust_anchor_days_left", "Days until the first of a provider's anchors ends.", days, "provider")


def _disk_gauge(context: Context) -> Gauge:
    free, _total = free_disk(context)
    return Gauge("disk_free_bytes", "Room on the disk that this machine writes to.", {"": free})
