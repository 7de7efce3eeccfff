"""Make the pictures of the guides from a run: pages of the workplace, and what commands print. `make docs-pictures`.

The demonstration fills a folder of its own, `serve` shows it, and Chromium opens it as a coordinator and an archivist
do: light, 1280 pixels wide. `python -m docs.generate_pictures OUTPUT` takes a folder that `make demo` filled. Nothing
in it is anybody's. The pictures are not kept by git, so that none is out of date: `stamp` beside them says of which
commit they are.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from flows.web.workplace.guides import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PROJECT = Path(__file__).resolve().parents[1]
_WIDTH, _HEIGHT = 1280, 900
_PASSWORD = re.compile(r"\b(?:[a-z0-9]{4}-){4}[a-z0-9]{4}\b")
PRINTED = {
    "kommando-sjekk.svg": ("check", "fixtures/renewal-2027.xlsx"),
    "kommando-status.svg": ("status",),
    "kommando-kontroll.svg": ("archive", "verify"),
}
"""Pictures of commands: file, and the words after `avtaleflyt`."""


def make_pictures(target: Path, filled: Path | None = None) -> list[Path]:
    """Make every picture in a folder, which is replaced; return them.

    `filled` is the output of a demonstration that has been run already; None runs one.
    """
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-pictures-") as made:
        folder, draft = Path(made), Path(made) / "pictures"
        draft.mkdir()
        if filled is None:
            _run(folder, "demo")
        else:
            shutil.copytree(filled, folder / "output", ignore=shutil.ignore_patterns("prefect"))
        coordinator = _password_in(_run(folder, "account", "password", "koordinator"))
        archivist = _password_in(
            _run(folder, "account", "add", "arkivar", "--name", "Ane Arkivar", "--role", "archivist",
                 "--role", "administrator", "--municipality", "*")
        )  # fmt: skip
        for name, words in PRINTED.items():
            _draw(_run(folder, *words), f"avtaleflyt {' '.join(words)}", draft / name)
        with _served(folder) as address:
            _photograph(address, draft, {"koordinator": coordinator, "arkivar": archivist})
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=_PROJECT, capture_output=True, text=True, check=True)
        (draft / "stamp").write_text(commit.stdout)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(draft, target)
    return sorted(target.glob("*.*"))


def _environment(folder: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AVTALEFLYT_", "PREFECT_"))}
    return {**kept, "AVTALEFLYT_OUTPUT": str(folder / "output"), "COLUMNS": "100", "FORCE_COLOR": "1"}


def _run(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "flows.cli", *words]
    done = subprocess.run(command, cwd=_PROJECT, env=_environment(folder), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def _password_in(said: str) -> str:
    found = _PASSWORD.search(re.sub(r"\x1b\[[0-9;]*m|\s", lambda one: " " if one[0].isspace() else "", said))
    if found is None:
        raise SystemExit("The program printed no password.")
    return found[0]


def _draw(said: str, title: str, path: Path) -> None:
    console = Console(record=True, width=100, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123 - ends with the program
    console.print(Text.from_ansi(said))
    drawn = console.export_svg(title=title)
    # Fonts of another host are named in it, and pages of the guides ask no other host for anything.
    path.write_text(re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL))


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port), "--no-schedules"]
    told = {**_environment(folder), "AVTALEFLYT_PUBLIC_URL": address}
    with subprocess.Popen(command, cwd=_PROJECT, env=told, stdout=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def _photograph(address: str, folder: Path, passwords: Mapping[str, str]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for who, steps in (("koordinator", _as_coordinator), ("arkivar", _as_archivist)):
            context = browser.new_context(
                viewport={"width": _WIDTH, "height": _HEIGHT}, locale="nb-NO", color_scheme="light"
            )
            page = context.new_page()
            page.goto(f"{address}/logg-inn")
            if who == "koordinator":
                _take(page, folder / "logg-inn.png")
            page.get_by_label("Brukernavn").fill(who)
            page.get_by_label("Passord").fill(passwords[who])
            page.get_by_role("button", name="Logg inn").click()
            steps(page, address, folder)
            context.close()
        browser.close()


def _as_coordinator(page: "Page", address: str, folder: Path) -> None:
    _open(page, address, "/", folder / "oversikt.png")
    _open(page, address, "/avtaler", folder / "avtaler.png")
    page.locator("main tbody a[href^='/avtaler/']").first.click()
    _take(page, folder / "avtale.png")
    _open(page, address, "/saker/ny", folder / "last-opp.png")
    page.locator("input[type=file]").first.set_input_files(_PROJECT / "fixtures" / "renewal-2027.xlsx")
    page.get_by_role("button", name="Last opp og kontroller").click()
    _take(page, folder / "kontroll.png")
    _open(page, address, "/ansettelser/ny", folder / "ny-ansettelse.png")
    _open(page, address, "/gjennomganger/ar/2027", folder / "gjennomganger.png")


def _as_archivist(page: "Page", address: str, folder: Path) -> None:
    _open(page, address, "/arkiv", folder / "arkiv.png")
    page.locator("main tbody a[href^='/arkiv/']").first.click()
    _take(page, folder / "arkivert.png")
    _open(page, address, "/drift", folder / "drift.png")


def _open(page: "Page", address: str, path: str, picture: Path) -> None:
    answer = page.goto(f"{address}{path}")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{path} answers {answer.status if answer else 'nothing'}.")
    _take(page, picture)


def _take(page: "Page", picture: Path) -> None:
    page.wait_for_load_state("networkidle")  # the picture of a document comes when its place is seen
    page.screenshot(path=str(picture))


if __name__ == "__main__":
    for one in make_pictures(PICTURES, *map(Path, sys.argv[1:2])):
        sys.stdout.write(f"{one.relative_to(_PROJECT)}\n")
