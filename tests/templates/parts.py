"""Reads a DOCX with nothing but zip and XML, so that the tests share no code with the program."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Parts:
    """The XML parts of one DOCX, and its text as a reader sees it."""

    def __init__(self, content: bytes) -> None:
        """Unpack the DOCX and parse every part."""
        with ZipFile(BytesIO(content)) as package:
            self.xml = {name: etree.fromstring(package.read(name)) for name in package.namelist()}
        self._styles = {one.get(f"{W}styleId", ""): one for one in self["word/styles.xml"].iterfind(f"{W}style")}
        level = self["word/numbering.xml"].find(f"{W}abstractNum/{W}lvl/{W}lvlText")
        self._bullet = "" if level is None else level.get(f"{W}val", "")

    def __getitem__(self, name: str) -> etree._Element:
        """Return the root of a part."""
        return self.xml[name]

    @property
    def body(self) -> etree._Element:
        """The body of the main part."""
        body = self["word/document.xml"].find(f"{W}body")
        assert body is not None
        return body

    def paragraphs(self) -> Iterator[etree._Element]:
        """Yield the paragraphs of the body in reading order, those in tables among them."""
        yield from self.body.iter(f"{W}p")

    def style(self, block: etree._Element) -> str:
        """Return the name of a paragraph's or table's style: Word may change identifiers, but never names."""
        element = self._style_of(block)
        name = None if element is None else element.find(f"{W}name")
        return "Normal" if name is None else name.get(f"{W}val", "")

    def in_style(self, block: etree._Element, path: str) -> etree._Element | None:
        """Return what the style of a paragraph or table says at a path such as `pPr/keepNext`."""
        element = self._style_of(block)
        return None if element is None else element.find("/".join(W + step for step in path.split("/")))

    def _style_of(self, block: etree._Element) -> etree._Element | None:
        named = block.find(f"{W}tblPr/{W}tblStyle" if block.tag == f"{W}tbl" else f"{W}pPr/{W}pStyle")
        return None if named is None else self._styles.get(named.get(f"{W}val", ""))

    def text(self, block: etree._Element) -> str:
        """Return the text of a paragraph, cell or note: bullets, line breaks and numbers of notes included."""
        found: list[str] = []
        for element in block.iter():
            if element.tag == f"{W}p":
                listed = self.in_style(element, "pPr/numPr") is not None
                found.append(f"\n{self._bullet} " if listed else "\n")
            elif element.tag == f"{W}t":
                found.append(element.text or "")
            elif element.tag == f"{W}br":
                found.append("\n")
            elif element.tag == f"{W}tab":
                found.append(" ")
            elif element.tag == f"{W}footnoteReference":
                found.append(element.get(f"{W}id", ""))
        return "".join(found).strip()

    def notes(self) -> list[str]:
        """Return the footnotes in the order of their numbers, each after its number."""
        part = self.xml.get("word/footnotes.xml")
        notes = [] if part is None else part.findall(f"{W}footnote")
        return [f"{one.get(f'{W}id')} {self.text(one)}" for one in notes if one.get(f"{W}type") is None]

    def footers(self) -> list[str]:
        """Return the text of every footer, with the last results of its page counters."""
        return [self.text(root) for name, root in self.xml.items() if name.startswith("word/footer")]
