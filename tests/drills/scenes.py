"""Scenes for the drill: each provider's own server, its people, and what truly happened there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import requests

from flows.signing.port import Provider
from flows.signing.providers.desk import DeskProvider
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.providers.docuseal import DocuSealProvider
from flows.signing.providers.posten import (
    PostenDirectProvider,
    PostenProvider,
    open_certificate,
    posten_session,
)
from tests.conftest import Clock
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.documenso.server import TOKEN as DOCUMENSO_TOKEN
from tests.signing.documenso.server import DocumensoServer
from tests.signing.docuseal.server import TOKEN as DOCUSEAL_TOKEN
from tests.signing.docuseal.server import DocuSealServer
from tests.signing.posten.direct_server import PostenDirectServer
from tests.signing.posten.server import ORGANISATION, QUEUE, PostenServer, posten_server
from tests.signing.provider_server import ProviderServer
from tests.signing_desk.servers import RunningDesk, desk_in_thread


class Scene(Protocol):
    """A provider's server under the drill's control."""

    address: str

    def reached(self, agreement_id: str, version: int = 1) -> list[str]:
        """Return the provider's ids of the requests of an agreement's version that reached a signer."""
        ...

    def sign(self, provider_id: str) -> bool:
        """Let both sign; say whether anybody could."""
        ...

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        ...


@dataclass
class DeskScene:
    """The signing desk."""

    desk: RunningDesk
    address: str

    def reached(self, agreement_id: str, version: int = 1) -> list[str]:
        """Return the ids that the desk has for any attempt."""
        found = []
        for attempt in range(1, 5):
            answer = self.desk.api("GET", f"?reference={agreement_id}-v{version}-a{attempt}").json()
            found += [one["id"] for one in answer["requests"]]
        return found

    def sign(self, provider_id: str) -> bool:
        """Let both sign."""
        signed = False
        for order in (1, 2):
            if self.desk.api("GET", f"/{provider_id}").json()["signers"][order - 1]["status"] == "ready":
                self.desk.act(provider_id, order, "sign").raise_for_status()
                signed = True
        return signed

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        self.desk.act(provider_id, 1, "decline", "Nei").raise_for_status()


@dataclass
class PostenScene:
    """Posten signering."""

    server: PostenServer
    address: str

    def reached(self, agreement_id: str, version: int = 1) -> list[str]:
        """Return the jobs that were ever created."""
        ours = f"{agreement_id}-v{version}-"
        return [str(4711 + n) for n, one in enumerate(self.server.created) if one.startswith(ours)]

    def sign(self, provider_id: str) -> bool:
        """Let both sign."""
        signed = [self.server.act(provider_id, order, "SIGNED") for order in (1, 2)]
        return any(signed)

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        assert self.server.act(provider_id, 1, "REJECTED")


@dataclass
class PostenDirectScene(PostenScene):
    """Posten signering's direct flow: who signs has opened the newest address that was made for her."""

    server: PostenDirectServer

    def sign(self, provider_id: str) -> bool:
        """Let both sign."""
        signed = [self._answer(provider_id, order, "SIGNED") for order in (1, 2)]
        return any(signed)

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        assert self._answer(provider_id, 1, "REJECTED")

    def _answer(self, provider_id: str, order: int, word: str) -> bool:
        addresses = [one for one, whose in self.server.places.items() if whose == (int(provider_id), order)]
        return any(self.server.open_place(address, word) for address in addresses)


@dataclass
class DocumensoScene:
    """Documenso."""

    server: DocumensoServer
    address: str

    def reached(self, agreement_id: str, version: int = 1) -> list[str]:
        """Return the envelopes that were distributed: a draft reaches nobody."""
        ours = f"{agreement_id}-v{version}-"
        sent = [
            one["id"]
            for one in self.server.envelopes.values()
            if str(one["externalId"]).startswith(ours) and one["status"] != "DRAFT"
        ]
        assert len(sent) == sum(one.startswith(ours) for one in set(self.server.distributed))
        return sent

    def sign(self, provider_id: str) -> bool:
        """Let both sign."""
        signed = [self.server.sign(provider_id, order) for order in (1, 2)]
        return any(signed)

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        self.server.reject(provider_id, 1, "Nei")


@dataclass
class DocuSealScene:
    """DocuSeal."""

    server: DocuSealServer
    address: str

    def reached(self, agreement_id: str, version: int = 1) -> list[str]:
        """Return the submissions that were created."""
        found, ours = self.server.submissions.values(), f"{agreement_id}-v{version}-"
        return [str(one["id"]) for one in found if one["submitters"][0]["external_id"].startswith(ours)]

    def sign(self, provider_id: str) -> bool:
        """Let both sign."""
        signed = [self.server.sign(provider_id, order) for order in (1, 2)]
        return any(signed)

    def decline(self, provider_id: str) -> None:
        """Let the first decline."""
        self.server.decline(provider_id, 1, "Nei")


@contextmanager
def scene(name: str, folder: Path, clock: Clock) -> Iterator[Scene]:
    """Run a provider's server."""
    if name == "desk":
        with desk_in_thread(folder / "desk", clock) as desk:
            yield DeskScene(desk, desk.address)
        return
    (folder / "anchors").mkdir(exist_ok=True)
    (folder / "anchors" / "ca.pem").write_bytes(authority().pem)
    pkcs12_file(folder, enterprise(ORGANISATION), "hemmelig")
    if name == "posten":
        posten = PostenServer(clock)
        with posten_server(folder, posten) as address:
            yield PostenScene(posten, address)
        return
    if name == "posten-direct":
        direct = PostenDirectServer(clock)
        with posten_server(folder, direct) as address:
            yield PostenDirectScene(direct, address)
        return
    servers: dict[str, tuple[type[ProviderServer], Any]] = {
        "documenso": (DocumensoServer, DocumensoScene),
        "docuseal": (DocuSealServer, DocuSealScene),
    }
    kind, made = servers[name]
    server = kind(clock)
    with server.running():
        yield made(server, server.address)


def open_adapter(name: str, address: str, folder: Path, clock: Clock, session: requests.Session) -> Provider:
    """Return the adapter in a process of its own."""
    if name == "desk":
        return DeskProvider(address, "a-token-for-the-tests", session)
    if name == "documenso":
        return DocumensoProvider(address, DOCUMENSO_TOKEN, session, clock)
    if name == "docuseal":
        return DocuSealProvider(address, DOCUSEAL_TOKEN, session, clock, order_enforced=True)
    certificate = open_certificate(folder / "virksomhet.p12", "hemmelig", clock())
    made, adapter = posten_session(certificate, folder / "anchors" / "ca.pem")
    session.verify, session.trust_env = made.verify, False
    if name == "posten-direct":
        back = "https://avtaleflyt.example/signering/tilbake"
        return PostenDirectProvider(
            address, ORGANISATION, QUEUE, certificate, session, clock, return_address=back, adapter=adapter
        )
    return PostenProvider(address, ORGANISATION, QUEUE, certificate, session, clock, adapter=adapter)
