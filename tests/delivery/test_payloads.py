"""Payloads: sealed signed containers, opened by us and by KS's own Java libraries, and every change noticed."""

import hashlib
import io
import random
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.delivery.fiks.ber import BerFault, enveloped_content
from flows.delivery.fiks.container import ContainedFile, pack
from flows.delivery.fiks.container_reader import ContainerFault, unpack
from flows.delivery.fiks.sealing import NotOpened, seal, unseal
from tests.delivery.throw_away_keys import PASSWORD, identity, keep_keys, key
from tests.judges.fiks_payloads import fiks_judge

XML = '<?xml version="1.0" encoding="UTF-8"?><a>Kárášjohka, Deatnu ja Unjárga: č đ ŋ š ŧ ž</a>'.encode()


def packed(*files: ContainedFile) -> bytes:
    """Return a container that the enterprise signed."""
    return pack(files, identity("virksomhet").certificate, identity("virksomhet").key)


@cache
def one_payload() -> tuple[bytes, bytes]:
    """Return a container, and the same sealed: one for a run, since each has ids of its own."""
    container = packed(ContainedFile("arkivmelding.xml", XML), ContainedFile("a.pdf", b"PDF" * 50))
    return container, seal(container, identity("konto").certificate)


def with_entries(container: bytes, **changed: bytes | None) -> bytes:
    """Return a container with entries replaced, added or, where None, left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = changed.pop(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in changed.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def test_what_is_packed_is_opened_and_names_its_signer() -> None:
    """Files come back byte for byte, with who signed them."""
    files = (ContainedFile("arkivmelding.xml", XML), ContainedFile("a.pdf", b"x"))
    opened = unpack(unseal(seal(packed(*files), identity("konto").certificate), [key("konto")]))
    assert opened.files == {"arkivmelding.xml": XML, "a.pdf": b"x"}
    assert "CN=virksomhet" in opened.signer


@pytest.mark.parametrize(
    "names", [["a.xml", "a.xml"], ["mappe/a.xml"], ["sak-æ.xml"], ["mimetype"], ["../a.xml"], [], ["a\tb"], [".skjult"]]
)
def test_names_that_others_cannot_read_are_never_written(names: list[str]) -> None:
    """ASCII, flat and unique; KS's Java cannot verify others."""
    with pytest.raises(ValueError, match="container"):
        packed(*(ContainedFile(name, b"") for name in names))


def test_a_payload_for_another_account_is_not_opened() -> None:
    """One of several keys of ours will do, and nobody else's does."""
    sealed = seal(b"hemmelig", identity("konto").certificate)
    assert unseal(sealed, [key("annen"), key("konto")]) == b"hemmelig"
    with pytest.raises(NotOpened):
        unseal(sealed, [key("annen")])


@given(st.data())
def test_any_changed_byte_of_a_container_is_noticed_or_changes_nothing(data: st.DataObject) -> None:
    """A flipped bit raises `ContainerFault`, or lies where nothing is read from: the files are the same then."""
    container = one_payload()[0]
    place = data.draw(st.integers(0, len(container) - 1))
    changed = bytearray(container)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = unpack(bytes(changed))
    except ContainerFault:
        return
    assert opened.files == {"arkivmelding.xml": XML, "a.pdf": b"PDF" * 50}


@given(st.binary(max_size=300))
def test_bytes_that_are_no_payload_are_refused_without_another_error(content: bytes) -> None:
    """Whatever comes from the queue ends as one of the two refusals."""
    with pytest.raises(NotOpened):
        unseal(content, [key("konto")])
    with pytest.raises(ContainerFault):
        unpack(content)


def opened_after(place: int, bit: int) -> Mapping[str, bytes] | None:
    """Return the files of the sealed payload with one bit turned; None if it is refused."""
    sealed = bytearray(one_payload()[1])
    sealed[place % len(sealed)] ^= 1 << bit
    try:
        return unpack(unseal(bytes(sealed), [key("konto")])).files
    except (NotOpened, ContainerFault):
        return None


@given(st.data())
def test_a_damaged_seal_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    """A turned bit is refused, or lies where no file is read from: the seal alone does not say that all is as it was.

    The initial vector's bits are those of the container's first 16 bytes: among them are a date and a version.
    """
    opened = opened_after(data.draw(st.integers(0, len(one_payload()[1]) - 1)), data.draw(st.integers(0, 7)))
    assert opened in (None, {"arkivmelding.xml": XML, "a.pdf": b"PDF" * 50})


