"""Files that users name: written whole or not at all, and never over another."""

import os
from pathlib import Path

import pytest

from flows.application.new_files import new_file, write_new
from flows.errors import WrongUse


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_written_whole(tmp_path: Path) -> None:
    """Nothing else is left beside it."""
    write_new(tmp_path / "b.txt", b"ny")
    assert (tmp_path / "b.txt").read_bytes() == b"ny"
    assert names(tmp_path) == ["b.txt"]


def test_no_folder_is_made_for_a_file(tmp_path: Path) -> None:
    """A misspelt folder is named, and nothing is made of it."""
    with pytest.raises(WrongUse, match="skrivefeil"):
        write_new(tmp_path / "skrivefeil" / "b.txt", b"ny")
    assert names(tmp_path) == []


def test_a_file_that_is_there_stays_as_it_is_without_force(tmp_path: Path) -> None:
    """Also an empty one; with force it is replaced."""
    target = tmp_path / "a.txt"
    target.touch()
    with pytest.raises(WrongUse, match="--force"):
        write_new(target, b"ny")
    assert target.read_bytes() == b""
    write_new(target, b"ny", force=True)
    assert target.read_bytes() == b"ny"


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_never_followed(tmp_path: Path, exists: bool) -> None:
    """What a link leads to keeps its contents, or its absence, with and without force."""
    elsewhere, link = tmp_path / "elsewhere.txt", tmp_path / "link.txt"
    if exists:
        elsewhere.write_bytes(b"a person's")
    link.symlink_to(elsewhere)
    with pytest.raises(WrongUse, match="--force"):
        write_new(link, b"ny")
    write_new(link, b"ny", force=True)
    assert (link.is_symlink(), link.read_bytes()) == (False, b"ny")
    assert elsewhere.exists() == exists
    assert not exists or elsewhere.read_bytes() == b"a person's"


@pytest.mark.parametrize("force", [True, False])
def test_folders_and_devices_are_no_files(tmp_path: Path, force: bool) -> None:
    """A folder is refused, and so is a pipe, which a rename would take away."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(WrongUse):
            write_new(tmp_path / name, b"ny", force)
    assert names(tmp_path) == ["folder", "pipe"]


def test_what_goes_wrong_leaves_nothing_behind(tmp_path: Path) -> None:
    """A draft that was not finished is gone, and what bore the name before is whole."""
    target = tmp_path / "a.txt"
    target.write_bytes(b"gammel")

    def half() -> None:
        with new_file(target, force=True) as draft:
            draft.write_bytes(b"halv")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        half()
    assert names(tmp_path) == ["a.txt"]
    assert target.read_bytes() == b"gammel"


def test_a_file_that_comes_meanwhile_wins(tmp_path: Path) -> None:
    """Between the first look and the last step somebody else may take the name."""
    target = tmp_path / "a.txt"

    def late() -> None:
        with new_file(target) as draft:
            draft.write_bytes(b"sen")
            target.write_bytes(b"en annens")

    with pytest.raises(WrongUse, match="--force"):
        late()
    assert target.read_bytes() == b"en annens"
    assert names(tmp_path) == ["a.txt"]


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    """A file where a folder should be, a name that is too long and a link to itself are one sentence each."""
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    for name, told in (("a/b.txt", "ingen mappe"), ("n" * 300, "kunne ikke skrives"), ("ring", "kunne ikke skrives")):
        with pytest.raises(WrongUse, match=told):
            write_new(tmp_path / name, b"ny")
    assert names(tmp_path) == ["a", "ring"]
