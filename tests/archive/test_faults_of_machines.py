"""What no program can prevent: power that goes, disks that fill. The archive is whole afterwards."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows.archive import Store, check_archive, open_store
from flows.archive.store import sha256
from flows.errors import RegisterFailed, StoreFailed
from flows.register import Event, Record, RecordFile, Register, open_register
from tests.archive.crashing import complete, main, prepare
from tests.conftest import PROJECT

pytestmark = pytest.mark.usefixtures("english")


def run(folder: Path, step: int) -> int:
    """Archive in a process of its own, killed at a step; return its exit code."""
    child = os.fork()
    if child == 0:
        try:
            main(folder, step)
        finally:
            os._exit(0 if (folder / "steps").exists() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def blobs_are_whole(folder: Path) -> None:
    """Every file among the blobs has the digest that it is named by."""
    for path in (folder / "store" / "blobs").rglob("?" * 64):
        assert sha256(path.read_bytes()) == path.name


@pytest.mark.timeout(600)
def test_a_run_killed_at_any_step_leaves_nothing_half(tmp_path: Path) -> None:
    """Killed before any write, flush, link or commit: nothing half, every record has its blob, the next run ends it."""
    prepare(tmp_path / "start")
    steps = int(run_whole(tmp_path))
    assert steps > 20
    for step in range(1, steps + 1):
        folder = tmp_path / f"step-{step}"
        shutil.copytree(tmp_path / "start", folder)
        assert run(folder, step) == -9
        blobs_are_whole(folder)
        register = open_register(f"sqlite:///{folder / 'register.db'}", actor="tester")
        store = open_store((folder / "store").as_uri())
        with register.read() as session:
            for digest in session.execute(select(RecordFile.digest)).scalars():
                assert store.get(digest)
        complete(folder, register, store)
        with register.read() as session:
            assert session.execute(select(func.count()).select_from(Record)).scalar_one() == 1
        assert list(check_archive(register, store, folder / "anchors")) == [], step
        register.close()
        shutil.rmtree(folder)


def run_whole(tmp_path: Path) -> str:
    """Archive without being killed; return the number of steps."""
    shutil.copytree(tmp_path / "start", tmp_path / "whole")
    assert run(tmp_path / "whole", 0) == 0
    return (tmp_path / "whole" / "steps").read_text()


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    """A blob that does not fit gives one sentence and leaves no trace; with room again the same call succeeds."""
    store = open_store((tmp_path / "store").as_uri())
    kept = store.put(b"det som var der")
    content = os.urandom(300_000)
    child = os.fork()
    if child == 0:  # the limit stays with the child, which this test process must not inherit
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            store.put(content)
        except StoreFailed:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert list((tmp_path / "store" / "staging").iterdir()) == []
    blobs_are_whole(tmp_path)
    assert store.get(kept)
    assert store.get(store.put(content)) == content


@pytest.mark.parametrize("words", ["avtale", ""])
def test_a_full_disk_under_the_register_is_one_sentence(tmp_path: Path, words: str) -> None:
    """Whoever searches when there is no room for the event, or for the database itself, is told what to do."""
    disk = tmp_path / "disk"
    disk.mkdir()
    environment = os.environ | {"AVTALEFLYT_OUTPUT": str(tmp_path / "output")}
    environment["AVTALEFLYT_DATABASE_URL"] = f"sqlite:///{disk / 'register.db'}"
    command = [sys.executable, "-m", "flows.cli", "archive", "search", *([words] if words else [])]
    with mounted(disk, "4m"):
        if words:  # a register that is there, and no room for one more event
            open_register(environment["AVTALEFLYT_DATABASE_URL"], actor="tester").close()
        fill(disk)
        done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "make room on it" in done.stderr
    assert not (tmp_path / "output" / "avtaleflyt.log").exists()


def test_a_full_disk_under_the_register_leaves_nothing_half(tmp_path: Path) -> None:
    """With room again, the chain is whole and the same event can be written."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "4m"):
        register = open_register(f"sqlite:///{disk / 'register.db'}", actor="tester")
        filler = fill(disk)
        with pytest.raises(RegisterFailed, match="nothing half is left"):
            note(register, *["x" * 2000] * 100)
        filler.unlink()
        note(register, "looked at")
        with register.read() as session:
            assert [one.why for one in session.execute(select(Event)).scalars()] == ["looked at"]
        register.close()


def note(register: Register, *said: str) -> None:
    """Write events in one transaction."""
    with register.write() as transaction:
        for why in said:
            transaction.note("read", None, why)


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """Lay a small file system over a folder, until the block ends."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("needs the right to mount: run the tests as root in a container that may")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill a file system to the brim; return the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        for size in (65_536, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    return filler


def test_a_full_disk_that_really_is_full(store: Store) -> None:
    """On a small file system of its own, filled to the brim, the same holds."""
    assert store.folder is not None
    small = store.folder / "small"
    small.mkdir(parents=True)
    with mounted(small, "256k"):
        full = open_store(small.as_uri())
        first = full.put(os.urandom(60_000))
        with pytest.raises(StoreFailed, match="space"):
            full.put(os.urandom(400_000))
        assert full.get(first)
        assert [path for path in small.rglob("*") if path.is_file()] == [
            path for path in small.rglob("?" * 64) if path.name == first
        ]
