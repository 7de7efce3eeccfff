"""Notices by e-mail through a real SMTP server: up, down, slow and refusing; nothing is lost, nothing comes twice."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from flows.errors import WrongUse
from flows.mail.outbox import DeliveryRound, deliver_by_smtp, deliver_waiting
from flows.mail.smtp import DeliveryResult, MailServer, server_at, transmit
from flows.register import Register
from flows.register.mail import LEASE, undelivered
from flows.register.review_schema import Mail
from flows.review import due_dates, keep_dates
from flows.review.calendar import uid
from flows.review.notice_email import write_letter
from flows.review.notices import NoticeRound, give_notices
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.conftest import Clock
from tests.mail.mail_server import Behaviour, free_port, running, silent
from tests.review.archived import archive

SENDER = "Avtaleflyt <avtaleflyt@bodo.example>"
ANNE, BERIT = "anne@bodo.example", "berit@narvik.example"
SIGNED = date(2026, 1, 15)


@pytest.fixture
def port() -> int:
    """Give a port that nothing listens on."""
    return free_port()


@pytest.fixture
def agreements(register: Register) -> list[str]:
    """Archive five agreements that two people are responsible for; their reviews are due in six weeks."""
    anne = [
        archive(register, "alis", alis_case(lege_hpr_nummer=f"99001{n:04}", ansvarlig_epost=ANNE), SIGNED)
        for n in range(3)
    ]
    anne.append(archive(register, "tjenesteavtale6", tjenesteavtale6_case(ansvarlig_epost=ANNE), SIGNED))
    narvik = alis_case(kommunenr="1806", kommune_navn="Narvik", ansvarlig_epost=BERIT)
    return [*anne, archive(register, "alis", narvik, SIGNED)]


def notify(register: Register, fallback: str = "") -> NoticeRound:
    """Give the day's notices as e-mails."""
    now = register.clock()
    return give_notices(register, lambda to, items, today: write_letter(SENDER, to, items, today, now), fallback)


def post(register: Register, port: int, patience: float = 5, for_data: float = 5) -> DeliveryRound:
    """Deliver what waits to the server at a port."""
    server = MailServer("127.0.0.1", port, patience=patience, patience_for_data=for_data)
    return deliver_waiting(register, deliver_by_smtp(server, SENDER))


def test_one_email_for_each_person_responsible(register: Register, agreements: list[str], port: int) -> None:
    """Anne hears of her four agreements in one e-mail, Berit of hers; a second run the same day sends nothing."""
    server = Behaviour()
    with running(server, port):
        assert notify(register).mails == 2
        assert post(register, port) == DeliveryRound(sent=2)
        assert notify(register) == NoticeRound()
        assert post(register, port) == DeliveryRound()
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


def test_without_a_mail_server_notices_are_shown_and_stay_due(
    register: Register, agreements: list[str], port: int
) -> None:
    """They are used up by nothing but an e-mail that somebody got."""
    shown = [sorted(one.due.id for one in give_notices(register).items) for _round in range(2)]
    assert shown[0] == shown[1]
    assert len(shown[0]) == len(agreements)
    server = Behaviour()
    with running(server, port):
        assert notify(register).mails == 2
        assert post(register, port) == DeliveryRound(sent=2)
    assert give_notices(register).items == []
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


def test_what_the_email_says(register: Register, agreements: list[str], port: int) -> None:
    """Text, HTML and calendar say the same: day, agreement, rule and section, in bokmål, and no doctor's name."""
    server = Behaviour()
    with running(server, port):
        notify(register)
        post(register, port)
    message = next(message for recipient, message in server.taken if recipient == ANNE)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    (attachment,) = message.iter_attachments()
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "Kari Fjordheim" not in body
        assert "fredag 15. januar 2027" in body
        assert "ALIS-avtale § 4.1 (R-A20)" in body
        assert "Tjenesteavtale 6 § 7 (R-B22)" in body
        assert all(agreement in body for agreement in agreements[:4])
        assert "Årlig gjennomgang" in body
    assert message["Subject"] == "4 gjennomganger og frister: Bodø kommune"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@bodo.example>")
    assert attachment.get_content_type() == "text/calendar"
    events = Calendar.from_ical(attachment.get_content()).walk("VEVENT")
    assert {str(event["UID"]) for event in events} == {
        uid(one) for one in due_dates(register) if "1804" in one.municipality_number and one.number
    }


def test_each_reminder_comes_once(register: Register, agreements: list[str], clock: Clock, port: int) -> None:
    """From the 90th day on there are three e-mails, 90, 30 and 7 days before; run twice a day, they stay three."""
    server = Behaviour()
    days = []
    clock.now -= timedelta(days=60)
    with running(server, port):
        for _ in range(120):
            for _ in range(2):
                notify(register)
                if post(register, port).sent:
                    days.append(clock.now.date())
            clock.forward(days=1)
    assert days == [date(2026, 10, 16), date(2026, 12, 16), date(2027, 1, 8)]
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 3, BERIT: 3}


