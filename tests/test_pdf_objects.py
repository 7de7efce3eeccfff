"""Objects that are parsed by whole tokens are those that pyHanko reads byte by byte."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from flows.pdf_objects import ObjectStreamReader, regular_object
from tests.archive.signed_agreements import signed
from tests.signing_desk.documents import agreement

_TOKENS = (
    *(b"<<", b">>", b"[", b"]", b"/Name", b"/", b"/A#42", b"12", b"-3", b"+.5", b"4.", b"1 0 R", b"7 0 R ", b"3 0 R/X"),
    *(
        b"<feff00e6>",
        b"<a>",
        b"<>",
        b"(text)",
        b"(te(x)t)",
        b"(\\n)",
        b"(\\07212)",
        b"(\\12)",
        b"(\\400)",
        b"true",
        b"false",
        b"null",
        b"R",
        b"stream",
    ),
    *(b"% word\n", b" ", b"\n", b"\0", b"--1", b"1-2", b"\x80", b"truer", b"<<>>", b"/A 1", b"/A 1", b"/B[/C<</D 2>>]"),
)


class _Reader:
    strict = True


def _shape(value: Any) -> Any:
    """Return what two readings are compared by: kinds and values, and the container of each."""
    container = getattr(value, "container_ref", None)
    if isinstance(value, generic.DictionaryObject):
        held: Any = [(type(key).__name__, str(key), _shape(one)) for key, one in value.items()]
    elif isinstance(value, generic.ArrayObject):
        held = [_shape(value.raw_get(place)) for place in range(len(value))]
    else:
        held = "" if isinstance(value, generic.NullObject) else (repr(value), getattr(value, "original_bytes", None))
    return type(value).__name__, container, held


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(_TOKENS), max_size=12))
def test_what_is_regular_is_what_pyhanko_reads(tokens: list[bytes]) -> None:
    """Whatever tokens come in a row, an object is read as pyHanko reads it, or left to it."""
    data = b"<</Type/One" + b" ".join(tokens) + b">>\n/after"
    reference = generic.Reference(5, 0, _Reader())
    found = regular_object(data, 0, reference)
    if found is not None:
        assert _shape(found) == _shape(generic.read_object(BytesIO(data), reference))


@pytest.mark.parametrize(
    ("written", "is_regular"),
    [
        (b"<</A 1/B[1 2 0 R(x)<ff>]/C<</D null>>>> ", True),
        (b"<</M (D\\07220261201)>> ", True),
        (b"[true false -1.5 /Name] ", True),
        (b"<</A 1/A 2>> ", False),
        (b"<</A 1>> stream", False),
        (b"<</A<</B 1>>stream>> ", False),
        (b"<</A (a\\)b)>> ", False),
        (b"<</A#42 1>> ", False),
        (b"[" * 60 + b"]" * 60 + b" ", False),
        (b"<</A 1 ", False),
        (b"12 ", False),
    ],
)
def test_the_rest_is_left_to_pyhanko(written: bytes, is_regular: bool) -> None:
    """Keys that come twice, streams, escapes and depth are pyHanko's to judge."""
    assert (regular_object(written, 0, generic.Reference(5, 0, _Reader())) is not None) == is_regular


@pytest.mark.parametrize("content", [agreement(), signed()])
def test_every_object_of_a_file_is_the_same(content: bytes) -> None:
    """In object streams and beside them, with the kind, value and container of each part."""
    ours, theirs = ObjectStreamReader(content, strict=False), PdfFileReader(BytesIO(content), strict=False)
    for number in range(1, int(theirs.trailer["/Size"])):
        first, second = (generic.Reference(number, 0, one).get_object() for one in (ours, theirs))
        assert _shape(first) == _shape(second)


def test_an_object_elsewhere_than_its_table_says_is_refused_as_before() -> None:
    """An object whose number is another than the table's is no object of that number."""
    content = signed()
    place = content.rindex(b" 0 obj", 0, content.rindex(b"/Type /Sig"))
    damaged = content[: place - 1] + bytes([content[place - 1] ^ 1]) + content[place:]
    results = []
    for one in (ObjectStreamReader(damaged), PdfFileReader(BytesIO(damaged))):
        try:
            results.append(repr([name for name, _value in one.root.items()] + list(map(str, one.embedded_signatures))))
        except Exception as error:  # noqa: BLE001 - whatever pyHanko raises
            results.append(type(error).__name__)
    assert results[0] == results[1]
