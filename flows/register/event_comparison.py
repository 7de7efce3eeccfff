"""Compare what is about to be sent or archived with what the events say about it.

`archive verify` finds every row that was changed in the database alone, but afterwards. What goes out to signers, or is
judged when it comes back, is compared here at once.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from flows.errors import RegisterAltered
from flows.language import translate as _
from flows.register.agreements import case_digest, current_version, events_of, get_agreement
from flows.register.schema import Agreement, Event, Json, SignatureRequest
from flows.register.signature_requests import signers_digest
from flows.register.states import State


def check_current_version(session: Session, agreement_id: str) -> None:
    """Raise `RegisterAltered` unless case and PDF of an agreement's version are those that its events tell of."""
    agreement = get_agreement(session, agreement_id)
    for what in _differences(session, agreement):
        raise _altered(agreement_id, what)


def check_request(session: Session, request: SignatureRequest) -> None:
    """Raise `RegisterAltered` unless PDF, signers and provider of a request are those that were about to be sent."""
    for event in events_of(session, request.agreement_id):
        if event.state_after != State.SENDING or event.details.get("reference") != request.reference:
            continue
        now: Json = {"pdf_sha256": request.pdf_sha256, "provider": request.provider}
        now["signers_sha256"] = signers_digest(request.signers)
        if any(name in event.details and event.details[name] != value for name, value in now.items()):
            raise _altered(request.agreement_id, _("the signature request"))
        return
    raise _altered(request.agreement_id, _("the signature request"))


def _differences(session: Session, agreement: Agreement) -> Iterator[str]:
    version, events = current_version(session, agreement), events_of(session, agreement.id)
    received = _newest(events, State.RECEIVED, agreement.version)
    made = _newest(events, State.GENERATED, agreement.version)
    told = None if received is None else received.details.get("case_sha256", version.case_sha256)
    if told != version.case_sha256 or told != case_digest(version.case):
        yield _("the case")
    if version.pdf_sha256 is not None and (made is None or made.details.get("pdf_sha256") != version.pdf_sha256):
        yield _("the document")


def _newest(events: list[Event], after: State, number: int) -> Event | None:
    found = [one for one in events if one.state_after == after and one.details.get("version") == number]
    return found[-1] if found else None


def _altered(agreement_id: str, what: str) -> RegisterAltered:
    return RegisterAltered(
        _(
            "{what} of agreement {agreement_id} was changed in the database after the program wrote it; nothing is "
            "done with it. Run `avtaleflyt archive verify`, and bring the register back from a backup."
        ).format(what=what, agreement_id=agreement_id)
    )
