"""Read embedded fonts (ECMA-376 part 1, 17.8.3.3) that are not installed and whose licence bits allow embedding."""

from functools import cached_property

from lxml import etree

from flows.errors import DocumentRefused
from flows.typesetting import fonts
from flows.typesetting.docx.package import Package, R, W
from flows.typesetting.docx.properties import value
from flows.typesetting.docx.symbol_fonts import symbolic

_FACES = {
    "embedRegular": (False, False), "embedBold": (True, False), "embedItalic": (False, True),
    "embedBoldItalic": (True, True),
}  # fmt: skip
#: Bytes of the largest font file: East Asian ones have ten million.
_LARGEST = 20_000_000
#: Number of obfuscated bytes at the beginning of a font file (ECMA-376, 17.8.1).
_HIDDEN = 32


class EmbeddedFonts:
    """The embedded fonts of one package, each extracted on first use."""

    def __init__(self, package: Package) -> None:
        """Begin with none extracted."""
        self._package = package
        self._names: dict[str, str] = {}

    def name(self, family: str) -> str:
        """Return the family name to use for a font of the document: its own, or that of the embedded file."""
        if family not in self._names:
            self._names[family] = self._taken(family)
        return self._names[family]

    @cached_property
    def _kept(self) -> dict[str, etree._Element]:
        part = self._package.related(self._package.main, "fontTable")
        found = () if part is None else self._package.xml(part).iterchildren(W + "font")
        return {
            (value(font, "name") or "").lower(): font
            for font in found
            if any(font.find(W + name) is not None for name in _FACES)
        }

    def _taken(self, family: str) -> str:
        font = self._kept.get(family.lower())
        part = self._package.related(self._package.main, "fontTable")
        if font is None or part is None or fonts.is_installed(family) or symbolic(family):
            return family
        pointers = self._package.relationships(part)
        faces: dict[tuple[bool, bool], bytes] = {}
        for name, face in _FACES.items():
            holder = font.find(W + name)
            pointer = None if holder is None else pointers.get(holder.get(R + "id", ""))
            if holder is None or pointer is None or pointer.external or pointer.target not in self._package.names:
                continue
            try:
                content = self._package.read(pointer.target)
            except DocumentRefused:  # without it, a substitute is used
                continue
            if len(content) <= _LARGEST:
                faces[face] = _shown(content, value(holder, "fontKey") or "")
        return fonts.adopt(family, faces) or family


def _shown(content: bytes, key: str) -> bytes:
    """Return a de-obfuscated font file (17.8.1); the key's digits are used in reverse order."""
    try:
        digits = bytes.fromhex(key.strip("{}").replace("-", ""))[::-1]
    except ValueError:
        return content
    if len(digits) != 16:
        return content
    head = bytes(byte ^ digits[index % 16] for index, byte in enumerate(content[:_HIDDEN]))
    return head + content[_HIDDEN:]
