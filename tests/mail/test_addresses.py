"""Addresses in headers and commands, and e-mails that reach nobody: the fallback address is told of each, once."""

from email import message_from_bytes, policy
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.mail.addresses import Mailbox, header_value, mailbox_of, wire_address
from flows.mail.messages import BYTES, written
from flows.mail.outbox import GIVES_UP, deliver_waiting
from flows.mail.smtp import DeliveryResult
from flows.mail.undeliverable import tell_fallback
from flows.register import Register
from flows.register.review_schema import Mail
from tests.conftest import Clock
from tests.drills import mail as drill
from tests.register.pending import waiting

FALLBACK = "postmottak@kommune.example"


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("post@bodø.kommune.no", "post@xn--bod-2na.kommune.no"),
        ("post@BODØ.kommune.no", "post@xn--bod-2na.kommune.no"),
        ("kåre@kommune.no", "kåre@kommune.no"),
        ("anne.berg+avtaler@kommune.no", "anne.berg+avtaler@kommune.no"),
        ("anne", None),
        ("@kommune.no", None),
        ("anne@", None),
        ("anne berg@kommune.no", None),
        ("anne@kommune.no\r\nRCPT TO:<alle@evil.example>", None),
        ("anne@to@kommune.no", None),
        ("<anne@kommune.no>", None),
        ("anne,berit@kommune.no", None),
        ("anne@kommune..no", None),
        ("a" * 65 + "@kommune.no", None),
        ("anne@" + "a" * 64 + ".no", None),
    ],
)
def test_an_address_as_it_goes_to_a_server(address: str, wire: str | None) -> None:
    """The domain in ASCII, the rest as it is; None where no command can hold it."""
    assert wire_address(address) == wire


@given(st.text(max_size=80))
def test_no_address_breaks_out_of_its_command(text: str) -> None:
    """Whatever stands in a case, what goes to a server has no sign that ends an address or a line."""
    wire = wire_address(text)
    if wire is not None:
        assert wire.isprintable()
        assert not set(wire) & set(' <>,;:"()\r\n')
        assert wire.count("@") == 1


@pytest.mark.parametrize(
    ("stated", "name", "address"),
    [
        ("avtaler@kommune.example", "", "avtaler@kommune.example"),
        ("Bodø kommune, helse <avtaler@bodø.example>", "Bodø kommune, helse", "avtaler@xn--bod-2na.example"),
        ('"Bodø kommune, helse" <avtaler@kommune.example>', "Bodø kommune, helse", "avtaler@kommune.example"),
        ("Kommunen: avtaler <avtaler@kommune.example>", "Kommunen: avtaler", "avtaler@kommune.example"),
        ('Anne "Berg" \\ (x) <a@kommune.example>', 'Anne "Berg" \\ (x)', "a@kommune.example"),
    ],
)
def test_a_sender_makes_a_valid_from(register: Register, stated: str, name: str, address: str) -> None:
    """Read back by the library's parser: one address, with the whole name."""
    mail = written(MIMEText("x", policy=BYTES), stated, "anne@kommune.example", "Emne", register.clock(), "nb")
    (sender,) = message_from_bytes(mail.message, policy=policy.default)["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, address)
    assert mail.message_id.endswith(f"@{address.partition('@')[2]}>")
    assert all(len(line) < 998 for line in mail.message.splitlines())
    assert mailbox_of(stated).name == name


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=120))
def test_any_name_comes_back(name: str) -> None:
    """A sender's name, whatever it holds, is one name of one address."""
    head = f"From: {header_value(Mailbox(' '.join(name.split()), 'a@kommune.example'))}\r\n\r\n".encode()
    addresses = message_from_bytes(head, policy=policy.default)["From"].addresses
    assert [one.addr_spec for one in addresses] == ["a@kommune.example"]


