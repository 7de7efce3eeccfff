"""Formulas have the form that Word gives them: fractions, roots, sums, matrices."""

import pytest

from flows.documents import convert
from tests.typesetting.corpus_formulas import bracket, formulas, fraction, matrix, scripted, signs, total
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import Word, place, words


def _set(inside: str) -> list[Word]:
    made = convert(docx(f"<w:p><m:oMath>{inside}</m:oMath></w:p>"))
    assert made.lost == ()
    return words(made.content)


def _one(found: list[Word], text: str) -> Word:
    (word,) = [word for word in found if word.text == text]
    return word


def test_a_fraction_stands_above_its_rule() -> None:
    """What is divided is above, in the middle; in a line of their own form, both stand side by side."""
    found = _set(fraction(signs("aaaa"), signs("b")))
    above, below = _one(found, "aaaa"), _one(found, "b")
    assert above.bottom <= below.top + 3
    assert (above.left + above.right) / 2 == pytest.approx((below.left + below.right) / 2, abs=0.6)
    assert [word.text for word in _set(fraction(signs("a"), signs("b"), "lin"))] == ["a/b"]


def test_scripts_are_smaller_and_moved() -> None:
    """An exponent is above its base, an index below it, and both stand above each other."""
    found = _set(scripted("sSubSup", signs("AA"), sub=signs("nn"), sup=signs("mm")))
    base, below, above = _one(found, "AA"), _one(found, "nn"), _one(found, "mm")
    assert above.top < below.top
    assert above.left == pytest.approx(below.left, abs=0.5)
    assert above.bottom - above.top < 0.8 * (base.bottom - base.top)


def test_limits_of_a_sum_are_above_and_below_it() -> None:
    """Where it does not say that they stand beside it."""
    found = _set(total("∑", signs("kk"), signs("nn"), signs("x")))
    above, sign, below = _one(found, "nn"), _one(found, "∑"), _one(found, "kk")
    assert above.top < sign.top
    assert below.bottom > sign.bottom
    beside = _set(total("∫", signs("kk"), signs("nn"), signs("x"), "subSup"))
    assert _one(beside, "kk").left >= _one(beside, "∫").right - 1


def test_brackets_grow_with_what_they_hold() -> None:
    """Around two rows they are higher than around one."""

    def height(inside: str) -> float:
        bracketed = next(word for word in _set(bracket(inside, "[", "]")) if word.text.startswith("["))
        return bracketed.bottom - bracketed.top

    assert height(matrix("1 0", "0 1")) > 1.4 * height(signs("1"))


def test_a_formula_of_its_own_stands_in_the_middle() -> None:
    """Unless it says that it stands to the left."""
    held = "<w:p><m:oMathPara>{}<m:oMath>" + signs("xxx") + "</m:oMath></m:oMathPara></w:p>"
    said = '<m:oMathParaPr><m:jc m:val="left"/></m:oMathParaPr>'
    middle = place(convert(docx(paragraph("a") + held.format(""))).content, "xxx")
    assert (middle.left + middle.right) / 2 == pytest.approx(595.3 / 2, abs=1)
    assert place(convert(docx(held.format(said))).content, "xxx").left == pytest.approx(70.9, abs=1)


@pytest.mark.parametrize("name", formulas())
def test_no_form_of_a_formula_is_lost(name: str) -> None:
    """Every construct is set, and nothing is said to be missing."""
    assert convert(formulas()[name]).lost == ()
