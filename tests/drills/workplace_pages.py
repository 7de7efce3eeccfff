"""Drill: the workplace's pages in Chromium, light and dark, wide and narrow, with script and without, judged by axe.

    python -m tests.drills.workplace_pages [AXE.js] [FOLDER] [--only WORDS] [--settings WORDS]

`AXE.js` is axe-core's script (`npm install axe-core`). Pictures of every state go to FOLDER, with contact sheets of all
of them (`sheet-01.png` and so on). Ends with one JSON line: `violations` of axe, `messages` of the console (the
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
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright, sync_playwright

from flows.application.access import Role
from flows.application.accounts import add_account
from flows.application.api_keys import make_key
from flows.application.context import Context
from flows.application.read_log import Reading, note_read
from flows.archive import open_store
from flows.errors import RegisterFailed, TransitionRefused
from flows.language import translate
from flows.register import open_register
from flows.register.account_sessions import start_session
from flows.register.accounts import get_account
from flows.settings import Settings
from flows.web.workplace.app import create_workplace
from flows.web.workplace.guards import require
from tests.drills.contact_sheets import write_sheets
from tests.drills.workplace_data import AT, BROWSER, fill
from tests.drills.workplace_scenes import NO_ONE, SCENES, Scene
from tests.signing.paper_provider import PaperProvider
from tests.web.server import web_in_thread

LONG = "Áilu Máhtte Ánte Guovdageaidnu-Kárášjohka Čáhppesjohka"


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
    grants |= {"nobody": [], "stranger": [(Role.COORDINATOR, "5610")], "elsewhere": [(Role.ARCHIVIST, "5610")]}
    grants |= {"nynorsk": [(Role.COORDINATOR, "1804")], "english": [(Role.ADMINISTRATOR, "*")]}
    grants |= {"subject": [(Role.HR, "5612"), (Role.COORDINATOR, "5610"), (Role.AUDITOR, "*")]}
    made = {}
    for user_name, given in grants.items():
        name = LONG if user_name == "subject" else f"{user_name.title()} Nordmann"
        added, _password = add_account(context, user_name, name, "", given)
        with context.register.write() as transaction:
            made[user_name] = (added.id, start_session(transaction, get_account(transaction.session, added.id)))
    with context.register.write() as transaction:
        for user_name, language in (("nynorsk", "nn"), ("english", "en")):
            get_account(transaction.session, made[user_name][0]).language = language
    made["ended"] = ("", "a-session-that-has-ended")
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


def contexts(chromium: Any, only: str) -> Iterator[tuple[str, BrowserContext]]:
    """Yield every setting of the browser; `only` names some, apart by commas."""
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            for script in (True, False):
                name = f"{scheme}-{width}{'' if script else '-uten-skript'}"
                wanted = name in only.split(",") if only else script or (scheme, width) == ("light", 320)
                if wanted:
                    made = chromium.new_context(
                        color_scheme=scheme,
                        viewport={"width": width, "height": 800},
                        java_script_enabled=script,
                        locale="nb-NO",
                    )
                    yield name, made
                    made.close()


def drill(axe: str, folder: Path | None, only: str = "", some: str = "") -> Findings:
    """Open every scene in every setting; `only` are how names of scenes begin, `some` are names of settings."""
    found = Findings()
    with tempfile.TemporaryDirectory() as output:
        settings = Settings(
            _env_file=None,
            output=Path(output),
            trust_anchors=Path(output) / "anchors",
            workers=1,
            sends_per_second=1000,
        )
        ticks = count()  # time goes by, if little: sends wait for it
        register = open_register(
            settings.register_url, clock=lambda: AT + timedelta(milliseconds=next(ticks)), actor="drill"
        )
        context = Context(settings, register, open_store(f"file://{output}/store"), PaperProvider(name="desk"))
        people = people_of(context)
        people |= {name: (one, "") for name, one in fill(context, people).items()}
        app = create_workplace(context)
        _add_faults(app)
        with web_in_thread(app) as address, sync_playwright() as playwright:
            _open_all(playwright, address, people, axe, folder, only, some, found)
        register.close()
    if folder is not None:
        write_sheets(folder)
    return found


def _open_all(
    playwright: Playwright,
    address: str,
    people: dict[str, tuple[str, str]],
    axe: str,
    folder: Path | None,
    only: str,
    some: str,
    found: Findings,
) -> None:
    chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for setting, browser in contexts(chromium, some):
        for scene in [one for one in SCENES if not only or one.name.startswith(tuple(only.split(",")))]:
            browser.clear_cookies()
            if scene.who:
                cookies = {"avtaleflyt": people[scene.who][1], "avtaleflyt-innlogging": BROWSER}
                browser.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
            page = browser.new_page()
            where = f"{scene.name} {setting}"
            page.on("console", partial(_note, found, where))
            try:
                open_scene(page, scene, address, people)
            except Error as failed:
                found.messages.append(f"{where}: {failed.message[:200]}")
            if "uten-skript" not in setting:
                judge(page, where, axe, found)
            if folder is not None:
                page.screenshot(path=folder / f"{scene.name}-{setting}.png", full_page=True)
            page.close()
    chromium.close()


def _add_faults(app: FastAPI) -> None:
    """Add addresses that answer as pages do when something is wrong with the program, its register, or the time."""
    visit = Depends(require())

    @app.get("/drill/{status}", dependencies=[visit])
    def fault(status: int) -> None:
        if status == 409:
            raise TransitionRefused(translate("Some have changed since you saw them. Look at them again."))
        if status == 503:
            raise RegisterFailed(translate("The provider has told nothing for a day"))
        raise RuntimeError("a fault of the program's own")


def _note(found: Findings, where: str, said: ConsoleMessage) -> None:
    if "Failed to load resource: the server responded with a status of" not in said.text:  # the page's own status
        found.messages.append(f"{where}: {said.text[:200]}")


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser()
    parser.add_argument("axe", nargs="?", type=Path)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", default="", help="names of scenes begin so, apart by commas")
    parser.add_argument("--settings", default="", help="such as light-1280,dark-320-uten-skript")
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    found = drill(given.axe.read_text() if given.axe else "", given.folder, given.only, given.settings)
    for one in (*found.violations, *found.messages, *found.sideways, *found.unnamed):
        print(one)
    counted = {name: len(value) if isinstance(value, list) else value for name, value in vars(found).items()}
    print(json.dumps(counted))
    sys.exit(any(isinstance(value, list) and value for value in vars(found).values()))


if __name__ == "__main__":
    main()
