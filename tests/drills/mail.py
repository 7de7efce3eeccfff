"""Drill: 1,000 notices over a mail server that refuses, hangs, breaks off, is away and lacks SMTPUTF8.

`python -m tests.drills.mail [NOTICES]`. Each notice goes to a person of its own; 30 of their addresses cannot be
reached: some no command can hold, some the server refuses for good, some it never answers about. Rounds of delivery
follow each other, as timers start them, until nothing waits. Ends with one JSON line: `lost` are reachable people who
got nothing, `doubled` those who got two e-mails (another Message-ID, or a copy although the server had said that it
took the first), `untold` unreachable ones of whom the fallback address was not told exactly once.
"""

import argparse
import asyncio
import json
import random
import socket
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from flows.application.deliver_mail import deliver_all
from flows.mail.pending_notices import write_notices
from flows.mail.smtp import MailServer
from flows.register import Register, open_register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.mail import undelivered
from flows.register.pending_decisions import refresh
from flows.register.states import MailStatus
from tests.conftest import Clock

SENDER, FALLBACK = "Bodø kommune, helse <avtaler@bodø.example>", "postmottak@kommune.example"
PATIENCE = 0.15
"""Seconds that an answer may take: ours are thirty, and ten minutes for the last one."""
_HANGS = 3 * PATIENCE
_MOST_ROUNDS = 400

FAULTS = (
    "451",
    "421",
    "hang at rcpt",
    "drop at rcpt",
    "drop at data",
    "hang at data",
    "lose the answer",
    "452 data",
)
"""What befalls the first try of some recipients; the next one goes well."""


@dataclass
class Trouble:
    """The server's behaviour: `once` by recipient, `always` for those who cannot be reached; what it took, in order."""

    once: dict[str, str]
    always: dict[str, str]
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers_lost: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or fail as it is set."""
        fault = self.always.get(address) or self.once.get(address, "")
        if "at rcpt" in fault or fault in {"451", "421", "550"}:
            self.once.pop(address, None)
            return await _fail(server, fault)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message, or fail as it is set."""
        (address,) = envelope.rcpt_tos
        fault = self.once.pop(address, "")
        message = message_from_bytes(envelope.content, policy=policy.default)
        if fault in {"", "lose the answer"}:
            self.taken.append((address, str(message["Message-ID"]), envelope.content))
        if fault == "lose the answer":
            self.answers_lost[address] += 1
            return await _fail(server, "drop at data")
        return await _fail(server, fault) if fault else "250 OK"


async def _fail(server: SMTP, fault: str) -> str:
    if fault.startswith("drop"):
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "421 gone"
    if fault.startswith("hang"):
        await asyncio.sleep(_HANGS)
        return "451 too late"
    return f"{fault.partition(' ')[0]} 4.0.0 no"


def impossible(number: int) -> tuple[str, str]:
    """Return an address that cannot be reached, and what the server does with it, empty where it never sees it."""
    kinds = (
        ("uten krøllalfa{n}", ""),
        ("to@krøllalfa{n}@kommune.example", ""),
        ("mellom rom{n}@kommune.example", ""),
        ("linje{n}\nRCPT TO:<alle@evil.example>@kommune.example", ""),
        ("kåre{n}@kommune.example", ""),  # the server has no SMTPUTF8
        ("for..mange.punktum{n}@kommune.example", ""),
        ("a" * 70 + "{n}@kommune.example", ""),
        ("tom{n}@kommune..example", ""),
        ("ukjent{n}@kommune.example", "550"),
        ("bryter{n}@kommune.example", "drop at rcpt"),
        ("henger{n}@kommune.example", "hang at rcpt"),
        ("full{n}@kommune.example", "451"),
        ("gjest{n}@kommune.example", "421"),
    )
    address, fault = kinds[number % len(kinds)]
    return address.replace("{n}", str(number)), fault


@dataclass
class People:
    """The addresses of a drill: agreement by address, and who cannot be reached."""

    agreements: dict[str, str] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)


