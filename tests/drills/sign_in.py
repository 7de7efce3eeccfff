"""Drill: sign-in at providers that others have written: right ones in, wrong ones out.

    python -m tests.drills.sign_in [MODULES] [--idp IDP.py]

MODULES is the `node_modules` with npm's `oidc-provider`, a certified provider (`npm install --prefix FOLDER
oidc-provider@9`); between it and the workplace stands a middleman that holds its key and spoils one thing at a time.
IDP.py is a provider of one file that reads `client-jwk.json`, listens at port 19090 and spoils its own answers at
`/fault/NAME`. Ends with one JSON line: for each provider how many right ones came in, how many wrong ones were tried,
and the names of right ones that were kept out and wrong ones that were let in.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict
from urllib.parse import urljoin

import requests
from fastapi import FastAPI

from flows.register import open_register
from flows.web.workplace.app import create_workplace
from tests.drills.oidc_middleman import Middleman
from tests.mail.mail_server import free_port
from tests.web.server import web_in_thread
from tests.web.workplace.browser import ADDRESS, Browser, workplace_context
from tests.web.workplace.oidc_provider import CLIENT, CLIENT_ID, KEY, TENANT, changed_claims

BACK = f"{ADDRESS}/logg-inn/test/svar"
GROUP = "83aa7a53-ff60-47e4-8940-0c73573b0130"
SETTINGS = """
[test]
title = "Testkommunen"
issuer = "{issuer}"
client_id = "{client}"
private_key = "{key}"
key_id = "client"
acr = ["{acr}"]
{tenant}

[[test.roles]]
claim = "groups"
value = "{group}"
role = "coordinator"
municipalities = ["1804"]
"""
OF_MIDDLEMAN = [*changed_claims(0), "alg_none", "alg_hs256", "other_key", "changed", "garbage", "no_id_token"]
OF_MIDDLEMAN += ["denied", "state", "response_iss", "token_500", "token_html"]
OF_METADATA = ["metadata_issuer"]
"""Tried before anybody comes in: metadata that were right are kept for a day."""
OF_IDP = ["state", "denied", "iss", "aud", "azp", "exp", "nonce", "acr", "none", "hs256", "key", "noid"]
OF_BROWSER = ["replayed", "another browser", "fixed session", "open redirect"]


class Verdict(TypedDict):
    """What a provider's drill found."""

    right: int
    wrong: int
    kept_out: list[str]
    let_in: list[str]


def drill(app: FastAPI, faults: list[str], spoil: Callable[[str], None], first: Sequence[str] = ()) -> Verdict:
    """Sign in three times rightly, and once with each fault; `spoil` sets what is wrong, empty for nothing.

    The faults in `first` are tried before anybody has come in.
    """
    found = Verdict(right=0, wrong=0, kept_out=[], let_in=[])
    _try_wrong_ones(app, first, spoil, found)
    spoil("")
    for path in ("/konto", "/avtaler", "/"):
        if asyncio.run(_comes_in(app, path)):
            found["right"] += 1
        else:
            found["kept_out"].append(path)
    _try_wrong_ones(app, faults, spoil, found)
    spoil("")
    for fault in OF_BROWSER:
        found["wrong"] += 1
        if asyncio.run(_thief_comes_in(app, fault)):
            found["let_in"].append(fault)
    return found


def _try_wrong_ones(app: FastAPI, faults: Sequence[str], spoil: Callable[[str], None], found: Verdict) -> None:
    for fault in faults:
        spoil(fault)
        found["wrong"] += 1
        if asyncio.run(_comes_in(app, "/konto")):
            found["let_in"].append(fault)


async def _comes_in(app: FastAPI, path: str) -> bool:
    """Sign in once; return whether the page that was wanted is then shown to the person."""
    browser = Browser(app)
    away = await browser.get("/logg-inn/test", params={"til": path})
    if away.status_code == 303:
        back = await asyncio.to_thread(_through_provider, away.headers["location"])
        if back:
            await browser.get(back.removeprefix(ADDRESS))
    return "Kari Koordinator" in (await browser.get(path)).text


