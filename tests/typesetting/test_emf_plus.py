"""Pictures of EMF+ alone, as newer programs write them: what they draw is on the page, and their text is text."""

import struct
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.typesetting.metafile_builder import emf, emf_plus, plus, plus_fill, plus_font, plus_object, plus_text
from tests.typesetting.pdf_inspection import place, text
from tests.typesetting.test_metafiles import HEIGHT, WIDTH, _colour, _converted

RED, GREEN, BLUE = 0xFFFF0000, 0xFF00FF00, 0xFF0000FF
_STYLES = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def _drawn(*orders: bytes) -> Callable[[float, float], str]:
    """Return what says which colour is at a place of a picture of 200 by 100 dots."""
    pdf = _converted(emf([emf_plus(orders)]))
    names = {colour: name for name, colour in _STYLES.items()}
    return lambda x, y: names.get(_colour(pdf, x / 200, y / 100), "other")  # type: ignore[arg-type]


def test_its_text_is_text_at_its_place() -> None:
    """Words can be searched, and stand where the picture has them; nothing is lost."""
    setting = plus_object(7, 2, struct.pack("<IIIIIIfifffIII", 0, 0, 1, 0, 0, 0, 0.0, 0, 0.0, 0.0, 1.0, 0, 0, 0))
    texts = [plus_text("Akse", (0, 0, 0, 0), 1), plus_text("midt", (0, 50, 200, 20), 1, 2)]
    pdf = _converted(emf([emf_plus([plus_font(1, 10), setting, *texts])]))
    assert text(pdf.content).split() == ["Akse", "midt"]
    assert pdf.lost == ()
    first, middle = place(pdf.content, "Akse"), place(pdf.content, "midt")
    assert first.left == pytest.approx(70.9, abs=2)
    assert (middle.left + middle.right) / 2 == pytest.approx(70.9 + WIDTH / 2, abs=3)
    assert middle.top == pytest.approx(70.9 + HEIGHT / 2, abs=5)


def test_text_breaks_in_its_rectangle() -> None:
    """Text that is wider than its rectangle goes on in the next line."""
    pdf = _converted(emf([emf_plus([plus_font(1, 10), plus_text("en lang tittel", (0, 0, 40, 60), 1)])])).content
    assert place(pdf, "tittel").top > place(pdf, "en").bottom - 2


def test_rectangles_are_where_the_world_has_been_moved_to() -> None:
    """Places are moved, enlarged and kept as the orders say, the newest first unless they say otherwise."""
    at = _drawn(
        plus(0x4025, 0, struct.pack("<I", 0)),
        plus(0x402D, 0, struct.pack("<2f", 100, 0)),
        plus(0x402E, 0, struct.pack("<2f", 2, 2)),
        plus_fill(RED, 0, 0, 20, 20),
        plus(0x4026, 0, struct.pack("<I", 0)),
        plus_fill(BLUE, 0, 0, 20, 20),
        plus(0x402B),
        plus(0x402F, 0, struct.pack("<f", 90)),
        plus(0x402D, 0x2000, struct.pack("<2f", 100, 50)),
        plus_fill(GREEN, 0, 0, 20, 20),
    )
    assert (at(110, 10), at(135, 35), at(145, 10)) == ("red", "red", "white")
    assert (at(10, 10), at(25, 10)) == ("blue", "white")
    assert (at(90, 60), at(110, 60)) == ("green", "white")


