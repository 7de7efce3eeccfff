"""Attacks by somebody who has the store or the backups."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.application.records import verify_records, write_files
from flows.application.send import send_agreement
from flows.archive.backup_manifest import BackupManifest, sha256_of
from flows.errors import AvtaleflytError
from flows.register.signed_heads import HeadSigner, fingerprint_of
from tests.drills.archive_doors import Attack, Do, Outcome, restored
from tests.drills.archive_world import World

Damage = Callable[[Path, random.Random], object]


def blob(damage: Damage) -> Do:
    """Return an attack on one blob."""

    def do(world: World, chance: random.Random) -> None:
        path = chance.choice(world.blobs())
        path.chmod(0o644)
        damage(path, chance)

    return do


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    path.write_bytes(content)


def _link(path: Path, chance: random.Random) -> None:
    aside = path.parent.parent.parent.parent.parent / "elsewhere"
    shutil.move(path, aside)
    path.symlink_to(aside)


def _pipe(path: Path, chance: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def in_store(make: Callable[[Path], object]) -> Do:
    """Return an attack that puts something into the store's folder."""
    return lambda world, _chance: make(world.store)


def _linked_folder(store: Path) -> None:
    (store / "blobs" / "sha256" / "zz").symlink_to("/tmp")


def _pipe_among_heads(store: Path) -> None:
    os.mkfifo(next((store / "signed-heads").iterdir()) / "0")


def head_changed(world: World, chance: random.Random) -> None:
    """Change a byte of a head beside the blobs."""
    path = chance.choice(sorted(one for one in (world.store / "signed-heads").rglob("0*") if one.is_file()))
    path.chmod(0o644)
    _flip(path, chance)


def head_invented(world: World, chance: random.Random) -> None:
    """Put a head of one's own beside the blobs."""
    folder = next((world.store / "signed-heads").iterdir())
    (folder / f"{chance.randrange(1, 9):012d}-{chance.randbytes(32).hex()}").write_text("{}\n")


def in_backup(change: Callable[[Path, random.Random], object]) -> Do:
    """Return an attack on the backup."""
    return lambda world, chance: change(world.folder / "backup", chance)


def _backup_rows(backup: Path, chance: random.Random) -> None:
    connection = sqlite3.connect(backup / "register.db")
    guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'review_is_frozen'").fetchone()[0]
    connection.execute("DROP TRIGGER review_is_frozen")
    connection.execute("UPDATE review SET due_date = '2040-01-01'")
    connection.execute(guard)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _backup_manifest(backup: Path, chance: random.Random) -> None:
    said = json.loads((backup / "backup.json").read_text())
    field = chance.choice(["records", "blobs", "register_sha256", "taken_at"])
    said[field] = said[field] + 1 if isinstance(said[field], int) else "0" * len(said[field])
    (backup / "backup.json").write_text(json.dumps(said))


def _backup_unsigned(backup: Path, chance: random.Random) -> None:
    """Change the register, and write a manifest that fits it and is not signed."""
    _backup_rows(backup, chance)
    said = json.loads((backup / "backup.json").read_text())
    said["register_sha256"] = sha256_of(backup / "register.db")
    del said["signature"], said["public_key"]
    (backup / "backup.json").write_text(json.dumps(said))


def _backup_signed_anew(backup: Path, chance: random.Random) -> None:
    """Change the register, and write a manifest that fits it and is signed with another key."""
    _backup_rows(backup, chance)
    manifest = BackupManifest.read(_unchecked(backup), None)
    mine = Ed25519PrivateKey.generate()
    manifest.write(backup, HeadSigner(mine, fingerprint_of(mine.public_key())))


def _unchecked(backup: Path) -> Path:
    said = json.loads((backup / "backup.json").read_text())
    said["register_sha256"] = sha256_of(backup / "register.db")
    (backup / "backup.json").write_text(json.dumps(said))
    return backup


def _backup_cut(backup: Path, chance: random.Random) -> None:
    """Let the backup end before its own end."""
    connection = sqlite3.connect(backup / "register.db")
    for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        connection.execute(f"DROP TRIGGER {name}")
    last = connection.execute("SELECT max(number) FROM event").fetchone()[0]
    connection.execute("DELETE FROM event WHERE number > ?", (last - 2,))
    connection.execute("DELETE FROM signed_head WHERE event > ?", (last - 2,))
    connection.execute(
        "UPDATE chain_head SET (number, digest) = (SELECT number, digest FROM event ORDER BY number DESC LIMIT 1)"
    )
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    _unchecked(backup)


