"""Fill a template: docxtpl with an environment of our own, one new template object a case."""

import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree

from flows.documents.filled_part import finished, well_formed
from flows.documents.template import Template
from flows.documents.template_check import failing_tag, refusal, refuse_unfillable
from flows.documents.template_source import template_source, title_source
from flows.documents.template_tags import EmptyValue, tag_environment
from flows.errors import DocumentRefused, TemplateRefused
from flows.language import translate as _
from flows.typesetting import parse_xml

#: All that a context may hold: what cannot be called, and cannot lead anywhere.
_PLAIN = (str, int, float, Decimal, date, bool)
#: The first of January 1980 at midnight, as DOS writes time and date; and the fixed part of an entry in the directory.
_EARLIEST, _ENTRY = b"\0\0\x21\0", 46
#: Signs that cannot stand in XML (production 2 of XML 1.0), or would be seen by nobody: controls and surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class _Filling(DocxTemplate):  # type: ignore[misc]  # docxtpl ships no types
    """docxtpl, which knows the parts of a document, without its regular expressions and its repair of torn XML."""

    def patch_xml(self, src_xml: str) -> str:
        return template_source(src_xml)

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        rendered = jinja_env.from_string(src_xml).render(context)
        return finished(rendered, str(part.partname).lstrip("/"))

    def fix_tables(self, xml: str) -> etree._Element:
        return well_formed(xml, self.docx.part.partname)

    def render_footnotes(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Fill the notes, once each: a value that looks like a tag is no tag."""
        for relationship in self.docx.part.rels.values():
            if relationship.reltype.rsplit("/", 1)[-1] in ("footnotes", "endnotes"):
                part = relationship.target_part
                source = self.patch_xml(self.xml_to_string(parse_xml(part.blob, str(part.partname))))
                part._blob = self.render_xml_part(source, part, context, jinja_env).encode("utf-8")

    def render_properties(self, context: dict[str, Any], jinja_env: object = None) -> None:  # noqa: ARG002
        """Fill the title; properties are no XML source, so nothing is escaped here."""
        properties = self.docx.core_properties
        properties.title = tag_environment(escape=False).from_string(title_source(properties.title)).render(context)


def fill(template: Template, context: Mapping[str, object]) -> bytes:
    """Return the DOCX of one case; the same template and context give the same bytes.

    `context` holds text, numbers, dates, and lists and mappings of them. Raises `TemplateRefused` for a template that
    would not say what it should and for a tag that cannot be filled (it names template and tag), `DocumentRefused` for
    a value that no document can hold.
    """
    refuse_unfillable(template, context)
    for name, value in context.items():
        _check(name, value)
    filling = _Filling(BytesIO(template.content))
    try:
        filling.render(dict(context), tag_environment(escape=True), autoescape=True)
    except EmptyValue as error:
        empty = sorted(_empty(context))
        raise TemplateRefused(
            _("The template {template} needs a value that is empty: {tag}.").format(
                template=template.name, tag=", ".join(empty) or "?"
            ),
            tuple(empty),
        ) from error
    except (TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        fault = failing_tag(template, context)
        raise TemplateRefused(
            refusal(template, fault)
            if fault is not None
            else _("The template {template} cannot be filled: {reason}.").format(
                template=template.name, reason=type(error).__name__
            )
        ) from error
    filled = BytesIO()
    filling.save(filled)
    return _normalised(filled.getvalue())


def _check(name: str, value: object) -> None:
    """Refuse objects, and characters that XML or a page cannot hold."""
    if isinstance(value, str):
        if _UNWRITABLE.search(value):
            raise DocumentRefused(
                _("The value {name} holds an invisible control character; type it again.").format(name=name), (name,)
            )
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _check(f"{name}.{key}", item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(f"{name}[{index}]", item)
    elif value is not None and not isinstance(value, _PLAIN):
        raise TemplateRefused(_("The value {name} is neither text, number, date nor a list.").format(name=name))


def _empty(context: Mapping[str, object], prefix: str = "") -> Iterable[str]:
    """Yield the names whose values are empty."""
    for name, value in context.items():
        if isinstance(value, Mapping):
            yield from _empty(value, f"{prefix}{name}.")
        elif value is None or (isinstance(value, str) and not value.strip()):
            yield prefix + name


def _normalised(content: bytes) -> bytes:
    """Return the zip with every date the earliest there is, so that equal documents are equal bytes.

    Dates stand in the file twice, at places that APPNOTE 4.3.7 and 4.3.12 name; packing all parts anew would take
    longer than filling them.
    """
    dated = bytearray(content)
    with zipfile.ZipFile(BytesIO(content)) as source:
        place = source.start_dir
        for entry in source.infolist():
            dated[entry.header_offset + 10 : entry.header_offset + 14] = _EARLIEST
            dated[place + 12 : place + 16] = _EARLIEST
            place += _ENTRY + sum(
                int.from_bytes(dated[at : at + 2], "little") for at in range(place + 28, place + 34, 2)
            )
    return bytes(dated)
