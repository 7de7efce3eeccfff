"""Find what stands otherwise in the PDF than in Word: letters, colours, rows, tables and pages."""

from collections.abc import Iterator, Sequence
from functools import cache

from lxml import etree

from flows.documents.proof.shown_text import FAINTEST
from flows.documents.tagged_text import Paragraph
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate as _
from flows.typesetting import Package, ResolvedFormats, W, is_on

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
#: Effects of letters that the PDF does not have (17.3.2, and those of Word 2010).
_EFFECTS = (
    *(W + name for name in ("outline", "shadow", "emboss", "imprint", "em")),
    *(_W14 + name for name in ("glow", "shadow", "reflection")),
)
_TWIPS_IN_MM = 1440 / 25.4
#: Points of a page's width that a table may exceed: its border, and what rounding adds.
_ALLOWANCE = 60
_WHITE = "FFFFFF"


def letters_that_look_different(package: Package, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield paragraphs with effects, stretched letters, or text that has the colour of its ground."""
    formats = ResolvedFormats(package)
    styles = _Styles(package)
    for paragraph in paragraphs:
        looks = list(styles.of_letters(paragraph.element))
        if any(is_on(child) for look in looks for child in look if child.tag in _EFFECTS):
            yield fault_at(
                paragraph,
                _("Letters have an effect, such as a shadow. In the PDF they are plain letters."),
                stops=False,
            )
        if any(_scale(look) not in ("", "100", "100%") for look in looks):
            yield fault_at(
                paragraph,
                _("Letters are stretched or narrowed. In the PDF they are not, and lines may end at other words."),
                stops=False,
            )
        if any(_is_unseen(run, paragraph.element, formats) for run in _runs(paragraph.element)):
            yield fault_at(
                paragraph, _("Text has the colour of its ground, so that nobody sees it. Choose another."), stops=False
            )


def rows_that_grow(root: etree._Element, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield rows of a fixed height that a value is filled into: Word cuts it off, the PDF makes room for it."""
    by_element = {paragraph.element: paragraph for paragraph in paragraphs}
    for row in root.iter(W + "tr"):
        height = row.find(f"{W}trPr/{W}trHeight")
        if height is None or height.get(W + "hRule") != "exact":
            continue
        filled = (by_element[element] for element in row.iter(W + "p") if element in by_element)
        paragraph = next((one for one in filled if one.tags), None)
        if paragraph is not None:
            yield fault_at(
                paragraph,
                _(
                    "The row has a fixed height. A long value is cut off in Word; in the PDF the row becomes higher."
                    " Choose «At least» for its height."
                ),
                stops=False,
            )


def tables_beyond_the_paper(root: etree._Element, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield tables that are wider than what is left of the paper beside their margin."""
    by_element = {paragraph.element: paragraph for paragraph in paragraphs}
    rooms = [
        _twips(section.find(W + "pgSz"), "w") - _twips(section.find(W + "pgMar"), "left")
        for section in root.iter(W + "sectPr")
        if section.find(W + "pgSz") is not None
    ]
    for table in root.iter(W + "tbl"):
        nested = next(table.iterancestors(W + "tbl", W + "txbxContent"), None) is not None
        width = sum(_twips(column, "w") for column in table.iterfind(f"{W}tblGrid/{W}gridCol"))
        if nested or not rooms or width <= max(rooms) + _ALLOWANCE:
            continue
        over = round((width - max(rooms)) / _TWIPS_IN_MM)
        what = _("The table is {over} mm wider than the paper. What stands there is not seen. Make it narrower.")
        paragraph = next((by_element[one] for one in table.iter(W + "p") if one in by_element), None)
        if paragraph is not None:
            yield fault_at(paragraph, what.format(over=over), stops=False)


def pages_that_look_different(package: Package, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield hyphenation and the vertical alignment of pages, which Word has and the PDF does not."""
    settings = package.related(package.main, "settings")
    hyphens = None if settings is None else package.xml(settings).find(W + "autoHyphenation")
    if hyphens is not None and is_on(hyphens):
        yield TemplateFault(
            _("Word hyphenates this template, and the PDF does not: lines end at other words. Turn hyphenation off.")
        )
    by_element = {paragraph.element: paragraph for paragraph in paragraphs}
    for section in package.xml(package.main).iter(W + "sectPr"):
        aligned = section.find(W + "vAlign")
        if aligned is None or aligned.get(W + "val", "top") == "top":
            continue
        what = _("The text stands in the middle or at the foot of its page. In the PDF it begins at the top.")
        around = next(section.iterancestors(W + "p"), None)
        paragraph = by_element.get(around) if around is not None else None
        yield TemplateFault(what) if paragraph is None else fault_at(paragraph, what, stops=False)


class _Styles:
    """The run properties that a paragraph's letters have, from itself and its styles."""

    def __init__(self, package: Package) -> None:
        part = package.related(package.main, "styles")
        found = () if part is None else package.xml(part).iterfind(W + "style")
        self._by_id = {style.get(W + "styleId"): style for style in found}

    def of_letters(self, paragraph: etree._Element) -> Iterator[etree._Element]:
        """Yield every `w:rPr` that applies to text of a paragraph."""
        runs = [run for run in _runs(paragraph) if run.find(W + "t") is not None]
        names = {_value(paragraph.find(f"{W}pPr/{W}pStyle"))} if runs else set()
        for run in runs:
            names.add(_value(run.find(f"{W}rPr/{W}rStyle")))
            yield from run.iterfind(W + "rPr")
        seen: set[str] = set()
        while names:
            name = names.pop()
            style = self._by_id.get(name)
            if style is not None and name not in seen:
                seen.add(name)
                names.add(_value(style.find(W + "basedOn")))
                yield from style.iterfind(W + "rPr")


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the runs of a paragraph, without those of text boxes in it."""
    return (run for run in paragraph.iter(W + "r") if next(run.iterancestors(W + "p"), None) is paragraph)


def _is_unseen(run: etree._Element, paragraph: etree._Element, formats: ResolvedFormats) -> bool:
    """Return whether a run's text has nearly the colour that it stands on; in a text box that colour is not known."""
    text = "".join(one.text or "" for one in run.iterfind(W + "t"))
    if not text.strip() or next(run.iterancestors(W + "txbxContent"), None) is not None:
        return False
    look = formats.run(paragraph, run)
    if not look.colour or look.hidden:
        return False
    cell = next(paragraph.iterancestors(W + "tc"), None)
    behind = formats.cell_shades(cell) if cell is not None else frozenset({""})
    ground = look.highlight or formats.paragraph(paragraph).shade
    grounds = {ground} if ground else {shade or _WHITE for shade in behind}
    return all(_distance(look.colour, one) < FAINTEST for one in grounds)


@cache
def _distance(one: str, other: str) -> int:
    """Return by how much two colours differ at most in red, green or blue."""
    return max(abs(int(one[place : place + 2], 16) - int(other[place : place + 2], 16)) for place in (0, 2, 4))


def _scale(look: etree._Element) -> str:
    return _value(look.find(W + "w"))


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(W + "val", "")


def _twips(element: etree._Element | None, name: str) -> int:
    said = "" if element is None else element.get(W + name, "")
    return int(said) if said.lstrip("-").isdecimal() else 0