def test_no_bit_of_the_initial_vector_changes_a_file() -> None:
    """All 128 of them are tried: chance alone found the one that opens to other bytes."""
    vector = enveloped_content(one_payload()[1]).algorithm["parameters"].native
    start = one_payload()[1].index(vector)
    for turned in range(128):
        opened = opened_after(start + turned // 8, turned % 8)
        assert opened in (None, {"arkivmelding.xml": XML, "a.pdf": b"PDF" * 50})


def test_faults_of_containers_are_noticed() -> None:
    """A file that is changed, added or missing, no signature where one is named, a bomb, a second manifest."""
    container = packed(ContainedFile("arkivmelding.xml", XML), ContainedFile("a.pdf", b"x"))
    names = zipfile.ZipFile(io.BytesIO(container)).namelist()
    signature = next(name for name in names if name.endswith(".p7s"))
    manifest = zipfile.ZipFile(io.BytesIO(container)).read("META-INF/asicmanifest.xml")
    wrong: list[dict[str, bytes | None]] = [
        {"a.pdf": b"y"},
        {"a.pdf": None},
        {"b.pdf": b"x"},
        {signature: None},
        {signature: b""},
        {"META-INF/asicmanifest.xml": manifest.replace(b"a.pdf", b"b.pdf")},
        {"META-INF/asicmanifest.xml": manifest.replace(b'MimeType="application/pdf"', b'MimeType="text/plain"')},
        {"META-INF/asicmanifest2.xml": manifest},
        {"META-INF/asicmanifest.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        {"META-INF/asicmanifest.xml": None},
        {"mappe/a.pdf": b"x"},
    ]
    for changed in wrong:
        with pytest.raises(ContainerFault):
            unpack(with_entries(container, **changed))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"\0" * 50_000_000)
    with pytest.raises(ContainerFault, match="compressed"):
        unpack(bomb.getvalue())


def test_nesting_and_lengths_are_bounded() -> None:
    """Thousands of indefinite heads and lengths beyond the data are refused, not followed."""
    for hostile in (b"\x30\x80" * 5000, b"\x30\x89" + b"\xff" * 9, b"\x30\x84\xff\xff\xff\xff", b"\x1f\x81\x01\x00"):
        with pytest.raises(BerFault):
            enveloped_content(hostile)


def test_the_judge_opens_ours_and_we_open_its(tmp_path: Path) -> None:
    """KS's Java opens each payload as it was; we open what it makes; a changed byte is noticed."""
    keep_keys(tmp_path, "arkiv", "konto")
    chance, commands, expected = random.Random(1), [], []
    for number, size in enumerate((0, 1, 15, 16, 17, 5000, 300_000)):
        files = [ContainedFile("arkivmelding.xml", XML), ContainedFile(f"{number}.pdf", chance.randbytes(size))]
        sealed = seal(packed(*files), identity("arkiv").certificate)
        (tmp_path / f"{number}.cms").write_bytes(sealed)
        commands.append(("open", tmp_path / "arkiv.key", tmp_path / f"{number}.cms"))
        expected.append([f"{one.name} {len(one.content)} {hashlib.sha256(one.content).hexdigest()}" for one in files])
    damaged = with_entries(packed(*files), **{"6.pdf": b"annet"})
    (tmp_path / "skadet.cms").write_bytes(seal(damaged, identity("arkiv").certificate))
    (tmp_path / "kvittering.xml").write_bytes(XML)
    (tmp_path / "stor.bin").write_bytes(chance.randbytes(3_000_000))
    names = [tmp_path / "kvittering.xml", tmp_path / "stor.bin"]
    answers = fiks_judge(
        [
            *commands,
            ("open", tmp_path / "arkiv.key", tmp_path / "skadet.cms"),
            ("make", tmp_path / "konto.pem", tmp_path / "arkiv.p12", PASSWORD, tmp_path / "svar.cms", *names),
        ]
    )
    assert [one[0] for one in answers] == ["OPENED"] * 7 + ["REFUSED", "MADE"]
    assert [one[1:] for one in answers[:7]] == expected
    made = (tmp_path / "svar.cms").read_bytes()
    opened = unpack(unseal(made, [key("annen"), key("konto")]))
    assert opened.files == {path.name: path.read_bytes() for path in names}
    assert "CN=arkiv" in opened.signer
    changed = with_entries(unseal(made, [key("konto")]), **{"kvittering.xml": XML + b" "})
    with pytest.raises(ContainerFault):
        unpack(changed)
    (tmp_path / "pakke.zip").write_bytes(packed(ContainedFile("a.xml", XML)))
    assert fiks_judge([("twice", tmp_path / "konto.pem", tmp_path / "to.cms", tmp_path / "pakke.zip")]) == [["MADE"]]
    assert unpack(unseal((tmp_path / "to.cms").read_bytes(), [key("annen"), key("konto")])).files == {"a.xml": XML}
