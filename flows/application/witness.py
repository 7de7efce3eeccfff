"""The witness outside: hand heads of the history over, and say what a verification is compared with."""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.mime.text import MIMEText

from flows import language
from flows.application.context import Context
from flows.application.deliver_mail import sender_of
from flows.archive.history import Evidence
from flows.archive.ingest import keep_head
from flows.archive.witness import Witness, first_event_at, hand_over, last_handed_over, open_witnesses
from flows.dates import exact_time, oslo_date, short_date
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register import Event
from flows.register.mail import enqueue
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import pending_decisions, record_all
from flows.register.pending_schema import PendingKind
from flows.register.signed_heads import Head, trusted_keys

_log = logging.getLogger(__name__)
_SELDOM = timedelta(days=6, hours=12)
"""An archivist gets a head by e-mail once a week: each one stands for all before it."""
_AT_ONCE, _SPARE = timedelta(days=1), timedelta(days=2)
"""Other places get one each night. Two nights may fail before somebody is told."""
_LONGEST_SUBJECT = 200


def witnesses_of(context: Context) -> list[Witness]:
    """Open the witnesses that the settings name. Raises `WrongUse`."""
    places = context.stated_settings.witness.split()
    return open_witnesses(places, context.store, context.anchors, lambda to, head: _write(context, to, head))


def evidence_of(context: Context, labels: Sequence[str] = ()) -> Evidence:
    """Return what the history is compared with: our keys, the witnesses, and heads that a person holds."""
    return Evidence(trusted_keys(context.stated_settings.head_keys_folder), witnesses_of(context), labels)


def keep_heads(context: Context) -> None:
    """Keep the newest head beside the blobs, and with witnesses that take each; the night makes up for failures."""
    head = keep_head(context.register, context.store)
    if not context.stated_settings.witness:
        return
    for witness in witnesses_of(context):
        if not witness.at_once:
            continue
        try:
            witness.hand_over(head)
        except AvtaleflytError:
            _log.warning("The head %s was not handed to %s; it is tried again tonight", head.number, witness.name)


def hand_over_heads(context: Context) -> list[str]:
    """Hand the newest head to every witness, with an event; return why not where one did not take it."""
    due = [one for one in witnesses_of(context) if one.at_once or _is_due(context, one)]
    problems = hand_over(context.register, context.store, due)
    keep_head(context.register, context.store)
    return problems


def record_silent_witnesses(context: Context) -> None:
    """Keep which witnesses have had no head for too long, as what waits for a person, and what is over no longer.

    Also where the settings name no witness any more, though the history had one.
    """
    found = list(_silent(context))
    with context.register.read() as session:
        open_ones = [one for one in pending_decisions(session) if one.kind == PendingKind.WITNESS_SILENT]
    if found or open_ones:
        with context.register.write() as transaction:
            record_all(transaction, PendingKind.WITNESS_SILENT, found)


def _silent(context: Context) -> Iterator[Finding]:
    now, register = context.register.clock(), context.register
    begun = first_event_at(register)
    if begun is None:
        return
    try:
        witnesses = witnesses_of(context)
    except AvtaleflytError as error:
        yield Finding(PendingKind.WITNESS_SILENT, "AVTALEFLYT_WITNESS", str(error))
        return
    for witness in witnesses:
        last = last_handed_over(register, witness.name)
        if now - (last.at if last else begun) > (_AT_ONCE if witness.at_once else _SELDOM) + _SPARE:
            yield _finding(witness.name, last)
    former = None if witnesses else last_handed_over(register)
    if former is not None:
        yield _finding(str(former.details.get("to", "")), former)


def _finding(name: str, last: Event | None) -> Finding:
    if last is None:
        why = _("The witness {name} has never been given a head of the history.").format(name=name)
        return Finding(PendingKind.WITNESS_SILENT, name[:_LONGEST_SUBJECT], why)
    why = _("The witness {name} has had no head of the history since {day}.").format(
        name=name, day=short_date(oslo_date(last.at))
    )
    return Finding(PendingKind.WITNESS_SILENT, name[:_LONGEST_SUBJECT], why, since=last.at)


def _is_due(context: Context, witness: Witness) -> bool:
    last = last_handed_over(context.register, witness.name)
    return last is None or context.register.clock() - last.at >= _SELDOM


def _write(context: Context, address: str, head: Head) -> None:
    """Write the e-mail that carries a head into the outbox."""
    now = context.register.clock()
    text = "\n".join(
        [
            _("Hello,"),
            "",
            _("This is the head of the agreement register's history on {when}:").format(
                when=exact_time(now, language.current())
            ),
            "",
            head.label,
            "",
            _("Keep this e-mail. Whether the history was rewritten or shortened since then is shown by:"),
            "",
            " ".join(("avtaleflyt", "archive", "verify", "--head", head.label)),
            "",
            _("Key: {key}. Signature: {signature}").format(key=head.key, signature=head.signature),
            "",
        ]
    )
    message = MIMEText(text, "plain", "utf-8", policy=BYTES)
    subject = _("Head {number} of the agreement register").format(number=head.number)
    mail = written(message, sender_of(context), address, subject, now, language.current())
    with context.register.write() as transaction:
        enqueue(transaction, [mail])
