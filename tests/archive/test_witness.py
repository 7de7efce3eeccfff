"""The witness outside: a folder, an e-mail, a timestamp service; and the dates, days and names that people meet."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from flows.application.context import Context
from flows.application.records import verify_records
from flows.application.status import status_overview
from flows.application.witness import hand_over_heads
from flows.archive import open_store
from flows.archive.head_files import kept_timestamps
from flows.archive.outgoing_names import file_name, municipality_name
from flows.dates import parse_day
from flows.errors import RegisterAltered, WrongUse
from flows.register import RecordFile
from flows.register.mail import undelivered
from flows.register.pending_schema import PendingKind
from flows.register.signed_heads import newest_head
from flows.settings import Settings
from tests.archive.signed_agreements import Authority, archived, authority, timestamps
from tests.archive.timestamp_server import stamping
from tests.conftest import Clock

SILENT = PendingKind.WITNESS_SILENT


def opened(folder: Path, witness: str, clock: Clock | None = None) -> Context:
    """Return a context whose archive lies below a folder, with an agreement in it."""
    settings = Settings(
        output=folder / "output", trust_anchors=folder / "anchors", witness=witness, mail_from="arkiv@kommune.example"
    )
    context = Context(settings)
    if clock is not None:
        context = Context(settings, replace(context.register, clock=clock))
    archived(context.register, context.store, folder / "anchors")
    return context


def test_a_timestamp_proves_the_head_and_a_changed_one_is_found(tmp_path: Path) -> None:
    """The service's answer lies beside the head; verify judges it, and tells of one that is not what it was."""
    with stamping(*timestamps()) as service:
        context = opened(tmp_path, service)
        assert hand_over_heads(context) == []
    assert verify_records(context).faults == ()
    ((number, digest, token),) = kept_timestamps(context.store.primary)
    assert context.store.folder is not None
    path = next(context.store.folder.rglob(f"{number:012d}-{digest}.tsr"))
    path.chmod(0o644)
    path.write_bytes(token[:-3] + bytes([token[-3] ^ 1]) + token[-2:])
    assert [one.kind for one in verify_records(context).faults] == ["head"]
    context.register.close()


def test_a_timestamp_service_has_anchors_of_its_own(tmp_path: Path) -> None:
    """Its authority lies in the folder of timestamp services, where renewal of proof looks for it, too."""
    stamping_authority = Authority()
    stamping_authority.keep(tmp_path / "anchors" / "timestamps")
    with stamping(*stamping_authority.identity("Prøvetidsstempel", ExtendedKeyUsageOID.TIME_STAMPING)) as service:
        context = opened(tmp_path, service)
        assert hand_over_heads(context) == []
    assert verify_records(context).faults == ()
    context.register.close()


def test_a_service_that_is_away_is_told_and_stops_nothing(tmp_path: Path) -> None:
    """The night's round says which witness did not take the head; the others take it."""
    folder = (tmp_path / "witness").absolute().as_uri()
    context = opened(tmp_path, f"http://127.0.0.1:9/ {folder}")
    problems = hand_over_heads(context)
    assert len(problems) == 1
    assert "127.0.0.1" in problems[0]
    assert any((tmp_path / "witness").rglob("0*-*"))
    context.register.close()


def waiting(context: Context) -> list[tuple[str, str]]:
    """Return what is told of witnesses in the status."""
    return [(one.reference or one.why, one.action) for one in status_overview(context).waiting if one.kind == SILENT]


def test_a_silent_witness_waits_for_a_person_until_it_has_a_head(tmp_path: Path) -> None:
    """Three days without one for a folder, nine for a service; the e-mail goes out once."""
    folder = (tmp_path / "witness").absolute().as_uri()
    clock = Clock()
    context = opened(tmp_path, f"https://127.0.0.1:9/ {folder}", clock)
    hand_over_heads(context)
    assert waiting(context) == []
    clock.forward(days=2, hours=23)
    assert waiting(context) == []
    clock.forward(hours=2)
    ((why, action),) = waiting(context)
    assert "vitnet" in why.lower()
    assert "archive keep" in action
    assert waiting(context) == [(why, action)]
    clock.forward(days=7)
    assert len(waiting(context)) == 2
    hand_over_heads(context)
    ((why, _action),) = waiting(context)
    assert "127.0.0.1" in why
    context.register.close()


