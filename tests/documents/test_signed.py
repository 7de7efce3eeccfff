"""Documents stay archivable and accessible when they are signed at the desk."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from flows.documents import convert, load_template, make, signature_places
from flows.settings import shipped_folder
from flows.signing_desk.certificate_authority import Authority, open_authority
from flows.signing_desk.pades_signing import append_signature
from flows.signing_desk.signature_fields import Field
from flows.signing_desk.signature_positions import Anchor
from tests.documents.test_pipeline import ALIS
from tests.judges.verapdf import verapdf
from tests.typesetting.docx_builder import docx, paragraph

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority of the tests' own."""
    return open_authority(tmp_path_factory.mktemp("authority"), NOW)


def signed(pdf: bytes, ca: Authority) -> bytes:
    """Return a PDF that two people signed, on their lines where it has any, else out of sight."""
    found = list(signature_places(pdf).values())
    anchors: list[Anchor | None] = [Anchor(one.page, one.left, one.bottom, one.right, one.top) for one in found] or [
        None,
        None,
    ]
    fields = [Field(f"Signatur{order}", f"Prøve {order}", anchor) for order, anchor in enumerate(anchors, start=1)]
    for field in fields:
        pdf += append_signature(
            pdf, field=field.name, name=field.signer, at=NOW, anchor=field.anchor,
            identity=ca.certify(field.signer, NOW, NOW), authority=ca, fields=fields,
        )  # fmt: skip
    return pdf


@pytest.fixture(scope="module")
def files(ca: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a signed agreement and a signed document without lines."""
    folder = tmp_path_factory.mktemp("signed")
    made = {
        "avtale": make(load_template(shipped_folder("templates") / "alis" / "template.docx"), ALIS).pdf,
        "enkel": convert(docx(paragraph("tekst"))).content,
    }
    found = {}
    for name, pdf in made.items():
        found[name] = folder / f"{name}.pdf"
        found[name].write_bytes(signed(pdf, ca))
    return found


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_a_signed_document_is_valid(files: dict[str, Path], flavour: str) -> None:
    """VeraPDF finds nothing against it, with signatures in sight and out of sight."""
    verdicts = verapdf(list(files.values()), flavour)  # type: ignore[arg-type]
    assert {verdict.file.stem: dict(verdict.failed) for verdict in verdicts if not verdict.valid} == {}


def test_both_signatures_hold_and_the_second_only_fills_its_field(files: dict[str, Path], ca: Authority) -> None:
    """What came after the first signature is no change of the document."""
    root = x509.Certificate.load(ca.certificate.public_bytes(Encoding.DER))
    for file in files.values():
        found = PdfFileReader(BytesIO(file.read_bytes())).embedded_regular_signatures
        judged = [validate_pdf_signature(one, ValidationContext(trust_roots=[root], moment=NOW)) for one in found]
        assert [one.bottom_line for one in judged] == [True, True]
        levels = [one.modification_level for one in judged]
        assert levels == [ModificationLevel.FORM_FILLING, ModificationLevel.NONE]


def test_a_screen_reader_meets_each_signature_as_a_form_field_with_a_name(files: dict[str, Path]) -> None:
    """The widget is where the tree of tags says, on the page that it names, and is spoken of by the signer."""
    reader = PdfReader(files["avtale"])
    tree = reader.root_object["/StructTreeRoot"]
    tags = [one.get_object() for one in tree["/K"][0].get_object()["/K"]]  # type: ignore[index]
    forms = [tag for tag in tags if tag["/S"] == "/Form"]
    assert [form["/K"]["/Obj"]["/TU"] for form in forms] == ["Signatur: Prøve 1", "Signatur: Prøve 2"]
    keys = [form["/K"]["/Obj"]["/StructParent"] for form in forms]
    numbers = tree["/ParentTree"]["/Nums"]  # type: ignore[index]
    assert [numbers[numbers.index(key) + 1].get_object()["/S"] for key in keys] == ["/Form", "/Form"]


def test_a_signer_whom_the_first_did_not_know_can_sign_all_the_same(ca: Authority) -> None:
    """A document that was begun before fields were placed for all is finished."""
    pdf = convert(docx(paragraph("tekst"))).content
    for order in (1, 2):
        pdf += append_signature(
            pdf, field=f"Signatur{order}", name="Prøve", at=NOW, anchor=None,
            identity=ca.certify("Prøve", NOW, NOW), authority=ca,
        )  # fmt: skip
    assert len(PdfFileReader(BytesIO(pdf)).embedded_regular_signatures) == 2
