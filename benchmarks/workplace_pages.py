"""Open the workplace's pages as many people at once, and measure time and processor time of each kind of page."""

import multiprocessing
import random
import re
import socket
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import requests
import uvicorn

from benchmarks.records import FIRST, LAST, NAMES
from benchmarks.workplace_register import AT, NUMBERS, record_id_of
from flows.application.context import Context
from flows.register import Register, open_register
from flows.register.account_sessions import start_session
from flows.register.accounts import give_role, see_account
from flows.settings import Settings
from flows.web.workplace.app import create_workplace

_TICKS = 100
"""The kernel counts processor time in hundredths of a second."""
_ALONE = 20
"""How often each kind of page is opened with nobody else there."""
_PAUSE = (1.0, 5.0)


class PageFigures(TypedDict):
    """Of one kind of page: p95 with many people at once, processor time of one request, and how many were opened."""

    p95_ms: float
    cpu_ms: float
    opened: int


@dataclass
class Visitor:
    """Somebody with a browser: opens pages of every kind at random."""

    address: str
    session: requests.Session
    ids: list[str]
    chance: random.Random
    token: str = ""
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def kinds(self) -> dict[str, Callable[[], requests.Response]]:
        """Return what opens a page of each kind."""
        chance = self.chance
        return {
            "overview": lambda: self._get("/"),
            "list": lambda: self._get(f"/avtaler?side={chance.randrange(1, 40)}"),
            "list, out by deadline": lambda: self._get("/avtaler?tilstand=sent&sorter=frist"),
            "search for a surname": lambda: self._post("/avtaler", navn=chance.choice(FIRST) + chance.choice(LAST)),
            "search for a first name": lambda: self._post("/avtaler", navn=chance.choice(NAMES)),
            "one agreement": lambda: self._get(f"/avtaler/{chance.choice(self.ids)}"),
            "one record": lambda: self._get(f"/arkiv/{record_id_of(chance.choice(self.ids))}"),
            "reviews": lambda: self._get("/gjennomganger"),
        }

    def open(self, kind: str) -> None:
        """Open a page of a kind, and note how long it took."""
        start = time.perf_counter()
        answer = self.kinds()[kind]()
        self.times[kind].append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{kind}: {answer.status_code}")

    def visit(self, ends: float) -> None:
        """Open pages with pauses until a time."""
        kinds = list(self.kinds())
        time.sleep(self.chance.uniform(0, _PAUSE[1]))
        while time.monotonic() < ends:
            self.open(self.chance.choice(kinds))
            time.sleep(self.chance.uniform(*_PAUSE))

    def _get(self, path: str) -> requests.Response:
        return self.session.get(self.address + path, allow_redirects=False, timeout=120)

    def _post(self, path: str, **fields: str) -> requests.Response:
        if not self.token:
            found = re.search(r'name="csrf" value="([^"]+)"', self._get("/om").text)
            assert found
            self.token = found[1]
        said = {"csrf": self.token, **fields}
        return self.session.post(self.address + path, data=said, allow_redirects=False, timeout=120)


def measured_pages(
    register_address: str, ids: list[str], users: int, seconds: int, postmaster: int
) -> dict[str, PageFigures]:
    """Return the figures of each kind of page on a filled register; `postmaster` is PostgreSQL's process, or 0."""
    register = open_register(register_address, clock=lambda: AT, actor="benchmark")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = multiprocessing.get_context("fork").Process(target=_serve, args=(register_address, listener))
        server.start()
        assert server.pid is not None
        try:
            archived = [one for one in ids if (int(one[:8], 16) // len(NUMBERS)) % 20]
            visitors = [_visitor(register, address, archived, number) for number in range(users)]
            cpu = {kind: _processor_time(visitors[0], kind, server.pid, postmaster) for kind in visitors[0].kinds()}
            visitors[0].times.clear()
            _together(visitors, seconds)
        finally:
            server.terminate()
            server.join(30)
            register.close()
    figures: dict[str, PageFigures] = {}
    for kind in visitors[0].kinds():
        times = sorted(one for visitor in visitors for one in visitor.times[kind])
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else sum(times)
        figures[kind] = {"p95_ms": round(p95, 1), "cpu_ms": round(cpu[kind], 1), "opened": len(times)}
    return figures


def _serve(register_address: str, listener: socket.socket) -> None:
    register = open_register(register_address, clock=lambda: AT, actor="benchmark")
    app = create_workplace(Context(Settings(_env_file=None), register))
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, timeout_graceful_shutdown=1, timeout_keep_alive=120
    )
    uvicorn.Server(config).run(sockets=[listener])


def _visitor(register: Register, address: str, ids: list[str], number: int) -> Visitor:
    """Return somebody with a session: every other one works for all municipalities, the others for one."""
    place = "*" if number % 2 == 0 else NUMBERS[number % len(NUMBERS)]
    own = ids if place == "*" else [one for one in ids if NUMBERS[int(one[:8], 16) % len(NUMBERS)] == place]
    with register.write() as transaction:
        account = see_account(transaction, "https://issuer.example", f"{number}", f"Bruker {number}", "")
        for role in ("coordinator", "archivist"):
            give_role(transaction, account.id, role, place)
        token = start_session(transaction, account)
    session = requests.Session()
    session.cookies.set("avtaleflyt", token)
    return Visitor(address, session, own, random.Random(number))


def _together(visitors: list[Visitor], seconds: int) -> None:
    ends = time.monotonic() + seconds
    threads = [threading.Thread(target=one.visit, args=(ends,)) for one in visitors]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _processor_time(visitor: Visitor, kind: str, server: int, postmaster: int) -> float:
    """Return milliseconds of processor time of one request: of the server, and of PostgreSQL for it."""
    visitor.open(kind)
    before = _used(server, postmaster)
    for _turn in range(_ALONE):
        visitor.open(kind)
    return (_used(server, postmaster) - before) / _ALONE


def _used(server: int, postmaster: int) -> float:
    """Return milliseconds of processor time that the server and the database's processes have used."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                said = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(folder.name) == server or (postmaster and int(said[1]) == postmaster):
                total += int(said[11]) + int(said[12])
    return total * 1000 / _TICKS
