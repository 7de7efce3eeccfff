"""What can be asked of the workplace: pages and forms that people reach, and every route with what it declares."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from lxml import html

from tests.drills.hostile_answers import Answer, Pairs, ask
from tests.drills.hostile_world import World

_ENOUGH_PAGES = 60
_KNOWN_ROUTES = 40
_IDS = re.compile(r"[0-9a-f-]{36}|\d+")


@dataclass(frozen=True)
class Target:
    """A request that can be asked for, as a person of a role: its address, its fields with what they held."""

    role: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


@dataclass
class Visitor:
    """A person's browser on an application."""

    app: FastAPI
    world: World
    role: str
    cookie: bytes = b""
    token: str = ""

    async def ask(
        self, method: str, path: str, query: bytes = b"", headers: Pairs | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request with the session; a new one is begun where the last has ended."""
        if not self.cookie:
            await self.begin()
        said = [*(headers or []), (b"cookie", self.cookie)]
        answer = await ask(self.app, method, path.encode("ascii"), query, said, body)
        if self.role and answer.headers.get("location", "").startswith("/logg-inn") and path != "/konto/passord":
            await self.begin()
        return answer

    async def begin(self) -> None:
        """Begin a session, and read its token."""
        if self.role:
            self.cookie = b"__Host-avtaleflyt=" + self.world.session(self.role).encode()
        else:
            page = await ask(self.app, "GET", b"/logg-inn", b"", [], b"")
            self.cookie = page.headers.get("set-cookie", "").partition(";")[0].encode()
        where = b"/om" if self.role else b"/logg-inn"
        page = await ask(self.app, "GET", where, b"", [(b"cookie", self.cookie)], b"")
        found = re.search(rb'name="csrf" value="([^"]+)"', page.body)
        self.token = found[1].decode() if found else ""


async def explored(visitor: Visitor) -> list[Target]:
    """Return what a person can reach from the overview: pages with their queries, and forms."""
    targets: dict[tuple[str, str, tuple[str, ...]], Target] = {}
    waiting = ["/", "/konto", "/om", "/avtaler"] if visitor.role else ["/logg-inn", "/om"]
    seen: Counter[str] = Counter()
    while waiting and seen.total() < _ENOUGH_PAGES:
        address = waiting.pop(0)
        parts = urlsplit(address)
        shape = shape_of(address)
        enough = 1 if "." in parts.path else 2
        if not parts.path.startswith("/") or parts.netloc or seen[shape] >= enough:
            continue
        answer = await visitor.ask("GET", quote(parts.path), parts.query.encode())
        seen[shape] += 1
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        target = Target(visitor.role, "GET", parts.path, query)
        targets.setdefault(("GET", shape, tuple(name for name, _value in query)), target)
        if answer.is_html and answer.body:
            page = html.document_fromstring(answer.body, parser=html.HTMLParser(encoding="utf-8"))
            links = [one.get("href") or "" for one in page.iter("a")]
            waiting += [one for one in links if one.startswith("/")]
            for form in _forms(page, visitor.role, parts.path):
                names = tuple(name for name, _value in (*form.query, *form.fields)) + form.files
                targets.setdefault((form.method, shape_of(form.path), names), form)
    return list(targets.values())


def _forms(page: html.HtmlElement, role: str, here: str) -> Iterator[Target]:
    for form in page.iter("form"):
        parts = urlsplit(form.get("action") or here)
        fields, files = [], []
        for one in form.iter("input", "select", "textarea", "button"):
            name = one.get("name")
            if not name or name == "csrf":
                continue
            if one.get("type") == "file":
                files.append(name)
            elif one.tag == "select":
                chosen = [each.get("value", "") for each in one.iter("option")]
                fields.append((name, next(filter(None, chosen), "")))
            else:
                fields.append((name, one.get("value") or ("" if one.tag != "textarea" else one.text or "")))
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        method = (form.get("method") or "get").upper()
        if method == "GET":
            yield Target(role, method, parts.path, tuple(fields))
        else:
            yield Target(role, method, parts.path, query, tuple(fields), tuple(files))


def declared(app: FastAPI, reached: list[Target]) -> list[Target]:
    """Return every route of the application with all that it declares, at an address that somebody reached."""
    targets = []
    for one in iter_route_contexts(app.routes):
        pattern = re.compile("^" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(str(one.path))) + "$")
        for method in sorted({"GET", "POST"} & set(one.methods or ())):
            examples = [each for each in reached if pattern.match(each.path)]
            best = next((each for each in examples if each.method == method), next(iter(examples), None))
            path = best.path if best else re.sub(r"\{(\w+)\}", "1", str(one.path))
            query = {each.alias: "" for each in one.dependant.query_params}
            for dependency in one.dependant.dependencies:
                query |= {each.alias: "" for each in dependency.query_params}
            query |= dict(best.query) if best else {}
            fields = {each.alias: "" for each in one.dependant.body_params} | (dict(best.fields) if best else {})
            files = best.files if best else ()
            kept = tuple((name, value) for name, value in fields.items() if name not in files)
            targets.append(Target("everything", method, path, tuple(query.items()), kept, files))
    assert len(targets) > _KNOWN_ROUTES
    return targets


def shape_of(address: str) -> str:
    """Return an address with a star for every id and number."""
    return _IDS.sub("*", address)
