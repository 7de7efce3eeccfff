"""KS's API of Fiks IO: the account catalogue, and sending. A send is one attempt and is never repeated in here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from flows.delivery.archive_settings import FiksSettings
from flows.delivery.fiks.maskinporten import TokenSource
from flows.errors import DeliveryRefused, DeliveryStopped, NotHandedOver, PerhapsDelivered
from flows.language import translate as _

_CONNECT, _READ, _UPLOAD = 5, 15, 120
_LARGEST = 1024 * 1024
_KEY_KEPT = timedelta(minutes=10)
"""As KS's own clients: a certificate that was replaced is met soon."""
_ACCEPTED = 202
_Parts = dict[str, tuple[str | None, str | bytes, str]]
"""Parts of a multipart form: name of the file if it has one, content, and media type."""


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """An account as the catalogue shows it: whether it sends and receives, who listens, and how many messages wait."""

    may_send: bool
    may_receive: bool
    consumers: int
    waiting: int


@dataclass
class FiksApi:
    """Calls KS's API for one integration. Clock and session are passed in."""

    settings: FiksSettings
    password: str = field(repr=False)
    tokens: TokenSource
    session: requests.Session
    clock: Callable[[], datetime]
    _certificates: dict[str, tuple[datetime, x509.Certificate]] = field(default_factory=dict, repr=False)

    def certificate(self, account: str, fingerprint: str = "") -> x509.Certificate:
        """Return the certificate to seal for. Raises `DeliveryStopped` for one that must not be used, `NotHandedOver`.

        With a fingerprint (SHA-256 in hex), no other certificate will do: KS could hand out any.
        """
        kept = self._certificates.get(account)
        if kept is None or self.clock() - kept[0] >= _KEY_KEPT:
            kept = (self.clock(), self._fetched(account))
            self._certificates[account] = kept
        found = kept[1]
        if fingerprint and found.fingerprint(hashes.SHA256()).hex() != fingerprint:
            raise DeliveryStopped(
                _(
                    "The archive's certificate is not the one whose fingerprint is set: nothing is sent. Ask the "
                    "archive's people, and set archive_fingerprint."
                )
            )
        if not found.not_valid_before_utc <= self.clock() <= found.not_valid_after_utc:
            raise DeliveryStopped(
                _("The archive's certificate is not valid now: nothing is sent. Ask its people for a new one.")
            )
        return found

    def _fetched(self, account: str) -> x509.Certificate:
        status, said = self._get(f"/fiks-io/katalog/api/v1/kontoer/{account}/offentligNokkel", authenticated=False)
        try:
            if status == requests.codes.ok and said.get("valid") is not False:
                found = x509.load_pem_x509_certificate(str(said["nokkel"]).encode())
                if isinstance(found.public_key(), RSAPublicKey):
                    return found
        except (ValueError, KeyError):
            pass
        raise DeliveryStopped(
            _("The catalogue has no valid certificate of the archive's account: ask its people to upload one.")
        )

    def status(self, account: str) -> AccountStatus:
        """Return the status of an account. Raises `DeliveryStopped`, `NotHandedOver`."""
        status, said = self._get(f"/fiks-io/katalog/api/v1/kontoer/{account}/status")
        if status == requests.codes.not_found:
            raise DeliveryStopped(_("There is no account {account} in Fiks IO.").format(account=account))
        if status != requests.codes.ok:
            raise NotHandedOver(_away())
        consumers, waiting = said.get("antallKonsumenter"), said.get("antallUavhentedeMeldinger")
        return AccountStatus(
            may_send=said.get("gyldigAvsender") is not False,
            may_receive=said.get("gyldigMottaker") is not False,
            consumers=consumers if isinstance(consumers, int) else 1,
            waiting=waiting if isinstance(waiting, int) else 0,
        )

    def send(self, message_type: str, headers: Mapping[str, str], sealed: bytes | None) -> str:
        """Send one message to the archive's account and return its id.

        Raises `DeliveryStopped`, `NotHandedOver` and `DeliveryRefused` where it was certainly not accepted, and
        `PerhapsDelivered` where that is not known.
        """
        metadata = {
            "avsenderKontoId": str(self.settings.account),
            "mottakerKontoId": str(self.settings.archive_account),
            "meldingType": message_type,
            "svarPaMelding": None,
            "ttl": self.settings.hours_to_live * 3_600_000,
            "headere": dict(headers),
        }
        parts: _Parts = {"metadata": (None, json.dumps(metadata), "application/json")}
        if sealed is not None:  # an empty part would not be the same
            parts["data"] = (str(uuid4()), sealed, "application/octet-stream")
        return self._accepted(self._posted(parts))

    def _posted(self, parts: _Parts) -> requests.Response:
        headers, address = self._headers(), f"{self.settings.api}/fiks-io/api/v1/send"
        try:
            return self.session.post(
                address, files=parts, headers=headers, timeout=(_CONNECT, _UPLOAD), allow_redirects=False
            )
        except (requests.ConnectTimeout, requests.exceptions.ProxyError):
            raise NotHandedOver(_away()) from None
        except requests.ConnectionError as error:
            cause = error.args[0] if error.args else None
            reason = cause.reason if isinstance(cause, MaxRetryError) else cause
            if isinstance(reason, NewConnectionError | NameResolutionError):
                raise NotHandedOver(_away()) from None
            raise PerhapsDelivered(_no_answer()) from None
        except requests.RequestException:
            raise PerhapsDelivered(_no_answer()) from None

    def _accepted(self, answer: requests.Response) -> str:
        status, said = answer.status_code, _object(answer)
        error_id = str(said.get("errorId") or "")[:60]
        if status == _ACCEPTED:
            if isinstance(said.get("meldingId"), str) and said["meldingId"]:
                return str(said["meldingId"])
            raise PerhapsDelivered(_no_answer())
        if status == requests.codes.unauthorized:
            self.tokens.forget()
            raise DeliveryStopped(
                _("Fiks IO does not take our integration's id, password or token: nothing more is sent. Mend them.")
            )
        if status in {requests.codes.forbidden, requests.codes.not_found}:
            raise DeliveryStopped(
                _(
                    "Fiks IO does not let us send to the archive's account ({status} {id}): ask for access to it."
                ).format(status=status, id=error_id)
            )
        if status == requests.codes.too_many:
            raise NotHandedOver(_away())
        if requests.codes.bad_request <= status < requests.codes.server_error:
            raise DeliveryRefused(
                _("Fiks IO refused the message ({status} {id}); nothing was delivered.").format(
                    status=status, id=error_id
                )
            )
        raise PerhapsDelivered(_no_answer())  # a gateway may have passed the message on before it gave up

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.tokens.token()}",
            "IntegrasjonId": str(self.settings.integration),
            "IntegrasjonPassord": self.password,
        }

    def _get(self, path: str, *, authenticated: bool = True) -> tuple[int, dict[str, Any]]:
        headers = self._headers() if authenticated else {}
        address = f"{self.settings.api}{path}"
        try:
            answer = self.session.get(address, headers=headers, timeout=(_CONNECT, _READ), allow_redirects=False)
        except requests.RequestException:
            raise NotHandedOver(_away()) from None
        if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
            self.tokens.forget()
            raise DeliveryStopped(
                _("Fiks IO does not take our integration's id, password or token: nothing more is sent. Mend them.")
            )
        if answer.status_code == requests.codes.too_many or answer.status_code >= requests.codes.server_error:
            raise NotHandedOver(_away())
        return answer.status_code, _object(answer)


def _object(answer: requests.Response) -> dict[str, Any]:
    if len(answer.content) > _LARGEST:
        return {}
    try:
        said = json.loads(answer.content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _away() -> str:
    return _("Fiks IO does not answer; nothing was sent, and it is tried again.")


def _no_answer() -> str:
    return _("Fiks IO gave no answer after the message had left: it may have been delivered.")
