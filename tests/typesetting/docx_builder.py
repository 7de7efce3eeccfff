"""Builds small DOCX files from raw XML, so that a test shows the very construct it is about."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_EXTENSIONS = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml", "png": "image/png",
    "emf": "image/x-emf", "wmf": "image/x-wmf", "html": "text/html", "txt": "text/plain", "rtf": "application/rtf",
    "odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_ROOTS = {
    "styles": "styles", "numbering": "numbering", "settings": "settings", "footnotes": "footnotes",
    "endnotes": "endnotes", "header": "hdr", "footer": "ftr",
}  # fmt: skip
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="22"/></w:rPr>'
    "</w:rPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
)
PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709"/>'
)


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return a paragraph of one run; `text` is put in as XML."""
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def docx(
    body: str,
    *,
    section: str = PAGE,
    parts: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    others: Mapping[str, tuple[str, str, bytes]] | None = None,
    title: str = "Prøve",
    version: str = "1.0",
    background: str = "",
) -> bytes:
    """Return a DOCX.

    `parts` gives the inner XML of styles, numbering, settings, footnotes, and of headers and footers by `header:TYPE`
    and `footer:TYPE`; `links` gives addresses, `files` the bytes of pictures, both by relationship id. `others` are any
    other parts by relationship id: the relationship's kind, the name below `word/`, and the bytes. `background` stands
    before the body.
    """
    inner = {"styles": STYLES, "settings": "", **(parts or {})}
    relationships, overrides, references = [], [], []
    content: dict[str, bytes] = {}
    for index, (name, xml) in enumerate(inner.items()):
        kind, _, use = name.partition(":")
        file = f"{kind}{index}.xml"
        root = _ROOTS[kind]
        content[f"word/{file}"] = f"<w:{root} {_NAMESPACES}>{xml}</w:{root}>".encode()
        relationships.append(f'<Relationship Id="part{index}" Type="{_TYPES}/{kind}" Target="{file}"/>')
        overrides.append(f'<Override PartName="/word/{file}" ContentType="{_WORD}.{kind}+xml"/>')
        if use:
            references.append(f'<w:{kind}Reference w:type="{use}" r:id="part{index}"/>')
    for identifier, address in (links or {}).items():
        relationships.append(
            f'<Relationship Id="{identifier}" Type="{_TYPES}/hyperlink" Target="{address}" TargetMode="External"/>'
        )
    for identifier, picture in (files or {}).items():
        content[f"word/media/{identifier}.png"] = picture
        relationships.append(f'<Relationship Id="{identifier}" Type="{_TYPES}/image" Target="media/{identifier}.png"/>')
    for identifier, (kind, name, data) in (others or {}).items():
        content[f"word/{name}"] = data
        relationships.append(f'<Relationship Id="{identifier}" Type="{_TYPES}/{kind}" Target="{name}"/>')
    section = f"<w:sectPr>{''.join(references)}{section}</w:sectPr>"
    content["word/document.xml"] = (
        f"<w:document {_NAMESPACES}>{background}<w:body>{body}{section}</w:body></w:document>".encode()
    )
    content["word/_rels/document.xml.rels"] = _relationships(relationships)
    content["_rels/.rels"] = _relationships(
        [
            f'<Relationship Id="r1" Type="{_TYPES}/officeDocument" Target="word/document.xml"/>',
            f'<Relationship Id="r2" Type="{_CORE}" Target="docProps/core.xml"/>',
        ]
    )
    content["docProps/core.xml"] = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><cp:version>{version}</cp:version>'
        "</cp:coreProperties>"
    ).encode()
    content["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in _EXTENSIONS.items())
        + f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{''.join(overrides)}</Types>"
    ).encode()
    return zipped(content)


def zipped(content: Mapping[str, bytes]) -> bytes:
    """Return files as a zip."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            archive.writestr(name, data)
    return packed.getvalue()


def _relationships(items: list[str]) -> bytes:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{"".join(items)}</Relationships>'.encode()
