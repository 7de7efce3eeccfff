"""The signed file, as judged by programs that share no code with ours, and by pyHanko."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader

from flows.errors import WrongUse
from flows.signing.port import Signer
from flows.signing_desk.certificate_authority import AUTHORITY_NAME, Authority, open_authority
from flows.signing_desk.pades_signing import append_signature
from flows.signing_desk.signature_positions import Anchor
from tests.conftest import Clock
from tests.signing_desk.documents import KARI, agreement, at_line
from tests.signing_desk.servers import RunningDesk, desk_in_thread

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LONG_NAME = Signer(2, "alis", "Ola-Kristoffer Ánde Šuoŋŋá Bjørnstad-Čáhppe av Hábmer og Ø", "lege i spesialisering")


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skip where a judge is not installed."""
    return pytest.mark.skipif(not shutil.which(program), reason=f"install it with: apt-get install {package}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """Give a desk that all tests of signatures share."""
    with desk_in_thread(tmp_path_factory.mktemp("desk"), Clock()) as running:
        yield running


@pytest.fixture(scope="module", params=["invisible", "on its line"])
def signed(request: pytest.FixtureRequest, desk: RunningDesk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file that two people have signed, without and with signatures to be seen."""
    invisible = request.param == "invisible"
    signers = [KARI, LONG_NAME] if invisible else [at_line(KARI, 60), at_line(LONG_NAME, 300)]
    sent = desk.send("out-of-sight" if invisible else "in-sight", signers=signers)
    for order in (1, 2):
        assert desk.act(sent.provider_id, order, "sign").ok
    file = tmp_path_factory.mktemp("signed") / "signed.pdf"
    file.write_bytes(desk.api("GET", f"/{sent.provider_id}/pdf").content)
    return file


def run(*command: str | Path) -> str:
    """Run a judge; return what it prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_the_signed_file_begins_with_the_one_that_was_sent(signed: Path) -> None:
    """Byte for byte; and the first signature covers all of it."""
    content = signed.read_bytes()
    first = PdfFileReader(BytesIO(content)).embedded_regular_signatures[0]
    assert content.startswith(agreement())
    assert first.byte_range[0] == 0
    assert first.byte_range[1] > len(agreement())


@needs("pdfsig", "poppler-utils")
def test_pdfsig_calls_both_signatures_valid(signed: Path) -> None:
    """Two signatures, of the two people, in order, the last over the whole file."""
    told = run("pdfsig", "-nocert", signed)
    assert told.count("Signature is Valid") == 2
    assert re.findall(r"Field Name: (\S+)", told) == ["Signatur1", "Signatur2"]
    assert told.count("ETSI.CAdES.detached") == 2
    assert told.count("SHA-256") == 2
    assert "Signer Certificate Common Name: Kari Čáhppe" in told
    assert told.count("Total document signed") == 1


@needs("pdfsig", "poppler-utils")
def test_pdfsig_sees_a_changed_byte(signed: Path, tmp_path: Path) -> None:
    """One changed letter in what was sent, and neither signature is valid."""
    content = bytearray(signed.read_bytes())
    content[len(agreement()) // 2] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(content)
    assert "Signature is Valid" not in run("pdfsig", "-nocert", changed)


@needs("pdfinfo", "poppler-utils")
def test_the_file_stays_pdf_1_7(signed: Path) -> None:
    """PDF/A-2 is PDF 1.7: what signing adds must not make another version of it."""
    assert re.search(r"PDF version: +1\.7\n", run("pdfinfo", signed))


@needs("qpdf", "qpdf")
def test_qpdf_finds_nothing_wrong(signed: Path) -> None:
    """The grown file is a sound PDF."""
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", signed)


@needs("openssl", "openssl")
def test_openssl_verifies_what_stands_in_the_file(signed: Path, desk: RunningDesk, tmp_path: Path) -> None:
    """Each CMS, cut out of the file, is right for the bytes around it under the desk's authority."""
    content = signed.read_bytes()
    for found in PdfFileReader(BytesIO(content)).embedded_regular_signatures:
        start, length, second, rest = found.byte_range
        (tmp_path / "signature.der").write_bytes(bytes(found.pkcs7_content))
        (tmp_path / "covered").write_bytes(content[start : start + length] + content[second : second + rest])
        cut_out = ["-inform", "DER", "-in", tmp_path / "signature.der", "-content", tmp_path / "covered"]
        trusted = ["-CAfile", desk.folder / "authority" / "ca.pem", "-attime", f"{NOW.timestamp():.0f}"]
        command = ["openssl", "cms", "-verify", "-binary", "-purpose", "any", "-out", "/dev/null", *cut_out, *trusted]
        told = subprocess.run([str(part) for part in command], capture_output=True, check=False)
        assert told.returncode == 0, told.stderr


def test_pyhanko_trusts_both_under_the_authority(signed: Path, desk: RunningDesk) -> None:
    """The first signature covers its revision, the second the file; only the next signature came in between."""
    root = asn1_x509.Certificate.load(authority(desk.folder).certificate.public_bytes(Encoding.DER))
    first, second = PdfFileReader(BytesIO(signed.read_bytes())).embedded_regular_signatures
    # The latest moment at which signatures are collected is the deadline.
    for moment in (NOW, NOW + timedelta(days=30)):
        context = ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False)
        verdicts = [validate_pdf_signature(one, context) for one in (first, second)]
        assert [verdict.bottom_line for verdict in verdicts] == [True, True]
        assert verdicts[0].coverage == SignatureCoverageLevel.ENTIRE_REVISION
        assert verdicts[0].modification_level == ModificationLevel.FORM_FILLING
        assert verdicts[1].coverage == SignatureCoverageLevel.ENTIRE_FILE
        assert verdicts[1].modification_level == ModificationLevel.NONE


