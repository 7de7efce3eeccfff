"""Ways out and back: bags, audit packages, messages to Fiks Arkiv, backups; and proof that is renewed."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from flows.application.arkivmelding_export import export_message
from flows.archive import Store
from flows.archive.access import restrict
from flows.archive.exports import export_audit, export_bag
from flows.archive.store import blob_path
from flows.errors import StoreDamaged, WrongUse
from flows.register import Register
from flows.register.agreements import events_of
from tests.archive.signed_agreements import archived, authority, digest_of, document, signed
from tests.conftest import SHARED


@pytest.mark.skipif(shutil.which("openssl") is None, reason="install it with: apt-get install openssl")
def test_openssl_agrees_about_the_signatures(anchors: Path, tmp_path: Path) -> None:
    """`openssl cms -verify`, on bytes cut out by ByteRange alone, accepts each signature and refuses a changed one."""
    import re

    authority().keep(anchors)
    pdf = signed()
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    assert len(ranges) == 2
    for start, length, second, rest in (tuple(map(int, one)) for one in ranges):
        hexadecimal = pdf[start + length + 1 : second - 1]
        der = bytes.fromhex(hexadecimal.decode())
        size = int.from_bytes(der[2:4], "big") + 4
        (tmp_path / "sig.der").write_bytes(der[:size])
        content = pdf[:length] + pdf[second : second + rest]
        for changed, good in ((content, True), (content[:-9] + bytes([content[-9] ^ 1]) + content[-8:], False)):
            (tmp_path / "signed.bin").write_bytes(changed)
            command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(tmp_path / "sig.der")]
            command += ["-content", str(tmp_path / "signed.bin"), "-CAfile", str(anchors / "ca.pem")]
            done = subprocess.run([*command, "-purpose", "any", "-out", "/dev/null"], capture_output=True, check=False)
            assert (done.returncode == 0) is good


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (b"dette er ingen PDF", "incomplete"),
        (document(), "signature_invalid"),
        (document("En annen avtale."), "not_our_document"),
        (signed() + b"\n% mer", "modified_after_signing"),
        (signed()[:-2000], "incomplete"),
    ],
)
def test_what_does_not_hold_is_quarantined_byte_for_byte(
    register: Register, store: Store, anchors: Path, given: bytes, reason: str
) -> None:
    """A file that fails a check is kept exactly as it came, in quarantine, with the reason in words."""
    record = archived(register, store, anchors, signed_pdf=given)
    assert record.status == "quarantined"
    assert any(fault.startswith(reason) for fault in record.details["faults"]), record.details["faults"]
    assert store.get(digest_of(register, record.id, "signed")) == given


def test_a_provider_that_must_timestamp_is_held_to_it(register: Register, store: Store, anchors: Path) -> None:
    """A level that does for the desk is too low for a provider whose profile demands B-LT."""
    record = archived(register, store, anchors, provider="penneo")
    assert any(fault.startswith("level_too_low") for fault in record.details["faults"])


def test_what_an_extract_would_lack_waits_for_a_person(register: Register, store: Store, anchors: Path) -> None:
    """An agreement that nobody has given a title is not archived, however well it is signed."""
    record = archived(register, store, anchors, title="")
    assert record.details["faults"] == ["metadata_incomplete: avtalen mangler tittel"]


def test_a_bag_is_good_by_sha256sum(register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """Any machine judges the bag without a tool of ours, and it holds all files, metadata and events."""
    record = archived(register, store, anchors)
    count = export_bag(register, store, [record.id], tmp_path / "bag", date(2026, 12, 1))
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "-c", "--strict", manifest], cwd=tmp_path / "bag", capture_output=True)
        assert done.returncode == 0
    assert count == len([path for path in (tmp_path / "bag" / "data").rglob("*") if path.is_file()])
    with pytest.raises(WrongUse):
        export_bag(register, store, [record.id], tmp_path / "bag", date(2026, 12, 1))


def test_the_auditor_gets_everything_in_force(register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """The package holds each agreement in force in the year, and a workbook that names them and nobody."""
    records = [archived(register, store, anchors, number) for number in (1, 2)]
    assert export_audit(register, store, 2028, tmp_path / "revisjon").agreements == 2
    rows = list(load_workbook(tmp_path / "revisjon" / "oversikt.xlsx").worksheets[0].values)
    assert {row[0] for row in rows[1:]} == {record.id for record in records}
    assert all((tmp_path / "revisjon" / str(row[6])).exists() for row in rows[1:])


@pytest.mark.parametrize("form", ["bagit", "audit", "fiks"])
def test_an_export_that_fails_leaves_nothing_and_was_told(
    register: Register, store: Store, anchors: Path, tmp_path: Path, form: str
) -> None:
    """A file is damaged: no folder, no half of one, and the reading stands among the events; mended, it goes out."""
    record = archived(register, store, anchors)
    digest, folder = digest_of(register, record.id, "signed"), tmp_path / "ut" / "pakke"

    def export() -> None:
        if form == "bagit":
            export_bag(register, store, [record.id], folder, date(2026, 12, 1))
        elif form == "audit":
            export_audit(register, store, 2028, folder)
        else:
            export_message(register, store, record.id, folder)

    assert store.folder is not None
    blob = store.folder / blob_path(digest)
    good = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(b"skadet")
    with pytest.raises(StoreDamaged):
        export()
    assert list((tmp_path / "ut").iterdir()) == []
    with register.read() as session:
        assert [one.kind for one in events_of(session, record.agreement_id)][-1] == "read"
    blob.write_bytes(good)
    theirs = tmp_path / "ut" / "pakke.unfinished"
    theirs.mkdir()  # by another run, which writes there or was killed, or by a person
    (theirs / "fil").touch()
    with pytest.raises(WrongUse, match=r"pakke\.unfinished finnes allerede"):
        export()
    assert [one.name for one in theirs.iterdir()] == ["fil"]
    shutil.rmtree(theirs)
    export()
    assert [one.name for one in (tmp_path / "ut").iterdir()] == ["pakke"]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the schemas: put them into ../shared/specs")
def test_the_message_to_fiks_arkiv_is_valid(register: Register, store: Store, anchors: Path, tmp_path: Path) -> None:
    """The payload follows the published schema, says the format and restriction, and holds the signed file."""
    record = archived(register, store, anchors)
    restrict(register, store, record.id, "Personalsaker", "Offl. § 13", "vurdert")
    export_message(register, store, record.id, tmp_path / "melding")
    name = "no.ks.fiks.arkiv.v1.arkivering.arkivmelding.opprett.xsd"
    schema = etree.XMLSchema(etree.parse(SHARED / "specs" / "fiks-arkiv" / "V1" / name))
    schema.assertValid(etree.parse(tmp_path / "melding" / "arkivmelding.xml"))
    said = (tmp_path / "melding" / "arkivmelding.xml").read_text()
    assert said.count("skjermingshjemmel>Offl. § 13") == 2
    assert "fmt/476" in said
    given = (tmp_path / "melding" / f"{record.id}.pdf").read_bytes()
    assert given == store.get(digest_of(register, record.id, "signed"))
