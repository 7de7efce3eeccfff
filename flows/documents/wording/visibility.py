"""Tell text of a template that nobody sees: hidden, struck through, tiny, in the colour of its ground, in no room."""

from lxml import etree

from flows.language import translate as _
from flows.typesetting import ParagraphFormat, ResolvedFormats, RunFormat, W, is_on

#: Below this size in points, or height of its line or row, text counts as hidden.
_SMALLEST = 5.0
#: Contrast of text and ground (WCAG 2.2, 1.4.3) below which it cannot be read; print asks for at least 4.5.
_LEAST_CONTRAST = 1.6
#: Width of letters in percent (17.3.2.43) below which they are lines.
_NARROWEST = 20
_LIGHT = {"background1": "FFFFFF", "light1": "FFFFFF", "background2": "EEEEEE", "light2": "EEEEEE"}
_SYMBOL_FONTS = ("symbol", "wingdings", "webdings")
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


class Visibility:
    """What hides the text of one package."""

    def __init__(self, formats: ResolvedFormats, paper: str) -> None:
        """Judge by resolved formats; `paper` is the page's own colour as six hexadecimal digits, empty for white."""
        self._formats = formats
        self._paper = paper or "FFFFFF"

    def of_run(self, paragraph: etree._Element, run: etree._Element, form: ParagraphFormat) -> str:
        """Return why the text of a run is not seen, as the end of a sentence; nothing where it is."""
        look = self._formats.run(paragraph, run)
        direct = run.find(W + "rPr")
        if look.hidden or (direct is not None and direct.find(f"{_W14}textFill/{_W14}noFill") is not None):
            return _("it is hidden text")
        if look.font.lower().startswith(_SYMBOL_FONTS):
            return _("its font has symbols in place of letters")
        if look.strike:
            return _("it is struck through")
        if look.size < _SMALLEST or _is_narrow(direct) or look.spacing < -look.size / 3:
            return _("it is too small to be read")
        if form.line_rule == "exact" and form.line < _SMALLEST:
            return _("its line is too low to be read")
        grounds = self._grounds(paragraph, look, form)
        if all(_contrast(_colour(look, direct, ground), ground) < _LEAST_CONTRAST for ground in grounds):
            return _("it has the colour of its ground")
        return ""

    def of_cell(self, cell: etree._Element) -> str:
        """Return why nothing in a table's cell is seen; nothing where it is."""
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        across = cell.find(f"{W}tcPr/{W}hMerge")
        if any(one is not None and one.get(W + "val", "continue") == "continue" for one in (merge, across)):
            return _("its cell is merged with another")
        row = next(cell.iterancestors(W + "tr"), None)
        height = None if row is None else row.find(f"{W}trPr/{W}trHeight")
        if height is not None and height.get(W + "hRule") == "exact":
            said = height.get(W + "val", "")
            if said.lstrip("-").isdigit() and abs(int(said)) / 20 < _SMALLEST:
                return _("its line is too low to be read")
        return ""

    def _grounds(self, paragraph: etree._Element, look: RunFormat, form: ParagraphFormat) -> frozenset[str]:
        """Return the colours that may be behind a run; more than one where a table's style has its conditions."""
        if look.highlight or form.shade:
            return frozenset({look.highlight or form.shade})
        found: frozenset[str] = frozenset({""})
        for cell in paragraph.iterancestors(W + "tc"):
            if "" in found:
                found = found - {""} | self._formats.cell_shades(cell)
        return frozenset(ground or self._paper for ground in found)


def _is_narrow(direct: etree._Element | None) -> bool:
    width = None if direct is None else direct.find(W + "w")
    said = "" if width is None else width.get(W + "val", "").rstrip("%")
    return said.isdigit() and 0 < int(said) < _NARROWEST


def _colour(look: RunFormat, direct: etree._Element | None, ground: str) -> str:
    """Return the colour of letters; an automatic one is black on light grounds and white on dark ones (17.3.2.6)."""
    if look.colour:
        return look.colour
    element = None if direct is None else direct.find(W + "color")
    if element is not None and (light := _LIGHT.get(element.get(W + "themeColor", ""))):
        return light
    return "000000" if _luminance(ground) > 0.2 else "FFFFFF"


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def paper_of(document: etree._Element, settings: etree._Element | None) -> str:
    """Return the colour of the page, where the settings show it (17.15.1.25)."""
    shown = None if settings is None else settings.find(W + "displayBackgroundShape")
    background = document.find(W + "background")
    if shown is None or not is_on(shown) or background is None:
        return ""
    said = background.get(W + "color", "")
    return said.upper() if len(said) == 6 and all(sign in "0123456789abcdefABCDEF" for sign in said) else ""