def test_signatures_are_pades_baseline(signed: Path) -> None:
    """The signed attributes are those of PAdES B-B, and the time is the desk's, in Norwegian time."""
    for found in PdfFileReader(BytesIO(signed.read_bytes())).embedded_regular_signatures:
        attributes = {attribute["type"].native for attribute in found.signer_info["signed_attrs"]}
        assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}
        assert found.self_reported_timestamp == NOW
        assert found.sig_object["/M"].endswith("+01'00'")
        assert "/Reason" not in found.sig_object
        assert "/Location" not in found.sig_object


def test_nothing_but_signatures_is_added(signed: Path) -> None:
    """Title, producer, XMP and page text stay as the author wrote them."""
    before, after = PdfReader(BytesIO(agreement())), PdfReader(signed)
    assert after.metadata == before.metadata
    assert after.xmp_metadata is not None
    assert before.xmp_metadata is not None
    assert after.xmp_metadata.stream.get_data() == before.xmp_metadata.stream.get_data()
    assert after.pages[0].extract_text() == before.pages[0].extract_text()


def authority(folder: Path) -> Authority:
    """Return the desk's authority."""
    return open_authority(folder, NOW)


def certificates(file: Path) -> list[x509.Certificate]:
    """Return the certificates that a file was signed with."""
    found = PdfFileReader(BytesIO(file.read_bytes())).embedded_regular_signatures
    return [x509.load_der_x509_certificate(one.signer_cert.dump()) for one in found]


def test_certificates_say_who_and_what_for(signed: Path, desk: RunningDesk) -> None:
    """A certificate names the signer and the desk, signs documents only, and says that nothing was assured."""
    ca = authority(desk.folder).certificate
    for certificate, signer in zip(certificates(signed), (KARI, LONG_NAME), strict=True):
        certificate.verify_directly_issued_by(ca)
        subject = {attribute.oid: str(attribute.value) for attribute in certificate.subject}
        whole = subject.get(x509.ObjectIdentifier("2.5.4.41"), subject[NameOID.COMMON_NAME])
        assert whole == signer.name
        assert signer.name.startswith(subject[NameOID.COMMON_NAME])
        assert subject[NameOID.ORGANIZATION_NAME] == "Avtaleflyt signeringsbenk"
        assert subject[NameOID.ORGANIZATIONAL_UNIT_NAME].startswith("Prøve og intern bruk")
        assert NameOID.SERIAL_NUMBER not in subject
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.digital_signature
        assert usage.content_commitment
        assert not usage.key_cert_sign
        assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_KEY_IDENTIFIER)
        assert certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_KEY_IDENTIFIER)
        assert certificate.not_valid_before_utc < NOW
        assert certificate.not_valid_after_utc == NOW + timedelta(days=60)
    assert len({certificate.public_key().public_numbers() for certificate in certificates(signed)}) == 2  # type: ignore[union-attr]


