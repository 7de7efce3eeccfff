"""A corpus of awkward documents, made on the spot: `python -m tests.typesetting.corpus FOLDER` writes them.

Every name says which construct the document holds.
"""

# ruff: noqa: E501 - the XML of a construct reads best in one line

import struct
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

from tests.typesetting.corpus_constructs import constructs
from tests.typesetting.corpus_counting import counted
from tests.typesetting.corpus_drawings import drawings
from tests.typesetting.corpus_formulas import formulas
from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph

SENTENCE = (
    "Kommunen og legen er enige om at avtalen følger de regler som gjelder for spesialistutdanningen i regionen. "
)
_LANDSCAPE = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709"/>'
)
_LIST = (
    '<w:abstractNum w:abstractNumId="0">'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{720 * (level + 1)}" w:hanging="{360 * (level + 1)}"/></w:pPr></w:lvl>'
        for level, (form, text) in enumerate(
            [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3."), ("decimal", "%1.%2.%4")]
        )
    )
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="\uf0a7"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr><w:rPr><w:rFonts w:ascii="Wingdings"'
    ' w:hAnsi="Wingdings"/></w:rPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
)
_HEADINGS = STYLES + "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/>'
    f'<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="60"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
    f'<w:rPr><w:b/><w:sz w:val="{36 - 4 * level}"/></w:rPr></w:style>'
    for level in (1, 2, 3)
)
_NOTES = (
    '<w:{0} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    '<w:{0} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:{0}>'
)


