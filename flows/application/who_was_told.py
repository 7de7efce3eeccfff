"""Say after sending who was told how, and who was not."""

from collections.abc import Sequence

from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.language import translate as _
from flows.language import translate_plural
from flows.provider_names import provider_first, provider_name
from flows.register import State
from flows.register.signature_requests import newest_request
from flows.signing import GivesSigningLinks


def who_was_told(context: Context, outcomes: Sequence[AgreementOutcome]) -> str:
    """Return a sentence about the first signers of what was sent; empty where nothing was sent.

    A provider writes to signers itself; the signing desk does so where it has a mail server.
    """
    sent = [one.agreement_id for one in outcomes if one.state == State.SENT]
    if not sent:
        return ""
    with context.register.read() as session:
        requests = [newest_request(session, agreement_id) for agreement_id in sent]
    first = [request.signers[0] for request in requests if request is not None and request.signers]
    provider = context.provider.name
    if provider == "desk" and not context.provider.capabilities.remind_now:
        return _(
            "Nobody was told: the signing desk sends no e-mail. Pass the links on: "
            "`avtaleflyt links --all -o FILE.xlsx`."
        )
    if isinstance(context.provider, GivesSigningLinks):
        return _("Nobody was told: {provider} writes to nobody. Signers sign in the workplace.").format(
            provider=provider_name(provider)
        )
    reached = [one for one in first if one.get("email") or one.get("mobile")]
    sentence = translate_plural(
        "{provider} writes to {count} signer, and to the others when it is their turn.",
        "{provider} writes to {count} signers, and to the others when it is their turn.",
        len(reached),
    ).format(provider=provider_first(provider), count=len(reached))
    if len(reached) == len(first):
        return sentence
    untold = _("{count} were not told, since their cases hold no address.").format(count=len(first) - len(reached))
    return f"{sentence} {untold}"
