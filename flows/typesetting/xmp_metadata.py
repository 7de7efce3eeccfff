"""Write the XMP metadata of a PDF (ISO 16684-1): its claims to PDF/A-2a and PDF/UA-1, and no names of persons.

PDF/A (ISO 19005-2, 6.6.2.3) allows properties outside the predefined schemas only with a description of their schema,
so the claim to PDF/UA and our own two properties have one.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

import pydyf

_NAMESPACE = "https://avtaleflyt.no/ns/document/1.0/"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The title, the language, and the template that a document was filled from (empty: none)."""

    title: str
    language: str
    template_version: str = ""
    template_sha256: str = ""


def write_metadata(pdf: pydyf.PDF, metadata: Metadata) -> None:
    """Replace the metadata stream that WeasyPrint wrote, and make the information dictionary agree with it."""
    number = int(pdf.catalog["Metadata"].split()[0])
    stream: Any = pdf.objects[number]
    stream.stream = [_xmp(metadata).encode("utf-8")]
    stream.compress = False  # uncompressed, so that tools which do not read PDF find it
    pdf.info.clear()
    pdf.info["Title"] = pydyf.String(metadata.title)
    pdf.info["Producer"] = pydyf.String("Avtaleflyt")


def _xmp(metadata: Metadata) -> str:
    own = [("templateVersion", metadata.template_version), ("templateSha256", metadata.template_sha256)]
    said = "".join(f"<af:{name}>{escape(value)}</af:{name}>" for name, value in own if value)
    schemas = _schema(
        "PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", [("part", "Integer", "Part")]
    )
    if said:
        properties = [(name, "Text", f"The template's {name[8:].lower()}") for name, value in own if value]
        schemas += _schema("Avtaleflyt document", _NAMESPACE, "af", properties)
    title = escape(metadata.title)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"'
        ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:af="{_NAMESPACE}"'
        ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(metadata.language)}</rdf:li></rdf:Bag></dc:language>"
        f"<pdf:Producer>Avtaleflyt</pdf:Producer>{said}"
        f"<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def _schema(name: str, namespace: str, prefix: str, properties: list[tuple[str, str, str]]) -> str:
    described = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{item}</pdfaProperty:name>'
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"
        for item, kind, text in properties
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>{name}</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI><pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
