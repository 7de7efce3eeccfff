"""Cache the PDF operators that draw a line of text, by its text and style."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from weasyprint import draw
from weasyprint.draw import text as drawing
from weasyprint.draw.color import get_color
from weasyprint.pdf.stream import Stream
from weasyprint.text import fonts as text_fonts
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from flows.typesetting.weasyprint_patches.lines import evict_oldest, style_of
from flows.typesetting.weasyprint_patches.replacements import Replacements

_draw: Callable[..., None] = draw.draw_text


@dataclass(frozen=True, slots=True)
class _Font:
    pango_font: Any
    key: int
    size: float
    keeper: Any
    glyphs: "dict[tuple[int, str], _Glyph]" = field(default_factory=dict)


#: A glyph's number, text and width.
_Glyph: TypeAlias = tuple[int, str, int]
#: A placed glyph: its number (0 if it is empty), its offset and its advance.
_Placed: TypeAlias = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line in one font: its distinct glyphs, and their places in thousandths of the font's size.

    The operand of TJ depends on the widths that the document has for the glyphs, and is cached by them. `own` are the
    widths that the glyphs have here.
    """

    font: _Font
    glyphs: tuple[_Glyph, ...]
    placed: tuple[_Placed, ...]
    own: dict[int, int]
    shown: "dict[tuple[int, ...], bytes]" = field(default_factory=dict)


_drawings: dict[tuple[Any, ...], tuple[_Piece, ...] | None] = {}
#: Pango's fonts by address, each with a layout that keeps it alive, so that its address is not used again.
_fonts: dict[int, _Font] = {}
_MOST_FONTS = 1024


def clear() -> None:
    """Clear the caches."""
    _drawings.clear()
    _fonts.clear()


def draw_text(stream: Any, textbox: Any, offset_x: float, text_overflow: str, block_ellipsis: Any) -> None:
    """Draw a line of text from the cache; lines that are struck out, clipped or of special glyphs go to WeasyPrint."""
    style = textbox.style
    number = None
    underlined = _plainly_underlined(style)
    if (
        text_overflow != "ellipsis"
        and block_ellipsis == "none"
        and (underlined or style["text_decoration_line"] == "none")
        and style["visibility"] == "visible"
        and style["font_size"] >= 1e-6
        and textbox.text.strip()
    ):
        number = style_of(style)
    if number is not None:
        layout = textbox.pango_layout
        key = (layout.text, number, layout.justification_spacing)
        if key in _drawings:
            pieces = _drawings.pop(key)
        else:
            pieces = _drawing(stream, textbox)
            evict_oldest(_drawings)
        _drawings[key] = pieces
        if pieces is not None:
            if underlined:
                thickness = layout.underline_thickness
                below = textbox.baseline - layout.underline_position + thickness / 2
                color = get_color(style, "text_decoration_color")
                drawing.draw_text_decoration(stream, textbox, offset_x, below, thickness, color)
            _show(stream, textbox, pieces)
            return
    _draw(stream, textbox, offset_x, text_overflow, block_ellipsis)


def _plainly_underlined(style: Any) -> bool:
    return (
        style["text_decoration_line"] == {"underline"}
        and style["text_decoration_thickness"] in ("auto", "from-font")
        and style["text_underline_offset"] == "auto"
    )


def _show(stream: Any, textbox: Any, pieces: tuple[_Piece, ...]) -> None:
    """Draw cached pieces. A document writes each glyph with the width that it first met it with."""
    stream.set_color(textbox.style["color"])
    stream.begin_text()
    written = stream.stream
    place = (_number(textbox.position_x), _number(textbox.position_y + textbox.baseline))
    written.append(b"1 0 0 -1 %b %b Tm" % place)
    for piece in pieces:
        font = stream._fonts.get(piece.font.key)
        if font is None:
            font, _ = stream.add_font(piece.font.pango_font)
        widths, texts, own = font.widths, font.to_unicode, piece.own
        if own.items() <= widths.items() and own.keys() <= texts.keys():
            by: tuple[int, ...] = ()  # the widths are its own
        else:
            met = []
            for glyph, text, width in piece.glyphs:
                met.append(widths.setdefault(glyph, width))
                texts.setdefault(glyph, text)
            by = tuple(met)
        shown = piece.shown.get(by)
        if shown is None:
            shown = piece.shown[by] = _operand(piece.placed, widths)
        stream.set_font_size(font.hash, piece.font.size)
        written.append(shown)
    stream.end_text()


@lru_cache(maxsize=16384)
def _number(number: float) -> bytes:
    """Return a number as pydyf writes it; documents of a template have most of their places in common."""
    return b"%d" % number if number == int(number) else f"{number:f}".rstrip("0").encode()


