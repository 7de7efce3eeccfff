"""Who signed, when, and by whose authority: what a foothold elsewhere could make look right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, ObjectIdentifier
from cryptography.x509.oid import NameOID

from flows.agreements.person_names import plain_address, same_name
from flows.archive import SignedFiles, Store, file_signed
from flows.archive.proof.profiles import profile_of
from flows.archive.proof.quarantine_reasons import ReasonCode
from flows.archive.proof.signer_names import (
    ReportedSigner,
    organisation_of,
    reported_faults,
    reported_signers,
    same_names,
)
from flows.archive.proof.signing_time import TimeProof
from flows.archive.proof.trust_anchors import anchors_of
from flows.archive.signatures import SigningCircumstances, judge
from flows.mail.addresses import wire_address
from flows.register import Register
from flows.signing_desk.certificate_authority import open_authority
from tests.archive.signed_agreements import AT, NAMES, archived, at_any_time, authority, document, sent, signed
from tests.signing.certificate_factory import authority as sealing_authority
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import agreement

SIGNERS = [{"name": name, "email": f"{number}@kommune.example", "anchor": None} for number, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anne Berg", "Berg, Anne", True),
        ("Anne Berg", "ANNE  BERG", True),
        ("Kari Čáhppe", "Kari Cahppe", True),
        ("Pat O'Hara", "Pat O’Hara", True),
        ("Anne-Marie Lie", "Anne Marie Lie", True),
        ("Anne Berg", "Anne Bergersen", False),
        ("Anne Berg", "Anne Marie Berg", False),
        ("Thomas Martin", "Martin Thomas", False),
        ("Per Ås", "Per As", False),
        ("", "", False),
    ],
)
def test_a_whole_name_is_one_persons(one: str, other: str, same: bool) -> None:
    """What is only written otherwise is told apart from another person."""
    assert same_name(one, other) is same


def test_two_of_one_name_are_two() -> None:
    """Each expected signer exactly once."""
    assert same_names(["Kari Ås", "Ås, Kari"], ["Kari Ås", "Kari Ås"])
    assert not same_names(["Kari Ås"], ["Kari Ås", "Kari Ås"])
    assert plain_address("Kari@Blåbær.no") == plain_address("kari@xn--blbr-roah.no")


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["0@kommune.example", "1@KOMMUNE.example"], set()),
        (["0@kommune.example", "en.annen@kommune.example"], {ReasonCode.ANOTHER_ADDRESS}),
        (["1@kommune.example", "0@kommune.example"], {ReasonCode.ANOTHER_ADDRESS}),
        (["0@kommune.example", "0@kommune.example"], {ReasonCode.ANOTHER_ADDRESS}),
        (["", ""], set()),
    ],
)
def test_a_changed_address_at_the_provider_is_told(addresses: list[str], found: set[ReasonCode]) -> None:
    """Whoever holds the provider can send a link to a mailbox that nobody has named."""
    assert {one.why for one in reported_faults(reported_signers(NAMES, addresses), SIGNERS)} == found


ASKED = [{**one, "mobile": f"+479000000{number}"} for number, one in enumerate(SIGNERS)]


@pytest.mark.parametrize(
    ("told", "right"),
    [
        (["1@kommune.example", "0@kommune.example"], True),
        (["90000001 1@KOMMUNE.example", "0@kommune.example 004790000000"], True),
        (["+4790000000", "+4790000001"], True),
        ([], True),
        (["0@kommune.example", "en.annen@kommune.example"], False),
        (["0@kommune.example", "0@kommune.example"], False),
        (["0@kommune.example", "1@kommune.example +4799999999"], False),
        (["0@kommune.example", "1@kommune.example +4790000000"], False),
        (["0@kommune.example", "personal-identification-number"], False),
    ],
)
def test_postens_addresses_are_those_that_were_asked_for(told: list[str], right: bool) -> None:
    """Posten tells how it reached each signer and not whose name that is: each one asked is one told, once."""
    lines = [f"Signert av {name.replace('&', '&amp;')}" for name in NAMES]
    pdf = sealed(agreement(), lines, "Posten Bring AS", AT, first=True)
    anchors = [x509.Certificate.load(sealing_authority().der)]
    known = SigningCircumstances(reported_signers((), told))
    verdict = judge(pdf, agreement(), ASKED, anchors, profile_of("posten"), known)
    assert [one.why for one in verdict.reasons] == ([] if right else [ReasonCode.ANOTHER_CONTACT])


def test_one_domain_is_compared_in_one_way() -> None:
    """IDNA of 2008 with its mapping, as e-mails are sent: «ß» is a letter of its own there."""
    assert plain_address("Kari@BLÅBÆR.no") == plain_address("kari@xn--blbr-roah.no")
    assert plain_address("kari@straße.example") != plain_address("kari@strasse.example")
    assert wire_address("kari@straße.example") == plain_address("kari@straße.example")


def folder_of_anchors(root: Path) -> tuple[Path, Any]:
    """Return a folder that trusts the desk's authority and a provider's, and the desk's authority."""
    desk = open_authority(root / "desk", AT - timedelta(days=1))
    folder = root / "anchors"
    folder.mkdir()
    (folder / "desk.pem").write_bytes(desk.certificate.public_bytes(Encoding.PEM))
    (folder / "seals.pem").write_bytes(sealing_authority().pem)
    return folder, desk


