"""Find the cases that no flow took up: those that the intake endpoint registered while nobody heard of them."""

from flows.application.context import Context
from flows.language import translate as _
from flows.register import sending_wishes
from flows.register.agreements import get_agreement
from flows.register.altered_rows import altered_rows
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import pending_decisions, record_all
from flows.register.pending_schema import PendingKind
from flows.register.schema import SendingWish


def cases_left_behind(context: Context) -> list[tuple[str, bool]]:
    """Return id and whether it is to be sent of each agreement whose flow never ran to its end, the oldest first.

    A wish to send that was put into the database past the program sends nothing, and waits for a person.
    """
    register = context.register
    with register.read() as session:
        found = sending_wishes.left_behind(session, register.clock())
        wishes = [(one, get_agreement(session, one).version) for one, send in found if send]
        altered = {str(key[0]) for key in altered_rows(session, SendingWish, wishes, register.signer)}
        told = any(one.kind == PendingKind.WISH_ALTERED for one in pending_decisions(session))
    if altered or told:
        why = _("the wish to send this agreement was put into the database past the program; it is not sent")
        findings = [Finding(PendingKind.WISH_ALTERED, one, why, one) for one in sorted(altered)]
        with register.write() as transaction:
            record_all(transaction, PendingKind.WISH_ALTERED, findings)
    return [(one, send) for one, send in found if one not in altered]