def write_notices_to(register: Register, clock: Clock, count: int, unreachable: int) -> tuple[People, Trouble]:
    """Write a notice to each of so many people about an agreement of theirs that was never sent."""
    people, trouble = People(), Trouble({}, {})
    chosen = random.Random(16)
    bad = set(chosen.sample(range(count), unreachable))
    for number in range(count):
        address, fault = f"person{number}@bodø.example", ""
        if number in bad:
            address, fault = impossible(len(people.unreachable))
            people.unreachable.add(address)
            if fault:
                trouble.always[address] = fault
        elif number % 9 == 0:
            trouble.once[wire(address)] = FAULTS[number // 9 % len(FAULTS)]
        people.agreements[address] = _never_sent(register, number, address)
    clock.forward(hours=2)
    refresh(register)
    write_notices(register, SENDER, FALLBACK)
    return people, trouble


def wire(address: str) -> str:
    """Return an address as the server sees it; written by hand, so that it judges ours."""
    return address.replace("@bodø.example", "@xn--bod-2na.example")


def _never_sent(register: Register, number: int, address: str) -> str:
    case = {"ansvarlig_epost": address}
    received = ReceivedCase("alis", "1804", f"{number:07d}", date(2027, 1, 1), None, "ALIS-avtale", case)
    with register.write() as transaction:
        agreement_id = receive(transaction, received).agreement_id
        made = GeneratedDocument("a.docx", "1.0", "a" * 64, "b" * 64, "c" * 64, 1)
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
    return agreement_id


@contextmanager
def server_of(trouble: Trouble, port: int) -> Iterator[None]:
    """Run the server, without SMTPUTF8."""
    controller = Controller(trouble, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def deliver_until_nothing_waits(register: Register, clock: Clock, trouble: Trouble) -> int:
    """Run rounds twenty minutes apart, the first with no server at all; return how many."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = MailServer("127.0.0.1", port, patience=PATIENCE, patience_for_data=PATIENCE)
    deliver_all(register, server, SENDER, FALLBACK)
    with server_of(trouble, port):
        for rounds in range(1, _MOST_ROUNDS):
            # Twenty minutes as long as there is news, then half a day: what is never taken is given up after days.
            clock.forward(minutes=20 if rounds < 6 else 720)
            deliver_all(register, server, SENDER, FALLBACK)
            with register.read() as session:
                if all(one.state == MailStatus.REFUSED for one in undelivered(session)):
                    return rounds
    raise RuntimeError("something waits for ever")


def judge(people: People, trouble: Trouble) -> dict[str, int]:
    """Return what became of the notices."""
    got: dict[str, list[str]] = defaultdict(list)
    fallback = [_plain(content) for address, _id, content in trouble.taken if address == FALLBACK]
    for address, message_id, _content in trouble.taken:
        got[address].append(message_id)
    lost = doubled = untold = 0
    for address, agreement_id in people.agreements.items():
        told = sum(agreement_id in text for text in fallback)
        if address in people.unreachable:
            untold += told != 1
            doubled += bool(got.get(address))
            continue
        mine = got.get(wire(address), [])
        lost += not mine
        doubled += len(set(mine)) > 1 or len(mine) - trouble.answers_lost[wire(address)] > 1 or told > 0
    return {"notices": len(people.agreements), "lost": lost, "doubled": doubled, "untold": untold}


def _plain(content: bytes) -> str:
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def run(count: int, unreachable: int) -> dict[str, int]:
    """Run the drill; return what became of the notices."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-mail-drill-") as folder:
        register = open_register(f"sqlite:///{Path(folder) / 'register.db'}", clock, actor="drill")
        people, trouble = write_notices_to(register, clock, count, unreachable)
        rounds = deliver_until_nothing_waits(register, clock, trouble)
        result = judge(people, trouble)
        register.close()
    sys.stderr.write(f"{rounds} rounds; {len(trouble.taken)} e-mails taken\n")
    return result


def main() -> int:
    """Run the drill, and print its result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notices", nargs="?", type=int, default=1000)
    parser.add_argument("--unreachable", type=int, default=30)
    chosen = parser.parse_args()
    result = run(chosen.notices, chosen.unreachable)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0 if not (result["lost"] or result["doubled"] or result["untold"]) else 1


if __name__ == "__main__":
    sys.exit(main())
