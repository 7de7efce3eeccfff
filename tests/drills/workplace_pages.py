"""Drill: the workplace's pages in Chromium, light and dark, wide and narrow, with script and without, judged by axe.

`python -m tests.drills.workplace_pages [AXE.js] [FOLDER]`. `AXE.js` is axe-core's script (`npm install axe-core`);
pictures of every state go to FOLDER. Ends with one JSON line: `violations` of axe, `messages` of the console (the
policy's among them), `sideways` pages that scroll to the side, `unnamed` pages without exactly one heading or a title
of their own.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from flows.application.access import Role
from flows.application.accounts import add_account
from flows.application.api_keys import make_key
from flows.application.context import Context
from flows.application.read_log import Reading, note_read
from flows.register.account_sessions import start_session
from flows.register.accounts import get_account
from flows.settings import Settings
from flows.web.workplace.app import create_workplace
from tests.drills.workplace_data import BROWSER, fill
from tests.web.server import web_in_thread

LONG = "Áilu Máhtte Ánte Guovdageaidnu-Kárášjohka Čáhppesjohka"
NO_ONE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Scene:
    """A state of a page: who opens it, its address, and what is filled in and sent on it first."""

    name: str
    who: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    button: str = ""


SCENES = (
    Scene("logg-inn", "", "/logg-inn"),
    Scene("logg-inn-feil", "", "/logg-inn", {"brukernavn": "kari", "passord": "feil passord her"}, "Logg inn"),
    Scene("bekreft", "administrator", "/logg-inn?bekreft=1&til=/brukere"),
    Scene("logget-ut", "", "/logget-ut"),
    Scene("tilgjengelighet", "", "/tilgjengelighet"),
    Scene("personvern", "", "/personvern"),
    Scene("om", "", "/om"),
    Scene("gammel-innlogging", "", "/logg-inn/ukjent"),
    Scene("konto", "administrator", "/konto"),
    Scene(
        "konto-feil", "administrator", "/konto", {"navaerende": "x", "nytt": "kort", "igjen": "kort"}, "Bytt passord"
    ),
    Scene("engangskoder", "administrator", "/konto/engangskoder"),
    Scene("engangskoder-feil", "administrator", "/konto/engangskoder", {"kode": "1"}, "Ta i bruk engangskoder"),
    Scene("brukere", "administrator", "/brukere"),
    Scene("bruker", "administrator", "/brukere/{subject}"),
    Scene("bruker-selv", "administrator", "/brukere/{administrator}"),
    Scene("bruker-ny", "administrator", "/brukere/ny"),
    Scene("bruker-ny-feil", "administrator", "/brukere/ny", {"brukernavn": "Å", "navn": "x"}, "Legg til brukeren"),
    Scene("nokler", "administrator", "/nokler"),
    Scene("nokler-ny", "administrator", "/nokler/ny"),
    Scene("nokler-ny-feil", "administrator", "/nokler/ny", {"siste_dag": "i morgen"}, "Lag nøkkelen"),
    Scene("nokler-laget", "administrator", "/nokler/ny", {"navn": "HR-systemet"}, "Lag nøkkelen"),
    Scene("logg", "auditor", "/logg"),
    Scene("logg-tom", "auditor", "/logg?gjelder=ukjent"),
    Scene("403", "hr", "/brukere"),
    Scene("404", "hr", f"/brukere/{NO_ONE}x/y"),
    Scene("422", "auditor", "/logg?side=x"),
    Scene("uten-rolle", "nobody", "/brukere"),
    Scene("konto-kalender", "coordinator", "/konto"),
    Scene("konto-kalender-laget", "hr", "/konto", button="Lag en (ny )?kalenderadresse"),
    Scene("fortsett", "archivist", "/fortsett/{held}"),
    Scene("drift", "administrator", "/drift"),
    Scene("drift-spurt", "administrator", "/drift", button="Spør leverandøren nå"),
    Scene("maler", "coordinator", "/maler"),
    Scene("maler-feil", "coordinator", "/maler", button="Last opp og kontroller"),
    Scene("mal", "coordinator", "/maler/{template}"),
    Scene("mal-gal", "coordinator", "/maler/{wrong}"),
    Scene("uttrekk", "archivist", "/arkiv/uttrekk"),
    Scene("uttrekk-feil", "archivist", "/arkiv/uttrekk", {"ar": "i fjor"}, "Lag uttrekket"),
    Scene("uttrekk-klart", "archivist", "/arkiv/uttrekk/{ready}"),
    Scene("uttrekk-lages", "archivist", "/arkiv/uttrekk/{running}?stopp=1"),
    Scene("uttrekk-galt", "archivist", "/arkiv/uttrekk/{failed}"),
    Scene("avtaler", "coordinator", "/avtaler"),
    Scene("mange", "coordinator", "/avtaler/mange"),
    Scene("mange-tomt", "coordinator", "/avtaler/mange?tilstand=expired"),
    Scene("mange-sjekk", "coordinator", "/avtaler/mange", {"valgt": "x"}, "Se hva som vil skje"),
    Scene("lenker", "coordinator", "/avtaler/{out}/lenker"),
    Scene("lenker-feil", "coordinator", "/avtaler/{out}/lenker", button="Vis lenkene"),
    Scene("til-signering", "coordinator", "/til-signering"),
    Scene("til-signering-ukjent", "hr", "/til-signering"),
)


@dataclass
class Findings:
    """What was found, as sentences."""

    violations: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    pages: int = 0


def people_of(context: Context) -> dict[str, tuple[str, str]]:
    """Add one person for each role and one without; return id and session of each."""
    grants = {str(role): [(role, "*" if role is Role.ADMINISTRATOR else "1804")] for role in Role}
    grants |= {"nobody": [], "subject": [(Role.HR, "5612"), (Role.COORDINATOR, "5610"), (Role.AUDITOR, "*")]}
    made = {}
    for user_name, given in grants.items():
        name = LONG if user_name == "subject" else f"{user_name.title()} Nordmann"
        added, _password = add_account(context, user_name, name, "", given)
        with context.register.write() as transaction:
            made[user_name] = (added.id, start_session(transaction, get_account(transaction.session, added.id)))
    for number in range(60):
        note_read(context, Reading("agreement", NO_ONE, municipality_number="1804", why="Innsynskrav" * (number % 3)))
    note_read(context, Reading("download", NO_ONE, NO_ONE, "1804", "", allowed=False))
    make_key(context, "HR-systemet i Kautokeino og omegn", "hr", ["5612"], None)
    return made


def open_scene(page: Page, scene: Scene, address: str, people: dict[str, tuple[str, str]]) -> None:
    """Open a scene's page, fill in its form and send it."""
    path = scene.path.format(**{name: one[0] for name, one in people.items()})
    page.goto(f"{address}{path}")
    for name, value in scene.fields.items():
        field = page.locator(f"[name={name}]").first
        if field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(value)
    if scene.button:
        page.get_by_role("button", name=re.compile(f"^{scene.button}$")).click()
        page.wait_for_load_state()


