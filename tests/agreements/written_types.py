"""Write the folder of an agreement type: a Word template from lines of text, with its wording and their table."""

import re
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from flows.agreements.wording_versions import wording_digest
from flows.documents import load_template
from flows.documents.wording import fixed_text_of, write_fixed_text
from tests.conftest import PROJECT

Line = tuple[str, str]
"""A paragraph: its style (`Title`, `Heading1`, `ListBullet` or none) and its text, with tags."""
_WRITTEN = (2026, 1, 2, 8, 0, 0)


def write_template(path: Path, title: str, lines: Iterable[Line], parties: Iterable[tuple[str, str]]) -> None:
    """Write a template that looks as the shipped ones do; `parties` are each signer's role and the line «For …»."""
    with zipfile.ZipFile(PROJECT / "templates" / "tjenesteavtale6" / "template.docx") as source:
        parts = {one.filename: source.read(one) for one in source.infolist()}
    document = parts["word/document.xml"].decode()
    table = re.search(r"<w:tbl>.*?</w:tblGrid>", document, re.DOTALL)
    end = re.search(r'<w:p><w:pPr><w:pStyle w:val="Sluttavsnitt"/>.*', document, re.DOTALL)
    assert table is not None
    assert end is not None
    cells = "".join(_cell(number, role, body) for number, (role, body) in enumerate(parties, start=1))
    body = "".join(_paragraph(style, text) for style, text in lines)
    body += _paragraph("StedOgDato", "Sted og dato: {{ sted_og_dato }}")
    body += f"{table[0]}<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr></w:tbl>"
    parts["word/document.xml"] = (document[: document.index("<w:body>") + 8] + body + end[0]).encode()
    core = parts["docProps/core.xml"].decode()
    core = re.sub(r"<dc:title>.*?</dc:title>", f"<dc:title>{escape(title)}</dc:title>", core)
    parts["docProps/core.xml"] = re.sub(r"<dc:description>.*?</dc:description>", "", core).encode()
    footer = parts["word/footer1.xml"].decode()
    parts["word/footer1.xml"] = footer.replace("Tjenesteavtale 6, tilleggsavtale om ALIS", escape(title)).encode()
    notes = parts["word/footnotes.xml"].decode()
    parts["word/footnotes.xml"] = re.sub(
        r'<w:footnote w:id="[1-9]".*?</w:footnote>', "", notes, flags=re.DOTALL
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, _WRITTEN), content, zipfile.ZIP_DEFLATED)


def write_wording(folder: Path, approved_by: str, source: str, day: date) -> None:
    """Write the wording of a folder's template, and the table with its digest."""
    text = write_fixed_text(fixed_text_of(load_template(folder / "template.docx").content))
    (folder / "wording-1.txt").write_text(text, encoding="utf-8", newline="\n")
    table = f"""[[version]]
number = 1
wording = "wording-1.txt"
sha256 = "{wording_digest(text)}"
approved_by = "{approved_by}"
source = "{source}"

[[version.history]]
date = {day}
change = "Lagt inn."
"""
    (folder / "versions.toml").write_text(table, encoding="utf-8", newline="\n")


def _paragraph(style: str, text: str, *, keep: bool = False) -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("<w:keepNext/>" if keep else "")
    runs = "".join(_run(piece) for piece in re.split(r"(\{\{.*?\}\})", text) if piece)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _run(text: str) -> str:
    look = "<w:rPr><w:noProof/></w:rPr>" if text.startswith("{{") else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _cell(number: int, role: str, body: str) -> str:
    line = f'<w:bookmarkStart w:id="{number}" w:name="signatur_{role}"/><w:bookmarkEnd w:id="{number}"/>'
    return (
        '<w:tc><w:tcPr><w:tcW w:w="4535" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Signaturlinje"/></w:pPr>{line}</w:p>'
        + _paragraph("Tabelltekst", body, keep=True)
        + _paragraph("Tabelltekst", f"{{{{ signatar_{role}_navn }}}}", keep=True)
        + _paragraph("Tabelltekst", f"{{{{ signatar_{role}_tittel }}}}")
        + "</w:tc>"
    )
