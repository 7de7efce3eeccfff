"""Puts a font into a DOCX as Word does (17.8.1): its first 32 bytes hidden by the digits of a key."""

from io import BytesIO

from fontTools.ttLib import TTFont

from flows.documents.fonts import face
from tests.documents.hostile import with_parts

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TABLE = (
    f'<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{_TYPES}">{{}}</w:fonts>'
)
#: A table of fonts that names none, to be replaced.
NO_FONTS = _TABLE.format("").encode()
_KEY = "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"


def renamed(family: str, source: str = "DejaVu Sans", rights: int = 0) -> bytes:
    """Return an installed font under another name, with what its maker allows (`fsType` of OpenType's OS/2)."""
    file = face(source, False, False).file
    assert file is not None
    with TTFont(file) as font:
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = family.replace(" ", "") if record.nameID == 6 else family
        font["OS/2"].fsType = rights
        packed = BytesIO()
        font.save(packed)
    return packed.getvalue()


def with_font(content: bytes, family: str, font: bytes) -> bytes:
    """Return a DOCX that has a table of fonts with a font in it."""
    digits = bytes.fromhex(_KEY.replace("-", ""))[::-1] * 2
    hidden = bytes(one ^ other for one, other in zip(font, digits, strict=False)) + font[32:]
    entry = f'<w:font w:name="{family}"><w:embedRegular r:id="f1" w:fontKey="{{{_KEY}}}"/></w:font>'
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationship Id="f1" Type="{_TYPES}/font" Target="fonts/font1.odttf"/>'
    parts = {
        "word/fontTable.xml": _TABLE.format(entry).encode(),
        "word/_rels/fontTable.xml.rels": f'<Relationships xmlns="{links}">{link}</Relationships>'.encode(),
        "word/fonts/font1.odttf": hidden,
    }
    return with_parts(content, parts)
