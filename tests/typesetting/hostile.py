"""DOCX files that are damaged, dangerous or enormous, by what is wrong with them."""

import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

from tests.typesetting.docx_builder import docx, paragraph, zipped

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1800000" cy="1800000"/><wp:docPr id="1" name="b" descr="Våpen"/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:{how}="bilde"/></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="1800000"/></a:xfrm><a:prstGeom prst="rect"/>'
    "</pic:spPr></pic:pic>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
#: Parts that hold XML and are read when a document is made.
XML_PARTS = (
    "word/document.xml", "word/styles0.xml", "word/settings1.xml", "word/numbering2.xml", "word/footnotes3.xml",
    "word/header4.xml", "word/_rels/document.xml.rels", "_rels/.rels", "docProps/core.xml", "[Content_Types].xml",
)  # fmt: skip


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a DOCX by name."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return a DOCX with some parts put in or replaced."""
    return zipped({**parts_of(content), **changed})


def whole() -> bytes:
    """Return a sound DOCX that has every part of `XML_PARTS`."""
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote>'
    return docx(
        paragraph("tekst") + '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        parts={
            "styles": "", "numbering": "", "settings": "", "footnotes": note, "header:default": paragraph("topp"),
        },
    )  # fmt: skip


def declaring(part: str, declaration: str, entity: str) -> bytes:
    """Return a DOCX of which one part declares a document type and uses an entity, or nothing, of it."""
    content = whole()
    source = parts_of(content)[part].decode()
    root = source.split(">", 1)
    return with_parts(content, {part: f"{declaration}{root[0]}>{entity}{root[1]}".encode()})


def pointing(kind: str, target: str, external: bool = True, how: str = "link") -> bytes:
    """Return a DOCX whose picture, or another part, lies where `target` says."""
    content = docx(paragraph("tekst") + _PICTURE.format(how=how))
    relationships = parts_of(content)["word/_rels/document.xml.rels"].decode()
    mode = ' TargetMode="External"' if external else ""
    added = f'<Relationship Id="bilde" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"{mode}/></Relationships>'
    changed = relationships.replace("</Relationships>", added).encode()
    return with_parts(content, {"word/_rels/document.xml.rels": changed})


def with_picture(picture: bytes) -> bytes:
    """Return a DOCX with one picture."""
    return docx(paragraph("tekst") + _PICTURE.format(how="embed"), files={"bilde": picture})


def png(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a PNG that says it is so large; it holds `rows` rows of black, all by default."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def bomb(size: int, part: str = "word/document.xml") -> bytes:
    """Return a DOCX of which one part unpacks to so many bytes of blanks."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts_of(whole()).items():
            with target.open(name, "w", force_zip64=True) as entry:
                entry.write(content)
                if name == part:
                    for _ in range(size // 1_000_000):
                        entry.write(b" " * 1_000_000)
    return packed.getvalue()


def lying_bomb(size: int) -> bytes:
    """Return a zip whose directory says that the main part is small, while it unpacks to much more."""
    content = bytearray(bomb(size))
    found = content.rfind(b"PK\x01\x02")
    while found >= 0:
        length = struct.unpack_from("<H", content, found + 28)[0]
        if bytes(content[found + 46 : found + 46 + length]) == b"word/document.xml":
            struct.pack_into("<I", content, found + 24, 1000)
        found = content.rfind(b"PK\x01\x02", 0, found)
    return bytes(content)


def twice(name: str) -> bytes:
    """Return a zip that holds one name twice, with two contents."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for each, content in parts_of(docx(paragraph("første"))).items():
            target.writestr(each, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            target.writestr(name, parts_of(docx(paragraph("andre")))[name])
    return packed.getvalue()


def linking(target: str) -> bytes:
    """Return a zip whose picture is a symbolic link of Unix."""
    parts = parts_of(docx(paragraph("tekst") + _PICTURE.format(how="embed"), files={"bilde": b"x"}))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            if name.endswith(".png"):
                info.external_attr, content = 0o120777 << 16, target.encode()
            archive.writestr(info, content)
    return packed.getvalue()


def nested(depth: int, opening: str, closing: str) -> bytes:
    """Return a DOCX with an element in itself, so many times."""
    return docx(opening * depth + paragraph("innerst") + closing * depth)


TABLE = ("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr/>", "<w:p/></w:tc></w:tr></w:tbl>")
CONTROL = ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")


def rows(count: int) -> bytes:
    """Return a DOCX with a table of so many rows of three cells."""
    cell = "<w:tc><w:tcPr/><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    body = "".join(f"<w:tr>{cell.format(i)}{cell.format('Navn')}{cell.format('1 234,50')}</w:tr>" for i in range(count))
    grid = '<w:gridCol w:w="3000"/>' * 3
    return docx(f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl><w:p/>")


def truncated() -> Iterator[bytes]:
    """Yield a DOCX cut off at several places."""
    content = whole()
    for share in (0.1, 0.5, 0.9, 0.99):
        yield content[: int(len(content) * share)]


def varied(count: int, each: str) -> bytes:
    """Return a DOCX of one paragraph of so many different words, each written as `each` says; it packs as text does."""
    seeded = random.Random(7)
    words = (f"ord{seeded.getrandbits(40):x} " for _ in range(count))
    return docx("<w:p>" + "".join(each.format(word) for word in words) + "</w:p>")


RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'


ENORMOUS: Mapping[str, Callable[[], bytes]] = {
    "1,000 nested tables": lambda: nested(1000, *TABLE),
    "1,000 nested controls": lambda: nested(1000, *CONTROL),
    "100 nested tables": lambda: nested(100, *TABLE),
    "100,000 nested controls": lambda: nested(100_000, *CONTROL),
    "a paragraph of 10 MB": lambda: varied(1, f"<w:r><w:t>{' '.join(map(str, range(1_600_000)))}</w:t></w:r>"),
    "a word of 1 MB": lambda: docx(paragraph("o" * 1_000_000)),
    "a million runs": lambda: varied(1_000_000, RUN),
    "100,000 paragraphs": lambda: docx(paragraph("ord") * 100_000),
}
