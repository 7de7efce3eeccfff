"""Mutual TLS to Posten signering (docs/protocols.md#connection-to-posten).

The server's certificate is issued to an organisation, not to the host name: what is checked is its chain, against a
bundle of our own and never the system's, and that it belongs to Posten Bring AS.
"""

import errno
import secrets
import ssl
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import requests
import urllib3.connection
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from flows.language import translate as _
from flows.signing.providers.http_calls import TlsHandshakeFailed
from flows.signing.providers.posten.certificate import EnterpriseCertificate

POSTEN_BRING = "984661185"
_READS_AGAIN = Retry(
    total=3, connect=2, read=0, redirect=0, other=0, status=2, allowed_methods={"GET"}, status_forcelist={502, 503, 504}
)


def organisation_number(certificate: bytes) -> str | None:
    """Return the organisation number of a certificate (DER), or None."""
    subject = x509.load_der_x509_certificate(certificate).subject
    for oid in (NameOID.ORGANIZATION_IDENTIFIER, NameOID.SERIAL_NUMBER):
        for attribute in subject.get_attributes_for_oid(oid):
            digits = str(attribute.value).removeprefix("NTRNO-")
            if len(digits) == 9 and digits.isdigit():
                return digits
    return None


def posten_session(certificate: EnterpriseCertificate, bundle: Path) -> tuple[requests.Session, HTTPAdapter]:
    """Return a session and the adapter to mount on Posten's address; `bundle` is a PEM file of trusted authorities."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _Socket
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(bundle)
    _load(context, certificate)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(bundle)
    return session, _Adapter(context)


def _load(context: ssl.SSLContext, certificate: EnterpriseCertificate) -> None:
    """Load our certificate into the context; the key is on disk only encrypted, and only while it is read."""
    password = secrets.token_bytes(32)
    pem = certificate.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    for one in (certificate.certificate, *certificate.chain):
        pem += one.public_bytes(serialization.Encoding.PEM)
    with NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name, password=password)


class _Socket(ssl.SSLSocket):
    def getpeername(self) -> Any:
        """Return the peer's address; close the socket if the peer is gone.

        `ssl` calls this before TLS begins. Python before 3.12 does not close the socket if the peer has disconnected by
        then, and no one else can.
        """
        try:
            return super().getpeername()
        except OSError:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, _("broken off before TLS began")) from None


class _Connection(urllib3.connection.HTTPSConnection):
    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError:
            raise
        except OSError as error:  # TLS refused, broken off or silent: no byte of the request was sent
            raise TlsHandshakeFailed(*error.args) from None
        peer = self.sock.getpeercert(binary_form=True)  # type: ignore[union-attr]  # the stub knows plain sockets only
        found = organisation_number(peer)
        if found != POSTEN_BRING:
            self.close()
            raise TlsHandshakeFailed(
                _("the server's certificate belongs to {found}, not to {expected}").format(
                    found=found, expected=POSTEN_BRING
                )
            )


class _Pool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=_READS_AGAIN)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=self._context, assert_hostname=False, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}
