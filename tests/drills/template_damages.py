"""Ways in which people and programs damage the tags of a template, by whether the tag can still be filled.

Each takes a tag of a parsed part and changes the XML around it. What is harmless must be filled as before; what is
harmful must be found before anything is made.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from lxml import etree

from flows.typesetting import W

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TAG = re.compile(r"\{\{ *(\w+)[^{}]*\}\}")
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


@dataclass(frozen=True, slots=True)
class Target:
    """A tag within one text of one run."""

    root: etree._Element
    text: etree._Element
    start: int
    end: int
    name: str

    @property
    def run(self) -> etree._Element:
        """The run that it stands in."""
        run = self.text.getparent()
        assert run is not None
        return run

    @property
    def paragraph(self) -> etree._Element:
        """The paragraph that it stands in."""
        return next(self.text.iterancestors(W + "p"))

    @property
    def tag(self) -> str:
        """The tag as it is written."""
        return (self.text.text or "")[self.start : self.end]


Damage = Callable[[Target, Random], None]


def targets(root: etree._Element) -> list[Target]:
    """Return every tag of a part that prints a value."""
    return [
        Target(root, text, found.start(), found.end(), found[1])
        for text in root.iter(W + "t")
        for found in _TAG.finditer(text.text or "")
    ]


def element(xml: str) -> etree._Element:
    """Return an element of WordprocessingML."""
    namespaces = f'xmlns:w="{W[1:-1]}" xmlns:m="{_MATH}"'
    return etree.fromstring(f"<x {namespaces}>{xml}</x>")[0]


def divided(target: Target, random: Random, pieces: int = 2) -> list[etree._Element]:
    """Divide a tag between runs, and return those that hold a part of it."""
    cuts = sorted(random.sample(range(target.start + 1, target.end), pieces - 1))
    return _cut(target, [*cuts])


def isolated(target: Target) -> etree._Element:
    """Put a tag into a run of its own, and return that."""
    return _cut(target, [target.start, target.end])[1]


def _cut(target: Target, cuts: list[int]) -> list[etree._Element]:
    run, words = target.run, target.text.text or ""
    runs = [run]
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        new = etree.Element(W + "r")
        look = run.find(W + "rPr")
        if look is not None:
            new.append(deepcopy(look))
        text = etree.SubElement(new, W + "t", {_SPACE: "preserve"})
        text.text = words[start:end]
        runs[-1].addnext(new)
        runs.append(new)
    target.text.text = words[: cuts[0]]
    target.text.set(_SPACE, "preserve")
    rest = list(target.text.itersiblings())
    runs[-1].extend(rest)
    return runs


def _wrapped(xml: str, inner: str = "") -> Damage:
    """Put half of the tag into an element; `inner` is the tag of the element within it that holds runs."""

    def damage(target: Target, random: Random) -> None:
        pieces = divided(target, random, random.choice((2, 3)))
        _wrap(random.choice(pieces[1:]) if random.random() < 0.7 else pieces[1], xml, inner)

    return damage


def _wrap(run: etree._Element, xml: str, inner: str = "") -> None:
    holder = element(xml)
    run.addprevious(holder)
    (holder if not inner else next(holder.iter(W + inner))).append(run)


def _whole(xml: str, inner: str = "") -> Damage:
    """Put the whole tag into an element."""

    def damage(target: Target, _random: Random) -> None:
        _wrap(isolated(target), xml, inner)

    return damage


def _between(*xml: str) -> Damage:
    """Put elements between two halves of a tag."""

    def damage(target: Target, random: Random) -> None:
        after = divided(target, random)[0]
        for one in reversed(xml):
            after.addnext(element(one))

    return damage


def _formatted(properties: str) -> Damage:
    """Format one half of a tag."""

    def damage(target: Target, random: Random) -> None:
        run = divided(target, random)[1]
        look = run.find(W + "rPr")
        if look is None:
            look = etree.Element(W + "rPr")
            run.insert(0, look)
        look.append(element(properties))

    return damage


def _instead(tag: str) -> Damage:
    """Write another tag in place of the tag."""

    def damage(target: Target, _random: Random) -> None:
        words = target.text.text or ""
        kept = re.sub(r"\{\{ *\w+ *|\}\}", "", target.tag).strip()
        written = tag.replace("NAME", target.name).replace("FILTER", kept)
        target.text.text = words[: target.start] + written + words[target.end :]

    return damage


def _beside(words: str) -> Damage:
    """Write something else into the text, after the tag."""

    def damage(target: Target, _random: Random) -> None:
        text = target.text.text or ""
        target.text.text = text[: target.end] + " " + words.replace("NAME", target.name) + text[target.end :]

    return damage


def _plain_runs(target: Target, random: Random) -> None:
    divided(target, random, 3)


def _single_signs(target: Target, random: Random) -> None:
    divided(target, random, min(target.end - target.start, 9))


def _same_run(target: Target, random: Random) -> None:
    words, at = target.text.text or "", random.randrange(target.start + 1, target.end)
    second = etree.Element(W + "t", {_SPACE: "preserve"})
    target.text.text, second.text = words[:at], words[at:]
    target.text.addnext(second)


def _new_paragraph(target: Target, random: Random) -> None:
    second = divided(target, random)[1]
    moved = etree.Element(W + "p")
    moved.extend([second, *second.itersiblings()])
    target.paragraph.addnext(moved)


def _whole_with_comment(target: Target, _random: Random) -> None:
    run = isolated(target)
    run.addprevious(element('<w:commentRangeStart w:id="3"/>'))
    run.addnext(element('<w:commentRangeEnd w:id="3"/>'))


def _lines(before: str, after: str) -> Damage:
    """Put paragraphs before and after that of the tag."""

    def damage(target: Target, _random: Random) -> None:
        for words, put in ((before, target.paragraph.addprevious), (after, target.paragraph.addnext)):
            if words:
                one = element("<w:p><w:r><w:t/></w:r></w:p>")
                next(one.iter(W + "t")).text = words.replace("NAME", target.name)
                put(one)

    return damage


def _tracked(xml: str) -> Damage:
    """Track a change of how the tag's run looks."""
    return _formatted(xml)


