"""Drill: five people do their work in Chromium by keyboard alone, with script off and again with it on.

    python -m tests.drills.keyboard_stories

A coordinator takes a workbook with mistakes from upload to archived agreements, HR hires one, an archivist finds,
proves, holds and exports, an auditor reads, an administrator gives a role. Only Tab, Enter, Space, arrows and letters
are pressed. Ends with one JSON line: how many keys each run took, what both left in the register alike, and what was on
the console.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from flows.application.batch_work import run_waiting_jobs
from flows.application.collect import archive_signed
from flows.application.context import Context
from flows.application.export_work import run_waiting_exports
from flows.archive import open_store
from flows.register import Agreement, Event, Register, open_register
from flows.register.account_schema import RoleGrant
from flows.register.schema import Record
from flows.settings import Settings
from flows.signing.port import RequestStatus, SentRequest, SignedDocument, SigningIntent, Update
from tests.application.test_season_steps import cases
from tests.archive.signed_agreements import authority
from tests.signing.paper_provider import PaperProvider
from tests.web.test_hire_and_review_pages import filled_in
from tests.web.workplace_visits import running, session_of

_MOST_TABS = 250
PEOPLE = {"coordinator": "1804", "hr": "1804", "archivist": "1804", "auditor": "1804", "administrator": "*"}


@dataclass
class SigningPaper(PaperProvider):
    """A provider whose signers sign at once."""

    files: dict[str, bytes] = field(default_factory=dict)

    def send(self, intent: SigningIntent, pdf: bytes) -> SentRequest:
        """Take a document, and have it signed."""
        for number, signer in enumerate(intent.signers, 1):
            pdf = authority().sign(pdf, signer.name, f"Signatur{number}", at=datetime.now(UTC))
        self.files[intent.reference] = pdf
        return super().send(intent, pdf)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Give what was signed."""
        return SignedDocument(self.files[update.reference])


@dataclass
class Keyboard:
    """A person at a page with nothing but a keyboard."""

    page: Page
    pressed: int = 0

    def press(self, key: str) -> None:
        """Press a key."""
        self.pressed += 1
        self.page.keyboard.press(key)

    def reach(self, test: str) -> None:
        """Press Tab until what has the focus passes a test, an expression of `one`."""
        for _tab in range(_MOST_TABS):
            self.press("Tab")
            if self.page.evaluate(f"(() => {{ const one = document.activeElement; return {test}; }})()"):
                return
        raise RuntimeError(f"{self.page.url}: no Tab leads to {test}")

    def follow(self, words: str) -> None:
        """Go to a link or button whose words begin so, and press Enter."""
        said = json.dumps(words)
        self.reach(f"(one.getAttribute('aria-label') || one.innerText || '').trim().startsWith({said})")
        with self.page.expect_navigation():
            self.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Go to a field and write in it; in a list, the letters choose."""
        self.reach(f"one.name === {json.dumps(name)}")
        if self.page.evaluate("document.activeElement.tagName") != "SELECT":
            self.press("Control+a")
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def choose_file(self, name: str, path: Path) -> None:
        """Open the choice of a file by a key."""
        self.reach(f"one.name === {json.dumps(name)}")
        with self.page.expect_file_chooser() as chosen:
            self.press("Enter")
        chosen.value.set_files(path)

    def see(self, words: str) -> None:
        """Fail unless the page says so."""
        said = self.page.inner_text("main")
        if words not in said:
            raise RuntimeError(f"{self.page.url}: «{words}» is not in: {said[:600]}")


def in_background(work: Callable[[Context], object], context: Context) -> None:
    """Do work as the program's own worker does, in another thread than the one that drives the browser."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(work, context).result()


def archive_what_is_signed(context: Context) -> None:
    """Archive everything that the provider has."""
    assert isinstance(context.provider, SigningPaper)
    for number, reference in enumerate(context.provider.files, 1):
        archive_signed(context, Update(str(number), reference, RequestStatus.SIGNED))


def coordinator(at: Keyboard, context: Context, folder: Path) -> None:
    """From a workbook with mistakes to archived agreements."""
    workbook = folder / "saker.json"
    workbook.write_bytes(cases({"lege_navn": "Ánne-Márjá Čáhppe-Đorđi"}, {"stillingsprosent": "mye"}))
    at.follow("Last opp en arbeidsbok")
    at.choose_file("fil", workbook)
    at.follow("Last opp og kontroller")
    at.see("1 av 2 saker må rettes")
    at.follow("Gå videre med 1 sak")
    in_background(run_waiting_jobs, context)
    at.page.reload()
    at.follow("Godkjenn de valgte")
    at.follow("Gå til utsending")
    at.see("Sende 1 avtale?")
    at.follow("Send 1 avtale")
    in_background(run_waiting_jobs, context)
    at.page.reload()
    at.see("Utsendingen er ferdig")
    in_background(archive_what_is_signed, context)
    at.follow("Ánne-Márjá Čáhppe-Đorđi")
    at.see("Avtalen er signert og ligger i arkivet")


