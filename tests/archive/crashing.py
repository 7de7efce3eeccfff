"""A run of archiving that is killed at its n-th step: any write of the store, or commit of the register."""

import os
import signal
from pathlib import Path

from sqlalchemy import event

from flows.archive import ingest, open_store
from flows.archive.signatures import judge
from flows.register import open_register
from flows.register.agreements import get_agreement
from flows.register.signature_requests import by_reference
from tests.archive.signed_agreements import authority, document, sent, signed

WORDS = "Stedet er Bodø."


def main(folder: Path, kill_at: int) -> None:
    """Archive one agreement, and kill this process before a step; 0 never kills. Writes how many steps there were."""
    steps = 0

    def step(*_: object, **__: object) -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("link", "fsync", "fchmod", "open", "unlink"):
        real = getattr(os, name)

        def told(*arguments: object, real: object = real, **options: object) -> object:
            step()
            return real(*arguments, **options)  # type: ignore[operator]

        setattr(os, name, told)
    vars(ingest)["judge_apart"] = (
        judge  # killing what is judged elsewhere is another test's, and starting it takes a second
    )
    register = open_register(f"sqlite:///{folder / 'register.db'}", actor="tester")
    event.listen(register.engine, "commit", step)
    store = open_store((folder / "store").as_uri())
    complete(folder, register, store)
    (folder / "steps").write_text(str(steps))


def complete(folder: Path, register: object, store: object) -> None:
    """Do what the collecting flow does: put what was fetched, and file it."""
    from flows.archive import SignedFiles, Store, file_signed
    from flows.register import Register

    assert isinstance(register, Register)
    assert isinstance(store, Store)
    reference = (folder / "reference").read_text()
    with register.read() as session:
        assert get_agreement(session, by_reference(session, reference).agreement_id)
    file_signed(
        register, store, folder / "anchors", reference, SignedFiles(store.put((folder / "signed").read_bytes()))
    )


def prepare(folder: Path) -> None:
    """Bring an agreement to `signed` and lay down what the provider will give."""
    folder.mkdir(parents=True, exist_ok=True)
    authority().keep(folder / "anchors")
    register = open_register(f"sqlite:///{folder / 'register.db'}", actor="tester")
    reference = sent(register, open_store((folder / "store").as_uri()), words=WORDS, pdf=document(WORDS))
    register.close()
    (folder / "reference").write_text(reference)
    (folder / "signed").write_bytes(signed(WORDS))
