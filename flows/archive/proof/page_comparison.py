"""Compare a PDF that a provider rebuilt with the one that was sent, where bytes cannot be equal.

Posten signering and others make a new PDF of ours, with pages of their own, and seal the whole. What each does is in
`profiles`. Our pages must have the letters that were sent where they stood, and look the same; beside them only
signatures at the places that were asked for. Pages beside ours must be the provider's account of who signed.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdf import PageObject, PdfReader

from flows.archive.proof.evidence_pages import is_account, is_foot, signers_on
from flows.archive.proof.page_pictures import look_alike, moved, same_size
from flows.archive.proof.page_text import Placement, letters_of, placement_of
from flows.archive.proof.profiles import RebuildProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.signer_names import ReportedSigner, address_faults, reported_faults, same_names
from flows.archive.proof.stamp_areas import StampArea, asked_areas

_MOST_ADDED = 5
"""Pages of a provider's own: its front page, or its account of who signed."""
_EDGE = 4.0
"""Points by which a letter of a stamp may exceed its place."""


@dataclass(frozen=True, slots=True)
class RebuiltPdf:
    """A PDF that a provider rebuilt, with what it was made of and what the provider tells beside it.

    `signers` are those who should have signed, as the register keeps them, `reported` those who the provider says have.
    `titles` are those of the sent PDF. `evidence` are the PDFs that came beside the signed one.
    """

    signed: bytes
    sent: bytes
    signers: Sequence[Mapping[str, Any]]
    reported: Sequence[ReportedSigner] = ()
    titles: Sequence[str] = ()
    evidence: Sequence[bytes] = ()


def rebuilt_faults(rebuilding: RebuildProfile, pdf: RebuiltPdf, *, pictures: bool = True) -> Iterator[QuarantineReason]:
    """Yield the reasons for quarantine that comparing what came with what was sent gives.

    Without `pictures`, pages are compared by their letters alone. Raises what the readers of PDF raise for a file that
    they cannot read.
    """
    with pypdfium2.PdfDocument(pdf.sent) as sent, pypdfium2.PdfDocument(pdf.signed) as signed:
        added = len(signed) - len(sent)
        if added < 0:
            yield QuarantineReason(ReasonCode.PAGES_MISSING)
            return
        if added > _MOST_ADDED:  # nor is a file of a million pages looked through
            yield QuarantineReason(ReasonCode.STRANGE_PAGES)
            return
        first = added if rebuilding.pages_first else 0
        areas = asked_areas(pdf.signers, len(sent))
        for number in range(1, len(sent) + 1):
            mine, came = sent[number - 1], signed[first + number - 1]
            stamps = [one for one in areas if one.page == number]
            yield from _faults_of_page(number, mine, came, stamps, rebuilding, pdf.signers, pictures)
        own = [signed[index] for index in (range(added) if rebuilding.pages_first else range(len(sent), len(signed)))]
        yield from _faults_of_added_pages(own, rebuilding, pdf, pictures)
    yield from _faults_of_objects(pdf, first)


def added_pages(rebuilding: RebuildProfile, signed: bytes, sent: bytes) -> tuple[int, ...]:
    """Return the numbers (from 1) of the pages of a rebuilt PDF that are the provider's own, and no part of ours."""
    with pypdfium2.PdfDocument(sent) as ours, pypdfium2.PdfDocument(signed) as theirs:
        pages = range(1, len(theirs) + 1)
        added = min(max(0, len(theirs) - len(ours)), _MOST_ADDED)
        return tuple(pages[:added] if rebuilding.pages_first else pages[len(ours) : len(ours) + added])


def _faults_of_page(
    number: int,
    mine: pypdfium2.PdfPage,
    came: pypdfium2.PdfPage,
    stamps: Sequence[StampArea],
    rebuilding: RebuildProfile,
    signers: Sequence[Mapping[str, Any]],
    pictures: bool,
) -> Iterator[QuarantineReason]:
    """Yield how a page of ours differs from the one that was sent."""
    if not same_size(mine, came):
        yield QuarantineReason(ReasonCode.OTHER_LOOK, {"page": number})
        return
    ours, theirs = letters_of(mine), letters_of(came)
    start = theirs.text.find(ours.text)
    if start < 0:
        yield QuarantineReason(ReasonCode.ANOTHER_TEXT, {"page": number})
    placement = placement_of(ours, theirs, start) if start >= 0 else Placement()
    if placement is None or not (placement.is_identity or rebuilding.shrinks):
        yield QuarantineReason(ReasonCode.OTHER_LOOK, {"page": number})
        return
    foot = rebuilding.foot if placement.is_identity else max(placement.bottom, 0.0)
    foot = foot if rebuilding.foot else 0.0
    if start >= 0:
        boxes = [moved(one, placement) for one in stamps]
        beside = [*range(start), *range(start + len(ours.text), len(theirs.text))]
        stray = [place for place in beside if not _within(theirs.places[place], boxes)]
        printed = "".join(theirs.text[place] for place in stray if theirs.places[place][1] <= foot)
        names = [str(one["name"]) for one in signers]
        if any(theirs.places[place][1] > foot for place in stray) or not is_foot(printed, names):
            yield QuarantineReason(ReasonCode.BESIDE_TEXT, {"page": number})
    if pictures and not look_alike(mine, came, stamps, foot, placement):
        yield QuarantineReason(ReasonCode.OTHER_LOOK, {"page": number})


