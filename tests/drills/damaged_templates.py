"""Templates damaged in every way of `template_damages`, in every part, and what is made of them.

The generator knows what each damage means: harmless ones must be filled with the text of the sound template, harmful
ones must be refused before anything is made and be named by `template check`. Every fourth template is damaged by
chance: it is refused, or filled with its own text. What comes out is read with zip and XML alone, by code that the
program does not share.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from lxml import etree

from flows.application.template_check import template_faults
from flows.documents import TemplateFault, check_template, fill, load_template, make
from flows.errors import DocumentRefused, TemplateRefused
from flows.typesetting import W
from tests.drills.invented_templates import Base, bases
from tests.drills.random_template_damage import damage_by_chance
from tests.drills.template_damage_kinds import HARMFUL, HARMLESS, NAMED
from tests.drills.template_damages import element, targets

_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes\d*|endnotes\d*)\.xml")
_TAG = re.compile(r"\{\{ *(\w+)[^{}]*\}\}")
_TYPES = "[Content_Types].xml"
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#: One document in so many is also set as PDF.
_SET = 100
_BY_CHANCE = "by chance"
Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class DamagedTemplate:
    """A damaged template: what was done to it and where, and the text that it is filled with (None: it is refused)."""

    base: Base
    kind: str
    where: str
    content: bytes
    expected: Mapping[str, list[str]] | None


def damaged_templates(count: int, seed: int) -> Iterator[DamagedTemplate]:
    """Yield so many damaged templates, every kind of damage in turn, each at a place by chance."""
    random = Random(seed)
    sound = bases()
    kinds = [
        *HARMFUL,
        *HARMLESS,
        *NAMED,
        *_WHOLE_FILES,
        *(_WORDING if find_spec("flows.application.official_wording") else ()),
    ]
    random.shuffle(kinds)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        base = random.choice(sound[:2] if kind in _WORDING else sound)
        parts = _parts_of(base.content)
        expected = _text(parts, base.said) if kind in HARMLESS or kind in NAMED else None
        filled = [name for name in parts if _FILLED.fullmatch(name) and b"{{" in parts[name]]
        if number % 4 == 3:
            kind, where = _BY_CHANCE, random.choice(filled)
            root = etree.fromstring(parts[where])
            damage_by_chance(root, random)
            parts[where] = etree.tostring(root)
            expected = _text(parts, base.said)
        elif kind in _WHOLE_FILES:
            _WHOLE_FILES[kind](parts)
            where = "file"
        elif kind in _WORDING:
            where = "word/document.xml"
            _alter(parts, kind, random)
        else:
            where = random.choice(filled)
            root = etree.fromstring(parts[where])
            {**HARMFUL, **HARMLESS, **NAMED}[kind](random.choice(targets(root)), random)
            parts[where] = etree.tostring(root)
        yield DamagedTemplate(base, kind, where, _packed(parts), expected)


def run(count: int, seed: int) -> tuple[int, list[str]]:
    """Try so many damaged templates; return how many were tried, and a line for each that went wrong in silence."""
    found: list[str] = []
    tried = 0
    with TemporaryDirectory() as folder:
        for number, template in enumerate(damaged_templates(count, seed)):
            tried += 1
            path = Path(folder) / f"mal-{number}.docx"
            path.write_bytes(template.content)
            if why := judge(template, path, set_too=number % _SET == 0):
                found.append(f"{number}: {template.kind} in {template.where} of {template.base.name}: {why}")
            path.unlink()
    return tried, found


def judge(template: DamagedTemplate, path: Path, set_too: bool = False) -> str:
    """Return what went wrong with a damaged template; nothing where it is filled right, or refused and named."""
    base = template.base
    try:
        faults = [one for one in _faults(base, path) if one.what not in _faults_when_sound(base.name)]
        named = any(fault.stops for fault in faults)
    except TemplateRefused:  # no Word document at all, which is said in one sentence
        faults, named = [], True
    try:
        loaded = load_template(path)
        made = fill(loaded, base.values)
        if set_too:
            make(loaded, base.values)
    except (TemplateRefused, DocumentRefused) as refusal:
        if template.expected is not None and template.kind != _BY_CHANCE:
            return f"refused though harmless: {refusal}"
        return "" if named else f"refused, but not named by the check: {refusal}"
    if template.kind in _WORDING:
        return "" if len(faults) else "an altered wording was not named"
    if template.expected is None:
        return "filled though harmful"
    if template.kind in NAMED and not faults:
        return "filled, but not named by the check"
    text = _text(_parts_of(made), base.said)
    return "" if text == template.expected else f"{text} in place of {template.expected}"


def _faults(base: Base, path: Path) -> list[TemplateFault]:
    return template_faults(path, base.agreement) if base.agreement else check_template(path, base.values)


@cache
def _faults_when_sound(name: str) -> frozenset[str]:
    """Return what is wrong with a template that nothing is done to; the invented ones lack a language."""
    (base,) = (one for one in bases() if one.name == name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mal.docx"
        path.write_bytes(base.content)
        return frozenset(one.what for one in _faults(base, path))


def _text(parts: Parts, said: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Return the text of each filled part by paragraphs, empty ones left out, with the values in place of the tags."""
    found: dict[str, list[str]] = {}
    for name, content in sorted(parts.items()):
        if _FILLED.fullmatch(name):
            paragraphs = map(_paragraph_text, etree.fromstring(content).iter(W + "p"))
            found[name] = [_TAG.sub(lambda tag: said.get(tag[1], tag[0]), text) for text in paragraphs if text.strip()]
    return found


