"""Pages of evidence are made while nobody waits for them."""

from pathlib import Path

from sqlalchemy import select

from flows.signing_desk.evidence_maker import make_missing
from flows.signing_desk.evidence_page import evidence_page
from flows.signing_desk.service import open_desk
from flows.signing_desk.tables import evidence
from tests.conftest import Clock
from tests.signing_desk.servers import desk_in_thread


def test_the_page_of_a_signed_request_is_there_before_anybody_fetches_it(tmp_path: Path, clock: Clock) -> None:
    """One of an open request is not made; what was made is what is fetched."""
    with desk_in_thread(tmp_path, clock) as running:
        signed, waiting = running.send("ref-1").provider_id, running.send("ref-2").provider_id
        for order in (1, 2):
            running.act(signed, order, "sign").raise_for_status()
        desk = open_desk(tmp_path, clock, running.address)
        assert make_missing(desk) == 1
        assert make_missing(desk) == 0
        with desk.database.reading() as connection:
            assert list(connection.scalars(select(evidence.c.request))) == [signed]
        assert running.api("GET", f"/{signed}/evidence.pdf").content == evidence_page(desk, signed)
        assert running.api("GET", f"/{waiting}/evidence.pdf").status_code == 409
