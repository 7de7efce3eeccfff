"""Attacks by somebody who has a provider, the desk's host or another trusted authority: what comes back is not ours."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from flows.register.database import utc_now
from tests.archive.signed_agreements import NAMES, Authority, authority, document
from tests.drills.archive_world import Attack, Do, World, words

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


PROVIDER_ATTACKS = (
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
