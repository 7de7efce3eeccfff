"""Templates are looked over before a season: every fault with its place, none in the two official ones."""

from pathlib import Path

import pytest

from flows.documents.template_check import check_template
from flows.preview import names_of
from flows.settings import PROJECT
from tests.documents.building import docx, paragraph


def faults(tmp_path: Path, body: str, known: set[str], **parts: object) -> list[str]:
    """Return the faults of a template with this body, as sentences."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body, **parts))  # type: ignore[arg-type]
    return [fault.what for fault in check_template(path, known)]


@pytest.mark.parametrize("name", ["alis-avtale.docx", "tjenesteavtale6-alis.docx"])
def test_the_official_templates_are_faultless(name: str) -> None:
    """Nothing is found in what comes with the product."""
    assert check_template(PROJECT / "templates" / name, names_of(name)) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (paragraph("{{ ukjent }}"), "ukjent"),
        (paragraph("{{ navn | dato("), "delt"),
        (paragraph("{{ dato | langdato(«x) }}"), "rette anførselstegn"),
        ("<w:p><w:del><w:r><w:delText>{{ navn }}</w:delText></w:r></w:del></w:p>", "sporet sletting"),
        (paragraph("x", run='<w:rFonts w:ascii="Papyrus Sans"/>'), "Papyrus Sans"),
        (paragraph("<w:br/>"), "nowhere|brukes ikke"),
        ('<w:p><w:r><w:object><w:control/></w:object></w:r></w:p>', "miste"),
        (paragraph("x"), "signatur_alis"),
        (paragraph("{{ ''.__class__ }}"), "__class__"),
        (paragraph("{{ navn.upper() }}"), "gjøre mer enn å vise verdier: upper()"),
        (paragraph("{% set a = 1 %}"), "gjøre mer enn å vise verdier: set"),
    ],
    ids=["unknown", "divided", "quotes", "deleted", "font", "unused", "loss", "anchor", "inside", "call", "set"],
)  # fmt: skip
def test_faults_are_named(tmp_path: Path, body: str, found: str) -> None:
    """Each fault is one sentence that names what is wrong."""
    said = faults(tmp_path, body, {"navn", "signatar_alis_navn"})
    assert any(any(part in sentence for part in found.split("|")) for sentence in said), said


def test_tags_in_headers_count(tmp_path: Path) -> None:
    """A value that only the footer asks for is used."""
    footer = {"footer:default": paragraph("{{ bygning }} {{ feil }}")}
    said = faults(tmp_path, paragraph("x"), {"bygning"}, parts=footer)
    assert any("feil" in sentence for sentence in said)
    assert not any("bygning" in sentence for sentence in said)