def png(width: int = 40, height: int = 40, noise: bool = False) -> bytes:
    """Return a picture: one colour, or much data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    state = 1
    rows = bytearray()
    for _row in range(height):
        rows.append(0)
        if not noise:
            rows += b"\x20\x60\xa0" * width
            continue
        for _sample in range(width * 3):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            rows.append(state >> 16 & 0xFF)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(rows), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _runs(xml: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{xml}</w:p>"


def _run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def _listed(text: str, number: int = 1, level: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def _field(instruction: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _blip(name: str, width: int, height: int) -> str:
    return (
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/><a:stretch>'
        f'<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )


def _inline(name: str = "bilde", width: int = 914400, height: int = 914400) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="1" name="b" descr="Et våpen"/>'
        f"{_blip(name, width, height)}</wp:inline></w:drawing></w:r>"
    )


def _anchor(
    content: str,
    wrap: str = "wrapSquare",
    x: int = 0,
    y: int = 0,
    width: int = 1800000,
    height: int = 900000,
    across: str = "column",
    down: str = "paragraph",
    behind: int = 0,
) -> str:
    side = ' wrapText="bothSides"' if wrap == "wrapSquare" else ""
    return (
        f'<wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="2" locked="0"'
        f' behindDoc="{behind}" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="{across}"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="{down}"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:{wrap}{side}/><wp:docPr id="7" name="boks" descr="Boks"/>'
        f"{content}</wp:anchor>"
    )


def _shape(text: str, width: int = 1800000, height: int = 900000) -> str:
    box = f"<wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>" if text else ""
    return (
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="EEEEFF"/></a:solidFill>'
        f'<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr>{box}'
        '<wps:bodyPr lIns="91440" tIns="45720" rIns="91440" bIns="45720"/></wps:wsp></a:graphicData></a:graphic>'
    )


def _alternate(drawing: str, fallback: str = "") -> str:
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{drawing}</w:drawing></mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def _text_box(text: str, **place: object) -> str:
    return _alternate(_anchor(_shape(paragraph(text)), **place))  # type: ignore[arg-type]


def _vml(text: str, kind: str = "shape", style: str = "") -> str:
    return (
        f'<w:r><w:pict><v:{kind} id="s1" style="position:absolute;margin-left:200pt;margin-top:0;width:150pt;height:60pt;'
        f'{style}"><v:textbox><w:txbxContent>{paragraph(text)}</w:txbxContent></v:textbox></v:{kind}></w:pict></w:r>'
    )


def _cell(content: str, properties: str = "", width: int = 3000) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def _table(rows: list[str], columns: int = 3, properties: str = "", width: int = 3000) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{sides}</w:tblBorders>{properties}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _section(xml: str, kind: str = "nextPage") -> str:
    return f'<w:p><w:pPr><w:sectPr><w:type w:val="{kind}"/>{xml}</w:sectPr></w:pPr></w:p>'


def _many(count: int, text: str = SENTENCE, properties: str = "") -> str:
    return "".join(paragraph(f"{index}. {text}", properties) for index in range(1, count + 1))


def _columns(count: int) -> str:
    return PAGE + f'<w:cols w:num="{count}" w:space="708"/>'


def _bodies() -> Mapping[str, str]:
    """Return the bodies of documents that need no part of their own."""
    plain = _table([_row(*(_cell(paragraph(f"celle {row} {column}")) for column in range(3))) for row in range(4)])
    nested = _cell(
        paragraph("utenfor") + _table([_row(_cell(paragraph("innenfor"), width=1200))], 1, width=1200) + "<w:p/>"
    )
    deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>borte</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2" w:author="a">{_run(" kommet til")}</w:ins>'
    moved = (
        f'<w:moveFrom w:id="3" w:author="a"><w:r><w:t>her</w:t></w:r></w:moveFrom>'
        f'<w:moveTo w:id="4" w:author="a">{_run(" her")}</w:moveTo>'
    )
    control = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>'
        f"{_run('☒', '<w:rFonts w:ascii=' + chr(34) + 'MS Gothic' + chr(34) + '/>')}</w:sdtContent></w:sdt>"
    )
    form = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:sizeAuto/><w:default w:val="1"/></w:checkBox>'
        "</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    drop = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Bodø"/>'
        '<w:listEntry w:val="Narvik"/></w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    symbols = "".join(
        f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'
        for font, code in (("Wingdings", "F0FC"), ("Symbol", "F061"), ("Wingdings", "F04A"), ("Symbol", "F0B7"))
    )
    fraction = (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r>"
        "</m:den></m:f></m:oMath>"
    )
    ruby = (
        "<w:r><w:ruby><w:rt><w:r><w:t>over</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>under</w:t></w:r></w:rubyBase>"
        "</w:ruby></w:r>"
    )
    tabs = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>'
    merged = _table(
        [
            _row(
                _cell(paragraph("to rader"), '<w:vMerge w:val="restart"/>'),
                _cell(paragraph("b")),
                _cell(paragraph("c")),
            ),
            _row(_cell("<w:p/>", "<w:vMerge/>"), _cell(paragraph("bred"), '<w:gridSpan w:val="2"/>', 6000)),
        ]
    )
    header = _table(
        [_row(*[_cell(paragraph("hode"))] * 3, properties="<w:tblHeader/>")]
        + [_row(*(_cell(paragraph(f"rad {row} {column}")) for column in range(3))) for row in range(70)]
    )
    exact = _table([_row(*[_cell(paragraph("lav"))] * 3, properties='<w:trHeight w:val="800" w:hRule="exact"/>')] * 20)
    floating = _table(
        [_row(_cell(paragraph("flytende")))],
        1,
        '<w:tblpPr w:leftFromText="141" w:rightFromText="141" w:vertAnchor="text" w:horzAnchor="margin" w:tblpY="100"/>',
    )
    shading = '<w:shd w:val="clear" w:color="auto" w:fill="DDEEFF"/>'
    border = (
        '<w:pBdr><w:top w:val="single" w:sz="8" w:space="4" w:color="FF0000"/>'
        '<w:bottom w:val="double" w:sz="4" w:space="4" w:color="0000FF"/></w:pBdr>'
    )
    drop_cap = (
        '<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/></w:pPr>'
        f"{_run('K', '<w:sz w:val=' + chr(34) + '90' + chr(34) + '/>')}</w:p>"
    )
    looks = "".join(
        _run(name + " ", xml)
        for name, xml in (
            ("fet", "<w:b/>"),
            ("kursiv", "<w:i/>"),
            ("strek", '<w:u w:val="wave"/>'),
            ("strøket", "<w:strike/>"),
            ("store", "<w:caps/>"),
            ("små", "<w:smallCaps/>"),
            ("opp", '<w:vertAlign w:val="superscript"/>'),
            ("ned", '<w:vertAlign w:val="subscript"/>'),
            ("merket", '<w:highlight w:val="yellow"/>'),
            ("spredt", '<w:spacing w:val="60"/>'),
            ("rød", '<w:color w:val="C00000"/>'),
            ("hevet", '<w:position w:val="8"/>'),
        )
    )
    return {
        "empty": "",
        "one-word": paragraph("Hei"),
        "empty-paragraphs": "<w:p/>" * 70 + paragraph("slutt"),
        "run-looks": _runs(looks),
        "long-text": _many(80),
        "justified": _many(30, properties='<w:jc w:val="both"/>'),
        "indents": _many(20, properties='<w:ind w:left="1440" w:right="1440" w:hanging="720"/>'),
        "line-spacing-double": _many(30, properties='<w:spacing w:line="480" w:lineRule="auto"/>'),
        "line-spacing-exact": _many(40, properties='<w:spacing w:line="240" w:lineRule="exact" w:after="120"/>'),
        "page-breaks": "".join(_runs(_run(f"side {n}") + '<w:r><w:br w:type="page"/></w:r>') for n in range(4)),
        "page-break-before": paragraph("en") + paragraph("to", "<w:pageBreakBefore/>"),
        "keep-next": _many(40, "Kort.") + paragraph("overskrift", "<w:keepNext/>") + _many(3),
        "widows": _many(21, SENTENCE * 3),
        "tabs-with-leaders": "".join(
            _runs(_run(f"kapittel {n}") + "<w:r><w:tab/></w:r>" + _run(str(n)), tabs) for n in range(9)
        ),
        "borders-and-shading": paragraph("i boks", border) + paragraph("i farge", shading) + paragraph("utenfor"),
        "drop-cap": drop_cap + paragraph("ommunen " + SENTENCE * 3),
        "table": plain,
        "table-merged": merged,
        "table-nested": _table([_row(nested, _cell(paragraph("ved siden av")), _cell(paragraph("c")))]),
        "table-header-rows": header,
        "table-exact-height": exact,
        "table-floating": floating + _many(6),
        "table-tall-row": _table([_row(_cell(_many(40), width=9000))], 1, width=9000),
        "table-in-control": f"<w:sdt><w:sdtContent>{plain}</w:sdtContent></w:sdt>",
        "table-vertical-text": _table(
            [
                _row(
                    _cell(paragraph("oppover"), '<w:textDirection w:val="btLr"/>'),
                    _cell(paragraph("b")),
                    _cell("<w:p/>"),
                )
            ]
        ),
        "table-keep-next": _many(27)
        + _table([_row(_cell(paragraph(f"rad {n}", "<w:keepNext/>"), width=9000)) for n in range(9)], 1, width=9000),
        "tracked-changes": _runs(_run("står") + deleted + inserted + moved),
        "content-controls": f"<w:sdt><w:sdtContent>{paragraph('i kontroll')}</w:sdtContent></w:sdt>"
        + _runs(control + _run(" avkrysset")),
        "legacy-form": _runs(form + _run(" ja ") + drop),
        "symbols": _runs(_run("tegn ") + symbols + _run(" ferdig")),
        "smart-tags": _runs(
            f'<w:smartTag w:element="x">{_run("merket")}</w:smartTag><w:customXml>{_run(" ord")}</w:customXml>'
        ),
        "hidden-text": _runs(_run("synlig ") + _run("skjult", "<w:vanish/>")),
        "fields": _runs(
            _field("DATE", "01.03.2026")
            + _run(" ")
            + _field("REF x", "henvisning")
            + _run(" ")
            + _field("IF 1 = 1", "ja")
        ),
        "field-nested": _runs(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>'
            + _field("PAGE", "1")
            + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + _run("svar")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "field-unclosed": _runs(_run("før ") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>') + paragraph("etter"),
        "field-simple": _runs(f'<w:fldSimple w:instr="AUTHOR">{_run("Kari Nordmann")}</w:fldSimple>'),
        "bookmarks": _runs(f'<w:bookmarkStart w:id="0" w:name="sted"/>{_run("her")}<w:bookmarkEnd w:id="0"/>')
        + _runs(f'<w:hyperlink w:anchor="sted">{_run("dit")}</w:hyperlink>')
        + _runs(f'<w:hyperlink w:anchor="borte">{_run("ingensteds")}</w:hyperlink>'),
        "text-box-square": _runs(_text_box("i tekstboks") + _run(SENTENCE * 4)),
        "text-box-in-front": _runs(_text_box("foran teksten", wrap="wrapNone", x=2500000, y=600000) + _run("under")),
        "text-box-top-and-bottom": _runs(_text_box("over og under", wrap="wrapTopAndBottom") + _run(SENTENCE)),
        "text-box-on-page": _runs(
            _text_box("på siden", wrap="wrapNone", x=3000000, y=5000000, across="page", down="page") + _run("tekst")
        ),
        "text-box-inline": _runs(
            _alternate(
                f'<wp:inline><wp:extent cx="1800000" cy="900000"/><wp:docPr id="3" name="t"/>{_shape(paragraph("i linjen"))}</wp:inline>'
            )
        ),
        "text-box-behind": _runs(_text_box("bak", wrap="wrapNone", behind=1) + _run("foran")),
        "text-box-with-table": _runs(
            _alternate(_anchor(_shape(_table([_row(_cell(paragraph("rute"), width=1500))], 1, width=1500) + "<w:p/>")))
            + _run("tekst")
        ),
        "text-box-many": "".join(
            _runs(_text_box(f"boks{n}", wrap="wrapTopAndBottom") + _run(f"tekst{n}")) for n in range(12)
        ),
        "shape-without-text": _runs(_alternate(_anchor(_shape(""))) + _run("tekst ved figur")),
        "shape-group": _runs(
            _alternate(
                _anchor(
                    '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"><wpg:wgp>'
                    '<wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="3600000" cy="900000"/>'
                    '<a:chOff x="0" y="0"/><a:chExt cx="3600000" cy="900000"/></a:xfrm></wpg:grpSpPr>'
                    + "".join(
                        f'<wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="{left}" y="0"/><a:ext cx="1700000" cy="900000"/></a:xfrm>'
                        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>{paragraph(text)}'
                        "</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
                        for left, text in ((0, "venstre"), (1900000, "høyre"))
                    )
                    + "</wpg:wgp></a:graphicData></a:graphic>",
                    width=3600000,
                )
            )
            + _run("gruppe")
        ),
        "vml-text-box": _runs(_vml("gammel boks") + _run("ved siden")),
        "vml-rectangle": _runs(_vml("rektangel", "rect", "mso-wrap-style:square") + _run("tekst")),
        "alternate-fallback": _runs(
            '<w:r><mc:AlternateContent><mc:Choice Requires="ukjent"><w:t>nytt</w:t></mc:Choice><mc:Fallback>'
            "<w:t>reserve</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "formula": _runs(_run("der ") + fraction),
        "formula-display": f"<w:p><m:oMathPara>{fraction}</m:oMathPara></w:p>",
        "ruby": _runs(ruby),
        "lists-without-part": _listed("punkt"),
        "unknown-style": paragraph("tekst", _style("Finnesikke")),
        "bad-numbers": _many(
            3, properties='<w:spacing w:before="x" w:line="" w:after="-40"/><w:ind w:left="abc"/><w:jc w:val="?"/>'
        ),
        "unknown-elements": f"<w:ukjent>{paragraph('skjult i ukjent')}</w:ukjent>" + paragraph("kjent"),
        "scripts": paragraph("Ελληνικά русский čšž ŋŧđ 中文 ☎ €"),
        "right-to-left": paragraph("שלום עולם", "<w:bidi/>", "<w:rtl/>"),
        "long-word": paragraph("ord" * 120),
        "no-break-signs": _runs(
            _run("80\u00a0% og ")
            + "<w:r><w:t>ikke</w:t><w:noBreakHyphen/><w:t>del</w:t><w:softHyphen/><w:t>ing</w:t></w:r>"
        ),
        "two-columns-in-part": paragraph("over")
        + _section(PAGE, "continuous")
        + _many(14)
        + _section(_columns(2), "continuous")
        + paragraph("under"),
        "sections-landscape": paragraph("stående")
        + _section(PAGE)
        + paragraph("liggende")
        + _section(_LANDSCAPE)
        + paragraph("stående igjen"),
        "section-continuous": _many(3) + _section(PAGE, "continuous") + _many(3),
        "section-odd-page": paragraph("en")
        + _section(PAGE)
        + paragraph("tre")
        + _section(PAGE, "oddPage")
        + paragraph("fire"),
        "heading-levels-skipped": paragraph("en", '<w:outlineLvl w:val="0"/>')
        + paragraph("tre", '<w:outlineLvl w:val="2"/>'),
    }


def corpus() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    page_number = _runs(_run("Side ") + _field("PAGE", "9") + _run(" av ") + _field("NUMPAGES", "9"))
    note = '<w:{0} w:id="1"><w:p><w:r><w:{0}Ref/></w:r>' + _run(" notens tekst") + "</w:p></w:{0}>"
    cross = _runs(
        _run("tekst") + '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:{0}Reference w:id="1"/></w:r>'
    )
    note_table = _table([_row(_cell(paragraph("rute i note"), width=2000))], 1, width=2000)
    made = {name: docx(body) for name, body in _bodies().items()} | drawings() | counted() | formulas() | constructs()
    first = PAGE + "<w:titlePg/>"
    made |= {
        "section-continuous-header": docx(
            _many(40) + _section(PAGE, "continuous") + _many(40),
            section='<w:type w:val="continuous"/>' + PAGE,
            parts={"header:default": paragraph("topp"), "footer:default": page_number},
        ),
        "two-columns": docx(_many(60), section=_columns(2)),
        "three-columns-break": docx(
            _runs(_run("en") + '<w:r><w:br w:type="column"/></w:r>' + _run("to")) + _many(3), section=_columns(3)
        ),
        "lists": docx(
            "".join(_listed(f"punkt {n}", 1, n % 4) for n in range(16)) + _listed("kule", 2) + _listed("sju", 3),
            parts={"numbering": _LIST},
        ),
        "headings": docx(
            "".join(paragraph(f"Kapittel {n}", _style(f"Heading{n % 3 + 1}")) + _many(4) for n in range(9)),
            parts={"styles": _HEADINGS},
        ),
        "header-and-footer": docx(
            _many(60), parts={"header:default": paragraph("Topptekst"), "footer:default": page_number}
        ),
        "header-first-and-even": docx(
            _many(80),
            section=first,
            parts={
                "header:first": paragraph("Forside"),
                "header:even": paragraph("Partall"),
                "header:default": paragraph("Oddetall"),
                "settings": "<w:evenAndOddHeaders/>",
            },
        ),
        "header-tall": docx(_many(30), parts={"header:default": paragraph("linje") * 9}),
        "header-with-picture": docx(
            _many(3), parts={"header:default": paragraph("Våpen i bunn")}, files={"bilde": png()}
        ),
        "header-with-text-box": docx(
            _many(3), parts={"header:default": _runs(_text_box("boks i topp") + _run("Topp"))}
        ),
        "header-with-table": docx(
            _many(3), parts={"header:default": _table([_row(*[_cell(paragraph("topp"))] * 3)]) + "<w:p/>"}
        ),
        "footnote": docx(cross.format("footnote"), parts={"footnotes": (_NOTES + note).format("footnote")}),
        "footnotes-many": docx(
            "".join(_runs(_run(SENTENCE) + f'<w:r><w:footnoteReference w:id="{n}"/></w:r>') for n in range(1, 31)),
            parts={
                "footnotes": _NOTES.format("footnote")
                + "".join(
                    f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>{_run(f" note nummer {n}")}</w:p></w:footnote>'
                    for n in range(1, 31)
                )
            },
        ),
        "footnote-with-table": docx(
            cross.format("footnote"),
            parts={
                "footnotes": _NOTES.format("footnote")
                + f'<w:footnote w:id="1">{paragraph("før")}{note_table}<w:p/></w:footnote>'
            },
        ),
        "footnote-absent": docx(cross.format("footnote")),
        "endnote": docx(cross.format("endnote"), parts={"endnotes": (_NOTES + note).format("endnote")}),
        "endnotes-many": docx(
            "".join(_runs(_run(f"ord{n}") + f'<w:r><w:endnoteReference w:id="{n}"/></w:r>') for n in range(1, 13)),
            parts={
                "endnotes": _NOTES.format("endnote")
                + "".join(
                    f'<w:endnote w:id="{n}"><w:p><w:r><w:endnoteRef/></w:r>{_run(f" sluttnote {n}")}</w:p></w:endnote>'
                    for n in range(1, 13)
                )
            },
        ),
        "picture": docx(_runs(_run("bilde ") + _inline()), files={"bilde": png()}),
        "picture-large": docx(
            _runs(_inline(width=5400000, height=5400000)) + paragraph("etter"),
            files={"bilde": png(400, 400, noise=True)},
        ),
        "picture-floating": docx(
            _runs(f"<w:r><w:drawing>{_anchor(_blip('bilde', 1800000, 900000))}</w:drawing></w:r>" + _run(SENTENCE * 5)),
            files={"bilde": png()},
        ),
        "picture-floating-lower": docx(
            _runs(
                f"<w:r><w:drawing>{_anchor(_blip('bilde', 1800000, 900000), x=2700000, y=457200)}</w:drawing></w:r>"
                + _run(SENTENCE * 9)
            ),
            files={"bilde": png()},
        ),
        "picture-behind": docx(
            _runs(
                f"<w:r><w:drawing>{_anchor(_blip('bilde', 1800000, 900000), 'wrapNone', behind=1)}</w:drawing></w:r>"
                + _run(SENTENCE)
            ),
            files={"bilde": png()},
        ),
        "picture-damaged": docx(_runs(_run("bilde ") + _inline()), files={"bilde": b"intet bilde"}),
        "picture-absent": docx(_runs(_run("bilde ") + _inline("borte"))),
        "picture-tall": docx(
            _runs(_inline(width=3000000, height=12000000)) + paragraph("etter"), files={"bilde": png()}
        ),
        "link": docx(
            _runs(f'<w:hyperlink r:id="l1">{_run("lovdata")}</w:hyperlink>'), links={"l1": "https://lovdata.no"}
        ),
        "page-roman": docx(
            _many(50),
            section=PAGE + '<w:pgNumType w:fmt="lowerRoman" w:start="4"/>',
            parts={"footer:default": _runs(_field("PAGE", "1"))},
        ),
        "letter-paper": docx(
            _many(50),
            section='<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800"/>',
        ),
        "contents-of-links": docx(
            _runs(
                f'<w:hyperlink w:anchor="x">{_run("Formål")}<w:r><w:tab/></w:r>{_run("4")}</w:hyperlink>',
                '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>',
            )
        ),
        "section-margins": docx(
            _many(5) + _section(PAGE) + _many(5),
            section='<w:type w:val="continuous"/>' + PAGE.replace('w:left="1418"', 'w:left="2835"'),
        ),
        "column-break": docx(
            paragraph("venstre") + _runs('<w:r><w:br w:type="column"/></w:r>' + _run("høyre")),
            section=PAGE + '<w:cols w:num="2" w:space="720"/>',
        ),
        "line-grid": docx(_many(40), section=PAGE + '<w:docGrid w:type="lines" w:linePitch="400"/>'),
        "cell-turned": docx(
            _table(
                [
                    _row(
                        _cell(paragraph("oppover"), '<w:textDirection w:val="btLr"/>', 600),
                        _cell(paragraph("bortover")),
                    )
                ],
                2,
            )
        ),
        "end-deleted": docx(
            paragraph("første ", '<w:rPr><w:del w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"/></w:rPr>')
            + paragraph("andre")
        ),
        "spaces": docx(_runs(_run("  to   steder ") + _run(" ") + _run("her  "))),
        "no-section": docx(_many(50), section=""),
        "no-styles": docx(_many(10), parts={"styles": ""}),
    }
    return made


def write(folder: Path) -> None:
    """Write the corpus into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in corpus().items():
        (folder / f"{name}.docx").write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