def _within(point: tuple[float, float], boxes: Sequence[tuple[float, float, float, float]]) -> bool:
    x, y = point
    return any(
        left - _EDGE <= x <= right + _EDGE and bottom - _EDGE <= y <= top + _EDGE for left, bottom, right, top in boxes
    )


def _faults_of_added_pages(
    own: Sequence[pypdfium2.PdfPage], rebuilding: RebuildProfile, pdf: RebuiltPdf, pictures: bool
) -> Iterator[QuarantineReason]:
    """Yield why added pages are no account of who signed, and who is missing from it."""
    written = [page.get_textpage().get_text_bounded() for page in own]
    text = "\n".join(one.replace("\r", "") for one in written)
    named = signers_on(text)
    expected = [str(one["name"]) for one in pdf.signers]
    drawn = [page for page, one in zip(own, written, strict=True) if not one.strip()]
    strange = any(one.strip() for one in written) and not is_account(text, pdf.titles)
    if drawn and not rebuilding.pages_drawn:
        strange = True
    elif drawn and pictures:
        strange = strange or not all(_is_evidence(page, pdf.evidence) for page in drawn)
    if strange:
        yield QuarantineReason(ReasonCode.STRANGE_PAGES)
    if rebuilding.names_on_pages:
        if not same_names(named, expected):
            yield QuarantineReason(ReasonCode.SIGNERS_UNNAMED)
        yield from address_faults(pdf.reported, pdf.signers)
        return
    yield from reported_faults(pdf.reported, pdf.signers)
    if named and not same_names(named, expected):
        yield QuarantineReason(ReasonCode.SIGNERS_UNNAMED)


def _is_evidence(page: pypdfium2.PdfPage, evidence: Sequence[bytes]) -> bool:
    """Say whether a page without letters looks like one of the account that the provider gives beside the file."""
    for content in evidence:
        try:
            with pypdfium2.PdfDocument(content) as account:
                pages = [account[index] for index in range(min(len(account), _MOST_ADDED))]
                if any(same_size(one, page) and look_alike(one, page) for one in pages):
                    return True
        except (pypdfium2.PdfiumError, ValueError):
            continue
    return False


def _faults_of_objects(pdf: RebuiltPdf, first: int) -> Iterator[QuarantineReason]:
    """Yield what pages hold that neither letters nor pictures of them show: notes, forms, layers, other images."""
    ours, theirs = PdfReader(io.BytesIO(pdf.sent)), PdfReader(io.BytesIO(pdf.signed))
    if "/OCProperties" in theirs.root_object and "/OCProperties" not in ours.root_object:
        yield QuarantineReason(ReasonCode.ACTIVE, {"name": "OCProperties"})
    their_pages = list(theirs.pages)
    for number, page in enumerate(ours.pages, start=1):
        other = their_pages[first + number - 1]
        if not _images(page) <= _images(other):
            yield QuarantineReason(ReasonCode.OTHER_PICTURES, {"page": number})
        if not _annotations(other) <= _annotations(page):
            yield QuarantineReason(ReasonCode.BESIDE_TEXT, {"page": number})


def _annotations(page: PageObject) -> set[str]:
    """Return kind and target of a page's annotations, signature fields aside."""
    found = set()
    for one in page.get("/Annots") or ():
        annotation = one.get_object()
        field = annotation if "/FT" in annotation else annotation.get("/Parent", annotation).get_object()
        kind = str(annotation.get("/Subtype"))
        if kind == "/Widget" and field.get("/FT") == "/Sig" and not {"/A", "/AA"} & set(annotation):
            continue
        action = annotation.get("/A")
        target = action.get_object().get("/URI") if action is not None else None
        found.add(f"{kind} {target}")
    return found


def _images(page: PageObject) -> set[str]:
    """Return the digests of a page's images as pixels."""
    found = set()
    for picture in page.images:
        image = picture.image
        if image is not None:
            found.add(hashlib.sha256(repr(image.size).encode() + image.convert("RGB").tobytes()).hexdigest())
    return found
