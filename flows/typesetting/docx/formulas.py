"""Read formulas (OMML, ECMA-376 part 1, 22.1) as text in a line and lines above each other."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby

from lxml import etree

from flows.typesetting.docx.model import Inline, Stack, Text
from flows.typesetting.docx.text_formatting import RunFormat

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SMALLER = 0.7  # the size of what is raised or lowered
_LARGER = 1.4  # that of sums and integrals
_UP, _DOWN = 0.38, -0.2  # how far those are moved, as shares of the size
_THIN = "\u2009"
_ACCENTS = {"\u20d7": "→", "\u0305": "‾"}  # those that fonts mostly lack, as signs above


def read_formula(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    """Return a formula, or a part of one; letters stand out as Word has them, in italics."""
    read = _READERS.get(etree.QName(element).localname)
    return read(element, look) if read else _inside(element, look)


def formula_alignment(paragraph: etree._Element) -> str:
    """Return where a paragraph stands that holds nothing but formulas on lines of their own; nothing for others."""
    shown = [
        child for child in paragraph if etree.QName(child).localname not in ("pPr", "bookmarkStart", "bookmarkEnd")
    ]
    if not shown or any(child.tag != M + "oMathPara" for child in shown):
        return ""
    said = shown[0].find(f"{M}oMathParaPr/{M}jc")
    where = "centerGroup" if said is None else said.get(M + "val", "")
    return where if where in ("left", "right") else "center"


def _inside(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return tuple(
        inline
        for child in element
        if isinstance(child.tag, str) and not child.tag.endswith("Pr")
        for inline in read_formula(child, look)
    )


def _part(element: etree._Element, name: str, look: RunFormat) -> tuple[Inline, ...]:
    part = element.find(M + name)
    return () if part is None else _inside(part, look)


def _said(element: etree._Element, name: str, usual: str) -> str:
    """Return what a construct says in its properties; `usual` where it does not say it."""
    found = element.find(f"{M}{etree.QName(element).localname}Pr/{M}{name}")
    return usual if found is None else found.get(M + "val", "")


def _is_on(element: etree._Element, name: str) -> bool:
    found = element.find(f"{M}{etree.QName(element).localname}Pr/{M}{name}")
    return found is not None and found.get(M + "val", "1") in ("1", "on", "true")


def _run(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    """Return the signs of a run: letters in italics unless it says otherwise (22.1.2.111)."""
    style = element.find(f"{M}rPr/{M}sty")
    plain = element.find(f"{M}rPr/{M}nor") is not None
    kind = "i" if style is None else style.get(M + "val", "i")
    text = "".join(child.text or "" for child in element if child.tag == M + "t" or child.tag.endswith("}t"))
    look = replace(look, bold="b" in kind or look.bold)
    if plain or "i" not in kind:
        return (Text(text, look),) if text else ()
    parts = groupby(text, str.isalpha)
    return tuple(Text("".join(signs), replace(look, italic=letters or look.italic)) for letters, signs in parts)


def _small(look: RunFormat) -> RunFormat:
    return replace(look, size=max(round(look.size * _SMALLER * 2) / 2, 5.0))


def _moved(inlines: Iterable[Inline], share: float, look: RunFormat) -> tuple[Inline, ...]:
    """Return inlines raised by a share of the size of what they stand beside."""
    up = share * look.size
    return tuple(
        replace(inline, format=replace(inline.format, raised=inline.format.raised + up))
        if isinstance(inline, Text)
        else replace(inline, raised=inline.raised + up)
        if isinstance(inline, Stack)
        else inline
        for inline in inlines
    )


def _tall(inlines: Iterable[Inline]) -> int:
    """Return how many lines stand above each other at the most."""
    return max((sum(map(_tall, item.rows)) for item in inlines if isinstance(item, Stack)), default=1)


def _grown(sign: str, lines: int, look: RunFormat) -> tuple[Inline, ...]:
    """Return a bracket as high as what it stands around."""
    if not sign:
        return ()
    share = min(1 + 0.75 * (lines - 1), 4.0)
    down = -(share - 1) * 0.28 * look.size  # so that its middle stays where it was
    return (Text(sign, replace(look, italic=False, size=look.size * share, raised=look.raised + down)),)


def _fraction(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    kind = _said(element, "type", "bar")
    above, below = _part(element, "num", look), _part(element, "den", look)
    if kind in ("lin", "skw"):
        return (*above, Text("/", look), *below)
    return (Stack((above, below), rule="between" if kind == "bar" else ""),)


def _raised(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (*_part(element, "e", look), *_moved(_part(element, "sup", _small(look)), _UP, look))


def _lowered(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (*_part(element, "e", look), *_moved(_part(element, "sub", _small(look)), _DOWN, look))


def _both(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    small = _small(look)
    beside = Stack((_part(element, "sup", small), _part(element, "sub", small)), align="left")
    base = _part(element, "e", look)
    return (beside, *base) if element.tag == M + "sPre" else (*base, beside)


def _root(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    inside = _part(element, "e", look)
    degree = () if _is_on(element, "degHide") else _moved(_part(element, "deg", _small(look)), _UP, look)
    return (*degree, *_grown("√", _tall(inside), look), Stack((inside,), rule="above"))


def _sum(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    sign = _said(element, "chr", "∫")
    usual = "subSup" if sign in "∫∬∭∮∯∰" else "undOvr"
    small = _small(look)
    below = () if _is_on(element, "subHide") else _part(element, "sub", small)
    above = () if _is_on(element, "supHide") else _part(element, "sup", small)
    large = Text(sign, replace(look, italic=False, size=look.size * _LARGER))
    if _said(element, "limLoc", usual) == "undOvr" and (above or below):
        signs: tuple[Inline, ...] = (Stack(tuple(row for row in (above, (large,), below) if row)),)
    else:
        signs = (large, Stack((above, below), align="left")) if above or below else (large,)
    return (*signs, Text(_THIN, look), *_part(element, "e", look))


def _bracket(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    parts = [_inside(part, look) for part in element.iterchildren(M + "e")]
    lines = max(map(_tall, parts), default=1)
    inside: list[Inline] = []
    for index, part in enumerate(parts):
        inside += _grown(_said(element, "sepChr", "|"), lines, look) if index else ()
        inside += part
    opened, closed = _said(element, "begChr", "("), _said(element, "endChr", ")")
    return (*_grown(opened, lines, look), *inside, *_grown(closed, lines, look))


def _matrix(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    rows: list[tuple[Inline, ...]] = []
    for row in element.iterchildren(M + "mr"):
        cells: list[Inline] = []
        for index, cell in enumerate(row.iterchildren(M + "e")):
            cells += [Text("\u2003", look)] if index else []
            cells += _inside(cell, look)
        rows.append(tuple(cells))
    return (Stack(tuple(rows)),)


def _lines(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (Stack(tuple(_inside(row, look) for row in element.iterchildren(M + "e")), align="left"),)


def _limit(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    base, limit = _part(element, "e", look), _part(element, "lim", _small(look))
    return (Stack((limit, base) if element.tag == M + "limUpp" else (base, limit)),)


def _accent(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    base, sign = _part(element, "e", look), _said(element, "chr", "\u0302")
    if sign in _ACCENTS or len(base) != 1 or not isinstance(base[0], Text) or len(base[0].text) != 1:
        return (Stack(((Text(_ACCENTS.get(sign, "\u00a0" + sign), _small(look)),), base)),)
    return (replace(base[0], text=base[0].text + sign),)


def _bar(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (Stack((_part(element, "e", look),), rule="above" if _said(element, "pos", "bot") == "top" else "below"),)


def _grouped(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    base = _part(element, "e", look)
    sign = (Text(_said(element, "chr", "⏟"), look),)
    return (Stack((sign, base) if _said(element, "pos", "bot") == "top" else (base, sign)),)


def _function(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (*_part(element, "fName", look), Text(_THIN, look), *_part(element, "e", look))


def _boxed(element: etree._Element, look: RunFormat) -> tuple[Inline, ...]:
    return (Stack((_part(element, "e", look),), rule="around"),)


_READERS: dict[str, Callable[[etree._Element, RunFormat], tuple[Inline, ...]]] = {
    "r": _run, "f": _fraction, "sSup": _raised, "sSub": _lowered, "sSubSup": _both, "sPre": _both, "rad": _root,
    "nary": _sum, "d": _bracket, "m": _matrix, "eqArr": _lines, "limLow": _limit, "limUpp": _limit, "acc": _accent,
    "bar": _bar, "groupChr": _grouped, "func": _function, "borderBox": _boxed,
}  # fmt: skip
