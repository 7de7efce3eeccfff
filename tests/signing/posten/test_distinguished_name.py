"""Names of issuers as Java reads them; the texts expected here are what Java's own `X500Principal.getName` gives."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from flows.signing.providers.posten.distinguished_name import distinguished_name
from tests.signing.posten.multipart import parts_of

BUYPASS = (
    (NameOID.COUNTRY_NAME, "NO"),
    (NameOID.ORGANIZATION_NAME, "Buypass AS"),
    (NameOID.ORGANIZATION_IDENTIFIER, "NTRNO-983163327"),
    (NameOID.COMMON_NAME, "Buypass Class 3 CA G2 HT Business"),
)
COMMFIDES = (
    (NameOID.COUNTRY_NAME, "NO"),
    (NameOID.ORGANIZATION_NAME, "Commfides Norge AS"),
    (NameOID.ORGANIZATION_IDENTIFIER, "NTRNO-988312495"),
    (NameOID.COMMON_NAME, "Commfides Legal Person - G3"),
)
AWKWARD = (
    (NameOID.ORGANIZATION_NAME, 'Ærlig, "Prøve" + <Sønn>; AS '),
    (NameOID.COMMON_NAME, "#1 CA"),
    (NameOID.EMAIL_ADDRESS, "a@b.no"),
    (NameOID.SERIAL_NUMBER, "12345"),
)

AWKWARD_IN_JAVA = (
    "2.5.4.5=#13053132333435,1.2.840.113549.1.9.1=#16066140622e6e6f,CN=\\#1 CA,"
    'O=Ærlig\\, \\"Prøve\\" \\+ \\<Sønn\\>\\; AS\\ '
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            BUYPASS,
            "CN=Buypass Class 3 CA G2 HT Business,2.5.4.97=#0c0f4e54524e4f2d393833313633333237,O=Buypass AS,C=NO",
        ),
        (
            COMMFIDES,
            "CN=Commfides Legal Person - G3,2.5.4.97=#0c0f4e54524e4f2d393838333132343935,O=Commfides Norge AS,C=NO",
        ),
        (
            AWKWARD,
            AWKWARD_IN_JAVA,
        ),
    ],
    ids=["Buypass", "Commfides", "awkward"],
)
def test_an_issuer_is_written_as_java_writes_it(name: tuple[tuple[x509.ObjectIdentifier, str], ...], text: str) -> None:
    """Types that Java knows by name; every other by number, with the value's DER."""
    assert distinguished_name(x509.Name([x509.NameAttribute(kind, value) for kind, value in name])) == text


def test_several_attributes_in_one_part() -> None:
    """A part with two attributes keeps them together."""
    both = x509.RelativeDistinguishedName(
        [x509.NameAttribute(NameOID.COMMON_NAME, "a"), x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "b")]
    )
    assert distinguished_name(x509.Name([both])) in {"CN=a+OU=b", "OU=b+CN=a"}


@pytest.mark.parametrize(
    "content_type",
    ["multipart/mixed; boundary=x", 'multipart/mixed; charset=UTF-8; boundary="x"', "multipart/mixed;boundary=x"],
)
def test_the_server_reads_what_other_clients_write(content_type: str) -> None:
    """Parameters in any order, quoted or not; parts with further headers; contents that hold line ends and dashes."""
    body = (
        b"--x\r\nContent-Type: application/xml; charset=UTF-8\r\nContent-Length: 4\r\n\r\n<a/>\r\n"
        b"--x\r\ncontent-type: application/octet-stream\r\n\r\nPK\r\n--y\r\n\r\n--x--\r\n"
    )
    found = parts_of(content_type, body)
    assert [(head.get_content_type(), content) for head, content in found] == [
        ("application/xml", b"<a/>"),
        ("application/octet-stream", b"PK\r\n--y\r\n"),
    ]
