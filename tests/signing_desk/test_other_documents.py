"""A director with many agreements: each page leads on to the others that wait for her, and to nobody else's."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import requests

from flows.signing.port import Signer
from tests.conftest import Clock
from tests.signing_desk.documents import BOTH, KARI, OLA
from tests.signing_desk.servers import RunningDesk

_OTHER = re.compile(r'<a class="ds-link" href="([^"]+/sign/[^"]+)">')


def links_on(address: str) -> list[str]:
    """Return the links to other documents on a page."""
    return _OTHER.findall(requests.get(address, timeout=120).text)


def sent(desk: RunningDesk, reference: str, signers: Sequence[Signer] = BOTH) -> tuple[str, dict[int, str]]:
    """Send a request; return its id and its links."""
    request = desk.send(reference, signers).provider_id
    return request, desk.provider.signer_links(request)


def test_one_link_leads_to_all_that_wait_for_her_and_each_has_its_own_page(desk: RunningDesk, clock: Clock) -> None:
    """After each signature the receipt leads on to what is left; an old receipt leads nowhere."""
    every = [sent(desk, f"ref-{number}") for number in range(3)]
    first, second, third = (links[1] for _request, links in every)
    assert sorted(links_on(first)) == sorted([second, third])
    assert "document.pdf" in requests.get(second, timeout=120).text
    desk.act(every[0][0], 1, "sign")
    assert sorted(links_on(first)) == sorted([second, third])
    assert links_on(second) == [third]
    desk.act(every[1][0], 1, "sign")
    assert links_on(third) == []
    clock.forward(minutes=61)
    assert links_on(first) == links_on(second) == []


def test_nobody_elses_documents_are_shown(desk: RunningDesk) -> None:
    """A shared mailbox, a namesake, no address at all, and whoever's turn it is not: each sees her own alone."""
    _request, mine = sent(desk, "ref-1")
    shared = replace(KARI, name="Per Prøve")
    namesake = replace(KARI, email="kari@lege.example")
    nameless = replace(KARI, email="")
    later = replace(KARI, order=2), replace(OLA, order=1)
    for number, signers in enumerate(([shared], [namesake], [nameless], later), start=2):
        _other, links = sent(desk, f"ref-{number}", sorted(signers, key=lambda one: one.order))
        assert all(links_on(link) == [] for link in links.values())
    assert links_on(mine[1]) == []
    assert links_on(mine[2]) == []


def test_what_has_ended_is_not_among_them(desk: RunningDesk, clock: Clock) -> None:
    """Declined, withdrawn, run out."""
    _request, mine = sent(desk, "ref-1")
    declined, _links = sent(desk, "ref-2")
    desk.act(declined, 1, "decline", "Nei")
    cancelled, _links = sent(desk, "ref-3")
    desk.api("POST", f"/{cancelled}/cancel", json={"reason": "Ny versjon"}).raise_for_status()
    assert links_on(mine[1]) == []
    sent(desk, "ref-4")
    clock.forward(days=29)
    late, links = sent(desk, "ref-5")
    clock.now += timedelta(days=2)
    assert links_on(links[1]) == []
    assert late
