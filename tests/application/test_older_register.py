"""A database that was put back to an earlier moment: nothing is sent from it before a person has said so and looked."""

import shutil
from pathlib import Path

import pytest

from flows.application.context import Context
from flows.application.host_check import require_provider
from flows.application.reconcile import compare_with_providers, say_restored, settle_restore
from flows.archive import open_store
from flows.archive.ingest import keep_head
from flows.errors import NotAllowed
from flows.register import Register, open_register
from flows.register.recovery import check_reconciled
from flows.register.signed_heads import signer_in
from flows.settings import Settings
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement


def opened(folder: Path, clock: Clock, file: str) -> Context:
    """Open a register of the folder with the key and the store that all have."""
    register = open_register(f"sqlite:///{folder / file}", clock, actor="tester", signer=signer_in(folder / "keys"))
    settings = Settings(_env_file=None, output=folder, head_keys=folder / "keys", provider="paper")
    return Context(settings, register, open_store((folder / "store").as_uri()), PaperProvider())


def test_an_older_database_is_told_and_sends_nothing(register: Register, clock: Clock, tmp_path: Path) -> None:
    """Runs refuse to begin; once it is said, sending waits for a person who has looked; then all goes on."""
    shutil.copyfile(tmp_path / "register.db", tmp_path / "new.db")
    context = opened(tmp_path, clock, "new.db")
    approved_agreement(context.register)
    keep_head(context.register, context.store)
    require_provider(context)
    context.register.close()
    shutil.copyfile(tmp_path / "new.db", tmp_path / "old.db")
    later = opened(tmp_path, clock, "new.db")
    clock.forward(minutes=5)
    approved_agreement(later.register, counterpart="7654321")
    keep_head(later.register, later.store)
    later.register.close()

    old = opened(tmp_path, clock, "old.db")
    with pytest.raises(NotAllowed, match="--restored"):
        require_provider(old)
    clock.forward(minutes=5)
    say_restored(old)
    require_provider(old)
    with old.register.read() as session, pytest.raises(NotAllowed, match="reconcile"):
        check_reconciled(session)
    with pytest.raises(NotAllowed):
        say_restored(old)
    assert compare_with_providers(old).waiting
    settle_restore(old, "Alt er sett på.")
    with old.register.read() as session:
        check_reconciled(session)
    approved_agreement(old.register, counterpart="1111111")
    keep_head(old.register, old.store)
    require_provider(old)
    old.register.close()
