"""PDFs that tools of others sign: openssl over a byte range of our own, and pdfsig of poppler with its NSS database."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from flows.archive.pdf_reader import SignedPdfReader
from tests.archive.signed_agreements import authority

_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_ROOM = 16384
"""Hexadecimal digits that are kept free for the signature."""

_PACKAGES = {
    "openssl": "openssl",
    "pdfsig": "poppler-utils",
    "certutil": "libnss3-tools",
    "pk12util": "libnss3-tools",
}


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where a program is missing, and say what installs it."""
    missing = [one for one in programs if shutil.which(one) is None]
    names = " ".join(sorted({_PACKAGES[one] for one in missing}))
    return pytest.mark.skipif(bool(missing), reason=f"install it with: apt-get install {names}")


def sign_with_openssl(
    folder: Path,
    pdf: bytes,
    name: str,
    field: str = "Signatur1",
    digest: str = "sha256",
    days: int = 3650,
    gap: int = 0,
) -> bytes:
    """Return the PDF with a CAdES signature that `openssl cms` made over its byte range.

    `days` is how long after 1 January 2026 the certificate is valid, `gap` how many bytes more the range leaves out.
    """
    key = rsa.generate_private_key(65537, 2048)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    certificate = authority().certify(name, key, days=days)
    (folder / "signer.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    output = io.BytesIO()
    embedding = PdfCMSEmbedder(new_field_spec=SigFieldSpec(field, on_page=0)).write_cms(
        field_name=field, writer=IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    next(embedding)
    embedding.send(SigObjSetup(sig_placeholder=PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, _NOW, _ROOM)))
    prepared, _written = embedding.send(SigIOSetup(md_algorithm="sha256", in_place=False, output=output))
    content = output.getvalue()
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    if gap:
        said = f"[0 {start} {end} {len(content) - end}]".encode()
        wider = f"[0 {start - gap} {end} {len(content) - end}]".encode()
        assert content.count(said) == 1
        content = content.replace(said, wider.ljust(len(said)))
    (folder / "content").write_bytes(content[: start - gap] + content[end:])
    command = ["openssl", "cms", "-sign", "-binary", "-cades", "-md", digest, "-outform", "DER"]
    command += ["-in", "content", "-signer", "signer.pem", "-inkey", "key.pem"]
    der = subprocess.run(command, capture_output=True, check=True, cwd=folder).stdout
    room = end - start - 2
    return content[: start + 1] + der.hex().encode().ljust(room, b"0") + content[end - 1 :]


def with_empty_field(pdf: bytes, field: str) -> bytes:
    """Return the PDF with a signature field that nobody has signed."""
    writer, output = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    append_signature_field(writer, SigFieldSpec(field, on_page=0))
    writer.root["/AcroForm"]["/SigFlags"] = NumberObject(3)  # type: ignore[no-untyped-call]  # only ever appended to
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def sign_with_pdfsig(folder: Path, pdf: bytes, name: str, field: str, *, new: bool = False) -> bytes:
    """Return the PDF signed by poppler, in a field that is there or in a new one."""
    key = rsa.generate_private_key(65537, 2048)
    keys = pkcs12.serialize_key_and_certificates(
        b"signer",
        key,
        authority().certify(name, key),
        [authority().certificate],
        serialization.BestAvailableEncryption(b"secret"),
    )
    (folder / "signer.p12").write_bytes(keys)
    (folder / "nss").mkdir()
    database = f"sql:{folder / 'nss'}"
    (folder / "in.pdf").write_bytes(pdf)
    how = ["-add-signature", "-new-signature-field-name", field] if new else ["-sign", field]
    for command in (
        ["certutil", "-N", "-d", database, "--empty-password"],
        ["pk12util", "-i", str(folder / "signer.p12"), "-d", database, "-W", "secret", "-K", ""],
        ["pdfsig", "-nssdir", str(folder / "nss"), *how, "-nick", "signer", "in.pdf", "out.pdf"],
    ):
        subprocess.run(command, capture_output=True, check=False, cwd=folder)
    return (folder / "out.pdf").read_bytes()


def give_back(pdf: bytes, number: int) -> bytes:
    """Return the PDF with an update that says of an object's number that nothing has it any more."""
    reader = SignedPdfReader(pdf)
    own = max(int(reader.trailer["/Size"]), number + 1)
    first, second = (
        bytes(one).hex() if isinstance(one, bytes) else one.original_bytes.hex() for one in reader.trailer["/ID"]
    )
    place = len(pdf) + 1
    table = bytes([0]) + (0).to_bytes(4, "big") + bytes([1]) + bytes([1]) + place.to_bytes(4, "big") + bytes([0])
    root = reader.root_ref.idnum
    head = f"/Type /XRef /Size {own + 1} /Root {root} 0 R /Index [{number} 1 {own} 1] /W [1 4 1] "
    head += f"/Prev {reader.last_startxref} /ID [<{first}> <{second}>] /Length {len(table)}"
    update = f"\n{own} 0 obj\n<<{head}>>\nstream\n".encode() + table + b"\nendstream\nendobj\n"
    return pdf + update + f"startxref\n{place}\n%%EOF\n".encode()
