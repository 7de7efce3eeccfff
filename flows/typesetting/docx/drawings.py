"""Read DrawingML drawings: pictures, text boxes, shapes, groups, charts and diagrams."""

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.alternate_content import MC, choose_alternative
from flows.typesetting.docx.chart_data import chart_words
from flows.typesetting.docx.charts import described, read_chart
from flows.typesetting.docx.colours import A
from flows.typesetting.docx.drawing_positions import WP, Extent, anchored, extent
from flows.typesetting.docx.measurements import emu
from flows.typesetting.docx.model import Box, Inline, Paragraph, Picture, Place, Text
from flows.typesetting.docx.package import R
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.picture_effects import picture_effects
from flows.typesetting.docx.pictures import picture
from flows.typesetting.docx.shapes import shape
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat
from flows.typesetting.figures.chart_layout import draw

_SHAPES = {"wsp", "sp", "cxnSp", "pic", "wgp", "grpSp", "graphicFrame"}
_NOTHING = RunFormat(size=1.0)


def read_drawing(element: etree._Element, story: Story) -> Inline | None:
    """Read a `w:drawing`; None, and a recorded loss, if nothing can be shown."""
    frame = next((child for child in element if child.tag in (WP + "inline", WP + "anchor")), None)
    data = None if frame is None else frame.find(f"{A}graphic/{A}graphicData")
    if frame is None or data is None or not len(data):
        story.lose(_("drawing without content"))
        return None
    size, place = extent(frame), anchored(frame)
    described = frame.find(WP + "docPr")
    alternative = "" if described is None else described.get("descr") or described.get("title") or ""
    content = data[0]
    kind = etree.QName(content).localname
    if kind == "pic":
        shown = _picture(content, size, alternative, story)
        if shown is None:
            return Box((), size.width, size.height, place)
        return position_picture(replace(shown, gaps=_effect_gaps(frame, content)), place, size)
    if kind == "wsp":
        return shape(content, size, place, story, alternative)
    if kind in ("wgp", "wpc", "lockedCanvas"):
        return _group(content, size, place, story)
    if kind == "chart":
        return _chart(content, size, place, alternative, story)
    if kind == "relIds":
        return _diagram(content, size, place, story)
    story.lose(_("drawing of the kind {kind}").format(kind=kind))
    return Box((), size.width, size.height, place)


def _picture(element: etree._Element, size: Extent, alternative: str, story: Story) -> Picture | None:
    """Read a `pic:pic` with its effects; Word for Mac gives PDF pictures a fallback."""
    filled = element.find("{*}blipFill")
    if filled is None and (alternatives := element.find(MC + "AlternateContent")) is not None:
        filled = choose_alternative(alternatives).find("{*}blipFill")
    done = picture_effects(filled, element.find("{*}spPr"), story.package)
    return picture(None if filled is None else filled.find(f".//{A}blip"), size, alternative, story, done)


def _effect_gaps(frame: etree._Element, content: etree._Element) -> tuple[float, float, float, float]:
    """Return the room for the effects of a picture, which LibreOffice leaves if it has any beside its outline."""
    room = frame.find(WP + "effectExtent")
    effects = content.find(f"{{*}}spPr/{A}effectLst")
    if room is None or effects is None or not len(effects):
        return (0.0, 0.0, 0.0, 0.0)
    top, right, bottom, left = (max(emu(room.get(side)), 0.0) for side in ("t", "r", "b", "l"))
    return (top, right, bottom, left)


def position_picture(shown: Picture, place: Place, size: Extent) -> Inline:
    """Return an inline picture as it is, an anchored one in a box; a rotated one keeps its centre."""
    return shown if place.flow == "inline" else _boxed(shown, place, size)


def _boxed(shown: Picture, place: Place, size: Extent) -> Box:
    x, y = place.x + (size.width - shown.width) / 2, place.y + (size.height - shown.height) / 2
    return Box((), shown.width, shown.height, replace(place, x=x, y=y), picture=shown)