def test_a_server_that_is_down_loses_nothing(register: Register, agreements: list[str], port: int) -> None:
    """While nothing listens, e-mails wait and the reason is shown; once it is up, each comes once."""
    notify(register)
    down = post(register, port)
    assert (down.sent, down.waiting) == (0, 1)
    assert "kunne ikke brukes" in down.problem
    with register.read() as session:
        assert [one.state for one in undelivered(session)] == ["waiting", "waiting"]
        assert "kunne ikke brukes" in undelivered(session)[0].problem
    notify(register)
    server = Behaviour()
    with running(server, port):
        assert post(register, port).sent == 2
        assert post(register, port).sent == 0
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


def test_a_server_that_says_nothing_is_given_up(register: Register, agreements: list[str], port: int) -> None:
    """A server that never greets is away: certainly nothing was sent, and it is tried again at once later."""
    notify(register)
    with silent(port):
        assert post(register, port, patience=0.3).waiting == 1
    server = Behaviour()
    with running(server, port):
        assert post(register, port).sent == 2
    assert len(server.taken) == 2


def test_a_slow_server_is_waited_for(register: Register, agreements: list[str], port: int) -> None:
    """A server that takes longer to confirm a message than any other answer may take still gets each once."""
    server = Behaviour(seconds_before_answer=1.0)
    with running(server, port):
        notify(register)
        assert post(register, port, patience=0.5, for_data=5).sent == 2
        assert post(register, port, patience=0.5, for_data=5).sent == 0
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


def test_an_answer_that_is_lost_makes_no_second_email(
    register: Register, agreements: list[str], clock: Clock, port: int
) -> None:
    """Where the answer to a message is lost, it goes out again after a while under the same Message-ID: one e-mail."""
    server = Behaviour(seconds_before_answer=1.0)
    notify(register)
    with running(server, port):
        first = post(register, port, for_data=0.3)
        assert (first.sent, first.waiting) == (0, 2)
        assert "kan ha kommet fram" in first.problem
        assert post(register, port) == DeliveryRound()
        server.seconds_before_answer = 0
        clock.now += LEASE + timedelta(minutes=1)
        assert notify(register) == NoticeRound()
        assert post(register, port).sent == 2
    assert len(server.taken) == 4
    assert len({(recipient, message["Message-ID"]) for recipient, message in server.taken}) == 2
    assert len({message.as_bytes() for _, message in server.taken}) == 2


