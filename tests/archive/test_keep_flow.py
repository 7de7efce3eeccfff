"""The nightly flow as it is run by hand, with an embedded Prefect."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from flows.archive import open_store
from flows.archive.store import blob_path
from flows.register import Event, open_register
from flows.register.database import utc_now
from tests.archive.signed_agreements import archived, digest_of
from tests.conftest import PROJECT


def test_the_flow_mends_what_it_can_and_fails_for_the_rest(tmp_path: Path, timestamp_service: str) -> None:
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
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))
    }
    environment |= {"AVTALEFLYT_OUTPUT": str(tmp_path), "AVTALEFLYT_STORE_COPY_URL": second}
    environment |= {"AVTALEFLYT_TIMESTAMP_URL": timestamp_service, "AVTALEFLYT_RENEWAL_DAYS": "1"}
    command = [sys.executable, "-m", "flows.cli", "archive", "keep"]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 1, done.stderr
    assert lost in done.stderr
    assert f"\n{damaged.id}: Filen" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not store.fault_in("first", mended)
    with register.read() as session:
        kinds = [one.kind for one in session.query(Event).order_by(Event.number)]
    assert kinds[-3:] == ["mended", "fixity", "renewed"]
    register.close()
