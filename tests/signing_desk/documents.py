"""PDF files to sign, and people to sign them, invented for the tests."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from weasyprint import HTML

from flows.signing.port import SignaturePosition, Signer, SigningIntent

KARI = Signer(
    1,
    "kommune",
    "Kari Čáhppe",
    "kommunedirektør",
    "kari@kommune.example",
    on_behalf_of="Hábmera suohkan/Hamarøy kommune",
)
OLA = Signer(2, "alis", "Ola Prøve & Sønn", "lege i spesialisering", "ola@lege.example")
BOTH = (KARI, OLA)

_HTML = """<html lang="nb"><head><title>{title}</title></head><body><h1>{title}</h1>
<p>En oppdiktet avtale til utprøving, med bokstavene æ ø å á č đ ŋ š ŧ ž.</p>
<table><tr><th>Part</th><th>Navn</th></tr><tr><td>Kommune</td><td>Hamarøy</td></tr></table></body></html>"""


@cache
def agreement(title: str = "Avtale om utdanning") -> bytes:
    """Return a tagged PDF/A-2a of one page."""
    return bytes(HTML(string=_HTML.format(title=title)).write_pdf(pdf_variant="pdf/a-2a"))


def intent_of(
    pdf: bytes,
    reference: str,
    deadline: datetime,
    signers: Sequence[Signer] = BOTH,
    language: str = "nb",
    title: str = "Avtale om utdanning",
) -> SigningIntent:
    """Return what is sent with the PDF."""
    digest = hashlib.sha256(pdf).hexdigest()
    return SigningIntent(reference, title, "Avtale", signers, deadline, digest, language)


def at_line(signer: Signer, left: float) -> Signer:
    """Return the signer with a place on the first page."""
    return Signer(
        **{
            **{f: getattr(signer, f) for f in signer.__slots__},
            "anchor": SignaturePosition(1, left, 90, left + 190, 135),
        }
    )
