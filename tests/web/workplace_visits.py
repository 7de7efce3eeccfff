"""Sign invented people in at the workplace, and send forms as a browser does, over real HTTP."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from fastapi import FastAPI

from flows.application.context import Context
from flows.register.account_sessions import start_session
from flows.register.accounts import give_role, see_account
from flows.web.workplace.app import create_workplace
from tests.web.server import web_in_thread


@dataclass
class Browser:
    """A browser in which somebody is signed in; `post` sends the session's own token. Redirects are not followed."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.session.get(self.address + path, allow_redirects=False, timeout=60)

    def post(
        self, path: str, data: Mapping[str, object] | None = None, files: dict[str, tuple[str, bytes]] | None = None
    ) -> requests.Response:
        """Send a form."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/om").text)
        assert token
        said = {"csrf": token[1], **(data or {})}
        return self.session.post(self.address + path, data=said, files=files, allow_redirects=False, timeout=60)


@dataclass
class Workplace:
    """A running workplace on a context."""

    context: Context
    address: str
    app: FastAPI

    def signed_in(self, name: str, *grants: tuple[str, str]) -> Browser:
        """Return the browser of somebody with these roles, each in a municipality or everywhere (`*`)."""
        browser = Browser(self.address)
        browser.session.cookies.set("avtaleflyt", session_of(self.context, name, grants))
        return browser


@contextmanager
def running(context: Context) -> Iterator[Workplace]:
    """Serve the workplace for as long as the block lasts."""
    app = create_workplace(context)
    with web_in_thread(app) as address:
        yield Workplace(context, address, app)


def session_of(context: Context, name: str, grants: Iterable[tuple[str, str]]) -> str:
    """Return the id of a new session of somebody with these roles."""
    with context.register.write() as transaction:
        account = see_account(transaction, "https://issuer.example", name, name, f"{len(name)}@example.no")
        for role, municipality in grants:
            give_role(transaction, account.id, role, municipality)
        return start_session(transaction, account)
