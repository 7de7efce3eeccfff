"""Pictures made of drawing orders: what they draw is on the page, their text is text, and none ends the conversion."""

import gzip
import struct
import time
from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.documents import convert
from flows.typesetting import Pdf
from tests.typesetting.docx_builder import docx
from tests.typesetting.metafile_builder import (
    dots,
    emf,
    emf_brush,
    emf_font,
    emf_picture,
    emf_text,
    order,
    wmf,
    wmf_font,
    wmf_order,
    wmf_select,
    wmf_text,
)  # fmt: skip
from tests.typesetting.pdf_inspection import colour_at, place, text

WIDTH, HEIGHT = 400.0, 200.0
_LEFT = 70.9  # of the page's text


def _converted(content: bytes, kind: str = "emf") -> Pdf:
    size = f'cx="{round(WIDTH * 12700)}" cy="{round(HEIGHT * 12700)}"'
    body = (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="1" name="b"/>'
        '<a:graphic><a:graphicData uri="x"><pic:pic><pic:blipFill><a:blip r:embed="bilde"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    return convert(docx(body, others={"bilde": ("image", f"media/bilde.{kind}", content)}))


def _colour(pdf: Pdf, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a share of the picture's width and height."""
    return colour_at(pdf.content, _LEFT + x * WIDTH, _LEFT + y * HEIGHT)


def _box(kind: int, left: int, top: int, right: int, bottom: int) -> bytes:
    return order(kind, struct.pack("<4i", left, top, right, bottom))


def _points(kind: int, *points: tuple[int, int]) -> bytes:
    numbers = [number for point in points for number in point]
    return order(kind, struct.pack(f"<4iI{len(numbers)}h", 0, 0, 0, 0, len(points), *numbers))


RED, GREEN, BLUE = 0x0000FF, 0x00FF00, 0xFF0000  # as the orders have them


def test_surfaces_are_filled_where_they_stand() -> None:
    """A rectangle, an ellipse and a polygon in their colours, and nothing between them."""
    pdf = _converted(
        emf(
            [
                emf_brush(1, RED), _box(43, 0, 0, 50, 50), emf_brush(2, GREEN), _box(42, 100, 0, 150, 50),
                emf_brush(3, BLUE), _points(86, (0, 60), (50, 60), (50, 100), (0, 100)),
            ]
        )
    )  # fmt: skip
    assert _colour(pdf, 0.12, 0.25) == (255, 0, 0)
    assert _colour(pdf, 0.62, 0.25) == (0, 255, 0)
    assert _colour(pdf, 0.12, 0.8) == (0, 0, 255)
    assert _colour(pdf, 0.9, 0.9) == (255, 255, 255)
    assert pdf.lost == ()


def test_text_of_a_picture_is_text_where_it_stands() -> None:
    """Words can be read and searched, at the height and the place that the orders say."""
    pdf = _converted(emf([emf_font(1, -10), emf_text("Målebånd", 100, 50)]))
    found = place(pdf.content, "Målebånd")
    assert found.left == pytest.approx(_LEFT + WIDTH / 2, abs=2)
    assert found.top == pytest.approx(_LEFT + HEIGHT / 2, abs=8)


def test_text_of_an_old_picture_is_read_in_its_letters() -> None:
    """The character set of the font says which letters the bytes are; symbols become signs of Unicode."""
    orders = [
        wmf_font(-100, 204), wmf_select(0), wmf_text("Привет", 100, 100, "cp1251"),
        wmf_font(-100, 2, "Symbol"), wmf_select(1), wmf_text("a", 100, 500),
    ]  # fmt: skip
    shown = text(_converted(wmf(orders), "wmf").content)
    assert "Привет" in shown
    assert "α" in shown


def test_a_picture_without_its_size_has_that_of_its_window() -> None:
    """Old files have no header that says their bounds."""
    box = wmf_order(0x02FC, struct.pack("<HIH", 0, RED, 0)) + wmf_select(0)
    box += wmf_order(0x041B, struct.pack("<4h", 1000, 1000, 0, 0))
    pdf = _converted(wmf([box], placeable=False), "wmf")
    assert _colour(pdf, 0.25, 0.5) == (255, 0, 0)
    assert _colour(pdf, 0.75, 0.5) == (255, 255, 255)


def test_a_picture_in_the_picture_is_shown() -> None:
    """Dots in a drawing order, and what a mask leaves out stays as it was."""
    there = _converted(emf([emf_picture(0, 0, 100, 100, (255, 0, 0))]))
    assert _colour(there, 0.25, 0.5) == (255, 0, 0)
    masked = _converted(
        emf([emf_brush(1, GREEN), _box(43, 0, 0, 200, 100), emf_picture(0, 0, 100, 100, (255, 255, 255), 0x008800C6)])
    )
    assert _colour(masked, 0.25, 0.5) == (0, 255, 0)


def test_what_is_outside_the_clip_is_not_shown() -> None:
    """A surface is cut off at the rectangle that was set before it, until the state from before is restored."""
    clipped = [order(33), _box(30, 0, 0, 50, 100), emf_brush(1, RED), _box(43, 0, 0, 200, 100)]
    pdf = _converted(emf([*clipped, order(34, struct.pack("<i", -1)), emf_brush(2, BLUE), _box(43, 150, 0, 200, 100)]))
    assert _colour(pdf, 0.1, 0.5) == (255, 0, 0)
    assert _colour(pdf, 0.5, 0.5) == (255, 255, 255)
    assert _colour(pdf, 0.9, 0.5) == (0, 0, 255)


def test_a_path_is_filled_as_one() -> None:
    """Lines between the beginning and the end of a path enclose a surface."""
    corner = [struct.pack("<ii", *point) for point in ((0, 0), (100, 0), (100, 100), (0, 100))]
    path = [order(59), order(27, corner[0]), *(order(54, each) for each in corner[1:]), order(61), order(60)]
    pdf = _converted(emf([emf_brush(1, BLUE), *path, order(62, struct.pack("<4i", 0, 0, 0, 0))]))
    assert _colour(pdf, 0.25, 0.5) == (0, 0, 255)


def test_a_packed_picture_is_unpacked() -> None:
    """Word keeps some of them packed, as .emz; one that unpacks to too much is not shown."""
    plain = emf([emf_brush(1, RED), _box(43, 0, 0, 200, 100)])
    assert _colour(_converted(gzip.compress(plain), "emz"), 0.5, 0.5) == (255, 0, 0)
    bomb = _converted(gzip.compress(plain[:-20] + bytes(50_000_000)), "emz")
    assert len(bomb.lost) <= 1


def test_orders_that_are_not_drawn_are_reported() -> None:
    """Who converts hears that a picture is not whole."""
    pdf = _converted(emf([emf_text("her", 10, 10), order(118, bytes(40))]))
    assert "her" in text(pdf.content)
    assert [str(loss.what) for loss in pdf.lost] == ["deler av et bilde av typen emf"]


def test_a_picture_of_too_many_orders_is_drawn_in_part() -> None:
    """A picture that would take minutes is cut off, in seconds, and reported."""
    long = _points(87, *(((n * 7919) % 200, n % 100) for n in range(30_000)))
    for orders in ([emf_text("x" * 3000, 0, 50)] * 40, [_box(43, 0, 0, 50, 50)] * 60_000, [long] * 40):
        started = time.process_time()
        assert len(_converted(emf(orders)).lost) == 1
        assert time.process_time() - started < 30


@pytest.mark.parametrize(
    "content",
    [
        b"\x01\x00\x00\x00" + bytes(36) + b" EMF",
        emf([])[:60],
        b"\xd7\xcd\xc6\x9a" + bytes(10),
        b"\x1f\x8b\x08" + bytes(9),
    ],
)
def test_what_is_no_picture_is_a_loss(content: bytes) -> None:
    """A file cut off after its first bytes keeps its room on the page and is reported."""
    assert len(_converted(content).lost) == 1


def _whole_emf() -> bytes:
    shapes = [_box(kind, 1, 2, 90, 80) for kind in (42, 43, 44, 30)]
    lines = [_points(kind, (1, 2), (50, 60), (20, 90), (5, 5)) for kind in (85, 86, 87, 88, 89)]
    many = order(91, struct.pack("<4iII2I8h", 0, 0, 0, 0, 2, 4, 2, 2, *range(8)))
    arcs = [order(kind, struct.pack("<8i", 0, 0, 50, 50, 0, 25, 25, 0)) for kind in (45, 46, 47)]
    window = [
        order(17, struct.pack("<I", 8)),
        order(9, struct.pack("<ii", 100, 100)),
        order(11, struct.pack("<ii", 90, 90)),
    ]
    world = order(36, struct.pack("<6fI", 1, 0.5, 0, 1, 3, 4, 2))
    picture = emf_picture(3, 3, 30, 30, (9, 8, 7))
    return emf([emf_font(1, -9), emf_text("tekst", 5, 5), *window, world, *shapes, *lines, many, *arcs, picture])


def _whole_wmf() -> bytes:
    header, bits = dots(3, 3, (1, 2, 3))
    return wmf(
        [
            wmf_font(-90), wmf_select(0), wmf_text("tekst", 9, 9),
            wmf_order(0x0324, struct.pack("<H6h", 3, 1, 2, 300, 400, 500, 6)),
            wmf_order(0x0538, struct.pack("<HHH8h", 2, 2, 2, *range(8))),
            wmf_order(0x0817, struct.pack("<8h", 1, 2, 3, 4, 500, 600, 7, 8)),
            wmf_order(0x0418, struct.pack("<4h", 500, 600, 7, 8)),
            wmf_order(0x0521, struct.pack("<H", 4) + b"mer!" + struct.pack("<hh", 50, 60)),
            wmf_order(0x0F43, struct.pack("<IH8h", 0xCC0020, 0, 3, 3, 0, 0, 500, 500, 9, 9) + header + bits),
            wmf_order(0x061D, struct.pack("<I4h", 0xF00021, 50, 50, 5, 5)), wmf_order(0x001E),
            wmf_order(0x0127, struct.pack("<h", -1)),
        ]
    )  # fmt: skip


@given(
    whole=st.sampled_from([_whole_emf, _whole_wmf]),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 4000),
)
@example(_whole_emf, [(80, 0), (84, 0)], 4000)  # a reference device of 0 mm
@settings(max_examples=150)
def test_no_damage_ends_the_conversion(whole: Callable[[], bytes], changes: list[tuple[int, int]], cut: int) -> None:
    """Whatever bytes are changed or missing, the PDF is made: with a picture, or with a loss."""
    content = bytearray(whole())
    for at, byte in changes:
        content[at % len(content)] = byte
    pdf = _converted(bytes(content[: max(len(content) - cut, 4)] if cut < 2000 else content), "emf")
    with pypdfium2.PdfDocument(BytesIO(pdf.content)) as document:
        assert len(document) == 1
