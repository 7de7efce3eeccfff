"""A hostile file ends in a verdict at a bounded cost, and the file after it is judged as if it had never been."""

import random
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache

import pytest
from asn1crypto import x509

from flows.archive.proof.judging_process import JudgingLimits, JudgingProcess
from flows.archive.proof.profiles import profile_of
from flows.archive.proof.quarantine_reasons import ReasonCode
from flows.archive.proof.signer_names import reported_signers
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.archive.signatures import PdfValidation, SigningCircumstances
from tests.archive.signed_agreements import NAMES, authority, document, signed
from tests.signing.certificate_factory import authority as sealing_authority
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import agreement

SIGNERS = [{"name": name, "anchor": None} for name in NAMES]
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


@cache
def bomb() -> bytes:
    """Return 200 MB of nothing, packed twice."""
    return zlib.compress(zlib.compress(b"\0" * 200_000_000, 9), 9)


"""200 MB in some hundred bytes, twice compressed."""


@pytest.fixture(scope="module")
def process() -> Iterator[JudgingProcess]:
    """Give a process with limits that a test can wait for."""
    made = JudgingProcess(JudgingLimits(seconds=1, megabytes=1500))
    yield made
    made.close()


def judged(process: JudgingProcess, pdf: bytes, provider: str) -> PdfValidation:
    """Judge a file of a provider's against what was sent to it."""
    own = provider == "desk"
    anchors = (authority().root if own else x509.Certificate.load(sealing_authority().der),)
    told = SigningCircumstances(() if own else reported_signers(NAMES))
    sent = document() if own else agreement()
    profile = profile_of(provider)
    return process.judge(pdf, sent, SIGNERS, ProviderAnchors(anchors, anchors), profile, told)


def good(provider: str) -> bytes:
    """Return a good file of a provider's."""
    return signed() if provider == "desk" else sealed(agreement(), lines(), "Segl", AT, first=False)


def lines() -> list[str]:
    """Return what a provider prints on its own page."""
    return [f"Signert av {name}" for name in NAMES]


def built(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of these objects, numbered from 1."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return content + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def stream(entries: bytes, content: bytes) -> bytes:
    """Return a stream."""
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def page(entries: bytes = b"/MediaBox [0 0 595 842]") -> bytes:
    """Return a page below object 2."""
    return b"<</Type /Page /Parent 2 0 R %s>>" % entries


CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"
PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"


def many_pages() -> bytes:
    """Return ten levels of ten times the same page: ten thousand million pages in two kilobytes."""
    levels = [b"<</Type /Pages /Count %d /Kids [%s]>>" % (10**9, b"%d 0 R " % (n + 1) * 10) for n in range(2, 12)]
    return built(CATALOG, *levels, page())


def claimed_pages() -> bytes:
    """Return one page that claims to be a million."""
    return built(CATALOG, b"<</Type /Pages /Kids [3 0 R] /Count 1000000>>", page())


def deep_tree() -> bytes:
    """Return a tree of pages five thousand levels deep."""
    levels = [b"<</Type /Pages /Count 1 /Kids [%d 0 R]>>" % (n + 1) for n in range(2, 5002)]
    return built(CATALOG, *levels, page())


def deep_arrays() -> bytes:
    """Return arrays within arrays, a hundred thousand deep."""
    return built(CATALOG, PAGES, page(b"/MediaBox [0 0 595 842] /X " + b"[" * 100_000 + b"]" * 100_000))


def circle() -> bytes:
    """Return a tree of pages that leads back to itself."""
    return built(CATALOG, b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2>>", page())


def bomb_of_content() -> bytes:
    """Return a page whose content unfolds to 200 MB."""
    content = stream(b"/Filter [/FlateDecode /FlateDecode]", bomb())
    return built(CATALOG, PAGES, page(b"/MediaBox [0 0 595 842] /Contents 4 0 R"), content)


def bomb_of_objects() -> bytes:
    """Return a stream of objects that unfolds to 200 MB."""
    objects = stream(b"/Type /ObjStm /N 1 /First 5 /Filter [/FlateDecode /FlateDecode]", bomb())
    return built(CATALOG, PAGES, page(), objects, trailer=b"/Root 1 0 R /Info 4 0 R")


def bomb_of_image(entries: bytes) -> bytes:
    """Return a page with an image of a hundred thousand million points."""
    image = stream(b"/Type /XObject /Subtype /Image /Width 300000 /Height 300000 " + entries, bomb()[:200])
    entry = b"/MediaBox [0 0 595 842] /Contents 5 0 R /Resources <</XObject <</I 4 0 R>>>>"
    return built(CATALOG, PAGES, page(entry), image, stream(b"", b"600 0 0 800 0 0 cm /I Do"))


def jbig2() -> bytes:
    """Return a JBIG2 image that is noise."""
    return bomb_of_image(b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode")


def flate_image() -> bytes:
    """Return an image that says to be larger than any memory."""
    return bomb_of_image(b"/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode")


def endless_drawing() -> bytes:
    """Return a form that draws two forms, thirty levels deep: a thousand million."""
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <</XObject <</F %d 0 R>>>>"
    forms = [stream(entries % (number + 1), b"/F Do /F Do") for number in range(5, 35)]
    last = stream(b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b"0 0 1 1 re f")
    entry = b"/MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</XObject <</F 5 0 R>>>>"
    return built(CATALOG, PAGES, page(entry), stream(b"", b"/F Do"), *forms, last)


def no_size() -> bytes:
    """Return a page of size 0."""
    return built(CATALOG, PAGES, page(b"/MediaBox [0 0 0 0]"))


@pytest.mark.parametrize(
    ("provider", "hostile"),
    [
        ("desk", many_pages),
        ("desk", deep_arrays),
        ("desk", bomb_of_objects),
        ("documenso", claimed_pages),
        ("documenso", deep_tree),
        ("documenso", circle),
        ("documenso", bomb_of_content),
        ("documenso", jbig2),
        ("documenso", flate_image),
        ("documenso", no_size),
    ],
)
def test_a_hostile_file_is_judged_and_holds_up_nobody(
    process: JudgingProcess, provider: str, hostile: Callable[[], bytes]
) -> None:
    """Whatever it does to a parser, it has its reasons, and the file after it has none."""
    assert judged(process, hostile(), provider).reasons
    assert judged(process, good(provider), provider).reasons == ()


def test_what_costs_too_much_says_so(process: JudgingProcess) -> None:
    """The process is ended, with the reason for quarantine; the next file gets a new one."""
    slow = sealed(endless_drawing(), lines(), "Segl", AT, first=False)
    assert [one.why for one in judged(process, slow, "documenso").reasons] == [ReasonCode.TOO_COSTLY]
    assert judged(process, good("documenso"), "documenso").reasons == ()


@pytest.mark.parametrize("provider", ["desk", "documenso"])
def test_damage_ends_in_a_verdict(process: JudgingProcess, provider: str) -> None:
    """Bytes flipped, cut out and put in: seeded, and each judged."""
    content = good(provider)
    for seed in range(25):
        damage = random.Random(seed)
        changed = bytearray(content)
        for _each in range(damage.randint(1, 8)):
            changed[damage.randrange(len(changed))] = damage.randrange(256)
        cut = damage.randrange(len(changed)) if seed % 3 else len(changed)
        assert isinstance(judged(process, bytes(changed[:cut]), provider), PdfValidation)