def _group(element: etree._Element, size: Extent, place: Place, story: Story) -> Box:
    """Read a group as a box of positioned boxes."""
    found = tuple(_members(element, size, story))
    holder = Paragraph("", ParagraphFormat(), _NOTHING, found)
    return Box((holder,) if found else (), size.width, size.height, place)


def _members(element: etree._Element, size: Extent, story: Story) -> Iterable[Box]:
    own = element.find(f"{{*}}grpSpPr/{A}xfrm")
    left = top = 0.0
    wide = high = 1.0
    if own is not None and (inner := own.find(A + "chExt")) is not None:
        wide = size.width / (emu(inner.get("cx")) or size.width or 1.0)
        high = size.height / (emu(inner.get("cy")) or size.height or 1.0)
        offset = own.find(A + "chOff")
        left, top = (0.0, 0.0) if offset is None else (emu(offset.get("x")), emu(offset.get("y")))
    for child in element:
        kind = etree.QName(child).localname
        if kind not in _SHAPES:
            continue
        transform = child.find(f"{{*}}grpSpPr/{A}xfrm") if kind in ("grpSp", "wgp") else child.find(f".//{A}xfrm")
        ext = None if transform is None else transform.find(A + "ext")
        off = None if transform is None else transform.find(A + "off")
        inside = Extent(0.0, 0.0) if ext is None else Extent(emu(ext.get("cx")) * wide, emu(ext.get("cy")) * high)
        x, y = (0.0, 0.0) if off is None else ((emu(off.get("x")) - left) * wide, (emu(off.get("y")) - top) * high)
        where = Place("free", x, y)
        if kind in ("grpSp", "wgp"):
            yield _group(child, inside, where, story)
        elif kind == "pic":
            shown = _picture(child, inside, "", story)
            yield Box((), inside.width, inside.height, where) if shown is None else _boxed(shown, where, inside)
        else:
            box = shape(child, inside, where, story)
            if box is not None:
                yield box


def _chart(element: etree._Element, size: Extent, place: Place, alternative: str, story: Story) -> Inline:
    """Show a chart as a picture; one of an unsupported kind, by its texts."""
    relationship = story.package.relationships(story.part).get(element.get(R + "id", ""))
    part = "" if relationship is None else relationship.target
    if part not in story.package.names:
        story.lose(_("chart that is not in the file"))
        return Box((), size.width, size.height, place)
    root = story.package.xml(part)
    chart = read_chart(root, story.package)
    if chart is not None and size.width and size.height:
        name = f"{story.package.prefix}{part}.{size.width:.0f}x{size.height:.0f}.svg"
        story.media[name] = draw(chart, size.width, size.height)
        return position_picture(Picture(name, size.width, size.height, alternative or described(chart)), place, size)
    story.lose(_("chart, of which only the words are shown"))
    return Box(tuple(_told(chart_words(root), 9.0)), size.width, size.height, place)


def _diagram(element: etree._Element, size: Extent, place: Place, story: Story) -> Box:
    """Show a diagram (SmartArt) by Word's cached drawing; without one, by its texts."""
    package = story.package
    pointers = package.relationships(story.part)
    data = pointers.get(element.get(R + "dm", ""))
    kept = None
    if data is not None and data.target in package.names:
        for extension in package.xml(data.target).iter("{*}dataModelExt"):
            kept = pointers.get(extension.get("relId", ""))
    tree = None if kept is None or kept.target not in package.names else package.xml(kept.target).find("{*}spTree")
    if tree is None:
        story.lose(_("diagram, of which only the words are shown"))
        points = () if data is None or data.target not in package.names else package.xml(data.target).iter(A + "p")
        words = ("".join(text.text or "" for text in point.iter(A + "t")) for point in points)
        return Box(tuple(_told(words, 11.0)), size.width, size.height, place)
    return replace(_group(tree, size, place, story), fill="")


def _told(words: Iterable[str], size: float) -> Iterable[Paragraph]:
    """Yield the texts of something that cannot be drawn, each in a paragraph."""
    look = RunFormat(font="Calibri", size=size)
    return (Paragraph("", ParagraphFormat(), look, (Text(word, look),)) for word in words if word.strip())