def test_the_authority_is_named_for_what_it_is(desk: RunningDesk) -> None:
    """The certificate to trust lies in a folder of its own; the keys are for the desk alone."""
    certificate = x509.load_pem_x509_certificate((desk.folder / "authority" / "ca.pem").read_bytes())
    assert AUTHORITY_NAME == "Avtaleflyt signeringsbenk – prøve og intern bruk"
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == AUTHORITY_NAME
    assert [path.name for path in (desk.folder / "authority").iterdir()] == ["ca.pem"]
    for secret in (desk.folder / "private").iterdir():
        assert secret.stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority for the module."""
    return open_authority(tmp_path_factory.mktemp("authority"), NOW)


def test_a_timestamper_makes_it_baseline_t(ca: Authority) -> None:
    """Where the desk is given a timestamp authority, its word on the time is in the signature and is verified."""
    stamping, key = stamping_identity(ca)
    root = asn1_x509.Certificate.load(ca.certificate.public_bytes(Encoding.DER))
    certificate = asn1_x509.Certificate.load(stamping.public_bytes(Encoding.DER))
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(root)
    timestamper = DummyTimeStamper(certificate, keys.PrivateKeyInfo.load(secret), store, fixed_dt=NOW)
    appended = append_signature(
        agreement(),
        field="Signatur1",
        name="Kari",
        at=NOW,
        anchor=None,
        identity=ca.certify("Kari", NOW, NOW),
        authority=ca,
        timestamper=timestamper,
    )
    found = PdfFileReader(BytesIO(agreement() + appended)).embedded_regular_signatures[0]
    verdict = validate_pdf_signature(found, ValidationContext(trust_roots=[root], moment=NOW))
    assert verdict.bottom_line
    assert verdict.timestamp_validity is not None
    assert verdict.timestamp_validity.timestamp == NOW


def stamping_identity(ca: Authority) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """Return a timestamp authority's certificate and key, given by the desk's authority."""
    key = rsa.generate_private_key(65537, 2048)  # pyHanko's own timestamper knows RSA only
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Oppdiktet tidsstempel")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(ca.certificate.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return builder.add_extension(usage, critical=True).sign(ca.key, hashes.SHA256()), key


def test_an_authority_without_its_key_is_not_replaced(tmp_path: Path) -> None:
    """A lost or swapped key is said in a sentence; trust is never silently started over."""
    open_authority(tmp_path / "one", NOW)
    open_authority(tmp_path / "two", NOW)
    key = tmp_path / "one" / "private" / "ca-key.pem"
    key.write_bytes((tmp_path / "two" / "private" / "ca-key.pem").read_bytes())
    with pytest.raises(WrongUse, match="er ikke nøkkelen til"):
        open_authority(tmp_path / "one", NOW)
    key.unlink()
    with pytest.raises(WrongUse, match=r"Legg private/ca-key\.pem tilbake"):
        open_authority(tmp_path / "one", NOW)
    assert not key.exists()


def test_a_passphrase_encrypts_the_key_also_of_an_authority_that_is_there(tmp_path: Path) -> None:
    """With a passphrase the key on disk is of no use to whoever copies it; the authority stays the one it was."""
    key = tmp_path / "private" / "ca-key.pem"
    plain = open_authority(tmp_path, NOW)
    assert b"ENCRYPTED" not in key.read_bytes()
    locked = open_authority(tmp_path, NOW, "frosk under stein")
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert locked.certificate == plain.certificate
    assert open_authority(tmp_path, NOW, "frosk under stein").key.private_numbers() == plain.key.private_numbers()
    kept = key.read_bytes()
    for wrong, told in (("", "er kryptert. Sett AVTALEFLYT_DESK_PASSPHRASE"), ("padde", "åpner ikke")):
        with pytest.raises(WrongUse, match=told):
            open_authority(tmp_path, NOW, wrong)
    assert key.read_bytes() == kept


def test_a_key_is_encrypted_from_the_start(tmp_path: Path) -> None:
    """A new authority with a passphrase never writes its key in the clear; what is no key is told."""
    open_authority(tmp_path, NOW, "frosk")
    key = tmp_path / "private" / "ca-key.pem"
    assert b"ENCRYPTED" in key.read_bytes()
    key.write_bytes(b"nothing")
    with pytest.raises(WrongUse, match="inneholder ingen RSA-nøkkel"):
        open_authority(tmp_path, NOW, "frosk")


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=200)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names.map(str.strip).filter(bool))
def test_any_name_can_sign(ca: Authority, name: str) -> None:
    """Whatever letters a name has, and however long it is, the file is signed and the certificate has it whole."""
    identity = ca.certify(name, NOW, NOW)
    appended = append_signature(
        agreement(), field="Signatur1", name=name, at=NOW, anchor=None, identity=identity, authority=ca
    )
    found = PdfFileReader(BytesIO(agreement() + appended)).embedded_regular_signatures[0]
    assert isinstance(found.signed_data, cms.SignedData)
    held = [str(attribute.value) for attribute in identity.certificate.subject]
    assert name in held
    assert found.sig_object["/Name"] == name


@pytest.mark.parametrize("name", ["Bo", "Kari Čáhppe", "Ola-Kristoffer " * 8])
def test_a_visible_signature_keeps_to_its_place(ca: Authority, name: str, tmp_path: Path) -> None:
    """Name, time and desk stand on the line, whole, however long the name is."""
    anchor = Anchor(1, 60, 90, 250, 130)
    appended = append_signature(
        agreement(),
        field="Signatur1",
        name=name.strip(),
        at=NOW,
        anchor=anchor,
        identity=ca.certify(name.strip(), NOW, NOW),
        authority=ca,
    )
    file = tmp_path / "signed.pdf"
    file.write_bytes(agreement() + appended)
    if not shutil.which("pdftotext"):
        pytest.skip("install it with: apt-get install poppler-utils")
    height = PdfReader(file).pages[0].mediabox.height
    area = ["-x", "60", "-y", str(int(height - 130)), "-W", "190", "-H", "40"]
    text = run("pdftotext", "-layout", *area, file, "-")
    assert name.strip() in " ".join(text.split())
    assert "01.12.2026 kl. 10.00" in text
    assert "Signert i Avtaleflyts signeringsbenk" in text