def judge(page: Page, where: str, axe: str, found: Findings) -> None:
    """Note what is wrong with the page that is open."""
    if axe and page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(axe)
    if axe:
        result: dict[str, Any] = page.evaluate("axe.run()")
        for one in result["violations"]:
            found.violations.append(f"{where}: {one['id']} {one['nodes'][0]['html'][:150]}")
    if not page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"):
        found.sideways.append(where)
    if page.locator("h1").count() != 1 or not page.title().endswith(" – Avtaleflyt"):
        found.unnamed.append(where)
    found.pages += 1


def contexts(chromium: Any) -> Iterator[tuple[str, BrowserContext]]:
    """Yield every setting of the browser."""
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            for script in (True, False):
                if script or (scheme, width) == ("light", 320):
                    made = chromium.new_context(
                        color_scheme=scheme,
                        viewport={"width": width, "height": 800},
                        java_script_enabled=script,
                        locale="nb-NO",
                    )
                    yield f"{scheme}-{width}{'' if script else '-uten-skript'}", made
                    made.close()


def drill(axe: str, folder: Path | None, only: str = "") -> Findings:
    """Open every scene in every setting; `only` names the scenes that begin with one of these words."""
    found = Findings()
    with tempfile.TemporaryDirectory() as output, sync_playwright() as playwright:
        context = Context(Settings(_env_file=None, output=Path(output)))
        people = people_of(context)
        people |= {name: (one, "") for name, one in fill(context, people).items()}
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with web_in_thread(create_workplace(context)) as address:
            for setting, browser in contexts(chromium):
                for scene in [one for one in SCENES if not only or one.name.startswith(tuple(only.split(",")))]:
                    browser.clear_cookies()
                    if scene.who:
                        cookies = {"avtaleflyt": people[scene.who][1], "avtaleflyt-innlogging": BROWSER}
                        browser.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
                    page = browser.new_page()
                    where = f"{scene.name} {setting}"
                    page.on("console", partial(_note, found, where))
                    open_scene(page, scene, address, people)
                    if "uten-skript" not in setting:
                        judge(page, where, axe, found)
                    if folder is not None:
                        page.screenshot(path=folder / f"{scene.name}-{setting}.png", full_page=True)
                    page.close()
        chromium.close()
        context.register.close()
    return found


def _note(found: Findings, where: str, said: ConsoleMessage) -> None:
    if "Failed to load resource: the server responded with a status of 4" not in said.text:  # the page's own status
        found.messages.append(f"{where}: {said.text[:200]}")


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser()
    parser.add_argument("axe", nargs="?", type=Path)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", default="", help="names of scenes begin so, apart by commas")
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    found = drill(given.axe.read_text() if given.axe else "", given.folder, given.only)
    for one in (*found.violations, *found.messages, *found.sideways, *found.unnamed):
        print(one)
    counted = {name: len(value) if isinstance(value, list) else value for name, value in vars(found).items()}
    print(json.dumps(counted))
    sys.exit(any(isinstance(value, list) and value for value in vars(found).values()))


if __name__ == "__main__":
    main()
