"""Compare what a provider holds under our reference with the document that was sent.

It is asked when an interrupted run is looked up (docs/protocols.md#sending-exactly-once). Only what the provider itself
returns can be compared: the digest of its PDF or the title, and the signers' addresses. Providers cut titles off.
"""

from collections.abc import Mapping

from flows.agreements.person_names import plain_address
from flows.agreements.types import types
from flows.language import translate as _
from flows.register import Register, SignatureRequest
from flows.register.agreements import current_version, get_agreement
from flows.signing.port import SentRequest
from flows.signing.request_title import request_title

_TITLES_KEEP = 200
"""Characters of a title that every provider keeps."""


def pdf_differs(request: SignatureRequest, found: SentRequest) -> bool:
    """Say whether the provider tells a digest that is not that of the PDF that was sent."""
    return bool(found.sha256) and found.sha256 != request.pdf_sha256


def document_mismatch(register: Register, request: SignatureRequest, found: SentRequest) -> str:
    """Say in what the provider's request differs from the one that was sent; empty where it does not."""
    if pdf_differs(request, found):
        return _("the provider's request {provider_id} carries our reference with another PDF").format(
            provider_id=found.provider_id
        )
    if found.title and found.title[:_TITLES_KEEP] not in _titles(register, request):
        return _("the provider's request {provider_id} carries our reference under another title").format(
            provider_id=found.provider_id
        )
    if found.addresses and _plain(found.addresses) != _plain({one["order"]: one["email"] for one in request.signers}):
        return _("the provider's request {provider_id} carries our reference with other addresses of signers").format(
            provider_id=found.provider_id
        )
    return ""


def _plain(addresses: Mapping[int, str]) -> dict[int, str]:
    return {order: plain_address(address) for order, address in addresses.items() if address}


def _titles(register: Register, request: SignatureRequest) -> set[str]:
    with register.read() as session:
        agreement = get_agreement(session, request.agreement_id)
        version = current_version(session, agreement)
        titles = (types()[agreement.type].title, version.public_title, request_title(agreement, version))
        return {title[:_TITLES_KEEP] for title in titles}
