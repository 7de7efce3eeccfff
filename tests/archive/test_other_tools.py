"""Signed PDFs of other makers, and PDFs with what attackers do: archived byte for byte, or quarantined with the reason.

The verdict is compared with what the file was made to be; the file itself comes back as it came, whichever it is.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic as _generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from flows.archive import Store
from flows.register import Record, Register
from flows.register.records import files_of
from tests.archive.other_tools import give_back, needs, sign_with_openssl, sign_with_pdfsig, with_empty_field
from tests.archive.signed_agreements import NAMES, Authority, archived, authority, document, signed

generic: Any = _generic  # it ships half of its types


def filed(
    register: Register, store: Store, anchors: Path, pdf: bytes, sent: bytes | None = None, **case: Any
) -> Record:
    """File a signed PDF, see that it is kept exactly as it came, and return its record."""
    record = archived(register, store, anchors, signed_pdf=pdf, pdf=sent, any_time=True, **case)
    with register.read() as session:
        digest = next(one.digest for one in files_of(session, record.id) if one.role == "signed")
    assert store.get(digest) == pdf
    return record


def reasons(record: Record) -> set[str]:
    """Return the kinds of reasons that a record is quarantined for."""
    assert (record.status == "quarantined") is bool(record.details["faults"])
    return {fault.partition(":")[0] for fault in record.details["faults"]}


@needs("openssl")
def test_what_openssl_signed_is_archived(register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """A CAdES signature that pyHanko had no part in is judged as PAdES B-B, and archived."""
    once = sign_with_openssl(tmp_path, document(), NAMES[0])
    record = filed(register, store, anchors, authority().sign(once, NAMES[1], "Signatur2"))
    assert reasons(record) == set()
    assert record.details["levels"] == ["B-B"]


@needs("openssl")
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"digest": "sha1"}, {"signature_invalid"}),
        ({"days": 30}, {"signature_untrusted"}),
        ({"gap": 40}, {"modified_after_signing"}),
    ],
)
def test_what_openssl_signed_wrongly_is_quarantined(
    register: Register, store: Store, anchors: Path, tmp_path: Path, how: dict[str, int], reason: set[str]
) -> None:
    """A digest that can be forged, a certificate that had run out, a signature that leaves out more than itself."""
    once = authority().sign(document(), NAMES[0], "Signatur1")
    record = filed(register, store, anchors, sign_with_openssl(tmp_path, once, NAMES[1], "Signatur2", **how))  # type: ignore[arg-type]
    assert reason <= reasons(record)


@needs("pdfsig", "certutil", "pk12util")
def test_what_poppler_signed_is_archived(register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """A signature of poppler's, and ours over it, are both validated; it is no PAdES, which the record says."""
    sent = with_empty_field(document(), "Signatur1")
    pdf = authority().sign(sign_with_pdfsig(tmp_path, sent, NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    record = filed(register, store, anchors, pdf, sent, provider="docuseal", signed_by=NAMES)
    assert reasons(record) == set()
    assert record.details["signatures"] == 2
    assert record.details["levels"] == ["B-B", "CMS"]


@needs("pdfsig", "certutil", "pk12util")
def test_a_second_signature_of_poppler_is_only_a_signature(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """It dates the field that it signs and takes a number that lay free: nothing of ours was changed."""
    sent = with_empty_field(with_empty_field(document(), "Signatur1"), "Signatur2")
    pdf = sign_with_pdfsig(tmp_path, authority().sign(sent, NAMES[0], "Signatur1", fill=True), NAMES[1], "Signatur2")
    record = filed(register, store, anchors, pdf, sent, provider="docuseal", signed_by=NAMES)
    assert reasons(record) == set()
    assert record.details["levels"] == ["B-B", "CMS"]


@pytest.mark.parametrize(("number", "reason"), [(400, set()), (5, {"modified_after_signing"})])
def test_a_number_that_is_given_back_matters_where_something_had_it(
    register: Register, store: Store, anchors: Path, number: int, reason: set[str]
) -> None:
    """IText gives back numbers that it never used; whoever takes away what was signed is found."""
    once = authority().sign(document(), NAMES[0], "Signatur1")
    pdf = authority().sign(give_back(once, number), NAMES[1], "Signatur2")
    assert reasons(filed(register, store, anchors, pdf)) == reason


def test_a_signature_of_an_old_kind_is_not_overlooked(register: Register, store: Store, anchors: Path) -> None:
    """Somebody's signature that nothing here can judge is named, though all who should have signed have."""
    third = authority().sign(document(), "En Tredje", "Tredje")
    third = third.replace(b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1 ")
    pdf = authority().sign(authority().sign(third, NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    record = filed(register, store, anchors, pdf)
    assert record.details["faults"] == [
        "signature_invalid: signaturen er av et slag som ikke kan kontrolleres (Tredje)"
    ]


@needs("pdfsig", "certutil", "pk12util")
def test_what_poppler_built_by_no_standard_is_judged_and_waits(
    register: Register, store: Store, anchors: Path, tmp_path: Path
) -> None:
    """A new field of poppler 22 has objects numbered wrongly: the signature is judged, and a person decides.

    What was there before the signature cannot be compared with what was sent.
    """
    record = filed(register, store, anchors, sign_with_pdfsig(tmp_path, document(), NAMES[0], "Signatur1", new=True))
    assert record.details["signatures"] == 1
    assert "signature_invalid" not in reasons(record)
    assert reasons(record) == {"irregular", "incomplete", "wrong_signers", "level_too_low"}


def update(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """Return the PDF with an update appended that changes something."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def page_of(writer: Any) -> Any:
    """Return the first page, to be changed."""
    page, _ = writer.find_page_for_modification(0)
    writer.mark_update(page)
    return page.get_object()


def replace_content(writer: Any) -> None:
    """Put another content in the place of the page's (a shadow attack that replaces)."""
    stream = generic.StreamObject(stream_data=b"BT ET")
    page_of(writer)["/Contents"] = writer.add_object(stream)


def cover(writer: Any) -> None:
    """Lay a white square over the page (a shadow attack that hides)."""
    square = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Square"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            pdf_name("/IC"): generic.ArrayObject(map(generic.NumberObject, (1, 1, 1))),
        }
    )
    page = page_of(writer)
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(square)])


def swap_root(writer: Any) -> None:
    """Point the catalog at other pages."""
    page = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page")})
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    pages = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Pages")})
    pages["/Count"] = generic.NumberObject(1)
    writer.root["/Pages"] = page["/Parent"] = writer.add_object(pages)
    pages["/Kids"] = generic.ArrayObject([writer.add_object(page)])
    writer.update_root()


def usage_rights(writer: Any) -> None:
    """Add usage rights, as programs for forms do."""
    writer.root["/Perms"] = generic.DictionaryObject({pdf_name("/UR3"): generic.DictionaryObject()})
    writer.update_root()


def retitle(writer: Any) -> None:
    """Change nothing but the information dictionary."""
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("En annen tittel")}))


