"""Sending and destroying need a sign-in of the last ten minutes where that is set; the form comes through it."""

import asyncio
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from flows.application.access import Role
from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.archive import open_store
from flows.register import Batch, Register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.batches import record_batch_agreements
from flows.settings import Settings
from flows.web.workplace.app import create_workplace
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace.browser import ADDRESS, PASSWORD, Browser, Person, person, signed_in

PDF = b"%PDF-1.7 invented"


def workplace(register: Register, tmp_path: Path, **settings: Any) -> FastAPI:
    """Return the workplace with a provider that takes everything."""
    stated = Settings(_env_file=None, output=tmp_path, public_url=ADDRESS, **settings)
    return create_workplace(Context(stated, register, open_store((tmp_path / "store").as_uri()), PaperProvider()))


def approved_batch(context: Context) -> str:
    """Return a batch with one agreement that is ready to be sent."""
    said = alis_case().model_dump(mode="json")
    case = ReceivedCase("alis", "1804", "1234567", date(2027, 1, 1), None, "ALIS-avtale – kommune 1804", said)
    made = GeneratedDocument("alis-avtale.docx", "1.0", "a" * 64, "b" * 64, context.store.put(PDF), 1)
    with context.register.write() as transaction:
        batch = Batch(source="workplace:upload", received_at=transaction.now)
        transaction.session.add(batch)
        transaction.session.flush()
        agreement_id = receive(transaction, case, batch.id).agreement_id
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
        record_batch_agreements(transaction, batch.id, [(agreement_id, "new")])
        return batch.id


async def confirm(browser: Browser, who: Person, location: str) -> str:
    """Sign in anew on the page that a form led to; return the path that follows."""
    page = await browser.get(location)
    assert "Bekreft at det er deg" in page.text
    form = page.text.partition('action="/logg-inn"')[2]
    fields = dict(re.findall(r'name="(csrf|til)" value="([^"]+)"', form))
    given = {"brukernavn": who.user_name, "passord": PASSWORD, "bekreft": "true"}
    answer = await browser.post("/logg-inn", fields.pop("csrf"), **fields, **given)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_sending_goes_on_after_a_fresh_sign_in_and_happens_once(
    register: Register, tmp_path: Path, clock: Clock
) -> None:
    """The plan that was confirmed is held, shown as what it does, sent by one click, and the second click is told."""
    app = workplace(register, tmp_path, fresh_sign_in="send")
    context = app.state.context
    batch = approved_batch(context)
    kari = person(context, "kari", (Role.COORDINATOR, "1804"))
    clock.forward(minutes=11)

    async def run() -> None:
        browser = signed_in(app, kari)
        page = await browser.get(f"/utsendinger/{batch}/send")
        plan = re.search(r'name="plan" value="([^"]+)"', page.text)
        assert plan is not None
        answer = await browser.post(f"/utsendinger/{batch}/send", plan=plan[1])
        assert "bekreft=1" in answer.headers["location"]
        assert run_waiting_jobs(context) == 0
        path = await confirm(browser, kari, answer.headers["location"])
        page = await browser.get(path)
        assert "Ingenting er gjort ennå" in page.text
        assert "Send de godkjente avtalene" in page.text
        held = dict(re.findall(r'name="(fortsett|plan)" value="([^"]+)"', page.text))
        assert held["plan"] == plan[1]
        first = await browser.post(f"/utsendinger/{batch}/send", **held)
        again = await browser.post(f"/utsendinger/{batch}/send", **held)
        assert (first.status_code, again.status_code) == (303, 409)
        assert "Dette er sendt fra før" in again.text
        assert (await browser.get(path)).status_code == 404

    asyncio.run(run())
    assert run_waiting_jobs(context) == 1


@pytest.mark.parametrize(
    ("setting", "asked"), [("", False), ("send", False), ("destroy", True), ("send destroy", True)]
)
def test_destroying_asks_where_it_is_set(
    register: Register, tmp_path: Path, clock: Clock, setting: str, asked: bool
) -> None:
    """Other decisions about records do not ask."""
    app = workplace(register, tmp_path, fresh_sign_in=setting)
    aslak = person(app.state.context, "aslak", (Role.ARCHIVIST, "1804"))
    clock.forward(minutes=11)

    async def run() -> None:
        browser = signed_in(app, aslak)
        await browser.get("/konto")
        answer = await browser.post("/arkiv/none/kasser", hvorfor="utgått på dato")
        assert (answer.status_code == 303) is asked
        if asked:
            page = await browser.get(await confirm(browser, aslak, answer.headers["location"]))
            assert "Kasser filene" in page.text
            assert "utgått på dato" in page.text
        await browser.get("/konto")
        assert (await browser.post("/arkiv/none/sperr", hvorfor="x")).status_code == 404

    asyncio.run(run())


def test_signing_out_too_late_leaves_nothing_to_send(register: Register, tmp_path: Path, clock: Clock) -> None:
    """A form about the session itself is not held."""
    app = workplace(register, tmp_path)
    kari = person(app.state.context, "kari", (Role.COORDINATOR, "1804"))

    async def run() -> None:
        browser = signed_in(app, kari)
        await browser.get("/konto")
        clock.forward(minutes=31)
        answer = await browser.post("/logg-ut")
        assert answer.headers["location"] == "/logg-inn?til=%2F"

    asyncio.run(run())
