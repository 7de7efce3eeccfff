"""A stamp may stand where it was asked for, and three points beyond on any side: not four."""

import pytest

from flows.archive.proof.page_comparison import added_pages
from flows.archive.proof.profiles import RebuildProfile
from flows.archive.proof.signer_names import address_faults, reported_signers
from flows.archive.proof.stamp_areas import StampArea
from tests.archive.written_pdf import WrittenPage, written

AREA = StampArea(page=2, left=100, bottom=150, right=300, top=190)
PAGE = WrittenPage(lines=((72, 700, "Avtale"),))


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize(("beyond", "held"), [(-5, True), (0, True), (3, True), (3.5, False), (100, False)])
def test_each_side_has_three_points(side: int, beyond: float, held: bool) -> None:
    """Providers round to pixels; what stands further out covers something else."""
    rectangle = [100.0, 150.0, 300.0, 190.0]
    rectangle[side] += -beyond if side < 2 else beyond
    left, bottom, right, top = rectangle
    assert AREA.holds(2, left, bottom, right, top) is held
    assert not AREA.holds(1, left, bottom, right, top)


@pytest.mark.parametrize("ours", [1, 2, 3])
@pytest.mark.parametrize("added", [0, 1, 2])
def test_pages_that_a_provider_adds_are_those_after_ours(ours: int, added: int) -> None:
    """However many pages we sent; or those before ours, where the provider puts them first."""
    signed, sent = written([PAGE] * (ours + added)), written([PAGE] * ours)
    assert added_pages(RebuildProfile(), signed, sent) == tuple(range(ours + 1, ours + added + 1))
    assert added_pages(RebuildProfile(pages_first=True), signed, sent) == tuple(range(1, added + 1))


@pytest.mark.parametrize(
    ("emails", "told", "faulty"),
    [
        (["kari@x.example", ""], ["kari@x.example", "ola@y.example"], False),
        (["", ""], ["kari@x.example", "ola@y.example"], False),
        (["kari@x.example", "ola@x.example"], ["kari@x.example", "ola@y.example"], True),
        (["kari@x.example", ""], ["kari@y.example", "ola@y.example"], True),
    ],
)
def test_who_was_asked_without_an_address_may_have_any(emails: list[str], told: list[str], faulty: bool) -> None:
    """Nobody else may: the address is what the link was sent to."""
    names = ["Kari Nordmann", "Ola Hansen"]
    signers = [{"name": name, "email": email} for name, email in zip(names, emails, strict=True)]
    assert bool(list(address_faults(reported_signers(names, told), signers))) is faulty