def _paragraph_property(xml: str) -> Damage:
    def damage(target: Target, _random: Random) -> None:
        properties = target.paragraph.find(W + "pPr")
        if properties is None:
            properties = etree.Element(W + "pPr")
            target.paragraph.insert(0, properties)
        properties.append(element(xml))

    return damage


_WHO = 'w:id="901" w:author="Kari" w:date="2026-11-01T10:00:00Z"'
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_CODE = "<w:r><w:instrText> {} </w:instrText></w:r>"
_CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent/></w:sdt>"
_BOUND = '<w:dataBinding w:xpath="/a/b" w:storeItemID="{11111111-2222-3333-4444-555555555555}"/>'

HARMLESS: Mapping[str, Damage] = {
    "plain runs": _plain_runs,
    "a run for each sign": _single_signs,
    "texts of one run": _same_run,
    "proofErr": _between('<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'),
    "page break as last set": _between("<w:r><w:lastRenderedPageBreak/></w:r>"),
    "cursor bookmark": _between('<w:bookmarkStart w:id="77" w:name="_GoBack"/>', '<w:bookmarkEnd w:id="77"/>'),
    "language": _formatted('<w:lang w:val="nn-NO"/>'),
    "noProof": _formatted("<w:noProof/>"),
    "font of other scripts": _formatted('<w:rFonts w:cs="Arial" w:eastAsia="Arial" w:hint="cs"/>'),
    "smartTag": _wrapped('<w:smartTag w:uri="urn:x" w:element="place"/>'),
    "customXml": _wrapped('<w:customXml w:uri="urn:x" w:element="place"/>'),
    "permission": _between('<w:permStart w:id="5" w:edGrp="everyone"/>', '<w:permEnd w:id="5"/>'),
    "whole tag in link": _whole('<w:hyperlink w:anchor="x"/>'),
    "whole tag in control": _whole(_CONTROL.format('<w:tag w:val="navn"/>'), "sdtContent"),
    "whole tag in smartTag": _whole('<w:smartTag w:uri="urn:x" w:element="place"/>'),
    "spaces in the tag": _instead("{{   NAME FILTER  }}"),
    "no spaces in the tag": _instead("{{NAME FILTER}}"),
    "condition in the line": _instead("{% if NAME %}{{ NAME FILTER }}{% endif %}"),
    "condition in paragraphs": _lines("{%p if NAME %}", "{%p endif %}"),
    "a note to colleagues": _instead("{{ NAME FILTER }}{# husk å spørre #}"),
}

NAMED: Mapping[str, Damage] = {
    "bold half": _formatted("<w:b/>"),
    "half in another font": _formatted('<w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'),
    "comment on the whole tag": _whole_with_comment,
}
"""What the check names and what is filled all the same: the text is right, its look or its neighbours may not be."""

