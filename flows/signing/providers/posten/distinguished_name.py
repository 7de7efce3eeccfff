"""Write distinguished names as Java reads them: RFC 4514, with the attribute types that it knows.

Posten's service is written in Java, whose `X500Principal` knows these names alone. Any other type, such as the
organizationIdentifier (2.5.4.97) in the issuers of Buypass and Commfides, is its number and its value's DER in
hexadecimal (RFC 4514, 2.4): a reader need not know the type, and the string's own ASN.1 type is kept.
"""

from asn1crypto import x509 as asn1
from cryptography import x509

_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
_ESCAPED = str.maketrans({**{sign: f"\\{sign}" for sign in '\\",+<>;='}, "\0": "\\00"})


def distinguished_name(name: x509.Name) -> str:
    """Return a name as text, its last part first."""
    parts = asn1.Name.load(name.public_bytes()).chosen
    return ",".join("+".join(_attribute(one) for one in part) for part in reversed(list(parts)))


def _attribute(attribute: asn1.NameTypeAndValue) -> str:
    kind = attribute["type"].dotted
    if kind not in _NAMES:
        return f"{kind}=#{attribute['value'].dump().hex()}"
    text = str(attribute["value"].native)
    escaped = text.translate(_ESCAPED)
    if text.startswith((" ", "#")):
        escaped = f"\\{escaped}"
    if text.endswith(" ") and len(text) > 1:
        escaped = f"{escaped[:-1]}\\ "
    return f"{_NAMES[kind]}={escaped}"