@pytest.mark.parametrize("change", [replace_content, cover, swap_root, usage_rights, retitle])
@pytest.mark.parametrize("when", ["after the last signature", "between the signatures"])
def test_what_is_changed_after_signing_is_found(
    register: Register, store: Store, anchors: Path, change: Callable[[Any], None], when: str
) -> None:
    """An update that is no signature is found wherever it stands: replaced, covered, swapped, or with new rights."""
    if when == "after the last signature":
        pdf = update(signed(), change)
    else:
        changed = update(authority().sign(document(), NAMES[0], "Signatur1"), change)
        pdf = authority().sign(changed, NAMES[1], "Signatur2")
    assert "modified_after_signing" in reasons(filed(register, store, anchors, pdf))


@needs("openssl")
@pytest.mark.parametrize(
    ("permission", "reason"),
    [(MDPPerm.FILL_FORMS, set()), (MDPPerm.ANNOTATE, set()), (MDPPerm.NO_CHANGES, {"modified_after_signing"})],
)
def test_a_certified_document_keeps_what_it_certifies(
    register: Register, store: Store, anchors: Path, tmp_path: Path, permission: MDPPerm, reason: set[str]
) -> None:
    """A second signature over a certified document holds where the first allows it, and breaks it where not."""
    certified = authority().sign(document(), NAMES[0], "Signatur1", certify=permission)
    pdf = sign_with_openssl(tmp_path, certified, NAMES[1], "Signatur2")
    assert reasons(filed(register, store, anchors, pdf)) == reason


def test_an_unknown_issuer_is_not_trusted(register: Register, store: Store, anchors: Path) -> None:
    """A signature that chains to an authority of somebody else's, with the same name, is no proof."""
    stranger = Authority()
    pdf = stranger.sign(stranger.sign(document(), NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    assert reasons(filed(register, store, anchors, pdf)) == {"signature_untrusted"}
