"""A browser without script, and people to sign in with: what tests of the workplace share."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from flows.application.access import Role
from flows.application.context import Context
from flows.register import Register
from flows.register.account_sessions import start_session
from flows.register.accounts import add_local_account, give_role
from flows.settings import Settings

ADDRESS = "https://avtaler.kommune.example"
PASSWORD = "riktig-hest-batteri"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
OWN, OTHER = "1804", "1806"
"""Municipalities: that of the people in tests, and another one."""


def workplace_context(register: Register, tmp_path: Any, **settings: Any) -> Context:
    """Return a context whose pages are reached over HTTPS."""
    return Context(Settings(_env_file=None, output=tmp_path, public_url=ADDRESS, **settings), register)


@dataclass
class Person:
    """An account with a session."""

    id: str
    user_name: str
    password: str
    session: str


def person(context: Context, user_name: str, *grants: tuple[Role, str]) -> Person:
    """Add an account with roles, and sign it in."""
    with context.register.write() as transaction:
        added = add_local_account(transaction, user_name, f"{user_name.title()} Nordmann", "", _HASH)
        for role, municipality in grants:
            give_role(transaction, added.id, role, municipality)
        session = start_session(transaction, added)
    return Person(added.id, user_name, PASSWORD, session)


@dataclass
class Browser:
    """One browser: cookies, and the token of the page that was opened last. It follows no redirect by itself."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page."""
        return await self._ask("GET", path, **options)

    async def post(self, path: str, token: str | None = None, **fields: str) -> httpx.Response:
        """Send a form with the token of the last page, or with another one."""
        headers = {"sec-fetch-site": "same-origin"}
        data = {"csrf": self.token if token is None else token, **fields}
        return await self._ask("POST", path, data=data, headers=headers)

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies=self.cookies) as client:
            answer = await client.request(method, path, **options)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for set_cookie in answer.headers.get_list("set-cookie"):
            if "Max-Age=0" in set_cookie:
                self.cookies.pop(set_cookie.partition("=")[0], None)
        if found := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer


def signed_in(app: FastAPI, who: Person) -> Browser:
    """Return a browser in which somebody is signed in."""
    return Browser(app, {"__Host-avtaleflyt": who.session})
