"""Seal a payload for an account's certificate, and open what was sealed for ours (CMS EnvelopedData, RFC 5652).

Sealing: RSAES-OAEP with SHA-256 and AES-256-CBC, one recipient; KS's Java decrypts with the first recipient whoever it
names, and KS's .NET takes no other cipher. Opening: any recipient entry that one of our keys fits, OAEP before PKCS #1
v1.5 (docs/protocols.md#fiks-io).
"""

import os
from collections.abc import Sequence
from typing import Any

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding

from flows.delivery.fiks.ber import BerFault, enveloped_content

_KEY_BYTES, _BLOCK = 32, 16
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class NotOpened(Exception):
    """No key of ours opens it. It is not said why: that would tell an attacker about the padding."""


def seal(content: bytes, certificate: x509.Certificate) -> bytes:
    """Return the content sealed for a certificate with an RSA key, as DER."""
    public_key = certificate.public_key()
    if not isinstance(public_key, RSAPublicKey):
        raise TypeError("the certificate has no RSA key")
    secret, vector = os.urandom(_KEY_BYTES), os.urandom(_BLOCK)
    pad, encryptor = block_padding.PKCS7(_BLOCK * 8).padder(), Cipher(algorithms.AES(secret), modes.CBC(vector))
    encrypting = encryptor.encryptor()
    encrypted = b"".join(
        [encrypting.update(pad.update(content)), encrypting.update(pad.finalize()), encrypting.finalize()]
    )
    sha256 = hashes.SHA256()
    wrapped = public_key.encrypt(secret, padding.OAEP(padding.MGF1(sha256), sha256, None))
    enveloped = {
        "version": "v0",
        "recipient_infos": [cms.RecipientInfo("ktri", _recipient(certificate, wrapped))],
        "encrypted_content_info": {
            "content_type": "data",
            "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": vector},
            "encrypted_content": encrypted,
        },
    }
    return bytes(cms.ContentInfo({"content_type": "enveloped_data", "content": cms.EnvelopedData(enveloped)}).dump())


def _recipient(certificate: x509.Certificate, wrapped: bytes) -> Any:
    own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    parameters = algos.RSAESOAEPParams(
        {
            "hash_algorithm": {"algorithm": "sha256"},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
            "p_source_algorithm": {"algorithm": "p_specified", "parameters": b""},
        }
    )
    issued = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    return cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier("issuer_and_serial_number", issued),
            "key_encryption_algorithm": {"algorithm": "rsaes_oaep", "parameters": parameters},
            "encrypted_key": wrapped,
        }
    )


def unseal(sealed: bytes, keys: Sequence[RSAPrivateKey]) -> bytes:
    """Return what was sealed for one of our keys. Raises `NotOpened`."""
    try:
        found = enveloped_content(sealed)
        if found.algorithm["algorithm"].native != "aes256_cbc":
            raise NotOpened
        vector = found.algorithm["parameters"].native
        for padding_used, wrapped in _transports(found.recipients):
            for key in keys:
                secret = _secret(key, padding_used, wrapped)
                opened = _decrypted(found.pieces, secret, vector) if secret else None
                if opened is not None:
                    return opened
    except (BerFault, ValueError, TypeError, KeyError):
        raise NotOpened from None
    raise NotOpened


def _transports(recipients: Sequence[Any]) -> list[tuple[padding.AsymmetricPadding, bytes]]:
    """Return how each recipient's key is wrapped, OAEP first: KS's .NET adds PKCS #1 v1.5 for the same key before."""
    oaep, others = [], []
    for recipient in recipients:
        if recipient.name != "ktri":
            continue
        how, wrapped = recipient.chosen["key_encryption_algorithm"], recipient.chosen["encrypted_key"].native
        if how["algorithm"].native == "rsaes_oaep":
            said = how["parameters"]
            mask = _HASHES[said["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
            digest = _HASHES[said["hash_algorithm"]["algorithm"].native]()
            oaep.append((padding.OAEP(padding.MGF1(mask), digest, None), wrapped))
        else:
            others.append((padding.PKCS1v15(), wrapped))
    return [*oaep, *others]


def _secret(key: RSAPrivateKey, how: padding.AsymmetricPadding, wrapped: bytes) -> bytes | None:
    try:
        secret = key.decrypt(wrapped, how)
    except ValueError:
        return None
    return secret if len(secret) == _KEY_BYTES else None  # PKCS #1 v1.5 with a wrong key gives noise, not an error


def _decrypted(pieces: Sequence[memoryview], secret: bytes, vector: bytes) -> bytes | None:
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(vector)).decryptor()
    pad = block_padding.PKCS7(_BLOCK * 8).unpadder()
    try:
        opened = [pad.update(decryptor.update(one)) for one in pieces]
        opened += [pad.update(decryptor.finalize()), pad.finalize()]
    except ValueError:
        return None
    return b"".join(opened)
