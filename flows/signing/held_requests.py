"""What a provider holds under our references, for a register that may have forgotten something.

Our references are `<agreement id>-v<version>-a<attempt>`. Some providers can list their requests; others can only be
asked for a reference that is known here (`Provider.find`), or not at all.
"""

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register import Agreement, Register, SignatureRequest
from flows.register.signature_requests import reference_of
from flows.signing.port import FoundRequests, HeldRequest, ListsRequests, Provider

_REFERENCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-v[0-9]+-a[0-9]+")
_FURTHER = 3
"""How many versions and attempts beyond those that are known are asked for."""


def is_ours(reference: str) -> bool:
    """Say whether a reference has the form of ours."""
    return _REFERENCE.fullmatch(reference) is not None


def can_be_asked(provider: Provider) -> bool:
    """Say whether a provider can tell at all what it holds."""
    return isinstance(provider, ListsRequests) or provider.capabilities.lookup_by_reference


def unknown_requests(register: Register, provider: Provider) -> list[HeldRequest]:
    """Return what a provider holds under references of ours that the register does not have as sent.

    One that lists nothing is asked for the next versions and attempts of every agreement. Raises `ProviderError`.
    """
    with register.read() as session:
        known = _known(session, provider.name)
        next_ones = [] if isinstance(provider, ListsRequests) else list(_next_references(session))
    if isinstance(provider, ListsRequests):
        held = (one for one in provider.held_requests() if is_ours(one.reference))
    else:
        held = (one for reference in next_ones for one in _found(provider, reference))
    return [one for one in held if (one.reference, one.provider_id) not in known]


def _found(provider: Provider, reference: str) -> Iterator[HeldRequest]:
    answer = provider.find(reference)
    if isinstance(answer, FoundRequests):
        yield from (HeldRequest(one.provider_id, reference) for one in answer.matches)


def _known(session: Session, provider: str) -> set[tuple[str, str]]:
    wanted = select(SignatureRequest.reference, SignatureRequest.provider_id)
    rows = session.execute(wanted.where(SignatureRequest.provider == provider))
    return {(reference, provider_id) for reference, provider_id in rows if provider_id}


def _next_references(session: Session) -> Iterator[str]:
    """Yield the references that a forgotten sending of a known agreement would have, and those without an outcome."""
    attempts: dict[tuple[str, int], int] = {}
    rows = session.execute(select(SignatureRequest.agreement_id, SignatureRequest.version, SignatureRequest.attempt))
    for agreement_id, version, attempt in rows:
        attempts[agreement_id, version] = max(attempt, attempts.get((agreement_id, version), 0))
    unanswered = select(SignatureRequest.reference).where(SignatureRequest.provider_id.is_(None))
    yield from session.execute(unanswered).scalars()
    for agreement_id, newest in session.execute(select(Agreement.id, Agreement.version)):
        for version in range(newest, newest + _FURTHER):
            tried = attempts.get((agreement_id, version), 0)
            for attempt in range(tried + 1, tried + 1 + _FURTHER):
                yield reference_of(agreement_id, version, attempt)
