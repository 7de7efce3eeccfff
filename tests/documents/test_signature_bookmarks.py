"""Signers' lines are found in the PDF."""

from datetime import date
from pathlib import Path

import pytest

from flows.documents import load_template, make, signature_places
from flows.errors import DocumentRefused
from flows.settings import shipped_folder
from tests.templates.filling import VALUES
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import place

FILLED = {"alis": "alis-avtale", "tjenesteavtale6": "tjenesteavtale6-alis"}
"""What the invented values of a type are called."""


@pytest.mark.parametrize(("name", "roles"), [("alis", {"kommune", "alis"}), ("tjenesteavtale6", {"kommune", "hf"})])
def test_each_signer_has_a_line_above_the_name(name: str, roles: set[str]) -> None:
    """The place lies on the last page, at the left edge of the signer's name and right above it."""
    values: dict[str, object] = {**VALUES[FILLED[name]], "malversjon": "1.0", "avtale_id": "x1", "avtale_versjon": "1"}
    if name == "alis":
        values["oppstart_ny_ordning"] = date(2026, 3, 1)
    document = make(load_template(shipped_folder("templates") / name / "template.docx"), values)
    assert set(document.anchors) == roles
    signer = document.anchors["kommune"]
    written = place(document.pdf, "Underskriver")
    assert signer.page == document.pages
    assert signer.left == pytest.approx(70.9, abs=0.5)
    assert 0 < (841.9 - signer.bottom) - 0 < written.top + 1
    assert written.top - (841.9 - signer.bottom) < 40


def test_a_document_without_bookmarks_has_no_places(tmp_path: Path) -> None:
    """Where the template marks no lines, nothing is guessed."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(paragraph("x")))
    assert dict(make(load_template(path), {}).anchors) == {}


def test_what_is_no_pdf_is_refused() -> None:
    """One clear error."""
    with pytest.raises(DocumentRefused):
        signature_places(b"no pdf")