def _operand(placed: tuple[_Placed, ...], widths: Mapping[int, int]) -> bytes:
    """Return TJ with its operand for glyphs of these widths, with the difference to their advances in between."""
    shown = ["<"]
    for glyph, offset, advance in placed:
        if not glyph:
            if advance:
                shown.append(f">{-advance}<")
            continue
        if offset:
            shown.append(f">{-offset}<")
        shown.append(f"{glyph:04x}")
        moved = int(widths[glyph] + offset - advance)
        if moved:
            shown.append(f">{moved}<")
    return f"[{''.join([*shown, '>']).replace('<>', ' ')}] TJ".encode()


def _drawing(stream: Any, textbox: Any) -> tuple[_Piece, ...] | None:
    """Return the pieces of a line of text; None if it holds more than plain glyphs of plain fonts."""
    layout = textbox.pango_layout
    layout.reactivate(textbox.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    encoded = layout.text.encode()
    pieces: list[_Piece] = []
    run = line.runs[0]
    while run != ffi.NULL:
        piece = _piece(stream, run.data, encoded, layout.layout)
        if piece is None:
            pieces = []
            break
        if pieces and pieces[-1].font is piece.font:
            before = pieces.pop()
            met = {glyph[0] for glyph in before.glyphs}
            more = tuple(glyph for glyph in piece.glyphs if glyph[0] not in met)
            piece = _piece_of(piece.font, before.glyphs + more, before.placed + piece.placed)
        pieces.append(piece)
        run = run.next
    layout.deactivate()
    return tuple(pieces) or None


def _piece(stream: Any, item: Any, encoded: bytes, keeper: Any) -> _Piece | None:
    """Return the piece of one run of glyphs; None if it cannot be drawn from the cache."""
    pango_font = item.item.analysis.font
    font, size = stream.add_font(pango_font)
    backwards = item.item.analysis.level % 2
    if font.bitmap or font.svg or font.png or font.colr or not size or backwards:
        return None
    many = item.glyphs.num_glyphs
    ends = [*item.glyphs.log_clusters[1:many], item.item.length] if many else []
    start = item.item.offset
    kept = _font_of(pango_font, size, keeper)
    nothing, unknown = pango.PANGO_GLYPH_EMPTY, pango.PANGO_GLYPH_UNKNOWN_FLAG
    glyphs: dict[int, _Glyph] = {}
    placed: list[_Placed] = []
    for info, first, end in zip(item.glyphs.glyphs[0:many], item.glyphs.log_clusters[0:many], ends, strict=True):
        glyph, place = info.glyph, info.geometry
        if glyph == nothing:
            placed.append((0, 0, place.width / size))
            continue
        if not glyph or glyph & unknown or place.y_offset:
            return None
        if glyph not in glyphs:
            text = encoded[start + first : start + end].decode()
            known = kept.glyphs.get((glyph, text))
            if known is None:
                known = kept.glyphs[glyph, text] = (glyph, text, _width(stream, pango_font, glyph, size))
            glyphs[glyph] = known
        placed.append((glyph, place.x_offset / size, place.width * 1000 * FROM_UNITS / size))
    return _piece_of(kept, tuple(glyphs.values()), tuple(placed))


def _piece_of(font: _Font, glyphs: tuple[_Glyph, ...], placed: tuple[_Placed, ...]) -> _Piece:
    return _Piece(font, glyphs, placed, {glyph: width for glyph, _text, width in glyphs})


def _width(stream: Any, pango_font: Any, glyph: int, size: float) -> int:
    pango.pango_font_get_glyph_extents(pango_font, glyph, stream.ink_rect, stream.logical_rect)
    thousandths: float = stream.logical_rect.width * 1000 * FROM_UNITS / size
    return round(thousandths)


def _font_of(pango_font: Any, size: float, keeper: Any) -> _Font:
    address = int(ffi.cast("uintptr_t", pango_font))
    if address not in _fonts:
        if len(_fonts) >= _MOST_FONTS:
            _fonts.clear()  # what is drawn with them keeps them alive
        _fonts[address] = _Font(pango_font, text_fonts.get_pango_font_key(pango_font)[0], size, keeper)
    return _fonts[address]


REPLACEMENTS: Replacements = ((_draw, draw_text, (draw,)),)
RELIES_ON = (
    drawing.draw_first_line, drawing.draw_text_decoration, get_color, text_fonts.get_pango_font_key, Stream.add_font,
    Stream.begin_text, Stream.end_text, Stream.set_font_size,
)  # fmt: skip