def test_brushes_pens_and_paths_draw() -> None:
    """A filled path with a curve, a thick line, a polygon of small figures, and a piece of a pie."""
    brush = plus_object(1, 0, struct.pack("<II", 0, RED))
    pen = plus_object(2, 1, struct.pack("<IIIf", 0, 0, 0, 10.0) + struct.pack("<III", 0xDBC01002, 0, GREEN))
    corners = [(0, 0), (0, 80), (60, 80), (60, 0)]
    path = struct.pack("<II", 4, 0) + b"".join(struct.pack("<2f", *point) for point in corners) + bytes((0, 3, 3, 0x83))
    at = _drawn(
        brush,
        pen,
        plus_object(3, 2, path),
        plus(0x4014, 2, struct.pack("<I", 0)),
        plus(0x400D, 1, struct.pack("<I4f", 2, 0, 90, 200, 90)),
        plus(0x400C, 0xC000, struct.pack("<II6h", BLUE, 3, 100, 0, 140, 0, 100, 40)),
        plus(0x4010, 0x8000, struct.pack("<I6f", RED, 0.0, 90.0, 150, 20, 40, 40)),
    )
    assert (at(30, 30), at(30, 75)) == ("red", "white")
    assert (at(100, 90), at(100, 80)) == ("green", "white")
    assert (at(105, 10), at(138, 30)) == ("blue", "white")
    assert (at(178, 48), at(162, 32)) == ("red", "white")


def test_a_picture_within_it_is_shown() -> None:
    """A PNG in the file, which comes in two pieces, is put where the order says."""
    packed = BytesIO()
    Image.new("RGB", (4, 4), (0, 0, 255)).save(packed, "PNG")
    whole = struct.pack("<IIiiiII", 0xDBC01002, 1, 4, 4, 0, 0, 1) + packed.getvalue()
    whole += b"\0" * (-len(whole) % 4)
    pieces = [plus(0x4008, 0x8503, struct.pack("<I", len(whole)) + part) for part in (whole[:32], whole[32:])]
    at = _drawn(*pieces, plus(0x401A, 3, struct.pack("<Ii8f", 0, 2, 0, 0, 4, 4, 50, 20, 60, 60)))
    assert (at(80, 50), at(40, 50)) == ("blue", "white")


def test_what_is_clipped_is_not_drawn() -> None:
    """Outside of a clip nothing shows until it is taken away."""
    clip = plus(0x4032, 0, struct.pack("<4f", 0, 0, 50, 100))
    at = _drawn(clip, plus_fill(RED, 0, 0, 200, 40), plus(0x4031), plus_fill(BLUE, 0, 60, 200, 40))
    assert (at(25, 20), at(100, 20), at(100, 80)) == ("red", "white", "blue")


def test_units_of_the_page_are_those_that_it_says() -> None:
    """A millimetre is ten dots of a tenth of one, where there are 254 to the inch."""
    first = plus(0x4001, 0, struct.pack("<IIII", 0xDBC01002, 0, 254, 254))
    at = _drawn(first, plus(0x4030, 6, struct.pack("<f", 1.0)), plus_fill(GREEN, 0, 0, 10, 5))
    assert (at(90, 40), at(110, 40), at(90, 60)) == ("green", "white", "white")


def test_older_copies_are_drawn_where_there_are_any() -> None:
    """A file with both is not drawn twice."""
    pdf = _converted(emf([emf_plus([plus_font(1, 10), plus_text("nytt", (0, 0, 0, 0), 1)], dual=True)]))
    assert text(pdf.content).split() == []


def test_an_order_that_is_not_known_is_told() -> None:
    """What is drawn stands there, and that something is missing is said."""
    pdf = _converted(emf([emf_plus([plus_fill(RED, 0, 0, 200, 100), plus(0x4018, 0, b"\0" * 16)])]))
    assert _colour(pdf, 0.5, 0.5) == (255, 0, 0)
    assert [loss.what for loss in pdf.lost] == ["deler av et bilde av typen emf"]


@given(
    orders=st.lists(
        st.tuples(
            st.integers(0x4001, 0x403A), st.sampled_from([0, 1, 0x4000, 0x8000, 0xC000, 0x800]), st.binary(max_size=60)
        ),
        max_size=6,
    ),
    tools=st.lists(st.tuples(st.integers(1, 9), st.binary(max_size=50)), max_size=4),
)
@settings(max_examples=25)
def test_no_damage_ends_the_conversion(orders: list[tuple[int, int, bytes]], tools: list[tuple[int, bytes]]) -> None:
    """Orders and tools of any bytes leave a page with what can be drawn."""
    made = [plus_object(kind, 0, data) for kind, data in tools]
    assert _converted(emf([emf_plus([*made, *(plus(*order) for order in orders)])])).pages >= 1
