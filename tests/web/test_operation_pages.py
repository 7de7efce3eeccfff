"""The page of operation: for administrators of everything, and without contents of agreements."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from flows.application.context import Context
from flows.application.keep_archive import back_up
from flows.application.schedules import Schedule, Scheduler
from flows.archive import open_store
from flows.register import Register
from flows.register.mail import claim_next, enqueue, settle_mail, waiting_mail
from flows.register.states import MailStatus
from flows.settings import Settings
from flows.web.workplace.app import create_workplace
from tests.archive.signed_agreements import archived, authority, document
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider
from tests.web.server import web_in_thread
from tests.web.workplace_visits import Workplace


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context with anchors of its own."""
    settings = Settings(_env_file=None, output=tmp_path / "output", trust_anchors=tmp_path / "anchors", workers=1)
    return Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())


@pytest.fixture
def app(context: Context) -> FastAPI:
    """Give the workplace."""
    return create_workplace(context)


@pytest.fixture
def site(app: FastAPI, context: Context) -> Iterator[Workplace]:
    """Serve it."""
    with web_in_thread(app) as address:
        yield Workplace(context, address, app)


def test_it_says_how_the_installation_stands_and_nothing_of_agreements(context: Context, site: Workplace) -> None:
    """A refused e-mail without its address, a quarantined file as a number, the anchors' end, room on the disk."""
    once = authority().sign(document(), "Kari Čáhppe", "Signatur1")
    archived(context.register, context.store, context.anchors, signed_pdf=once)
    with context.register.write() as transaction:
        enqueue(transaction, [waiting_mail("kari.prove@kommune.example", "<1@example>", b"hemmelig")])
        mail = claim_next(transaction, ())
        assert mail is not None
        settle_mail(transaction, mail.id, MailStatus.REFUSED, "550 ukjent mottaker")
    page = site.signed_in("Ada Admin", ("administrator", "*")).get("/drift")
    assert page.status_code == 200
    for said in ("550 ukjent mottaker", "avvist", "Den signerte filen besto ikke kontrollen: 1", "Ledig på disken"):
        assert said in page.text, said
    for hidden in ("kari.prove", "Čáhppe", "Bodø", "hemmelig"):
        assert hidden not in page.text, hidden


def test_an_old_backup_is_told(context: Context, site: Workplace, clock: Clock, tmp_path: Path) -> None:
    """As soon as there is something to lose, and until there is a newer one."""
    old = "se til den nattlige sikkerhetskopien"
    ada = site.signed_in("Ada Admin", ("administrator", "*"))
    assert old not in ada.get("/drift").text
    archived(context.register, context.store, context.anchors)
    assert old in ada.get("/drift").text
    back_up(context, tmp_path / "copy")
    assert old not in ada.get("/drift").text
    clock.forward(hours=35)
    ada = site.signed_in("Ada Admin", ("administrator", "*"))
    assert old not in ada.get("/drift").text
    clock.forward(hours=2)
    ada = site.signed_in("Ada Admin", ("administrator", "*"))
    assert old in ada.get("/drift").text


def test_it_is_for_administrators_of_all_municipalities(site: Workplace) -> None:
    """One of a single municipality has no link and gets 403."""
    local = site.signed_in("Lise Lokal", ("administrator", "1804"))
    assert 'href="/drift"' not in local.get("/").text
    for answer in (
        local.get("/drift"),
        local.post("/drift/epost"),
        local.post("/drift/kjor"),
        local.post("/drift/leverandor"),
    ):
        assert answer.status_code == 403
    assert 'href="/drift"' in site.signed_in("Ada Admin", ("administrator", "*")).get("/").text


def test_what_is_missing_is_said(context: Context, site: Workplace) -> None:
    """A store whose folder is gone."""
    administrator = site.signed_in("Ada Admin", ("administrator", "*"))
    assert "Register, arkivlager og maler kan brukes" in administrator.get("/drift").text
    assert context.store.folder is not None
    shutil.rmtree(context.store.folder)
    page = administrator.get("/drift").text
    assert "Noe kan ikke brukes nå" in page
    assert "Arkivlageret" in page


def test_runs_can_be_asked_for_where_they_are_ours(context: Context, app: FastAPI, site: Workplace) -> None:
    """With a scheduler the button runs it; without one, or with another name, there is no such page."""
    administrator = site.signed_in("Ada Admin", ("administrator", "*"))
    assert administrator.post("/drift/kjor", {"navn": "collect-signed"}).status_code == 404
    assert "Prefect-server" in administrator.get("/drift").text
    ran: list[str] = []
    app.state.scheduler = Scheduler(
        context,
        [Schedule("collect-signed", ("0 0 1 1 *",), lambda: ran.append("x"))],
        "vert-1",
        context.register.clock(),
    )
    assert administrator.post("/drift/kjor", {"navn": "rm"}).status_code == 404
    assert administrator.post("/drift/kjor", {"navn": "collect-signed"}).status_code == 303
    assert app.state.scheduler.run_due() == ["collect-signed"]
    page = administrator.get("/drift").text
    assert "gikk bra" in page
    assert "vert-1" in page
    assert "0 e-poster er levert" in administrator.get(administrator.post("/drift/epost").headers["location"]).text