async def _thief_comes_in(app: FastAPI, fault: str) -> bool:
    """Return whether somebody comes in with what is not theirs, or is led elsewhere."""
    browser, thief = Browser(app), Browser(app, {"__Host-avtaleflyt": "fixed"})
    til = "//evil.example" if fault == "open redirect" else "/konto"
    away = await browser.get("/logg-inn/test", params={"til": til})
    back = (await asyncio.to_thread(_through_provider, away.headers["location"])).removeprefix(ADDRESS)
    if fault == "another browser":
        await thief.get(back)
        return (await thief.get("/konto")).status_code == 200
    answer = await browser.get(back)
    if fault == "open redirect":
        return bool(answer.headers["location"] != "/")
    if fault == "replayed":
        await thief.get(back)
        return (await browser.get(back)).status_code != 403 or (await thief.get("/konto")).status_code == 200
    return (await thief.get("/konto")).status_code == 200 or browser.cookies["__Host-avtaleflyt"] == "fixed"


def _through_provider(address: str) -> str:
    """Go through the provider's own pages as a browser does; return where it leads back to, empty if nowhere."""
    with requests.Session() as browser:
        for _step in range(12):
            answer = browser.get(address, allow_redirects=False, timeout=30)
            if "location" not in answer.headers:
                return ""
            address = urljoin(address, answer.headers["location"])
            if address.startswith(BACK):
                return address
    return ""


@contextmanager
def _workplace(folder: Path, issuer: str, acr: str, tenant: str) -> Iterator[FastAPI]:
    key = folder / "client.pem"
    key.write_bytes(CLIENT.as_pem(private=True))
    key.chmod(0o600)
    settings = folder / "sign_in.toml"
    stated = f'tenant = "{tenant}"' if tenant else ""
    settings.write_text(SETTINGS.format(issuer=issuer, client=CLIENT_ID, key=key, acr=acr, tenant=stated, group=GROUP))
    register = open_register(f"sqlite:///{folder}/register.db", clock=lambda: datetime.now(UTC), actor="drill")
    yield create_workplace(workplace_context(register, folder, sign_in=settings))
    register.close()


@contextmanager
def _process(command: list[str], folder: Path, address: str, **environment: str) -> Iterator[None]:
    """Run a provider until the block ends, once it answers."""
    with subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL) as started:
        try:
            for _look in range(300):
                try:
                    requests.get(address, timeout=5)
                    break
                except requests.ConnectionError:
                    if started.poll() is not None:
                        sys.exit(f"The provider ended with {started.returncode}: {' '.join(command)}")
                    asyncio.run(asyncio.sleep(0.2))
            yield
        finally:
            started.terminate()


def certified_provider(modules: Path) -> Verdict:
    """Drill npm's oidc-provider, with a middleman between."""
    claims = {"tid": TENANT, "oid": "person-1", "name": "Kari Koordinator", "email": "kari@kommune.example"}
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        middleman = Middleman(f"http://127.0.0.1:{port}", BACK)
        with web_in_thread(middleman.app()) as address:
            middleman.issuer = address.replace("127.0.0.1", "localhost")
            settings = {
                "modules": str(modules.absolute()),
                "port": port,
                "issuer": middleman.issuer,
                "redirect_uri": BACK,
                "client": CLIENT.as_dict(private=False),
                "keys": [KEY.as_dict(private=True)],
                "claims": {**claims, "groups": [GROUP]},
            }
            command = ["node", str(Path(__file__).with_name("oidc_provider.mjs"))]
            metadata = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
            with (
                _process(command, folder, metadata, SETTINGS=json.dumps(settings)),
                _workplace(folder, middleman.issuer, "substantial", TENANT) as app,
            ):
                return drill(app, OF_MIDDLEMAN, middleman.spoil, OF_METADATA)


def own_faults_provider(script: Path) -> Verdict:
    """Drill a provider of one file, which spoils its own answers."""
    issuer = "http://localhost:19090"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "client-jwk.json").write_text(json.dumps(CLIENT.as_dict(private=False)))
        metadata = f"{issuer}/.well-known/openid-configuration"

        def spoil(fault: str) -> None:
            requests.get(f"{issuer}/fault/{fault or '-'}", timeout=10)

        command = [sys.executable, str(script.absolute())]
        with _process(command, folder, metadata), _workplace(folder, issuer, "entraid", "") as app:
            return drill(app, OF_IDP, spoil)


def main() -> None:
    """Run the drill."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="?", type=Path)
    parser.add_argument("--idp", type=Path)
    given = parser.parse_args()
    found: dict[str, Verdict] = {}
    if given.modules:
        found["oidc-provider"] = certified_provider(given.modules)
    if given.idp:
        found["idp"] = own_faults_provider(given.idp)
    print(json.dumps(found))
    sys.exit(not found or any(one["kept_out"] or one["let_in"] for one in found.values()))


if __name__ == "__main__":
    main()
