"""Which certificates in the archivist's folder count for which provider."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.archive.proof.renewal import is_due
from flows.archive.proof.trust_anchors import anchors_of, shared_anchors, timestamp_anchors, trust_anchors
from flows.errors import WrongUse

DESK = "Avtaleflyt signeringsbenk"


@cache
def certificate(name: str, organisation: str = "Prøve") -> bytes:
    """Return a certificate as PEM, the same one for the same name."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    )
    made = x509.CertificateBuilder().subject_name(names).issuer_name(names).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    signed = made.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def named(certificates: tuple[asn1_x509.Certificate, ...]) -> list[str]:
    """Return the common names of certificates."""
    return [one.subject.native["common_name"] for one in certificates]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a common authority, the desk's, and one that is bound to Posten."""
    (tmp_path / "posten").mkdir()
    (tmp_path / "a-common.pem").write_bytes(certificate("Felles"))
    (tmp_path / "b-desk.pem").write_bytes(certificate("Benken", DESK))
    (tmp_path / "posten" / "root.pem").write_bytes(certificate("Postens"))
    (tmp_path / "posten" / "readme.txt").write_text("no certificate")
    return tmp_path


def test_a_provider_with_a_folder_has_no_others(folder: Path) -> None:
    """What lies in the folder itself counts for those without a folder of their own, the desk's for the desk alone."""
    assert named(anchors_of(folder, "posten").signers) == ["Postens"]
    assert named(anchors_of(folder, "documenso").signers) == ["Felles"]
    assert named(anchors_of(folder, "desk").signers) == ["Benken"]
    assert named(shared_anchors(folder)) == ["Felles"]
    assert named(trust_anchors(folder)) == ["Felles", "Benken"]


def test_the_desks_authority_seals_for_nobody_else_wherever_it_lies(folder: Path) -> None:
    """In a provider's folder it counts for nothing; in the desk's own folder it does."""
    (folder / "posten" / "desk.pem").write_bytes(certificate("Benken", DESK))
    assert named(anchors_of(folder, "posten").signers) == ["Postens"]
    (folder / "desk").mkdir()
    (folder / "desk" / "own.pem").write_bytes(certificate("Benken to", DESK))
    (folder / "desk" / "other.pem").write_bytes(certificate("Innkjøpt"))
    assert sorted(named(anchors_of(folder, "desk").signers)) == ["Benken to", "Innkjøpt"]


@pytest.mark.parametrize("name", ["liste.yaml", "liste.zip", "liste.xml~", "liste.xlsx", "liste", "liste.PEM"])
def test_a_file_of_another_kind_is_no_certificate(folder: Path, name: str) -> None:
    """Notes and copies may lie there; only the formats that are named are read."""
    (folder / "posten" / name).write_bytes(b"whatever")
    assert named(anchors_of(folder, "posten").signers) == ["Postens"]


def test_holders_that_cannot_be_read_are_not_nobody(folder: Path) -> None:
    """A folder in the place of the list, or another encoding, must not let every holder seal."""
    assert anchors_of(folder, "posten").holders == ()
    holders = folder / "posten" / "holders.txt"
    holders.write_bytes("Posten Bring AS, Bodø".encode("utf-16"))
    with pytest.raises(WrongUse, match="posten/holders"):
        anchors_of(folder, "posten")
    holders.unlink()
    holders.mkdir()
    with pytest.raises(WrongUse, match="posten/holders"):
        anchors_of(folder, "posten")


def test_without_an_authority_of_its_own_the_desk_has_the_common_ones(folder: Path) -> None:
    """A desk may be given a certificate of another authority."""
    (folder / "b-desk.pem").unlink()
    assert named(anchors_of(folder, "desk").signers) == ["Felles"]


def test_timestamps_have_a_folder_of_their_own(folder: Path) -> None:
    """Without it the common ones do; those of the signers count always, each once."""
    assert named(anchors_of(folder, "posten").timestamps) == ["Postens", "Felles"]
    assert named(anchors_of(folder, "documenso").timestamps) == ["Felles"]
    assert named(timestamp_anchors(folder)) == ["Felles", "Benken"]
    (folder / "timestamps").mkdir()
    (folder / "timestamps" / "tsa.crt").write_bytes(certificate("Tidsstempel"))
    assert named(anchors_of(folder, "posten").timestamps) == ["Postens", "Tidsstempel"]
    assert named(timestamp_anchors(folder)) == ["Tidsstempel"]


@pytest.mark.parametrize("provider", ["../posten", "posten/", "Posten", ".", "", "posten\n"])
def test_a_provider_is_a_word(folder: Path, provider: str) -> None:
    """No name leads to another folder."""
    assert named(anchors_of(folder, provider).signers) == ["Felles"]


def test_holders_are_named_one_a_line(folder: Path) -> None:
    """Empty lines count for nothing; without the file nobody is named."""
    assert anchors_of(folder, "posten").holders == ()
    (folder / "posten" / "holders.txt").write_text("Posten Bring AS\n\n  Posten Norge AS  \n", encoding="utf-8")
    assert anchors_of(folder, "posten").holders == ("Posten Bring AS", "Posten Norge AS")
    (folder / "holders.txt").write_text("Alle", encoding="utf-8")
    assert anchors_of(folder, "documenso").holders == ()
    (folder / "posten" / "holders.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(WrongUse, match=r"posten/holders\.txt"):
        anchors_of(folder, "posten")


def test_a_certificate_is_read_in_either_form_and_once(tmp_path: Path) -> None:
    """DER and PEM, several in one file, twice in the folder; and again when the file has changed."""
    one, two = certificate("En"), certificate("To")
    der = x509.load_pem_x509_certificate(one).public_bytes(serialization.Encoding.DER)
    (tmp_path / "a.cer").write_bytes(der)
    (tmp_path / "b.pem").write_bytes(one + two)
    (tmp_path / "c.key").write_text("no certificate")
    assert named(trust_anchors(tmp_path)) == ["En", "To"]
    (tmp_path / "b.pem").write_bytes(one)
    assert named(trust_anchors(tmp_path)) == ["En"]
    assert trust_anchors(tmp_path / "missing") == ()


@pytest.mark.parametrize("name", ["a.cer", "a.pem", "a.crt", "a.xml"])
def test_a_file_that_is_none_stops_with_its_name(tmp_path: Path, name: str) -> None:
    """Never passed over in silence."""
    (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(WrongUse, match=name):
        trust_anchors(tmp_path)


KEPT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "ends", "due"),
    [
        (150, None, False),
        (151, None, True),
        (10, 1000, False),
        (111, 200, True),  # less than ninety days are left
        (110, 200, False),
        (20, 40, False),  # half of what was left at the renewal
        (21, 40, True),
        (40, 40, True),
    ],
)
def test_proof_is_due_by_age_or_before_its_end(days: int, ends: int | None, due: bool) -> None:
    """Older than 150 days, or three months before its end, or half of what was left when it was made."""
    until = None if ends is None else (KEPT + timedelta(days=ends)).isoformat()
    assert is_due(KEPT + timedelta(days=days), timedelta(days=150), KEPT, until) is due
