"""Numbers in letters, signs and words: list labels, page numbers and the marks of notes."""

import pytest

from flows.documents import convert
from flows.typesetting.numerals import numeral
from tests.typesetting.corpus import corpus
from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph
from tests.typesetting.pdf_inspection import text

_FIELD = '<w:fldSimple w:instr="{}"><w:r><w:t>?</w:t></w:r></w:fldSimple>'


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("lowerLetter", "a z aa zz aaa"),
        ("upperRoman", "I XXVI XXVII LII LIII"),
        ("decimalZero", "01 26 27 52 53"),
        ("00001", "00001 00026 00027 00052 00053"),
        ("chicago", "* ††††††† ‡‡‡‡‡‡‡ §§§§§§§§§§§§§ **************"),
        ("russianUpper", "А Ы Э Ач Аш"),
        ("decimalEnclosedCircle", "① ㉖ ㉗ 52 53"),
        ("chineseCounting", "一 二十六 二十七 五十二 五十三"),
        ("ideographLegalTraditional", "壹 貳拾陸 貳拾柒 伍拾貳 伍拾參"),
        ("koreanLegal", "하나 스물여섯 스물일곱 쉰둘 쉰셋"),
        ("hebrew1", "א כו כז נב נג"),
        ("thaiLetters", "ก ฝ พ กฌ กญ"),
        ("a format that nobody knows", "1 26 27 52 53"),
    ],
)
def test_numbers_are_written_in_the_format_of_their_list(form: str, expected: str) -> None:
    """Every format of Word that LibreOffice has signs for; the others come as figures."""
    assert " ".join(numeral(count, form) for count in (1, 26, 27, 52, 53)) == expected


@pytest.mark.parametrize(
    ("language", "ordinal", "words", "places"),
    [
        ("nb-NO", "21.", "Ett hundre og tjueén", "Tjueførste"),
        ("nn-NO", "21.", "Eitt hundre og tjueéin", "Tjueførste"),
        ("en-US", "21st", "One hundred twenty-one", "Twenty-first"),
        ("en-GB", "21st", "One hundred and twenty-one", "Twenty-first"),
        ("da-DK", "21.", "Et hundrede og enogtyve", "Enogtyvende"),
        ("sv-SE", "21:a", "Etthundratjugoett", "Tjugoförste"),
        ("de-DE", "21.", "Einhunderteinundzwanzig", "Einundzwanzigste"),
        ("nl-NL", "21ste", "Honderdeenentwintig", "Eenentwintigste"),
        ("fr-FR", "21ᵉ", "Cent-vingt-et-un", "Vingt-et-unième"),
        ("es-ES", "21.º", "Ciento veintiuno", "Vigesimoprimero"),
        ("it-IT", "21º", "Centoventuno", "Ventunesimo"),
        ("ru-RU", "21-й", "Сто двадцать один", "Двадцать первый"),
        ("tr-TR", "21.", "Yüz yirmi bir", "Yirmi birinci"),
        ("fi-FI", "21.", "Satakaksikymmentäyksi", "Kahdeskymmenesensimmäinen"),
        ("se-NO", "21.", "121", "21"),
    ],
)
def test_words_and_ordinals_follow_the_language(language: str, ordinal: str, words: str, places: str) -> None:
    """In a language that is not known, figures stand for words."""
    assert numeral(21, "ordinal", language) == ordinal
    assert numeral(121, "cardinalText", language) == words
    assert numeral(21, "ordinalText", language) == places


@pytest.mark.parametrize("count", [0, -3, 40000, 2_000_000_000])
def test_numbers_that_no_list_has_come_as_figures(count: int) -> None:
    """However large a number a damaged file begins to count at, its label is short."""
    assert numeral(count, "upperLetter") == numeral(count, "upperRoman") == str(count)


def test_a_label_is_in_the_language_of_its_text() -> None:
    """The run's own language comes before that of its style, and that before the document's."""
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    numbers = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="ordinalText"/>'
        '<w:lvlText w:val="%1:"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    styles = STYLES.replace("<w:rPr>", '<w:rPr><w:lang w:val="de-DE"/>', 1)
    style = (
        '<w:style w:type="paragraph" w:styleId="F"><w:name w:val="F"/><w:rPr><w:lang w:val="fr-FR"/></w:rPr></w:style>'
    )
    body = paragraph("a", listed) + paragraph("b", f'<w:pStyle w:val="F"/>{listed}')
    body += paragraph("c", listed, '<w:lang w:val="nb-NO"/>')
    shown = text(convert(docx(body, parts={"styles": styles + style, "numbering": numbers})).content)
    assert [word for word in shown.split() if word.endswith(":")] == ["Erste:", "Deuxième:", "Tredje:"]


def test_labels_of_newer_formats_are_padded() -> None:
    """`001, 002, 003, ...` stands in alternate content, with plain figures as its older copy."""
    shown = text(convert(corpus()["list-formats"]).content).split()
    assert "0001." in shown
    assert "0002." in shown


@pytest.mark.parametrize(
    ("form", "expected"),
    [("ordinal", "2nd of 1st"), ("upperLetter", "B of A"), ("cardinalText", "Two of One"), ("none", "of")],
)
def test_page_numbers_are_in_the_format_of_their_section(form: str, expected: str) -> None:
    """The number of the page and that of all pages alike."""
    footer = (
        f"<w:p>{_FIELD.format('PAGE')}<w:r><w:t xml:space='preserve'> of </w:t></w:r>{_FIELD.format('NUMPAGES')}</w:p>"
    )
    section = f'{PAGE}<w:pgNumType w:fmt="{form}" w:start="2"/>'
    made = convert(docx(paragraph("Tekst"), section=section, parts={"footer:default": footer}))
    assert " ".join(text(made.content).split()) == f"Tekst {expected}"


def test_a_page_number_may_have_a_format_of_its_own() -> None:
    """What the field asks for comes before what the section says."""
    fields = [_FIELD.format(f"PAGE \\* {name}") for name in ("Arabic", "roman", "ALPHABETIC", "MERGEFORMAT")]
    body = "".join(f"<w:p>{field}</w:p>" for field in fields)
    made = convert(docx(body, section=f'{PAGE}<w:pgNumType w:fmt="upperRoman" w:start="4"/>'))
    assert text(made.content).split() == ["4", "iv", "D", "IV"]
