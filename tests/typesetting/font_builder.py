"""Builds small fonts, and documents that carry them."""

import zipfile
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tests.typesetting.docx_builder import STYLES, zipped

_KEY = "{00112233-4455-6677-8899-AABBCCDDEEFF}"
_LETTERS = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "


def font(name: str = "Prøveskrift", width: int = 1000, rights: int = 0) -> bytes:
    """Return a font whose every letter is a black box, as wide as it is told, in thousandths of its size."""
    builder = FontBuilder(1000, isTTF=True)
    glyphs = [".notdef", *(f"u{ord(letter):04X}" for letter in _LETTERS)]
    pen = TTGlyphPen(None)
    for place, point in enumerate(((100, 0), (100, 700), (width - 100, 700), (width - 100, 0))):
        (pen.lineTo if place else pen.moveTo)(point)
    pen.closePath()
    box, empty = pen.glyph(), TTGlyphPen(None).glyph()
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04X}" for letter in _LETTERS})
    builder.setupGlyf({name: empty if name == "u0020" else box for name in glyphs})
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (width, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    plain = "".join(sign for sign in name if sign.isascii() and sign.isalnum())
    names = {"familyName": name, "styleName": "Regular", "psName": f"{plain}-Regular", "fullName": name}
    builder.setupNameTable(names)
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, fsType=rights)
    builder.setupPost()
    made = BytesIO()
    builder.save(made)
    return made.getvalue()


def carrying(document: bytes, fonts: dict[str, bytes], hidden: bool = True) -> bytes:
    """Return a document that carries fonts by their names, disguised as Word does it."""
    with zipfile.ZipFile(BytesIO(document)) as package:
        content = {name: package.read(name) for name in package.namelist()}
    key = bytes.fromhex(_KEY.strip("{}").replace("-", ""))[::-1]
    table, pointers = [], []
    for index, (name, data) in enumerate(fonts.items()):
        head = bytes(byte ^ key[place % 16] for place, byte in enumerate(data[:32])) if hidden else data[:32]
        content[f"word/fonts/font{index}.odttf"] = head + data[32:]
        said = f' w:fontKey="{_KEY}"' if hidden else ""
        table.append(f'<w:font w:name="{name}"><w:embedRegular r:id="f{index}"{said}/></w:font>')
        pointers.append(f'<Relationship Id="f{index}" Type="{_TYPES}/font" Target="fonts/font{index}.odttf"/>')
    content["word/fontTable.xml"] = f"<w:fonts {_NAMESPACES}>{''.join(table)}</w:fonts>".encode()
    content["word/_rels/fontTable.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}">{"".join(pointers)}</Relationships>'.encode()
    )
    pointer = f'<Relationship Id="fontTable" Type="{_TYPES}/fontTable" Target="fontTable.xml"/></Relationships>'
    links = "word/_rels/document.xml.rels"
    content[links] = content[links].replace(b"</Relationships>", pointer.encode())
    return zipped(content)


def styled(family: str) -> str:
    """Return the styles of a document whose text is in a font, of ten points."""
    return STYLES.replace("Calibri", family).replace('w:val="22"', 'w:val="20"')


_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
