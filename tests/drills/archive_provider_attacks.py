"""Attacks by somebody who has a provider, the desk's host or another trusted authority: what comes back is not ours."""

import random
from collections.abc import Callable
from functools import cache
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from tests.archive.signed_agreements import NAMES, Authority, authority, document, signed
from tests.drills.archive_world import Attack, Do, World, words


def answers(made: Callable[[random.Random], bytes]) -> Do:
    """Return an attack in which the provider gives something else for agreement 4."""

    def do(world: World, chance: random.Random) -> None:
        world.provider.answers[world.references[4]] = made(chance)

    return do


@cache
def other_authority() -> Authority:
    """Return an authority that is trusted for another provider."""
    return Authority()


@cache
def _by_the_other() -> bytes:
    once = other_authority().sign(document(words(4)), NAMES[0], "Signatur1")
    return other_authority().sign(once, NAMES[1], "Signatur2")


@cache
def _of_others() -> bytes:
    return authority().sign(
        authority().sign(document(words(4)), "Ola Uvedkommende", "Signatur1"), NAMES[1], "Signatur2"
    )


@cache
def _of_one() -> bytes:
    return authority().sign(document(words(4)), NAMES[0], "Signatur1")


def _flipped(chance: random.Random) -> bytes:
    content = bytearray(signed(words(4)))
    sent = len(document(words(4)))
    content[chance.randrange(100, sent)] ^= chance.randrange(1, 256)
    return bytes(content)


def _cut(chance: random.Random) -> bytes:
    return signed(words(4))[: -chance.randrange(10, 4000)]


def _grown(chance: random.Random) -> bytes:
    writer = PdfWriter(BytesIO(signed(words(4))), incremental=True)
    writer.add_metadata({"/Title": f"Annen avtale {chance.random()}"})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _rewritten(chance: random.Random) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(signed(words(4)))))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def trusted_elsewhere(world: World, chance: random.Random) -> None:
    """Let an authority that another provider's seals may chain to certify our signers."""
    other_authority().keep(world.folder / "anchors" / "posten")
    world.provider.answers[world.references[4]] = _by_the_other()


def swapped(world: World, chance: random.Random) -> None:
    """Give the signed file of another agreement."""
    world.provider.answers[world.references[4]] = signed(words(chance.choice([1, 2, 3])))


PROVIDER_ATTACKS = (
    Attack("a byte of a signed file flipped", "collect", answers(_flipped)),
    Attack("a signed file cut short", "collect", answers(_cut)),
    Attack("something added after signing", "collect", answers(_grown)),
    Attack("a signed file written anew", "collect", answers(_rewritten)),
    Attack("another agreement's signed file", "collect", swapped),
    Attack("a file that nobody signed", "collect", answers(lambda _chance: document(words(4)))),
    Attack("no PDF at all", "collect", answers(lambda chance: chance.randbytes(5000))),
    Attack("somebody else's signature", "collect", answers(lambda _chance: _of_others())),
    Attack("one signature of two", "collect", answers(lambda _chance: _of_one())),
    Attack("signers of another provider's authority", "collect", trusted_elsewhere),
)