def test_a_run_that_is_cut_off_is_completed_by_the_next(
    register: Register, agreements: list[str], clock: Clock, port: int
) -> None:
    """Stopped while a message is under way, a run leaves the rest waiting; the next one delivers all of it."""
    notify(register)

    def stop(mail: Mail) -> tuple[DeliveryResult, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver_waiting(register, stop)
    server = Behaviour()
    with running(server, port):
        assert post(register, port).sent == 1
        clock.now += LEASE + timedelta(minutes=1)
        assert post(register, port).sent == 1
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


def test_a_refused_address_is_shown_and_its_notices_go_to_the_fallback(
    register: Register, agreements: list[str], port: int
) -> None:
    """An address that does not exist gets nothing; its dates go to the fallback once, the other person's stay."""
    server = Behaviour(refuse_recipients={ANNE: "550 5.1.1 <anne@bodo.example> unknown"})
    with running(server, port):
        notify(register)
        refused = post(register, port)
        assert (refused.sent, refused.refused) == (1, 1)
        assert "550 5.1.1" in refused.problem
        assert ANNE not in refused.problem
        assert notify(register) == NoticeRound()
        assert notify(register, "office@bodo.example").mails == 1
        assert post(register, port).sent == 1
        assert notify(register, "office@bodo.example") == NoticeRound()
    assert Counter(recipient for recipient, _ in server.taken) == {BERIT: 1, "office@bodo.example": 1}


@pytest.mark.parametrize(("smtputf8", "sent", "refused"), [(True, 2, 0), (False, 1, 1)])
def test_an_address_with_norwegian_letters_stops_nobody_elses(
    register: Register, port: int, smtputf8: bool, sent: int, refused: int
) -> None:
    """A server with SMTPUTF8 takes it; without, it is refused, its dates go to the fallback, and nobody else waits."""
    kaare = "kåre@bodo.example"
    archive(register, "alis", alis_case(ansvarlig_epost=kaare), SIGNED)
    archive(register, "alis", alis_case(lege_hpr_nummer="9900200", ansvarlig_epost=BERIT), SIGNED)
    server = Behaviour()
    with running(server, port, smtputf8):
        notify(register)
        made = post(register, port)
        assert (made.sent, made.refused, made.waiting) == (sent, refused, 0)
        assert "kåre" not in made.problem
        assert notify(register, "office@bodo.example").mails == refused
    assert Counter(recipient for recipient, _ in server.taken) == Counter([BERIT, *[kaare] * smtputf8])


@pytest.mark.parametrize("address", ["anne@bodo.example\r\nRCPT TO:<x@x.example>", "anne\n@bodo.example"])
def test_an_address_that_no_command_can_hold_is_refused(address: str, port: int) -> None:
    """A line end in an address is no second command, and ends no round."""
    server = Behaviour()
    with running(server, port):
        result, _ = transmit(MailServer("127.0.0.1", port), "desk@bodo.example", address, b"Subject: x\r\n\r\nx")
    assert result == DeliveryResult.REFUSED
    assert server.taken == []


def test_a_refusal_for_now_is_tried_again(register: Register, agreements: list[str], port: int) -> None:
    """A full mailbox or greylisting (4xx) delays one person's e-mail and nobody else's."""
    server = Behaviour(refuse_recipients={ANNE: "451 4.7.1 greylisted"})
    with running(server, port):
        notify(register)
        first = post(register, port)
        assert (first.sent, first.waiting, first.refused) == (1, 1, 0)
        server.refuse_recipients.clear()
        assert post(register, port).sent == 1
    assert Counter(recipient for recipient, _ in server.taken) == {ANNE: 1, BERIT: 1}


@pytest.mark.parametrize(
    "behaviour", [Behaviour(refuse_sender="550 no relay"), Behaviour(refuse_message="451 4.3.0 later")]
)
def test_a_server_that_refuses_everything_loses_nothing(
    behaviour: Behaviour, register: Register, agreements: list[str], port: int
) -> None:
    """A wrong sender or a server in trouble leaves every e-mail waiting."""
    with running(behaviour, port):
        notify(register)
        assert post(register, port).sent == 0
        with register.read() as session:
            assert [one.state for one in undelivered(session)] == ["waiting", "waiting"]
        behaviour.refuse_sender = behaviour.refuse_message = ""
        assert post(register, port).sent == 2
    assert Counter(recipient for recipient, _ in behaviour.taken) == {ANNE: 1, BERIT: 1}


def test_two_runs_at_once_send_each_once(any_register: Register, port: int) -> None:
    """Two flows that start at the same moment give each notice once and deliver each e-mail once."""
    for number in range(12):
        case = alis_case(lege_hpr_nummer=f"99001{number:04}", ansvarlig_epost=f"person{number}@bodo.example")
        archive(any_register, "alis", case, SIGNED)
    server, faults = Behaviour(), list[BaseException]()

    def run() -> None:
        try:
            keep_dates(any_register)
            notify(any_register)
            post(any_register, port)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            faults.append(error)

    with running(server, port):
        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        post(any_register, port)
    assert faults == []
    assert Counter(recipient for recipient, _ in server.taken) == {f"person{n}@bodo.example": 1 for n in range(12)}


def test_dates_without_anybody_to_tell_are_named(register: Register) -> None:
    """Nobody responsible and no fallback: nothing counts as given, so it comes as soon as there is somebody."""
    archive(register, "alis", alis_case(), SIGNED)
    given = notify(register)
    assert (given.items, given.mails, len(given.nobody)) == ([], 0, 1)
    assert notify(register, "office@bodo.example").mails == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25)),
        ("smtp://me:p%40ss@mail.example", MailServer("mail.example", 587, user="me", password="p@ss")),
        ("smtps://mail.example", MailServer("mail.example", 465, encrypted=True)),
    ],
)
def test_addresses_of_mail_servers(url: str, server: MailServer) -> None:
    """The port follows from the kind of address; user and password may hold escaped signs."""
    assert server_at(url) == server


@pytest.mark.parametrize(
    "url", ["http://me:secret@mail.example", "smtp://me:secret@mail.example:abc", "smtp://me:secret@h:99999"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Another scheme or a port that is none is wrong use, and the sentence does not repeat what may be a password."""
    with pytest.raises(WrongUse, match="AVTALEFLYT_SMTP_URL") as caught:
        server_at(url)
    assert "secret" not in str(caught.value)


def test_no_password_goes_out_in_the_clear(register: Register, agreements: list[str], port: int) -> None:
    """A server that offers no encryption gets no password: the e-mails wait, and the reason is shown."""
    notify(register)
    with running(Behaviour(), port):
        server = MailServer("127.0.0.1", port, user="me", password="secret", patience=5)
        made = deliver_waiting(register, deliver_by_smtp(server, SENDER))
    assert (made.sent, made.waiting) == (0, 1)
    assert "passordet sendes ikke ukryptert" in made.problem