def test_the_desk_seals_for_nobody_else(tmp_path: Path) -> None:
    """Its authority, wherever it lies, is no anchor of a provider's, nor is a provider's one of the desk's."""
    folder, desk = folder_of_anchors(tmp_path)
    own = x509.Certificate.load(desk.certificate.public_bytes(Encoding.DER))
    seals = x509.Certificate.load(sealing_authority().der)
    assert [one.sha256 for one in anchors_of(folder, "desk").signers] == [own.sha256]
    assert [one.sha256 for one in anchors_of(folder, "posten").signers] == [seals.sha256]
    (folder / "documenso").mkdir()
    (folder / "documenso" / "root.pem").write_bytes(authority().certificate.public_bytes(Encoding.PEM))
    (folder / "documenso" / "holders.txt").write_text("Documenso\n", encoding="utf-8")
    bound = anchors_of(folder, "documenso")
    assert [one.sha256 for one in bound.signers] == [authority().root.sha256]
    assert bound.holders == ("Documenso",)
    assert [one.sha256 for one in anchors_of(folder, "../anchors/documenso").signers] == [seals.sha256]


@pytest.mark.parametrize(("holder", "expected"), [("Documenso", set()), ("En annen", {ReasonCode.WRONG_SEAL})])
def test_a_seal_carries_the_holder_that_the_folder_names(
    tmp_path: Path, holder: str, expected: set[ReasonCode]
) -> None:
    """An authority certifies many: the folder says who may seal."""
    (tmp_path / "documenso").mkdir()
    (tmp_path / "documenso" / "root.pem").write_bytes(sealing_authority().pem)
    (tmp_path / "documenso" / "holders.txt").write_text("Documenso\n", encoding="utf-8")
    pdf = sealed(agreement(), [f"Signert av {name}" for name in NAMES], holder, AT, first=False)
    known = SigningCircumstances(reported_signers(NAMES))
    anchors = anchors_of(tmp_path, "documenso")
    verdict = judge(pdf, agreement(), SIGNERS, anchors, profile_of("documenso"), known)
    assert {one.why for one in verdict.reasons} == expected


@pytest.mark.parametrize(
    ("asked", "came", "expected"),
    [
        (AT - timedelta(days=1), AT + timedelta(days=1), set()),
        (AT + timedelta(hours=1), AT + timedelta(days=1), {ReasonCode.BEFORE_REQUEST}),
        (AT - timedelta(days=2), AT - timedelta(hours=1), {ReasonCode.AFTER_ARRIVAL}),
    ],
)
def test_a_claimed_time_lies_between_request_and_arrival(
    asked: datetime, came: datetime, expected: set[ReasonCode]
) -> None:
    """A claim proves nothing, but it may be known to be false."""
    known = SigningCircumstances(requested_at=asked, arrived_at=came)
    verdict = judge(signed(), document(), SIGNERS, [authority().root], profile_of("desk"), known)
    assert {one.why for one in verdict.reasons} == expected


