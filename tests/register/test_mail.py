"""E-mails in the register: one try at a time, and what a try may still say once another one has begun."""

from datetime import timedelta
from email.message import Message

from sqlalchemy import select

from flows.mail.messages import written
from flows.register import Event, Register
from flows.register.mail import LEASE, claim_next, settle_mail, undelivered
from flows.register.review_schema import Mail
from flows.register.states import MailStatus
from tests.conftest import Clock


def write_mail(register: Register) -> str:
    """Write an e-mail that is to be delivered; return its id."""
    mail = written(Message(), "a@kommune.example", "b@kommune.example", "Emne", register.clock(), "nb")
    with register.write() as transaction:
        mail.written_at = transaction.now
        transaction.session.add(mail)
    return mail.id


def claim(register: Register) -> str | None:
    """Begin a try; return the id of the e-mail, None if there is none to deliver."""
    with register.write() as transaction:
        mail = claim_next(transaction, ())
        return mail.id if mail else None


def test_one_try_at_a_time(any_register: Register, clock: Clock) -> None:
    """While a try has its lease, no other begins; afterwards the same e-mail is tried again."""
    mail_id = write_mail(any_register)
    assert [claim(any_register), claim(any_register)] == [mail_id, None]
    clock.forward(minutes=15)
    assert claim(any_register) is None
    clock.now += timedelta(seconds=1)
    assert claim(any_register) == mail_id


def test_a_late_word_of_an_earlier_try_changes_nothing(any_register: Register, clock: Clock) -> None:
    """A machine slept while it sent; another one delivered the e-mail meanwhile, which stays delivered."""
    mail_id = write_mail(any_register)
    claim(any_register)
    clock.now += LEASE + timedelta(seconds=1)
    assert claim(any_register) == mail_id
    for said in (MailStatus.SENT, MailStatus.REFUSED):
        with any_register.write() as transaction:
            settle_mail(transaction, mail_id, said, f"{said}")
    with any_register.read() as session:
        mail = session.get_one(Mail, mail_id)
        assert (mail.state, mail.problem, mail.sent_at, mail.tries) == ("sent", "sent", clock.now, 2)
        assert undelivered(session) == []
        assert session.execute(select(Event).where(Event.kind == "mail")).first() is None
