"""The store: written once, read back, and found out when it is damaged."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.archive import Store, open_store
from flows.archive.store import blob_path, sha256
from flows.errors import StoreDamaged


def path_of(store: Store, digest: str) -> Path:
    """Return where a blob lies on disk."""
    assert store.folder is not None
    return store.folder / blob_path(digest)


def test_what_was_put_comes_back(store: Store) -> None:
    """A blob comes back byte for byte under its SHA-256."""
    digest = store.put(b"signert")
    assert digest == sha256(b"signert")
    assert store.get(digest) == b"signert"


def test_the_same_bytes_again_change_nothing(store: Store) -> None:
    """Putting a blob that is there leaves the file as it is."""
    digest = store.put(b"signert")
    before = path_of(store, digest).stat()
    assert store.put(b"signert") == digest
    after = path_of(store, digest).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_nobody_may_write_a_blob(store: Store) -> None:
    """A stored file carries no right to write."""
    digest = store.put(b"signert")
    assert path_of(store, digest).stat().st_mode & 0o777 == 0o400


@given(content=st.binary(min_size=1, max_size=200), place=st.integers(0, 10_000))
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, content: bytes, place: int) -> None:
    """Whatever byte of a blob is changed, reading it says that it is damaged."""
    store = open_store(tmp_path_factory.mktemp("store").as_uri())
    digest = store.put(content)
    path = path_of(store, digest)
    path.chmod(0o644)
    damaged = bytearray(content)
    damaged[place % len(content)] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(StoreDamaged, match="skadet"):
        store.get(digest)
    with pytest.raises(StoreDamaged, match="skadet"):
        store.put(content)


def test_a_missing_blob_says_so(store: Store) -> None:
    """A blob that is gone gives a sentence with its digest."""
    with pytest.raises(StoreDamaged, match="mangler"):
        store.get("0" * 64)


def test_what_may_not_have_been_kept_is_looked_for(store: Store, tmp_path: Path) -> None:
    """A blob that no copy has is none; one that a copy has comes back, and one that is damaged is no missing one."""
    both = Store(store.primary, open_store((tmp_path / "second").as_uri()).primary)
    digest, second = store.put(b"signert"), open_store((tmp_path / "second").as_uri()).put(b"mal")
    assert (store.find("0" * 64), both.find("0" * 64), both.find(second)) == (None, None, b"mal")
    path_of(store, digest).chmod(0o644)
    path_of(store, digest).write_bytes(b"signed")
    for one in (store, both):
        with pytest.raises(StoreDamaged):
            one.find(digest)
