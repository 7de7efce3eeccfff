"""Find fields of Word (ECMA-376 part 1, 17.16.5) whose result in the finished document is not what it should be.

Page numbers are worked out on each page. Of all other fields a PDF shows what Word stored when the template was saved,
so that it may be of another day, page or file than the agreement; LibreOffice works some of them out anew.
"""

from collections.abc import Iterator, Sequence

from flows.documents.tagged_text import Field, Paragraph
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate as _

#: Days and times of the file, or of the moment in which somebody looks at it.
_MOMENTS = {"DATE", "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "EDITTIME"}
#: What depends on the pages, on other text, or on the file and whoever has it open.
_STORED = {
    "PAGEREF", "TOC", "TOA", "INDEX", "SECTION", "STYLEREF", "REF", "NOTEREF", "SEQ", "FILENAME", "FILESIZE",
    "TEMPLATE", "AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS", "TITLE", "SUBJECT", "KEYWORDS",
    "COMMENTS", "DOCPROPERTY", "INFO", "NUMCHARS", "NUMWORDS", "REVNUM", "IF", "COMPARE", "QUOTE", "INCLUDETEXT",
    "INCLUDEPICTURE", "LINK", "DDE", "DDEAUTO", "AUTOTEXT", "AUTOTEXTLIST", "CITATION", "BIBLIOGRAPHY",
}  # fmt: skip
#: What Word works out on screen, mostly without storing a result.
_WORKED_OUT = {"AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM", "EQ", "BARCODE", "DISPLAYBARCODE"}
#: Fields of the lines of a table of contents, which is told as a whole.
_IN_CONTENTS = {"PAGEREF", "REF"}
_PICTURES = {"INCLUDEPICTURE", "BARCODE", "DISPLAYBARCODE"}


def stored_results(paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield the fields that show what was stored with the template, or nothing."""
    results = [piece for paragraph in paragraphs for piece in paragraph.pieces if piece.text.strip()]
    filled = {id(field) for piece in results for field in piece.fields}
    listed = {
        id(field) for piece in results if any(one.name == "TOC" for one in piece.fields) for field in piece.fields
    }
    for paragraph in paragraphs:
        for field in paragraph.fields:
            if not (id(field) in listed and field.name in _IN_CONTENTS):
                yield from _faults(paragraph, field, id(field) in filled)


def _faults(paragraph: Paragraph, field: Field, is_filled: bool) -> Iterator[TemplateFault]:
    name, code = field.name, " ".join(field.instruction.split())
    if name in _MOMENTS:
        message = _(
            "The field {field} shows a day or time of the file, or the one of the conversion, in every agreement. "
            "Replace it by a tag as {example}, or by the text itself."
        )
        yield fault_at(paragraph, message.format(field=code, example="{{ sted_og_dato }}"))
    elif name in _STORED or name in _WORKED_OUT or name.startswith("="):
        if is_filled or name in _PICTURES:
            message = _(
                "The field {field} shows what Word stored in the template, whatever the agreement says. Look whether "
                "that is right; Ctrl+Shift+F9 makes it plain text."
            )
            yield fault_at(paragraph, message.format(field=code), stops=False)
        else:
            message = _("The field {field} has no result that is stored, and shows nothing. Write its text instead.")
            yield fault_at(paragraph, message.format(field=code))
