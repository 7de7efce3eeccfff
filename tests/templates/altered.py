"""The shipped templates with something changed in their parts, as a person or a program might change it."""

import zipfile
from io import BytesIO
from pathlib import Path

from tests.conftest import PROJECT

BODY = "word/document.xml"
Edit = tuple[str, str, str]
"""A part, what stands there, and what stands there instead, once; a part that is not there is added."""

#: A sentence of 1.2, alone in its run with the one before it.
SENTENCE = "Dersom statlig tilskudd ikke gis, opphører avtalen."
_VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def altered(name: str, *edits: Edit) -> bytes:
    """Return a shipped template, by its file's name, with edits made in it."""
    with zipfile.ZipFile(PROJECT / "templates" / name) as source:
        parts = {part: source.read(part) for part in source.namelist()}
    for part, old, new in edits:
        text = parts.get(part, b"").decode()
        assert old in text, (part, old)
        parts[part] = text.replace(old, new, 1).encode()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for part, content in parts.items():
            target.writestr(part, content)
    return packed.getvalue()


def write_altered(folder: Path, name: str, *edits: Edit) -> Path:
    """Write a shipped template with edits into a folder, under its own name."""
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(altered(name, *edits))
    return path


def around(text: str, before: str, after: str) -> Edit:
    """Return the edit that puts markup around a piece of a run, which is divided there."""
    return (BODY, text, f'</w:t></w:r>{before}{text}{after}<w:r><w:t xml:space="preserve">')


def formatted(text: str, properties: str) -> Edit:
    """Return the edit that formats a piece of a run."""
    return around(text, f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">', "</w:t></w:r>")


def field(text: str, code: str) -> Edit:
    """Return the edit that makes a piece of a run the result of a field."""
    begin = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>'
    return around(text, begin, '</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>')


def text_box(text: str) -> str:
    """Return the markup of a text box within a run's text."""
    shape = f"<v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    return f'</w:t></w:r><w:r><w:pict {_VML}>{shape}</v:shape></w:pict></w:r><w:r><w:t xml:space="preserve">'


def header(text: str) -> list[Edit]:
    """Return the edits that give the pages a header."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
    pointer = f'<Relationship Id="rIdHead" Type="{kind}" Target="header9.xml"/></Relationships>'
    return [
        ("word/header9.xml", "", f'<w:hdr xmlns:w="{main}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>'),
        (BODY, "<w:sectPr>", '<w:sectPr><w:headerReference w:type="default" r:id="rIdHead"/>'),
        ("word/_rels/document.xml.rels", "</Relationships>", pointer),
    ]


def numbered(start: int) -> list[Edit]:
    """Return the edits that have Word number the heading of 1.2, beginning at `start` (3 gives 3.2)."""
    level = f'<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.2"/></w:lvl>'
    style = '<w:pStyle w:val="Heading2"/>'
    listed = f'{style}<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">'
    return [
        (BODY, f'{style}</w:pPr><w:r><w:t xml:space="preserve">1.2 Varighet', f"{listed}Varighet"),
        ("word/numbering.xml", "<w:num w:", f'<w:abstractNum w:abstractNumId="5">{level}</w:abstractNum><w:num w:'),
        (
            "word/numbering.xml",
            "</w:numbering>",
            '<w:num w:numId="7"><w:abstractNumId w:val="5"/></w:num></w:numbering>',
        ),
    ]


def drawing(kind: str) -> str:
    """Return the markup of a drawing (`picture`, `chart`) within a run's text."""
    name = "http://schemas.openxmlformats.org/drawingml/2006/"
    data = f'<a:graphicData xmlns:a="{name}main" uri="{name}{kind}"/>'
    return f'</w:t></w:r><w:r><w:drawing>{data}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def choice(new: str, old: str) -> str:
    """Return the markup of a text for newer programs, and another for older ones, within a run's text."""
    name = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    branches = f'<mc:Choice Requires="zz"><w:t>{new}</w:t></mc:Choice><mc:Fallback><w:t>{old}</w:t></mc:Fallback>'
    both = f'<mc:AlternateContent xmlns:mc="{name}">{branches}</mc:AlternateContent>'
    return f'</w:t></w:r><w:r>{both}</w:r><w:r><w:t xml:space="preserve">'