def hr(at: Keyboard, context: Context, _folder: Path) -> None:
    """One hire, by the form."""
    at.follow("Ny ansettelse")
    fields: list[tuple[str, str]] = at.page.evaluate(
        "[...document.querySelectorAll('main form [name]')].map(one => [one.name, one.tagName])"
    )
    wanted = filled_in(lege_hpr_nummer="9100999", lege_epost="maret@lege.example")
    for name, tag in fields:
        if name in wanted:
            shown = str(wanted[name])
            if tag == "SELECT":
                option = f"select[name={name}] option[value={json.dumps(shown)}]"
                shown = at.page.locator(option).inner_text()
            at.write(name, shown)
    at.follow("Lagre")
    in_background(run_waiting_jobs, context)
    at.page.reload()
    at.see("Máret Ánne Čáhppe")


def archivist(at: Keyboard, context: Context, _folder: Path) -> None:
    """Find, prove, hold, export."""
    at.follow("Arkiv")
    at.write("innhold", "Bodø")
    at.follow("Søk")
    at.follow("Ánne-Márjá Čáhppe-Đorđi")
    at.follow("Kontroller beviset nå")
    at.see("Kontrollen fant ingen feil")
    at.follow("Sperr mot kassasjon")
    at.write("hvorfor", "tilsyn")
    at.follow("Sperr")
    at.see("Sperret mot kassasjon")
    at.follow("Lag et uttrekk")
    at.follow("Lag uttrekket")
    in_background(run_waiting_exports, context)
    at.page.reload()
    at.see("Uttrekket er klart")
    at.reach("one.innerText === 'Last ned uttrekket'")
    with at.page.expect_download() as loaded:
        at.press("Enter")
    if loaded.value.path().stat().st_size < 1000:
        raise RuntimeError("the export is empty")


def auditor(at: Keyboard, _context: Context, _folder: Path) -> None:
    """Read what is archived, and who has read it."""
    at.follow("Arkiv")
    at.follow("Ánne-Márjá Čáhppe-Đorđi")
    if "Sperr mot kassasjon" in at.page.inner_text("main"):
        raise RuntimeError("an auditor is offered a decision")
    at.follow("Innsynslogg")
    at.see("archivist")


def administrator(at: Keyboard, _context: Context, _folder: Path) -> None:
    """Give HR of Bodø the role of an auditor, too."""
    at.follow("Brukere")
    at.follow("hr")
    at.write("rolle", "Revisor")
    at.write("kommune", "Bodø")
    at.follow("Gi rollen")
    at.see("Rollen er gitt")


STORIES = {
    "coordinator": coordinator,
    "hr": hr,
    "archivist": archivist,
    "auditor": auditor,
    "administrator": administrator,
}


def outcome(register: Register) -> dict[str, object]:
    """Return what is in the register, without ids and times."""
    with register.read() as session:
        events = Counter(f"{one.kind} {one.state_after or ''} {one.actor}" for one in session.scalars(select(Event)))
        names = {one.kind for one in session.scalars(select(Event))}
        return {
            "agreements": sorted(one.state for one in session.scalars(select(Agreement))),
            "records": sorted(one.status for one in session.scalars(select(Record))),
            "roles": sorted(f"{one.role} {one.municipality_number}" for one in session.scalars(select(RoleGrant))),
            "events": dict(sorted(Counter({key.rsplit(" ", 1)[0]: n for key, n in events.items()}).items())),
            "kinds": sorted(names),
        }


def run(browser: Browser, *, script: bool) -> tuple[dict[str, object], int, list[str]]:
    """Live all stories on an empty register; return what it holds then, how many keys it took, and the console."""
    told: list[str] = []
    keys = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        settings = Settings(_env_file=None, output=folder, trust_anchors=folder / "anchors", workers=1)
        register = open_register(settings.register_url, clock=lambda: datetime.now(UTC), actor="drill")
        context = Context(settings, register, open_store((folder / "store").as_uri()), SigningPaper(name="desk"))
        authority().keep(context.anchors)
        with running(context) as site:
            tokens = {role: session_of(context, role, [(role, place)]) for role, place in PEOPLE.items()}
            for role, story in STORIES.items():
                visit = browser.new_context(java_script_enabled=script, locale="nb-NO")
                visit.add_cookies([{"name": "avtaleflyt", "value": tokens[role], "url": site.address}])
                visit.set_default_timeout(120_000)
                page = visit.new_page()
                page.on("console", lambda message: told.append(message.text))
                page.goto(f"{site.address}/")
                at = Keyboard(page)
                story(at, context, folder)
                keys += at.pressed
                visit.close()
        found = outcome(register)
        register.close()
    return found, keys, told


def main() -> None:
    """Run the drill."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        runs = {name: run(browser, script=script) for name, script in (("without", False), ("with", True))}
        browser.close()
    alike = runs["without"][0] == runs["with"][0]
    keys = {name: keys for name, (_found, keys, _told) in runs.items()}
    told = [one for _found, _keys, said in runs.values() for one in said]
    print(json.dumps({"keys": keys, "alike": alike, "console": told, "left": runs["with"][0]}, ensure_ascii=False))
    sys.exit(not alike or bool(told))


if __name__ == "__main__":
    main()
