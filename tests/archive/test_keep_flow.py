"""The nightly flow as it is run by hand, with a real Prefect server."""

from datetime import timedelta
from pathlib import Path

from flows.archive import open_store
from flows.archive.store import blob_path
from flows.register import Event, open_register
from flows.register.database import utc_now
from tests.archive.signed_agreements import archived, digest_of
from tests.command_forks import ForkedCommands
from tests.command_line import run_command


def test_the_flow_mends_what_it_can_and_fails_for_the_rest(
    tmp_path: Path, timestamp_service: str, prefect_server: dict[str, str], forked_commands: ForkedCommands
) -> None:
    """One blob is mended from the other copy; one that is bad in both is one sentence and exit 1, with no traceback.

    Nor does it keep the proof of other records from being renewed.
    """
    second = (tmp_path / "copy").as_uri()
    register = open_register(f"sqlite:///{tmp_path / 'avtaleflyt.db'}", lambda: utc_now() - timedelta(days=2))
    store = open_store((tmp_path / "store").as_uri(), second)
    anchors = tmp_path / "desk" / "authority"
    damaged, good = (archived(register, store, anchors, number, words=f"Nummer {number}.") for number in (1, 2))
    lost, mended = (digest_of(register, one.id, "signed") for one in (damaged, good))
    for root, digest in ((tmp_path / "store", mended), (tmp_path / "store", lost), (tmp_path / "copy", lost)):
        path = root / blob_path(digest)
        path.chmod(0o644)
        path.write_bytes(b"skadet")
    settings = {"OUTPUT": tmp_path, "STORE_COPY_URL": second, "TIMESTAMP_URL": timestamp_service, "RENEWAL_DAYS": 1}
    done = run_command(["archive", "keep"], {**prefect_server, **settings}, forked=forked_commands)
    assert done.code == 1, done.err
    assert lost in done.err
    assert f"\n{damaged.id}: Filen" in done.err
    assert "Traceback" not in done.err + done.out
    assert not store.fault_in("first", mended)
    with register.read() as session:
        kinds = [one.kind for one in session.query(Event).order_by(Event.number)]
    assert kinds[-3:] == ["mended", "fixity", "renewed"]
    register.close()
