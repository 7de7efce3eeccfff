"""What has served its time is forgotten, and the history tells that the program did it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.context import Context
from flows.application.retention import forget_expired
from flows.application.uploads import LIFE, keep_upload
from flows.archive import open_store
from flows.archive.history import Evidence, check_history
from flows.register import Register
from flows.register.mail import claim_next, settle_mail
from flows.register.review_schema import Mail
from flows.register.reviews import give_notices_of
from flows.register.states import MailStatus
from flows.settings import Settings, shipped_folder
from tests.conftest import Clock
from tests.register.letters import letter


def delivered(register: Register, recipient: str, state: MailStatus = MailStatus.SENT) -> str:
    """Write an e-mail and say what the server answered; return its id."""
    mail = letter(register.clock())
    mail.recipient = recipient
    with register.write() as transaction:
        transaction.session.add(mail)
    with register.write() as transaction:
        claimed = claim_next(transaction, ())
        assert claimed is not None
        settle_mail(transaction, claimed.id, state)
        return claimed.id


def kept(register: Register) -> set[str]:
    """Return the ids of the e-mails in the register."""
    with register.read() as session:
        return set(session.execute(select(Mail.id)).scalars())


def test_delivered_mail_is_deleted_after_its_time(any_register: Register, clock: Clock, tmp_path: Path) -> None:
    """Not younger ones, not refused ones, and none to an address that refused another: somebody must still be told."""
    settings = Settings(_env_file=None, output=tmp_path, mail_days=100)
    context = Context(settings, any_register, open_store((tmp_path / "store").as_uri()))
    old = delivered(any_register, "kari@kommune.example")
    with any_register.write() as transaction:
        give_notices_of(transaction, ["a:review:1/90d"], set(), old)
    unsettled = {
        delivered(any_register, "ola@kommune.example"),
        delivered(any_register, "ola@kommune.example", MailStatus.REFUSED),
    }
    assert forget_expired(context).mails == 0
    clock.forward(days=90)
    young = delivered(any_register, "kari@kommune.example")
    clock.forward(days=11)
    assert forget_expired(context).mails == 1
    assert kept(any_register) == {young, *unsettled}
    with any_register.write() as transaction:  # the notice is given again, though its e-mail is gone
        give_notices_of(transaction, ["a:review:1/90d"], {"a:review:1/90d"}, young)
    with any_register.read() as session:
        assert [one.fault for one in check_history(session, context.store, Evidence())] == []


def test_uploads_are_deleted_though_nobody_uploads_again(register: Register, clock: Clock, tmp_path: Path) -> None:
    """At night, by the keeping of the archive."""
    context = Context(Settings(_env_file=None, output=tmp_path), register)
    keep_upload(context, "saker.json", (shipped_folder("fixtures") / "new-alis.json").read_bytes(), None)
    assert forget_expired(context).uploads == 0
    clock.now += LIFE + timedelta(seconds=1)
    assert forget_expired(context).uploads == 1


def test_the_setting_is_at_least_a_month() -> None:
    """Less than the time in which somebody must have been told of a refusal is refused."""
    with pytest.raises(ValueError, match="mail_days"):
        Settings(_env_file=None, mail_days=1)