HARMFUL: Mapping[str, Damage] = {
    "ins": _wrapped(f"<w:ins {_WHO}/>"),
    "del": _wrapped(f"<w:del {_WHO}/>"),
    "moveTo": _wrapped(f"<w:moveTo {_WHO}/>"),
    "moveFrom": _wrapped(f"<w:moveFrom {_WHO}/>"),
    "whole tag inserted": _whole(f"<w:ins {_WHO}/>"),
    "deletion in the tag": _between(f"<w:del {_WHO}><w:r><w:delText>x</w:delText></w:r></w:del>"),
    "hyperlink": _wrapped('<w:hyperlink w:anchor="x"/>'),
    "content control": _wrapped(_CONTROL.format(""), "sdtContent"),
    "bound control": _whole(_CONTROL.format(_BOUND + "<w:text/>"), "sdtContent"),
    "simple field": _wrapped('<w:fldSimple w:instr=" REF x "/>'),
    "whole tag in a field": _whole('<w:fldSimple w:instr=" DATE "/>'),
    "field begins": _between(_FIELD.format("begin"), _CODE.format("REF x"), _FIELD.format("separate")),
    "field within": _between(
        _FIELD.format("begin"), _CODE.format("PAGE"), _FIELD.format("separate"), _FIELD.format("end")
    ),
    "comment": _between('<w:commentRangeStart w:id="3"/>'),
    "comment mark": _between('<w:r><w:commentReference w:id="3"/></w:r>'),
    "bookmark": _between('<w:bookmarkStart w:id="78" w:name="del1"/>'),
    "note": _between('<w:r><w:footnoteReference w:id="2"/></w:r>'),
    "drawing": _between("<w:r><w:drawing/></w:r>"),
    "symbol": _between('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
    "page break": _between('<w:r><w:br w:type="page"/></w:r>'),
    "formula": _between("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"),
    "ruby": _wrapped("<w:r><w:ruby><w:rt/><w:rubyBase/></w:ruby></w:r>", "rubyBase"),
    "direction": _wrapped('<w:bdo w:val="rtl"/>'),
    "special hyphen": _between("<w:r><w:noBreakHyphen/></w:r>"),
    "hidden half": _formatted("<w:vanish/>"),
    "white half": _formatted('<w:color w:val="FFFFFF"/>'),
    "tracked look": _tracked(f"<w:rPrChange {_WHO}><w:rPr/></w:rPrChange>"),
    "tracked paragraph": _paragraph_property(f"<w:pPrChange {_WHO}><w:pPr/></w:pPrChange>"),
    "tracked paragraph mark": _paragraph_property(f"<w:rPr><w:ins {_WHO}/></w:rPr>"),
    "two paragraphs": _new_paragraph,
    "r prefix": _instead("{{r NAME }}"),
    "p prefix": _instead("{{p NAME }}"),
    "r control": _instead("{%r if NAME %}x{%r endif %}"),
    "text beside p": _beside("{%p if NAME %}"),
    "text beside tr": _beside("{%tr if NAME %}"),
    "text beside tc": _beside("{%tc if NAME %}"),
    "two in a paragraph": _lines("{%p if NAME %}{%p endif %}", ""),
    "else with text": _lines("{%p if NAME == 'X' %}", "{%p else %}§ 1 Alt dekkes.{%p endif %}"),
    "no end": _lines("{%p if NAME %}", ""),
    "end alone": _lines("", "{%p endif %}"),
    "across paragraphs": _lines("Før {% if NAME %}", "{% endif %} etter"),
    "note across paragraphs": _lines("Før {# note", "note #} etter"),
    "eaten space": _instead("{{- NAME -}}"),
    "method": _instead("{{ NAME.title }}"),
    "call": _instead("{{ NAME.upper() }}"),
    "item": _instead("{{ NAME['x'] }}"),
    "letter": _instead("{{ NAME[0] }}"),
    "self": _instead("{{ self }}"),
    "loop": _instead("{{ loop }}"),
    "list": _instead("{{ [NAME] }}"),
    "list as text": _instead("{{ [NAME] ~ '' }}"),
    "tuple": _instead("{{ NAME, NAME }}"),
    "comparison": _instead("{{ NAME == NAME }}"),
    "unknown name": _instead("{{ NAME_ukjent }}"),
    "unknown filter": _instead("{{ NAME | finnesikke }}"),
    "minus in a name": _instead("{{ NAME-dato }}"),
    "two words": _instead("{{ NAME dato }}"),
    "range": _instead("{{ range }}"),
    "set": _instead("{% set x = NAME %}"),
    "include": _instead("{% include 'x' %}"),
    "raw": _instead("{% raw %}{{ NAME }}{% endraw %}"),
    **{
        f"left: {words}": _beside(words)
        for words in (
            "{NAME}", "{ {NAME} }", "{{{ NAME }}}", "${NAME}", "#{NAME}", "\uff5b\uff5b NAME \uff5d\uff5d", "«NAME»",
            "«fornavn_lege»", "[[NAME]]", "[[ Navn på lege ]]", "<<NAME>>", "[%NAME%]", "<%= NAME %>", "%NAME%",
            "[NAME]", "<NAME>", "@@NAME@@", "[sett inn navn]", "xxx", "{{", "}}", "{%", "%}", "{", "}", "{{ NAME }",
            "{ NAME }}", "{{ NAME {{ NAME }}",
        )
    },
    "merge field": _whole('<w:fldSimple w:instr=" MERGEFIELD lege "/>'),
    "merge field beside": _between(
        _FIELD.format("begin"), _CODE.format("MERGEFIELD lege"), _FIELD.format("separate"), _FIELD.format("end")
    ),
}  # fmt: skip
