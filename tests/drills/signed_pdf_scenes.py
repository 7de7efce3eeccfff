"""Good signed PDFs of four providers, as their test servers make them, for the drill of signed PDFs."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from flows.archive.proof.signer_names import ReportedSigner
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.documents import load_template, make, signature_places
from flows.settings import shipped_folder
from flows.signing_desk.certificate_authority import Authority, open_authority
from flows.signing_desk.pades_signing import append_signature
from flows.signing_desk.signature_fields import Field
from flows.signing_desk.signature_positions import Anchor
from tests.documents.test_pipeline import ALIS
from tests.signing.certificate_factory import authority as sealing_authority
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import agreement

PROVIDERS = ("desk", "posten", "documenso", "docuseal")
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
"""Two hours ago: EU DSS takes nothing that is signed in the future."""
HOLDERS = {"posten": "Posten Bring AS", "documenso": "Documenso i prøvekommunen", "docuseal": "DocuSeal"}
_PAIRS = (
    ("Kari Čáhppe", "Ola Prøve"),
    ("Anne Berg", "Anne Bergersen"),
    ("Åse-Marie O’Hara", "Per Ås"),
    ("Kari Nordmann", "Kari Nordmann"),
)
_PLACES = (
    {"page": 1, "left": 60.0, "bottom": 120.0, "right": 240.0, "top": 150.0},
    {"page": 1, "left": 300.0, "bottom": 120.0, "right": 480.0, "top": 150.0},
)


@dataclass(frozen=True)
class Scene:
    """A signed PDF with all that it is judged by."""

    provider: str
    sent: bytes
    signed: bytes
    signers: Sequence[Mapping[str, Any]]
    anchors: ProviderAnchors
    reported: tuple[ReportedSigner, ...] = ()
    requested_at: datetime = AT - timedelta(days=1)
    arrived_at: datetime = AT + timedelta(hours=1)
    kind: str = "good"

    def changed(self, kind: str, **changes: Any) -> "Scene":
        """Return the scene with something else in it."""
        return replace(self, kind=kind, **changes)


class Stage:
    """Makes scenes, by number; the same number gives the same scene but for keys."""

    def __init__(self, folder: Path) -> None:
        self.desk: Authority = open_authority(folder, AT - timedelta(days=30))
        root = x509.Certificate.load(self.desk.certificate.public_bytes(Encoding.DER))
        seals = x509.Certificate.load(sealing_authority().der)
        self.pems = [folder / "authority" / "ca.pem", folder / "seals.pem"]
        self.pems[1].write_bytes(sealing_authority().pem)
        self._anchors = {"desk": ProviderAnchors((root,), (root,))}
        self._seals = ProviderAnchors((seals,), (seals,))

    def good(self, number: int) -> Scene:
        """Return a good file: the provider, the document, the names and the places follow from the number."""
        provider = PROVIDERS[number % len(PROVIDERS)]
        names = _PAIRS[number // 4 % len(_PAIRS)]
        sent = document(number // 16 % 8)
        signers = people(sent, names, placed=number % 3 != 0)
        return self.signed(provider, sent, signers)

    def signed(self, provider: str, sent: bytes, signers: Sequence[Mapping[str, Any]], source: bytes = b"") -> Scene:
        """Return a scene whose signed file is made from `source`, or from what was sent."""
        source = source or sent
        pages = len(PdfReader(io.BytesIO(source)).pages)  # a file that replaces ours may be shorter
        asked, signers = (
            signers,
            [{**one, "anchor": None} if one["anchor"] and one["anchor"]["page"] > pages else one for one in signers],
        )
        if provider == "desk":
            return Scene(provider, sent, self.by_desk(source, signers), asked, self._anchors["desk"])
        stamped = source if provider == "posten" else with_stamps(source, signers)
        pdf = sealed(stamped, account(signers), HOLDERS[provider], AT, first=provider == "posten")
        told = tuple(ReportedSigner(str(one["name"]), str(one["email"])) for one in signers)
        return Scene(provider, sent, pdf, asked, self._seals, () if provider == "posten" else told)

    def by_desk(self, pdf: bytes, signers: Sequence[Mapping[str, Any]], at: datetime = AT) -> bytes:
        """Return the PDF as the desk lets people sign it."""
        places = [Anchor(**one["anchor"]) if one["anchor"] else None for one in signers]
        fields = [
            Field(f"Signatur{order}", str(one["name"]), place)
            for order, (one, place) in enumerate(zip(signers, places, strict=True), start=1)
        ]
        for each in fields:
            identity = self.desk.certify(each.signer, at, at + timedelta(days=30))
            pdf += append_signature(
                pdf,
                field=each.name,
                name=each.signer,
                at=at,
                anchor=each.anchor,
                identity=identity,
                authority=self.desk,
                fields=fields,
            )
        return pdf


def people(sent: bytes, names: Sequence[str], *, placed: bool) -> list[dict[str, Any]]:
    """Return signers as the register keeps them, at the document's own lines where it has any."""
    lines = [
        {"page": one.page, "left": one.left, "bottom": one.bottom, "right": one.right, "top": one.top}
        for one in signature_places(sent).values()
    ] or list(_PLACES)
    found = []
    for number, name in enumerate(names):
        place = lines[number] if placed and number < len(lines) else None
        found.append({"order": number + 1, "name": name, "email": f"signatar{number}@eksempel.no", "anchor": place})
    return found


def account(signers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines that the test servers print on a page of their own."""
    return [f"Signert av {one['name']}" for one in signers]


@cache
def document(number: int) -> bytes:
    """Return one of eight documents to sign; the last two are agreements of several pages."""
    if number < 6:
        return agreement(f"Avtale nummer {number} om utdanning")
    template = load_template(shipped_folder("templates") / "alis" / "template.docx")
    return make(template, {**ALIS, "arbeidssted": f"Prøve legesenter {number}"}).pdf


def with_stamps(pdf: bytes, signers: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the PDF, as a new file, with a drawn signature at each place."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for one in signers:
        place = one["anchor"]
        if place:
            page = writer.pages[int(place["page"]) - 1]
            page.merge_page(_stamp(str(one["name"]), place["left"], place["bottom"], float(page.mediabox.height)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@cache
def _stamp(name: str, left: float, bottom: float, height: float) -> Any:
    style = (
        f"position:absolute;left:{left + 4}pt;top:{height - bottom - 18}pt;font:italic 10pt serif;white-space:nowrap"
    )
    html = f"<style>@page{{size:595.28pt {height}pt;margin:0}}body{{margin:0}}</style><div style='{style}'>{name}</div>"
    return PdfReader(io.BytesIO(bytes(HTML(string=html).write_pdf()))).pages[0]