def _backup_blob(backup: Path, chance: random.Random) -> None:
    path = chance.choice(sorted((backup / "store" / "blobs").rglob("?" * 64)))
    path.chmod(0o644)
    if chance.random() < 0.5:
        path.unlink()
    else:
        _flip(path, chance)


def _backup_heads(backup: Path, chance: random.Random) -> None:
    """Take the kept head away, or change it."""
    heads = sorted(one for one in (backup / "store" / "signed-heads").rglob("0*") if one.is_file())
    if chance.random() < 0.5:
        shutil.rmtree(backup / "store" / "signed-heads")
    else:
        heads[-1].chmod(0o644)
        _flip(heads[-1], chance)


def _backup_pipe(backup: Path, chance: random.Random) -> None:
    (backup / "register.db").unlink()
    os.mkfifo(backup / "register.db")


def _backup_link(backup: Path, chance: random.Random) -> None:
    shutil.move(backup / "register.db", backup.parent / "elsewhere.db")
    (backup / "register.db").symlink_to(backup.parent / "elsewhere.db")


def sent_again_after_restore(world: World, chance: random.Random) -> Outcome:
    """Restore a good backup of before a sending, and send the same case: nothing goes out until somebody has looked."""
    send_agreement(world.context, world.agreements[7], "sett på")
    made = restored(world, world.folder / "backup")
    try:
        send_agreement(made.context, made.agreements[7], "sett på")
        return Outcome(False, seen="it was sent again")
    except AvtaleflytError as error:
        return Outcome(not made.provider.created, seen=str(error))
    finally:
        made.close()


def written_outside(world: World, chance: random.Random) -> Outcome:
    """Let a row name an absolute path, or one that leads out of the folder; take the record's files out."""
    aim = world.folder / "aim"
    name = chance.choice([str(aim), "../../aim", "../aim"])
    with world.tampering() as connection:
        connection.execute("UPDATE record_file SET name = ?, number = 1 WHERE role = 'signed'", (name,))
    again = world.reopened()
    out = world.folder / "read" / "now"
    written = write_files(again.context, again.agreements[2], out, "innsyn")
    inside = all(Path(one["path"]).resolve().is_relative_to(out.resolve()) for one in written)
    noticed = bool(verify_records(again.context).faults)
    again.close()
    return Outcome(inside and noticed and not aim.exists(), seen=str(written))


FILE_ATTACKS = (
    Attack("a byte of a file flipped", "verify", blob(_flip)),
    Attack("a file removed", "verify", blob(lambda path, _chance: path.unlink())),
    Attack("a file cut short", "verify", blob(lambda path, chance: os.truncate(path, path.stat().st_size // 2))),
    Attack("a file emptied", "verify", blob(lambda path, _chance: os.truncate(path, 0))),
    Attack("a file made a link", "verify", blob(_link)),
    Attack("a file made a pipe", "verify", blob(_pipe)),
    Attack("a stranger's file in the store", "verify", in_store(lambda store: (store / "blobs" / "x").write_text("x"))),
    Attack("a pipe among the heads", "verify", in_store(_pipe_among_heads)),
    Attack("a linked folder in the store", "verify", in_store(_linked_folder)),
    Attack("a head beside the files changed", "verify", head_changed),
    Attack("a head beside the files invented", "verify", head_invented),
    Attack("a backup's rows", "restore", in_backup(_backup_rows)),
    Attack("a backup's manifest", "restore", in_backup(_backup_manifest)),
    Attack("a backup's rows, unsigned", "restore", in_backup(_backup_unsigned)),
    Attack("a backup's rows, another key", "restore", in_backup(_backup_signed_anew)),
    Attack("a backup that ends too early", "restore", in_backup(_backup_cut)),
    Attack("a backup's file", "restore", in_backup(_backup_blob)),
    Attack("a backup's kept heads", "restore", in_backup(_backup_heads)),
    Attack("a backup's register made a pipe", "restore", in_backup(_backup_pipe)),
    Attack("a backup's register made a link", "restore", in_backup(_backup_link)),
    Attack("a case sent again after a restore", "send", sent_again_after_restore),
    Attack("a path out of the folder", "get", written_outside),
)