def test_letters_before_the_at_stand_as_they_are(register: Register) -> None:
    """RFC 6532: the address in the header is the one that the command holds, not an encoded word."""
    mail = written(MIMEText("x", policy=BYTES), "a@b.example", "kåre@bodø.example", "Emne", register.clock(), "nb")
    assert "To: kåre@xn--bod-2na.example".encode() in mail.message


def kept(register: Register, recipient: str, text: str = "Det haster.") -> str:
    """Write an e-mail that is to be delivered; return its id."""
    mail = written(
        MIMEText(text, "plain", "utf-8", policy=BYTES), "a@b.example", recipient, "Emne", register.clock(), "nb"
    )
    with register.write() as transaction:
        mail.written_at = transaction.now
        transaction.session.add(mail)
    return mail.id


def refuse(mail: Mail) -> tuple[DeliveryResult, str]:
    """Refuse everybody but the fallback address."""
    return (DeliveryResult.DELIVERED, "") if mail.recipient == FALLBACK else (DeliveryResult.REFUSED, "550 5.1.1")


def taken(register: Register) -> list[Mail]:
    """Deliver all that waits to a server that takes everything; return it in order."""
    mails: list[Mail] = []

    def take(mail: Mail) -> tuple[DeliveryResult, str]:
        mails.append(mail)
        return DeliveryResult.DELIVERED, ""

    deliver_waiting(register, take)
    return mails


def test_the_fallback_is_told_of_what_was_refused(any_register: Register) -> None:
    """With address, reason and text, once; until then `status` shows it."""
    refused = kept(any_register, "borte@kommune.example")
    deliver_waiting(any_register, refuse)
    assert [(one.kind, one.subject) for one in waiting(any_register)] == [("mail_refused", refused)]
    assert tell_fallback(any_register, "a@b.example", "") == 0
    assert tell_fallback(any_register, "a@b.example", FALLBACK) == 1
    assert tell_fallback(any_register, "a@b.example", FALLBACK) == 0
    assert waiting(any_register) == []
    (letter,) = taken(any_register)
    message = message_from_bytes(letter.message, policy=policy.default)
    assert (message["To"], message["Subject"]) == (FALLBACK, "Ikke levert: Emne")
    for part in ("borte@kommune.example", "550 5.1.1", "Det haster."):
        assert part in message.get_content()


def test_a_refused_fallback_is_not_told_of_itself(register: Register) -> None:
    """Nobody is left who could be told by e-mail: it is shown, and no e-mail follows another."""
    kept(register, FALLBACK)
    kept(register, "borte@kommune.example")
    deliver_waiting(register, lambda _mail: (DeliveryResult.REFUSED, "550 5.1.1"))
    assert tell_fallback(register, "a@b.example", FALLBACK) == 0
    assert [one.kind for one in waiting(register)] == ["mail_refused", "mail_refused"]


def test_what_is_never_taken_is_given_up(register: Register, clock: Clock) -> None:
    """Put off for three days while others are taken: refused, so that somebody else is told. Not by a server away."""
    kept(register, "full@kommune.example")
    for result, refused in ((DeliveryResult.AWAY, 0), (DeliveryResult.LATER, 1)):
        clock.now += GIVES_UP
        assert deliver_waiting(register, lambda _mail, said=result: (said, "452 4.2.2")).refused == refused  # type: ignore[misc]


def test_one_that_is_never_taken_comes_last(register: Register) -> None:
    """New e-mails go first, so that none waits for one that hangs."""
    kept(register, "henger@kommune.example")
    deliver_waiting(register, lambda _mail: (DeliveryResult.LATER, ""))
    kept(register, "ny@kommune.example")
    assert [one.recipient for one in taken(register)] == ["ny@kommune.example", "henger@kommune.example"]


def test_the_drill_in_small() -> None:
    """Every fault and every kind of impossible address once or more."""
    assert drill.run(40, 13) == {"notices": 40, "lost": 0, "doubled": 0, "untold": 0}