def test_a_time_outside_the_certificates_life_is_told() -> None:
    """The certificate ended before the time that the signature claims."""
    pdf = authority().sign(document(), NAMES[0], "Signatur1", days=30, at=datetime(2026, 3, 1, tzinfo=UTC))
    verdict = judge(pdf, document(), SIGNERS[:1], [authority().root], profile_of("desk"))
    assert ReasonCode.OUTSIDE_LIFE in {one.why for one in verdict.reasons}


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC), True),
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 31, 0, 0, 1, tzinfo=UTC), False),
        (datetime(2026, 1, 31, 0, 0, 2, tzinfo=UTC), True),
    ],
)
def test_a_certificate_has_a_second_around_its_life(at: datetime, told: bool) -> None:
    """Clocks and claims have whole seconds; the certificate is of 1 January and 30 days."""
    pdf = authority().sign(document(), NAMES[0], "Signatur1", days=30, at=at)
    verdict = judge(pdf, document(), SIGNERS[:1], [authority().root], profile_of("desk"))
    assert (ReasonCode.OUTSIDE_LIFE in {one.why for one in verdict.reasons}) is told


@pytest.mark.parametrize(
    ("attribute", "value", "number"),
    [
        (NameOID.ORGANIZATION_IDENTIFIER, "NTRNO-974795361", "974795361"),
        (NameOID.SERIAL_NUMBER, "974795361", "974795361"),
        (NameOID.ORGANIZATION_IDENTIFIER, "VATSE-974795361", ""),
        (NameOID.SERIAL_NUMBER, "9578-4050-100012345", ""),
        (NameOID.COMMON_NAME, "974795361", ""),
    ],
)
def test_an_enterprise_certificate_tells_its_organisation(attribute: ObjectIdentifier, value: str, number: str) -> None:
    """SEID 2 writes it with a prefix, SEID 1 as a serial number; what else stands there is no such number."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = Name([NameAttribute(attribute, value)])
    builder = CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = builder.not_valid_before(AT).not_valid_after(AT + timedelta(days=1)).sign(key, SHA256())
    assert organisation_of(x509.Certificate.load(made.public_bytes(Encoding.DER))) == number


def test_reviews_are_counted_from_a_time_that_is_proved(register: Register, store: Store, anchors: Path) -> None:
    """Without a timestamp it is the arrival, whatever the signatures claim within the time that they may."""
    record = archived(register, store, anchors)
    assert (record.signed_at, record.details["signed_at_proof"]) == (AT, TimeProof.ARRIVAL)
    reference = sent(register, store, 2)
    at_any_time(register, AT + timedelta(days=400))
    later = file_signed(register, store, anchors, reference, SignedFiles(store.put(signed())))
    assert later.status == "archived"
    assert later.signed_at == AT + timedelta(days=400)


@pytest.mark.parametrize(
    "lines",
    [
        ["Tillegg: Avtalen gjelder ikke."],
        ["Signert av En Annen"],
        [f"Signert av {NAMES[0]}sen"],
    ],
)
@pytest.mark.parametrize("provider", ["posten", "documenso"])
def test_an_account_of_who_signed_says_nothing_else(provider: str, lines: list[str]) -> None:
    """A page that names everybody and something beside it is not the provider's evidence."""
    first = provider == "posten"
    own = [f"Signert av {name}" for name in NAMES] + lines
    pdf = sealed(agreement(), own, "Posten Bring AS", AT, first=first)
    known = SigningCircumstances(tuple(ReportedSigner(name) for name in NAMES))
    anchors = [x509.Certificate.load(sealing_authority().der)]
    verdict = judge(pdf, agreement(), SIGNERS, anchors, profile_of(provider), known)
    assert {one.why for one in verdict.reasons} & {ReasonCode.STRANGE_PAGES, ReasonCode.SIGNERS_UNNAMED}


@pytest.mark.parametrize("put", [b"1", b" ", b"g"])
def test_what_lies_in_the_gap_of_a_signature_is_its_own(put: bytes) -> None:
    """The bytes that a signature leaves out are not signed by anybody: readers differ about what else stands there."""
    pdf = signed()
    place = pdf.rindex(b"00>") + 1
    verdict = judge(pdf[:place] + put + pdf[place + 1 :], document(), SIGNERS, [authority().root], profile_of("desk"))
    assert verdict.reasons
