"""Read embedded fonts (17.8.3.3) that are not installed and whose licence bits allow embedding."""

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
#: Bytes of one font file: those of East Asian scripts have ten million.
_LARGEST = 20_000_000
#: How many bytes at the beginning of a file are hidden by its key (17.8.1).
_HIDDEN = 32


class EmbeddedFonts:
    """The fonts of one package; each is taken out when it is first asked for."""

    def __init__(self, package: Package) -> None:
        """Begin with none taken out."""
        self._package = package
        self._names: dict[str, str] = {}

    def name(self, family: str) -> str:
        """Return the name that a font of the document has while it is set: its own, or that of the embedded one."""
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
            except DocumentRefused:  # without its font, the document is set in another one
                continue
            if len(content) <= _LARGEST:
                faces[face] = _shown(content, value(holder, "fontKey") or "")
        return fonts.adopt(family, faces) or family


def _shown(content: bytes, key: str) -> bytes:
    """Return a font file without the disguise of its key, whose digits count from the last to the first."""
    try:
        digits = bytes.fromhex(key.strip("{}").replace("-", ""))[::-1]
    except ValueError:
        return content
    if len(digits) != 16:
        return content
    head = bytes(byte ^ digits[index % 16] for index, byte in enumerate(content[:_HIDDEN]))
    return head + content[_HIDDEN:]
