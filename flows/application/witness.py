"""The witness outside: hand heads of the history over, and say what a verification is compared with."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from email.mime.text import MIMEText

from flows import language
from flows.application.context import Context
from flows.application.deliver_mail import sender_of
from flows.archive.history import Evidence
from flows.archive.ingest import keep_head
from flows.archive.witness import Witness, hand_over, last_handed_over, open_witnesses
from flows.dates import exact_time
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register.mail import enqueue
from flows.register.signed_heads import Head, trusted_keys

_log = logging.getLogger(__name__)
_SELDOM = timedelta(days=6, hours=12)
"""An archivist gets a head by e-mail once a week: each one stands for all before it."""


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
    problems = hand_over(context.register, due)
    keep_head(context.register, context.store)
    return problems


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
