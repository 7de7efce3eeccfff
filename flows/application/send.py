"""Send an agreement for signature: approve it, and hand its document and signers to the provider."""

from flows.agreements.amendments import OTHER_PARTY
from flows.agreements.parties import Signatory
from flows.agreements.types import types
from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.documents import SignaturePlace, signature_places
from flows.register import State
from flows.register.agreements import approve, current_version, get_agreement
from flows.register.event_comparison import check_current_version
from flows.signing import SignaturePosition, Signer
from flows.signing.rate_limiter import rate_limited
from flows.signing.request_title import request_title
from flows.signing.sending import send


def send_agreement(context: Context, agreement_id: str, reason: str) -> AgreementOutcome:
    """Approve a generated agreement, for a reason that its event keeps, and send it.

    Raises `NotSent`, after which it may be tried again.
    """
    with context.register.write() as transaction:
        approve(transaction, agreement_id, reason)
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
        if agreement.state == State.APPROVED:  # a case that was altered in the database need not even be readable
            check_current_version(session, agreement_id)
        kind = types()[agreement.type]
        version = current_version(session, agreement)
        case, digest = kind.case.model_validate(version.case), version.pdf_sha256
        title = request_title(agreement, version)
    places = {} if digest is None else signature_places(context.store.get(digest))
    signatories = enumerate(kind.signatories(case), start=1)
    other = places.get(OTHER_PARTY)  # in an amendment, where the parties are the municipality and whoever it is
    signers = [signer_of(order, one, places.get(one.role, other)) for order, one in signatories]
    register, provider, settings = context.register, context.provider, context.settings
    rate_limited(register, f"{provider.name}:sends", settings.sends_per_second)()
    days, language = settings.signing_days, settings.language
    read = context.store.get
    state = send(register, provider, agreement_id, signers, read, title, days, language, version.number)
    return AgreementOutcome(agreement_id, state)


def signer_of(order: int, one: Signatory, place: SignaturePlace | None = None) -> Signer:
    """Return a signatory as the provider port takes it, with its place on the paper if the document has one."""
    anchor = None if place is None else SignaturePosition(place.page, place.left, place.bottom, place.right, place.top)
    return Signer(order, one.role, one.name, one.title, one.email, one.mobile, one.organisation, anchor)