def test_a_witness_that_the_settings_forgot_is_told(tmp_path: Path) -> None:
    """Whoever holds the machine could take the setting away; the history knows that there was a witness."""
    context = opened(tmp_path, (tmp_path / "witness").absolute().as_uri())
    hand_over_heads(context)
    context.register.close()
    unwitnessed = Context(Settings(output=tmp_path / "output", trust_anchors=tmp_path / "anchors"))
    assert len(waiting(unwitnessed)) == 1
    unwitnessed.register.close()


def test_a_setting_that_names_no_place_stops_no_status(tmp_path: Path) -> None:
    """The status says what is wrong with it."""
    context = opened(tmp_path, "ftp://arkiv.example/")
    ((why, _action),) = waiting(context)
    assert "AVTALEFLYT_WITNESS" in why
    context.register.close()


def test_the_archivist_compares_the_head_in_an_email(tmp_path: Path) -> None:
    """The e-mail holds the head; given to verify it holds, and another one does not."""
    context = opened(tmp_path, "mailto:arkivar@kommune.example")
    with context.register.read() as session:
        head = newest_head(session)
    assert head is not None
    assert hand_over_heads(context) == []
    with context.register.read() as session:
        (mail,) = undelivered(session)
    assert mail.recipient == "arkivar@kommune.example"
    assert verify_records(context, labels=[head.label]).faults == ()
    for other in (f"{head.number}-{'0' * 64}", f"{head.number + 50}-{head.digest}"):
        assert [one.kind for one in verify_records(context, labels=[other]).faults] == ["head"]
    assert hand_over_heads(context) == []
    with context.register.read() as session:
        assert len(undelivered(session)) == 1, "one a week"
    context.register.close()


def test_a_witness_of_no_known_kind_is_wrong_use(tmp_path: Path) -> None:
    """A mistyped address is told at once."""
    authority().keep(tmp_path / "anchors")
    context = opened(tmp_path, "ftp://kommune.example")
    with pytest.raises(WrongUse, match="AVTALEFLYT_WITNESS"):
        verify_records(context)
    context.register.close()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31.01.2036", date(2036, 1, 31)),
        ("2036-01-31", date(2036, 1, 31)),
        (" 1.2.2036 ", date(2036, 2, 1)),
        ("31.02.2036", None),
        ("2036-13-01", None),
        ("31/01/2036", None),
        ("20360131", None),
        ("2036-W05-4", None),
        ("", None),
        ("om ti år", None),
    ],
)
def test_days_are_read_as_people_write_them(written: str, day: date | None) -> None:
    """ISO and DD.MM.ÅÅÅÅ, and nothing else."""
    assert parse_day(written) == day


def test_names_of_files_are_made() -> None:
    """Whatever a row says, the name is one of ours, without a folder in it."""
    for name in ("/etc/passwd", "../../x", "avtale.pdf", ""):
        file = RecordFile(role="signed", number=2, name=name, media_type="application/pdf")
        assert file_name(file) == "2-avtale.pdf"
    assert "/" not in file_name(RecordFile(role="../x", number=1, name="x", media_type="../../x"))
    with pytest.raises(RegisterAltered):
        municipality_name("../1")


def test_what_lies_among_the_blobs_is_told(tmp_path: Path) -> None:
    """Links and files of other names are told of; what the store writes itself is not."""
    store = open_store((tmp_path / "store").as_uri())
    store.put(b"x")
    assert store.folder is not None
    (store.folder / "blobs" / "hei.txt").write_text("hei")
    (store.folder / "lenke").symlink_to("/")
    assert sorted(store.primary.foreign()) == ["blobs/hei.txt", "lenke"]
