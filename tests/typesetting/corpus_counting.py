"""The counted part of the corpus: labels, page numbers and notes in letters, signs and words; numbered lines."""

from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph

_FORMS = (
    "ordinal", "cardinalText", "ordinalText", "decimalZero", "upperLetter", "chicago", "russianLower",
    "decimalEnclosedCircle", "0001, 0002, 0003, ...",
)  # fmt: skip


def counted() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    field = '<w:fldSimple w:instr="{}"><w:r><w:t>?</w:t></w:r></w:fldSimple>'
    footer = f"<w:p><w:r><w:t>side </w:t></w:r>{field.format('PAGE')}{field.format('NUMPAGES')}</w:p>"
    asked = "".join(f"<w:p>{field.format(f'PAGE {form}')}</w:p>" for form in ("\\* roman", "\\* ALPHABETIC"))
    return {
        "list-formats": _lists("nb-NO"),
        "list-formats-english": _lists("en-US"),
        "page-number-words": docx(
            paragraph("tekst"),
            section=f'{PAGE}<w:pgNumType w:fmt="ordinalText"/>',
            parts={"footer:default": footer},
        ),
        "line-numbers": numbered_lines('<w:lnNumType w:countBy="1"/>'),
        "line-numbers-columns": numbered_lines(
            '<w:lnNumType w:countBy="5" w:restart="continuous"/><w:cols w:num="2"/>'
        ),
        "page-number-letters": docx(asked, section=f'{PAGE}<w:pgNumType w:fmt="lowerLetter" w:start="30"/>'),
    }


def numbered_lines(section: str) -> bytes:
    """Return two pages whose lines are numbered: of text, an empty paragraph, one that asks for none, and a table."""
    sentence = "Kommunen og legen er enige om at avtalen følger de regler som gjelder for utdanningen. "
    page = (
        paragraph(sentence * 3)
        + paragraph("")
        + paragraph("unummerert", "<w:suppressLineNumbers/>")
        + '<w:tbl><w:tblGrid><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:tc>'
        + paragraph("celle")
        + "</w:tc></w:tr></w:tbl>"
        + paragraph("slutt")
    )
    return docx(page + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + page, section=PAGE + section)


def _lists(language: str) -> bytes:
    """Return a document with a list in each format, in words of a language."""
    numbers = "".join(
        f'<w:abstractNum w:abstractNumId="{index}"><w:lvl w:ilvl="0"><w:start w:val="1"/>{_form(form)}'
        '<w:lvlText w:val="%1."/><w:pPr><w:ind w:left="2160" w:hanging="1800"/></w:pPr></w:lvl></w:abstractNum>'
        for index, form in enumerate(_FORMS)
    )
    numbers += "".join(
        f'<w:num w:numId="{index + 1}"><w:abstractNumId w:val="{index}"/></w:num>' for index in range(len(_FORMS))
    )
    styles = STYLES.replace("<w:rPr>", f'<w:rPr><w:lang w:val="{language}"/>', 1)
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
    body = "".join(
        paragraph(word, listed.format(index + 1)) for index in range(len(_FORMS)) for word in ("første", "andre")
    )
    return docx(body, parts={"styles": styles, "numbering": numbers})


def _form(form: str) -> str:
    """Return a number format as Word writes it: one that older Words do not know with a plain copy beside it."""
    if "," not in form:
        return f'<w:numFmt w:val="{form}"/>'
    return (
        f'<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="{form}"/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
