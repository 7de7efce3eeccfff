"""Open the zip package of a DOCX (ECMA-376 part 2), with limits that an untrusted file cannot exceed."""

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

from lxml import etree

from flows.errors import DocumentRefused
from flows.language import translate as _

#: Limits of the unpacked size, in bytes, and of the compression ratio, pictures excepted, since a blank picture has the
#: ratio of a zip bomb. A page of text is compressed about ten times, a bomb a thousand times.
LARGEST = 200 * 1024 * 1024
LARGEST_RATIO = 200
MOST_PARTS = 5000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of a part: `kind` is the last segment of its type, `target` a part name or an address."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of one DOCX by name, parsed on first use."""

    def __init__(self, content: bytes, prefix: str = "") -> None:
        """Open the zip; raises `DocumentRefused` if it is no DOCX or would unpack to more than `LARGEST`.

        `prefix` distinguishes the pictures of an embedded package from those of the outer one.
        """
        self.prefix = prefix
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            if content.startswith(b"\xd0\xcf\x11\xe0"):
                raise DocumentRefused(
                    _("The file is encrypted or of the old Word format; save it as .docx without a password.")
                ) from error
            raise DocumentRefused(
                _("The file is no DOCX: it is not a zip package. Save it as .docx in Word.")
            ) from error
        infos = self._zip.infolist()
        unpacked = sum(info.file_size for info in infos)
        parsed = sum(info.file_size for info in infos if "/media/" not in info.filename)
        packs = parsed > 10_000_000 and parsed > max(len(content), 1) * LARGEST_RATIO
        if unpacked > LARGEST or len(infos) > MOST_PARTS or packs:
            raise DocumentRefused(_("The file would unpack to more than a document can hold; it was not opened."))
        self.unpacked = unpacked
        self.names = frozenset(info.filename for info in infos)
        if len({(info.filename, info.CRC, info.file_size) for info in infos}) > len(self.names):
            raise DocumentRefused(
                _("The DOCX holds a part twice, and programs would not agree on what it says. Save it again in Word.")
            )
        self._roots: dict[str, etree._Element] = {}
        self._relationships: dict[str, Mapping[str, Relationship]] = {}

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; raises `DocumentRefused` if it is missing, damaged or longer than declared."""
        try:
            with self._zip.open(name) as part:  # no more than the declared size is unpacked
                return part.read(self._zip.getinfo(name).file_size)
        except (
            KeyError,
            zipfile.BadZipFile,
            RuntimeError,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
        ) as error:
            raise DocumentRefused(
                _("The DOCX is damaged: its part {part} cannot be read. Save it again in Word.").format(part=name)
            ) from error
        except Exception as error:
            if type(error).__module__ == "zlib":
                raise DocumentRefused(
                    _("The DOCX is damaged: its part {part} cannot be read. Save it again in Word.").format(part=name)
                ) from error
            raise

    def verify(self) -> None:
        """Read and parse every part; raises `DocumentRefused` for parts that no other reader should get."""
        for name in sorted(self.names):
            if name.endswith((".xml", ".rels")):
                self.xml(name)
            elif not name.endswith("/"):
                self.read(name)

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML part, parsed once, with no entity resolved and nothing fetched."""
        if name not in self._roots:
            self._roots[name] = parse(self.read(name), name)
        return self._roots[name]

    def relationships(self, name: str) -> Mapping[str, Relationship]:
        """Return the relationships of a part by id; empty if it has none."""
        if name not in self._relationships:
            folder, file = posixpath.split(name)
            path = posixpath.join(folder, "_rels", file + ".rels")
            found: dict[str, Relationship] = {}
            if path in self.names:
                for item in parse(self.read(path), path).iter(_RELATIONSHIP):
                    external = item.get("TargetMode") == "External"
                    target = item.get("Target", "")
                    if not external:
                        target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                    kind = item.get("Type", "").rsplit("/", 1)[-1]
                    found[item.get("Id", "")] = Relationship(kind, target, external)
            self._relationships[name] = found
        return self._relationships[name]

    def related(self, name: str, kind: str) -> str | None:
        """Return the related part of a kind (`styles`, `numbering`…), or None."""
        for item in self.relationships(name).values():
            if item.kind == kind and not item.external and item.target in self.names:
                return item.target
        return None

    def outside(self) -> Iterator[tuple[str, str]]:
        """Yield the external relationships, hyperlinks excepted: kind and part."""
        for name in sorted(self.names):
            if name.endswith(".rels"):
                for item in self.xml(name).iter(_RELATIONSHIP):
                    kind = item.get("Type", "").rsplit("/", 1)[-1]
                    if item.get("TargetMode") == "External" and kind != "hyperlink":
                        yield kind, name

    @cached_property
    def main(self) -> str:
        """The name of the main document part."""
        main = self.related("", "officeDocument")
        if main is None or self.xml(main).tag != f"{W}document":
            raise DocumentRefused(_("The file is no DOCX: it holds no Word document. Save it as .docx in Word."))
        return main


def parse(content: bytes, name: str) -> etree._Element:
    """Parse one XML part; a document type or entities in it are refused, as Word never writes them."""
    for strict, transitional in _STRICT.items():
        if strict in content:
            content = content.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error):
            raise DocumentRefused(
                _("The DOCX is nested too deeply in its part {part}: tables or boxes within each other.").format(
                    part=name
                )
            ) from error
        raise DocumentRefused(
            _("The DOCX is damaged: its part {part} is no well-formed XML. Save it again in Word.").format(part=name)
        ) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise DocumentRefused(
            _("The DOCX declares a document type in its part {part}, which Word never does; it was not read.").format(
                part=name
            )
        )
    return root
