"""The private key of the desk's certificate authority: one PEM file, encrypted where a passphrase is set."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from flows.errors import WrongUse
from flows.language import translate as _
from flows.signing_desk.secret_files import keep_secret, replace_secret

SETTING = "AVTALEFLYT_DESK_PASSPHRASE"


def authority_key(path: Path, passphrase: str) -> rsa.RSAPrivateKey:
    """Return the key, made on first use.

    With a passphrase the file is encrypted (PKCS#8, PBES2), also one that was made before there was a passphrase.
    Raises `WrongUse` if the passphrase is missing or wrong, or the file holds no RSA key.
    """
    # RSA on purpose: elliptic curves in a PDF are an extension of PDF 2.0 (ISO 32002), and PDF/A-2 is PDF 1.7.
    fresh = b"" if path.exists() else _pem(rsa.generate_private_key(65537, 3072), passphrase)
    key, encrypted = _read(path, keep_secret(path, fresh), passphrase)
    if passphrase and not encrypted:
        replace_secret(path, _pem(key, passphrase))
    return key


def _read(path: Path, pem: bytes, passphrase: str) -> tuple[rsa.RSAPrivateKey, bool]:
    """Return the key in a PEM, and whether it is encrypted."""
    secret: bytes | None = passphrase.encode() or None
    encrypted = True
    try:
        key = serialization.load_pem_private_key(pem, secret)
    except TypeError:  # a passphrase that is not asked for, or none where one is
        encrypted = False
        if secret is None:
            raise WrongUse(
                _("{private} is encrypted: set {setting} to its passphrase.").format(private=path, setting=SETTING)
            ) from None
        key = serialization.load_pem_private_key(pem, None)
    except ValueError:
        if secret is not None and b"ENCRYPTED" in pem:
            raise WrongUse(
                _("{setting} does not open {private}: set the passphrase that it was encrypted with.").format(
                    private=path, setting=SETTING
                )
            ) from None
        raise _no_key(path) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _no_key(path)
    return key, encrypted and secret is not None


def _pem(key: rsa.RSAPrivateKey, passphrase: str) -> bytes:
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def _no_key(path: Path) -> WrongUse:
    return WrongUse(_("{private} holds no RSA key: put the one back that the desk made.").format(private=path))
