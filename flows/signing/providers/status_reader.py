"""Read the status of every open request once, for providers without an update queue; validate responses."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from flows.errors import ProviderError
from flows.language import translate as _
from flows.signing.port import OpenRequest, Update
from flows.signing.providers.http_calls import ProviderResponse, ProviderUnreachable

_Model = TypeVar("_Model", bound=BaseModel)
_NAMED = 10
_UNTOLD = "could not tell about"
_GIVES_UP = 5
"""Silences in a row after which a provider is left alone until the next round."""


class RequestGone(ProviderError):
    """The provider has nothing by that id (any more)."""


class StatusReading(NamedTuple):
    """What the provider says about one request, and what a person should look at there (`did not seal`), if anything.

    `trouble` goes on to "… 2 of 5 open requests".
    """

    update: Update
    trouble: str = ""


def read_each(
    provider: str, requests: Sequence[OpenRequest], read: Callable[[OpenRequest], StatusReading]
) -> Iterator[Update]:
    """Yield what is told about each request; whatever is in trouble is named in a `ProviderError` after the others.

    A provider that does not answer five times in a row is away: nobody waits for it about the rest.
    """
    trouble: dict[str, list[str]] = {}
    away, silences = "", 0
    for number, request in enumerate(requests):
        if silences == _GIVES_UP:
            waiting = [*trouble.pop(_UNTOLD), *requests[number:]]
            away = (
                f"{provider} does not answer: {len(waiting)} of {len(requests)} open requests wait for the next round."
            )
            break
        try:
            found = read(request)
        except ProviderError as error:
            what = "no longer has" if isinstance(error, RequestGone) else _UNTOLD
            trouble.setdefault(what, []).append(request.reference)
            silences = silences + 1 if isinstance(error, ProviderUnreachable) else 0
            continue
        silences = 0
        if found.trouble:
            trouble.setdefault(found.trouble, []).append(request.reference)
        yield found.update
    told = [
        f"{provider} {what} {len(references)} of {len(requests)} open requests: {', '.join(references[:_NAMED])};"
        " look at them there."
        for what, references in trouble.items()
    ]
    if away or told:
        raise ProviderError(" ".join(filter(None, [*told, away])))


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
