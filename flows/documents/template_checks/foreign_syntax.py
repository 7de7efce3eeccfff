"""Find what other programs or people were to fill in: nothing fills it here, and it would be printed.

Braces mean nothing in an agreement, so each that is left is a fault. Of other signs, which do stand in agreements, only
what looks like a name is one.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from flows.documents.tagged_text import Paragraph
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate as _
from flows.typesetting import W, is_on

_BRACES = r"[{}\uff5b\uff5d\ufe5b\ufe5c\u2774\u2775\u2983\u2984]"
_LETTER, _WORD = r"[^\W\d_]", r"[^\W\d_]\w*"
#: Names as programs write them: with an underscore, or with a capital inside.
_IDENTIFIER = rf"{_LETTER}\w*_\w+|[a-zæøå]+[A-ZÆØÅ]\w*"
_SYNTAX = re.compile(
    "|".join(
        (
            rf"{_BRACES}[^{{}}]{{0,60}}?{_BRACES}+|{_BRACES}",
            r"\[\[[^\[\]]{1,80}\]\]",
            r"<<[^<>]{1,80}>>",
            r"‹[^‹›]{1,80}›(?=›)",
            r"\[%.{1,80}?%\]",
            r"<[%?].{1,80}?[%?]>",
            rf"\$\(?{_WORD}",
            rf"%{_WORD}%",
            rf"(?<!\w)(?P<around>@@|##|#|~~|__){_WORD}?(?P=around)(?!\w)",
            rf"<{_LETTER}[\w ./-]{{0,60}}>",
            rf"[«\[]\s*(?:{_IDENTIFIER})\s*[»\]]",
            r"\[(?i:(?:sett|fyll|skriv|før|legg) inn|fyll ut|velg|navn|dato|kommune)\b[^\]]{0,80}\]",
            r"(?<!\w)x{3,}(?!\w)",
        )
    )
)
_QUOTED = re.compile(r"[«\[<]\s*([^»\]><]{1,60}?)\s*[»\]>]")
#: Fields of mail merge and of forms to be filled in (17.16.5): they ask for values that are not those of a case.
_MERGE_FIELDS = {
    "MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "SKIPIF", "ASK", "FILLIN", "DATABASE", "ADDRESSBLOCK",
    "GREETINGLINE", "DOCVARIABLE", "MACROBUTTON",
}  # fmt: skip


def foreign_tags(paragraphs: Sequence[Paragraph], known: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the placeholders of other programs, and prompts that nobody has typed over."""
    names = {_folded(name) for name in known}
    for paragraph in paragraphs:
        text = paragraph.fixed_text
        found = [one[0] for one in _SYNTAX.finditer(text)]
        found += [one[0] for one in _QUOTED.finditer(text) if _folded(one[1]) in names and one[0] not in found]
        for placeholder in dict.fromkeys(found):
            yield fault_at(
                paragraph,
                _("A placeholder is left that nothing fills: {text}. Write the value as {example}.").format(
                    text=placeholder, example="{{ navn }}"
                ),
            )
        yield from _merge_fields(paragraph)
        yield from _prompts(paragraph)


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _merge_fields(paragraph: Paragraph) -> Iterator[TemplateFault]:
    for field in paragraph.fields:
        if field.name in _MERGE_FIELDS:
            yield fault_at(
                paragraph,
                _("A field of mail merge is left ({field}). Replace it by a tag as {example}.").format(
                    field=" ".join(field.instruction.split()), example="{{ navn }}"
                ),
            )


def _prompts(paragraph: Paragraph) -> Iterator[TemplateFault]:
    """Yield content controls that show their prompt (17.5.2.39), which would be printed."""
    controls = [*paragraph.element.iter(W + "sdt"), *paragraph.element.iterancestors(W + "sdt")]
    for control in controls:
        shows = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if shows is not None and is_on(shows) and not paragraph.tags and paragraph.text.strip():
            yield fault_at(
                paragraph, _("A content control shows only its prompt. Delete the control, or write the text into it.")
            )
            return
