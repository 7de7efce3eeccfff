"""Compare what a provider holds under our reference with the document that was sent (signing.md, 1.3).

Only the provider's own data can be compared: the digest of its PDF, or the title. Providers truncate titles.
"""

from flows.agreements.types import types
from flows.language import translate as _
from flows.register import Register, SignatureRequest
from flows.register.agreements import current_version, get_agreement
from flows.signing.port import SentRequest

_TITLES_KEEP = 200
"""Characters of a title that every provider keeps."""


def pdf_differs(request: SignatureRequest, found: SentRequest) -> bool:
    """Return whether the provider states a digest other than that of the PDF that was sent."""
    return bool(found.sha256) and found.sha256 != request.pdf_sha256


def document_mismatch(register: Register, request: SignatureRequest, found: SentRequest) -> str:
    """Return how the provider's request differs from the one that was sent; empty if it does not."""
    if pdf_differs(request, found):
        return _("the provider's request {provider_id} carries our reference with another PDF").format(
            provider_id=found.provider_id
        )
    if found.title and found.title[:_TITLES_KEEP] not in _titles(register, request):
        return _("the provider's request {provider_id} carries our reference under another title").format(
            provider_id=found.provider_id
        )
    return ""


def _titles(register: Register, request: SignatureRequest) -> set[str]:
    with register.read() as session:
        agreement = get_agreement(session, request.agreement_id)
        version = current_version(session, agreement)
        return {title[:_TITLES_KEEP] for title in (types()[agreement.type].title, version.public_title)}
