"""The measure of likeness: words that stand near, and ink in equal tiles."""

from pathlib import Path

import pytest

from benchmarks.conversions import Converted
from benchmarks.likeness import compare
from flows.typesetting import convert
from tests.typesetting.docx_builder import docx, paragraph

_MILLIMETRE = 56.69  # twips


def _page(words: str, shift: float = 0.0) -> bytes:
    indent = f'<w:ind w:left="{round(shift * _MILLIMETRE)}"/>'
    return convert(docx(paragraph(words, indent))).content


@pytest.mark.parametrize(("shift", "near"), [(0.0, 4), (2.5, 4), (3.5, 0)])
def test_a_word_is_near_within_three_millimetres(shift: float, near: int, tmp_path: Path) -> None:
    """The distance is judged from where a word's first letter begins."""
    peer = tmp_path / "peer.pdf"
    peer.write_bytes(_page("ved avtale og avtale"))
    found = compare(Converted("moved", _page("ved avtale og avtale", shift), 1), peer)
    assert (found.placed, found.near) == (4, near)
    assert found.ink == 1.0 if not shift else found.ink < 0.9


def test_a_word_stands_for_one_word(tmp_path: Path) -> None:
    """Equal words are paired once each."""
    peer = tmp_path / "peer.pdf"
    peer.write_bytes(_page("ja ja ja"))
    found = compare(Converted("fewer", _page("ja"), 1), peer)
    assert (found.placed, found.near, found.compared.kept) == (3, 1, 1)


def test_what_was_not_made_is_like_nothing(tmp_path: Path) -> None:
    """A crash lowers the means as much as a document can."""
    peer = tmp_path / "peer.pdf"
    peer.write_bytes(_page("ved avtale"))
    found = compare(Converted("crashed", note="crashed: the process ended"), peer)
    assert (found.placed, found.share_near, found.ink) == (2, 0.0, 0.0)
