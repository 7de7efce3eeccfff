"""Read and renew signers' links at a signing desk without e-mail."""

from flows.errors import NotFound, WrongUse
from flows.language import translate as _
from flows.provider_names import provider_first
from flows.register import Register
from flows.register.agreements import get_agreement
from flows.register.signature_requests import newest_request
from flows.signing.port import Provider
from flows.signing.providers.desk import DeskProvider


def links_to_pass_on(register: Register, provider: Provider, agreement_id: str, new: int = 0) -> dict[int, str]:
    """Return the link of each signer by order; with `new`, that signer's is made anew and the one before is void.

    Links are secrets and are kept nowhere here. Raises `WrongUse` where the provider writes to signers itself,
    `NotFound` where nothing is out, `ProviderError`.
    """
    if not isinstance(provider, DeskProvider):
        raise WrongUse(
            _("{provider} writes to signers itself; only the signing desk gives links to pass on.").format(
                provider=provider_first(provider.name)
            )
        )
    with register.read() as session:
        get_agreement(session, agreement_id)
        request = newest_request(session, agreement_id)
    if request is None or request.provider != provider.name or request.provider_id is None:
        raise NotFound(
            _("Nothing of this agreement is at the signing desk; `avtaleflyt status ID` says where it stands.")
        )
    if new:
        provider.new_link(request.provider_id, new)
    return provider.signer_links(request.provider_id)
