"""Read the status of every open request once, for providers without an update queue; validate responses."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from flows.errors import ProviderError, ProviderUnreachable
from flows.language import translate
from flows.language import translate as _
from flows.signing.port import OpenRequest, RequestsInTrouble, Update
from flows.signing.providers.http_calls import ProviderResponse

_Model = TypeVar("_Model", bound=BaseModel)
_NAMED = 10
TROUBLES = {
    "not_answered": "{provider} could not tell about {count} of {total} open requests",
    "gone": "{provider} no longer has {count} of {total} open requests",
    "not_sent_out": "{provider} has not sent out {count} of {total} open requests",
    "not_sealed": "{provider} did not seal {count} of {total} open requests",
    "not_viewed": "{provider} waits for somebody to look at {count} of {total} open requests that all have signed",
    "refusal_pending": "{provider} has not ended {count} of {total} open requests that a signer refused",
    "signer_not_told": "{provider} sent no e-mail to a signer of {count} of {total} open requests",
    "mail_returned": "{provider} had an e-mail returned from a signer of {count} of {total} open requests",
    "mail_failed": "{provider} could not write to a signer of {count} of {total} open requests",
}
"""Problems of a request at the provider that a person should look at: code and sentence."""
_GIVES_UP = 5
"""Unanswered calls in a row after which polling stops until the next round."""


class RequestGone(ProviderError):
    """The provider has no request with this id (any more)."""


class StatusReading(NamedTuple):
    """A provider's update on one request, and the code of `TROUBLES` that a person should look at, if any."""

    update: Update
    trouble: str = ""


def read_each(
    provider: str, requests: Sequence[OpenRequest], read: Callable[[OpenRequest], StatusReading]
) -> Iterator[Update]:
    """Yield the update of each request; then raise one `RequestsInTrouble` for all that have a problem.

    After five unanswered calls in a row the provider counts as away, and the rest is not read.
    """
    trouble: dict[str, list[str]] = {}
    away, silences = "", 0
    unread: list[str] = []
    for number, request in enumerate(requests):
        if silences == _GIVES_UP:
            unread = [*trouble.pop("not_answered"), *(one.reference for one in requests[number:])]
            away = _("{provider} does not answer: {count} of {total} open requests wait for the next round.").format(
                provider=provider, count=len(unread), total=len(requests)
            )
            break
        try:
            found = read(request)
        except ProviderError as error:
            what = "gone" if isinstance(error, RequestGone) else "not_answered"
            trouble.setdefault(what, []).append(request.reference)
            silences = silences + 1 if isinstance(error, ProviderUnreachable) else 0
            continue
        silences = 0
        if found.trouble:
            trouble.setdefault(found.trouble, []).append(request.reference)
        yield found.update
    told = [
        _("{trouble}: {references}; look at them there.").format(
            trouble=translate(TROUBLES[what]).format(provider=provider, count=len(references), total=len(requests)),
            references=", ".join(references[:_NAMED]),
        )
        for what, references in trouble.items()
    ]
    if away or told:
        by_reference = {reference: what for what, references in trouble.items() for reference in references}
        raise RequestsInTrouble(" ".join(filter(None, [*told, away])), by_reference, unread)


def readable(model: type[_Model], answer: ProviderResponse, provider: str, told: str) -> _Model:
    """Parse a response into a model; `told` names the request. Raises `RequestGone` for a 404, and `ProviderError`."""
    if answer.status == 404:
        raise RequestGone(_("{provider} has no such request: {told}.").format(provider=provider, told=told))
    if answer.status != 200:
        raise ProviderError(_("{provider} did not answer the question: {told}.").format(provider=provider, told=told))
    try:
        return model.model_validate_json(answer.body)
    except ValidationError:
        raise ProviderError(_("{provider} gave an unreadable answer.").format(provider=provider)) from None
