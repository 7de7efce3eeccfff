"""Send agreements for signature: approve them, and hand their documents and signers to the provider."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context

from flows.agreements.amendments import OTHER_PARTY
from flows.agreements.parties import Signatory
from flows.agreements.signer_language import signer_language
from flows.agreements.types import types
from flows.application.context import Context
from flows.application.outages import OUTAGES, Patience
from flows.application.outcomes import AgreementOutcome
from flows.documents import SignaturePlace, signature_places
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.register import State, Version
from flows.register.agreements import approve, current_version, get_agreement
from flows.register.event_comparison import check_current_version
from flows.signing import SignaturePosition, Signer
from flows.signing.rate_limiter import rate_limited
from flows.signing.request_title import request_title
from flows.signing.sending import send

SENDERS = 4
"""Calls of one run that wait for a provider at the same time."""
_log = logging.getLogger(__name__)


def send_agreements(
    context: Context,
    agreement_ids: Sequence[str],
    reason: str,
    patience: Patience,
    report: Callable[[], None] = lambda: None,
) -> list[AgreementOutcome]:
    """Approve and send agreements, several at a time; return their outcomes in the same order.

    Only what certainly never reached the provider is tried again, as long as the patience lasts. One that fails stops
    none of the others. `report` is called after each.
    """
    size = context.settings.chunk
    for start in range(0, len(agreement_ids), size):
        some = agreement_ids[start : start + size]
        patience.through(lambda some=some: _approve(context, some, reason))  # type: ignore[misc]
    sent: dict[str, AgreementOutcome] = {}
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="send") as senders:
        running = [senders.submit(copy_context().run, _outcome, context, one, patience) for one in agreement_ids]
        try:
            for done in as_completed(running):
                outcome = done.result()
                sent[outcome.agreement_id] = outcome
                report()
        except BaseException:  # Ctrl+C: what has not begun is not sent
            senders.shutdown(wait=False, cancel_futures=True)
            raise
    return [sent[one] for one in agreement_ids]


def _approve(context: Context, agreement_ids: Sequence[str], reason: str) -> None:
    with context.register.write() as transaction:
        for agreement_id in agreement_ids:
            approve(transaction, agreement_id, reason)


def _outcome(context: Context, agreement_id: str, patience: Patience) -> AgreementOutcome:
    try:
        return patience.through(lambda: _send_approved(context, agreement_id))
    except AvtaleflytError as error:
        return AgreementOutcome(agreement_id, _state(context, agreement_id), error.message)
    except Exception:  # noqa: BLE001 - a fault of the program stops no other agreement: it is logged and shown
        _log.exception("An agreement could not be sent.", extra={"agreement": agreement_id})
        return AgreementOutcome(agreement_id, _state(context, agreement_id), _("A fault in the program; see the log."))


def _state(context: Context, agreement_id: str) -> State:
    try:
        with context.register.read() as session:
            return State(get_agreement(session, agreement_id).state)
    except OUTAGES:
        return State.APPROVED


def send_agreement(
    context: Context, agreement_id: str, reason: str, approved_version: int | None = None
) -> AgreementOutcome:
    """Approve a generated agreement, for a reason that its event keeps, and send it.

    With the version that a person has approved, that one alone is sent, and nothing is approved here. Raises `NotSent`,
    after which it may be tried again.
    """
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
    if approved_version is not None and (agreement.version, agreement.state) != (approved_version, State.APPROVED):
        return AgreementOutcome(agreement_id, State(agreement.state))
    if agreement.state == State.GENERATED:
        _approve(context, [agreement_id], reason)
    return _send_approved(context, agreement_id, approved_version)


def _send_approved(context: Context, agreement_id: str, approved_version: int | None = None) -> AgreementOutcome:
    """Send an agreement that is approved; one in any other state, or version, is left alone. Raises `NotSent`."""
    with context.register.read() as session:
        agreement = get_agreement(session, agreement_id)
        version = current_version(session, agreement)
        if approved_version not in {None, version.number}:  # replaced a moment ago
            return AgreementOutcome(agreement_id, State(agreement.state))
        if agreement.state == State.APPROVED:  # a case that was altered in the database need not even be readable
            check_current_version(session, agreement_id)
        kind = types()[agreement.type]
        case = kind.case.model_validate(version.case)
        title = request_title(agreement, version)
    municipality = agreement.municipality_number
    signers = _signers(context, version, municipality, kind.signatories(case))
    register, provider, settings = context.register, context.provider, context.settings
    rate_limited(register, f"{provider.name}:sends", settings.sends_per_second)()
    days, read = settings.signing_days, context.store.get
    language = signer_language(None, municipality, settings.language)
    state = send(register, provider, agreement_id, signers, read, title, days, language, version.number)
    return AgreementOutcome(agreement_id, state)


def _signers(context: Context, version: Version, municipality: str, signatories: Sequence[Signatory]) -> list[Signer]:
    """Return who signs a version, each with a place on its paper and in the language that the person is written to."""
    places, installation = _places(context, version), context.settings.language
    other = places.get(OTHER_PARTY)  # in an amendment, where the parties are the municipality and whoever it is
    return [
        signer_of(order, one, places.get(one.role, other), signer_language(one.language, municipality, installation))
        for order, one in enumerate(signatories, start=1)
    ]


def _places(context: Context, version: Version) -> Mapping[str, SignaturePlace]:
    """Return where each signer's line stands, as it was found when the document was made, or by reading that again."""
    if version.signature_places is not None:
        return {role: SignaturePlace(*place) for role, place in version.signature_places.items()}
    return {} if version.pdf_sha256 is None else signature_places(context.store.get(version.pdf_sha256))


def signer_of(order: int, one: Signatory, place: SignaturePlace | None = None, language: str = "nb") -> Signer:
    """Return a signatory as the provider port takes it, with its place on the paper if the document has one."""
    anchor = None if place is None else SignaturePosition(place.page, place.left, place.bottom, place.right, place.top)
    return Signer(order, one.role, one.name, one.title, one.email, one.mobile, one.organisation, anchor, language)
