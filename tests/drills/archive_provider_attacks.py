"""Attacks by somebody who has a provider, the desk's host or another trusted authority: what comes back is not ours."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from unittest.mock import patch

from pypdf import PdfReader, PdfWriter

from flows.application.collect import collect_signed_agreements
from flows.application.send import send_agreement
from flows.application.status import status_overview
from flows.register import State
from flows.register.database import utc_now
from flows.signing.port import SentRequest
from tests.archive.signed_agreements import NAMES, Authority, authority, document
from tests.drills.archive_doors import Attack, Do, Outcome
from tests.drills.archive_world import OUT, World, words

_STRANGERS = ("Ola Uvedkommende", NAMES[1])


def answers(made: Callable[[random.Random], bytes]) -> Do:
    """Return an attack in which the provider gives something else for agreement 4."""

    def do(world: World, chance: random.Random) -> None:
        world.provider.answers[world.references[4]] = made(chance)

    return do


@cache
def other_authority() -> Authority:
    """Return an authority that is trusted for another provider."""
    return Authority()


def signed_now(number: int, by: Authority | None = None, names: Sequence[str] = NAMES) -> bytes:
    """Return an agreement's document signed by these people at the present time, as the world's clock runs."""
    content = document(words(number))
    for place, name in enumerate(names, start=1):
        content = (by or authority()).sign(content, name, f"Signatur{place}", at=utc_now())
    return content


def _flipped(chance: random.Random) -> bytes:
    content = bytearray(signed_now(4))
    sent = len(document(words(4)))
    content[chance.randrange(100, sent)] ^= chance.randrange(1, 256)
    return bytes(content)


def _cut(chance: random.Random) -> bytes:
    return signed_now(4)[: -chance.randrange(10, 4000)]


def _grown(chance: random.Random) -> bytes:
    writer = PdfWriter(BytesIO(signed_now(4)), incremental=True)
    writer.add_metadata({"/Title": f"Annen avtale {chance.random()}"})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _rewritten(chance: random.Random) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(signed_now(4))))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def trusted_elsewhere(world: World, chance: random.Random) -> None:
    """Let an authority that another provider's seals may chain to certify our signers."""
    other_authority().keep(world.folder / "anchors" / "posten")
    world.provider.answers[world.references[4]] = signed_now(4, other_authority())


def swapped(world: World, chance: random.Random) -> None:
    """Give the signed file of another agreement."""
    world.provider.answers[world.references[4]] = signed_now(chance.choice([1, 2, 3]))


def signed_by(*names: str) -> Do:
    """Return an attack in which other people, or some more or less, sign our document."""
    return answers(lambda _chance: signed_now(4, names=names))


def id_of_another(world: World, chance: random.Random) -> Outcome:
    """Answer a new request with the id of one that is out: neither is taken for the other, and a person is asked."""
    with patch.object(world.provider, "send", lambda _intent, _pdf: SentRequest("job-4")):
        state = send_agreement(world.context, world.agreements[7], "sett på").state
    collected = collect_signed_agreements(world.context)
    waiting = {one.agreement_id for one in status_overview(world.context).waiting if one.kind == "unknown"}
    others = {world.agreements[one] for one in OUT} <= set(collected.archived)
    return Outcome(world.agreements[7] in waiting and state == State.UNKNOWN, not others, str(waiting))


PROVIDER_ATTACKS = (
    Attack("a third person signed too", "collect", signed_by(*NAMES, "Ola Uvedkommende")),
    Attack("one person signed twice", "collect", signed_by(NAMES[0], NAMES[0])),
    Attack("one of two signed", "collect", signed_by(NAMES[0])),
    Attack("a letter of another alphabet in a name", "collect", signed_by(NAMES[0].replace("a", "\u0430"), NAMES[1])),
    Attack("an invisible letter in a name", "collect", signed_by(NAMES[0] + "\u200b", NAMES[1])),
    Attack("nobody signed", "collect", answers(lambda _chance: document(words(4)))),
    Attack("something behind the file's end", "collect", answers(lambda _chance: signed_now(4) + b"\n%tillegg\n" * 9)),
    Attack("something before the file's beginning", "collect", answers(lambda _chance: b"%PDF-1.7\n" + signed_now(4))),
    Attack("the id of another request", "send", id_of_another),
    Attack("a byte of a signed file flipped", "collect", answers(_flipped)),
    Attack("a signed file cut short", "collect", answers(_cut)),
    Attack("something added after signing", "collect", answers(_grown)),
    Attack("a signed file written anew", "collect", answers(_rewritten)),
    Attack("another agreement's signed file", "collect", swapped),
    Attack("a file that nobody signed", "collect", answers(lambda _chance: document(words(4)))),
    Attack("no PDF at all", "collect", answers(lambda chance: chance.randbytes(5000))),
    Attack(
        "somebody else's signature",
        "collect",
        answers(lambda _chance: signed_now(4, names=("Ola Uvedkommende", NAMES[1]))),
    ),
    Attack("one signature of two", "collect", answers(lambda _chance: signed_now(4, names=NAMES[:1]))),
    Attack("signers of another provider's authority", "collect", trusted_elsewhere),
)
