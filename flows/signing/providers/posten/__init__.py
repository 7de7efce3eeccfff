"""Posten signering, portal and direct flow: what municipalities reach through Digdir's eSignering.

In: an intent with its PDF, and an enterprise certificate. Out: a signed package (ASiC-E with a XAdES-B signature) that
is posted over mutual TLS, and updates from a queue that leases each of them for ten minutes. What can go wrong is the
port's. Nobody is addressed by identity number: signers get a link by e-mail or SMS, so whoever collects compares the
names. Posten can neither look up nor list jobs: a lost answer stays unknown until an update carries our reference.

`adapter` is the port in the portal flow, `direct` in the direct flow, `manifest` the request, `asice_package` the
sealed zip, `responses` what comes back, `connection` the TLS with its check of the organisation, `certificate` our own
PKCS#12.
"""

from flows.signing.providers.posten.adapter import PostenProvider
from flows.signing.providers.posten.certificate import EnterpriseCertificate, open_certificate
from flows.signing.providers.posten.connection import posten_session
from flows.signing.providers.posten.direct import PostenDirectProvider

__all__ = ["EnterpriseCertificate", "PostenDirectProvider", "PostenProvider", "open_certificate", "posten_session"]
