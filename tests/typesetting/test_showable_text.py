"""What a text holds that no installed font shows is known before it is set, and agrees with what the setting says."""

import pytest

from flows.typesetting import convert, showable_text, unshowable
from flows.typesetting.showable_text import Coverage, font_coverage
from tests.typesetting.docx_builder import docx, paragraph

#: In the scripts of people who work in Norway; which of them can be shown depends on the fonts of the machine.
SCRIPTS = [
    *("Áilu Đorđe", "Nguyễn Ạnh", "Шевченко", "Ωμέγα", "გიორგი", "Արմեն", "שלום", "שָׁלוֹם", "محمد علي", "مُحَمَّد", "پروین"),
    *("สมชาย", "हिन्दी", "김철수", "王小明", "ひらがな", "አበበ", "தமிழ்", "ລາວ", "ⵜⵉⴼ", "ᏣᎳᎩ", "ܫܠܡܐ", "ខ្មែរ", "བོད"),
    *("😀", "❤", "👍", "✓ ☑ →", "① ⓐ", "𝒜𝓑", "𝄞", "₿ €", "ＡＢＣ", "、。", "ʃəˈθɪ", "½ ⅞", "℡"),
    *("ﷺ", "⠓⠑", "x\u030a", "t\u0361s"),
]  # fmt: skip
#: Sequences that make one picture, and what cannot be printed whatever the fonts; each is one.
NEVER = {
    "family": "👨\u200d👩\u200d👧",
    "of-signs": "☠\u200d❤",
    "flag": "🇳🇴",
    "half-a-flag": "🇳",
    "keycap": "1\ufe0f\u20e3",
    "bare-keycap": "#\u20e3",
    "skin": "👍🏽",
    "skin-on-what-is-there": "😀🏽",
    "selector": "❤\ufe0f",
    "text-selector": "☃\ufe0e",
    "tags": "🏴\U000e0067\U000e0062\U000e007f",
    "ideographic": "王\U000e0100",
    "private": "\ue000",
    "bullet-of-word": "\uf0b7",
    "unassigned": "\u0378",
    "none": "\ufdd0",
    "last": "\U0010ffff",
    "lost": "\ufffd",
    "object": "\ufffc",
    "half": "\ud83d",
    "mark-on-nothing": "\u0301",
    "marks-upon-marks": "x\u0300\u0301\u0302\u0303\u0304",
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_is_told_is_what_the_setting_loses(text: str) -> None:
    """A text is told if and only if its page would have a box in it."""
    assert bool(unshowable(text)) == bool(convert(docx(paragraph(text))).lost)


@pytest.mark.parametrize("text", NEVER.values(), ids=NEVER)
def test_sequences_and_signs_without_a_meaning_are_told_whole(text: str) -> None:
    """Between letters, each is named as the one thing that it is to people."""
    before = " " if text == NEVER["mark-on-nothing"] else "a "
    assert unshowable(f"{before}{text} b") == (text,)


def test_ordinary_text_is_shown() -> None:
    """What Norwegian, the Sámi languages and Word's own spelling need, composed or not, with every kind of space."""
    for text in (
        "ÆØÅ «–» … • € 5 % §",
        "ČčĐđŊŋŠšŦŧŽž ǥ ǩ ǯ",
        "A\u030ase",
        "a\u00a0b\u202fc\u2009d\u2011e\u00ad",
        "a\tb\nc",
    ):
        assert unshowable(text) == ()


def test_each_is_named_once() -> None:
    """In the order in which they stand."""
    assert unshowable("🇸🇪 🇳🇴 🇸🇪") == ("🇸🇪", "🇳🇴")


def test_letter_and_mark_must_be_in_one_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark from another font would stand beside its letter."""
    letters: Coverage = ((0x20, 0x251), (0x7E, 0x251))
    marks: Coverage = ((0x300,), (0x36F,))
    both: Coverage = ((0x20, 0x300), (0x251, 0x36F))
    for fonts, found in (((letters, marks), ("ɑ\u0302",)), ((letters, marks, both), ())):
        monkeypatch.setattr("flows.typesetting.showable_text.font_coverage", lambda fonts=fonts: fonts)
        showable_text._is_shown.cache_clear()
        assert unshowable("ɑ\u0302") == found
    showable_text._is_shown.cache_clear()


def test_the_fonts_are_listed_once() -> None:
    """As fontconfig lists them, with the letters of Norwegian in one at least."""
    assert font_coverage() is font_coverage()
    assert not unshowable("ǽ")