def _paragraph_text(paragraph: etree._Element) -> str:
    found = ""
    for one in paragraph.iter(W + "t", W + "tab", W + "br"):
        if next(one.iterancestors(W + "p")) is paragraph:
            found += (one.text or "") if one.tag == W + "t" else "\t" if one.tag == W + "tab" else "\n"
    return found


def _parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: Parts) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return packed.getvalue()


def _of_type(kind: bytes) -> Callable[[Parts], None]:
    def damage(parts: Parts) -> None:
        parts[_TYPES] = parts[_TYPES].replace(_DOCUMENT, kind)

    return damage


def _in_body(xml: str) -> Callable[[Parts], None]:
    """Put an element at the beginning of the body."""

    def damage(parts: Parts) -> None:
        root = etree.fromstring(parts["word/document.xml"])
        root[0].insert(0, element(xml))
        parts["word/document.xml"] = etree.tostring(root)

    return damage


def _strict(parts: Parts) -> None:
    main = parts["word/document.xml"]
    parts["word/document.xml"] = main.replace(W[1:-1].encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")


def _other_file(parts: Parts) -> None:
    _in_body('<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="c9"/>')(
        parts
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
    one = b'<Relationship Id="c9" Type="' + kind + b'" Target="del.txt"/></Relationships>'
    links = "word/_rels/document.xml.rels"
    parts[links] = parts[links].replace(b"</Relationships>", one)
    parts[_TYPES] = parts[_TYPES].replace(
        b"<Override", b'<Default Extension="txt" ContentType="text/plain"/><Override', 1
    )
    parts["word/del.txt"] = b"Kjaere {{ lege_navn }}"


def _subject(parts: Parts) -> None:
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = core.replace(b"</dc:title>", b"</dc:title><dc:subject>{{ lege_navn }}</dc:subject>")


def _unknown_title(parts: Parts) -> None:
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = core.replace(b"</dc:title>", b" {{ ukjent_navn }}</dc:title>")


_WHO = 'w:id="901" w:author="Kari"'
_WHOLE_FILES: Mapping[str, Callable[[Parts], None]] = {
    "docm": _of_type(b"application/vnd.ms-word.document.macroEnabled.main+xml"),
    "dotx": _of_type(b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
    "dotm": _of_type(b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    "strict": _strict,
    "other file": _other_file,
    "tag in a property": _subject,
    "unknown name in the title": _unknown_title,
    "inserted row": _in_body(
        f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:ins {_WHO}/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    ),
    "inserted cell": _in_body(
        f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr><w:cellIns {_WHO}/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    ),
    "tracked section": _in_body(
        f"<w:p><w:pPr><w:sectPr><w:sectPrChange {_WHO}><w:sectPr/></w:sectPrChange></w:sectPr></w:pPr></w:p>"
    ),
    "moved text": _in_body(f'<w:p><w:moveFromRangeStart {_WHO} w:name="m"/><w:moveFromRangeEnd w:id="901"/></w:p>'),
    "tag in a formula": _in_body("<w:p><m:oMath><m:r><m:t>{{ lege_navn }}</m:t></m:r></m:oMath></w:p>"),
    "tag in an instruction": _in_body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF {{ lege_navn }}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    ),
    "tag in a description": _in_body(
        '<w:tbl><w:tblPr><w:tblDescription w:val="{{ lege_navn }}"/></w:tblPr><w:tblGrid/>'
        "<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    ),
    "prompt": _in_body(
        "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Skriv her</w:t></w:r></w:sdtContent>"
        "</w:sdt></w:p>"
    ),
}
_WORDING = ("a word left out", "a word put in", "a figure changed", "a sentence left out")


def _alter(parts: Parts, kind: str, random: Random) -> None:
    """Alter the fixed text of a part as a person might."""
    root = etree.fromstring(parts["word/document.xml"])
    long = [one for one in root.iter(W + "t") if len((one.text or "").split()) > 6 and "{{" not in (one.text or "")]
    figures = [one for one in root.iter(W + "t") if re.search(r"\d år|\d ?%|\d måneder", one.text or "")]
    text = random.choice(figures if kind == "a figure changed" and figures else long)
    words = (text.text or "").split(" ")
    at = random.randrange(1, len(words) - 1)
    if kind == "a word left out":
        del words[at]
    elif kind == "a word put in":
        words.insert(at, "ikke")
    elif kind == "a figure changed" and figures:
        words = re.sub(r"\d", lambda figure: str((int(figure[0]) + 1) % 10), " ".join(words), count=1).split(" ")
    else:
        words = words[: len(words) // 3]
    text.text = " ".join(words)
    parts["word/document.xml"] = etree.tostring(root)
