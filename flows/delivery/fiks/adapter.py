"""Fiks Arkiv over Fiks IO as an archive system."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from flows.delivery.archive_settings import ArchiveSettings
from flows.delivery.arkivmelding import lookup_message
from flows.delivery.fiks.answer_reader import is_from_fiks_itself, kind_of, read_contents
from flows.delivery.fiks.api import FiksApi
from flows.delivery.fiks.container import ContainedFile, pack
from flows.delivery.fiks.container_reader import ContainerFault, unpack
from flows.delivery.fiks.health_check import archive_problems
from flows.delivery.fiks.keys import Identity, load_identity, load_key
from flows.delivery.fiks.mailbox import AmqpMailbox, Mailbox, MailboxOpener
from flows.delivery.fiks.maskinporten import TokenSource
from flows.delivery.fiks.sealing import NotOpened, seal, unseal
from flows.delivery.port import AnswerKind, ArchiveAnswer, OutgoingFile, OutgoingMessage
from flows.errors import DeliveryRefused, DeliveryStopped, NotHandedOver, WrongUse
from flows.language import translate as _
from flows.register.delivery_answers import ReceivedAnswer

_CORRELATIONS = ("klientKorrelasjonsId", "klientKorrelasjonId")
"""KS misspelt the header; some archives echo only one spelling of it."""
_MOST_CONNECTIONS = 5
"""To our queue in one reading: KS's own clients make no more at once."""


@dataclass(frozen=True)
class FiksArchive:
    """An archive behind Fiks IO, with our keys and the connections to KS."""

    settings: ArchiveSettings
    api: FiksApi
    account_keys: Sequence[RSAPrivateKey] = field(repr=False)
    signer: Identity = field(repr=False)
    open_mailbox: MailboxOpener = field(repr=False)

    @property
    def name(self) -> str:
        """The archive's account."""
        return self.settings.archive

    @property
    def may_look_up(self) -> bool:
        """Whether our account has the part `klient.full`."""
        return self.settings.may_look_up

    def check(self) -> None:
        """Raise `DeliveryStopped` where nothing can be delivered now: no valid key, no access, nobody listens."""
        fiks = self.settings.fiks
        self.api.certificate(self.name, fiks.archive_fingerprint)
        status = self.api.status(self.name)
        if not status.may_receive:
            raise DeliveryStopped(
                _("The archive's account in Fiks IO takes no messages now: ask the archive's people.")
            )
        if status.consumers == 0 or status.waiting > fiks.most_waiting:
            raise DeliveryStopped(
                _(
                    "The archive does not fetch its messages ({waiting} wait, {consumers} listen): nothing more is "
                    "sent before it does. Ask the archive's people."
                ).format(waiting=status.waiting, consumers=status.consumers)
            )

    def send(self, message: OutgoingMessage) -> str:
        """Sign, seal and send a message; return its id."""
        files = [OutgoingFile("arkivmelding.xml", message.xml), *message.files]
        return self._send(message.type, message.client_message_id, files)

    def ask(self, record_id: str, client_message_id: str) -> str:
        """Ask for the entry with a record's key; return the question's id."""
        question = lookup_message(self.settings.message, record_id)
        return self._send(question.type, client_message_id, [OutgoingFile("registrering-hent.xml", question.xml)])

    def _send(self, message_type: str, client_message_id: str, files: Sequence[OutgoingFile]) -> str:
        fiks = self.settings.fiks
        size = sum(len(one.content) for one in files)
        if size > fiks.largest_message:
            raise DeliveryRefused(
                _(
                    "The files are {size} bytes together, and {largest} is the most that is sent: deliver it by hand."
                ).format(size=size, largest=fiks.largest_message)
            )
        certificate = self.api.certificate(self.name, fiks.archive_fingerprint)
        contained = [ContainedFile(one.name, one.content) for one in files]
        sealed = seal(pack(contained, self.signer.certificate, self.signer.key), certificate)
        headers = {"klientMeldingId": client_message_id, **dict.fromkeys(_CORRELATIONS, client_message_id)}
        return self.api.send(message_type, headers, sealed)

    def answers(self) -> Iterator[ReceivedAnswer]:
        """Yield what lies in our queue. An open connection keeps its token, and may be closed when that ends.

        So a connection that breaks or is refused is made anew with a fresh token, a few times and as long as each
        brings something new. What was stored and not acknowledged comes again.
        """
        seen: set[str] = set()
        for left in reversed(range(_MOST_CONNECTIONS)):
            before, token = len(seen), self.api.tokens.token()
            try:
                for answer in self.open_mailbox(token).answers():
                    seen.add(answer.message_id)
                    yield answer
            except (NotHandedOver, DeliveryStopped):
                first = left == _MOST_CONNECTIONS - 1
                if left == 0 or not (first or len(seen) > before):
                    raise
                self.api.tokens.forget()
            else:
                return

    def problems(self) -> list[str]:
        """Return what is wrong with keys, certificates, accounts and queue, or soon will be."""
        return archive_problems(self.settings, self.api, self.signer, self.account_keys, self.check)

    def read(self, answer: ReceivedAnswer) -> ArchiveAnswer:
        """Open an answer with one of our keys, verify it, and say what it means."""
        kind = kind_of(answer.type)
        if not is_from_fiks_itself(kind) and answer.sender != self.name:
            return ArchiveAnswer(AnswerKind.OTHER, _("It comes from another account than the archive's."))
        if answer.headers.get("dokumentlager-id"):
            told = _(
                "It is so large that it lies in Dokumentlager, where nothing is fetched from: ask the archive's people "
                "what it says."
            )
            return ArchiveAnswer(AnswerKind.UNREADABLE, told)
        if not answer.body:
            return ArchiveAnswer(kind)
        try:
            opened = unpack(unseal(answer.body, self.account_keys))
            return read_contents(kind, dict(opened.files), opened.signer)
        except NotOpened:
            told = _("None of our account's keys opens it: see account_keys, and which certificate the account has.")
        except ContainerFault:
            told = _("Its contents were changed after the archive signed them, or are damaged.")
        except ValueError:
            told = _("Its contents cannot be read.")
        return ArchiveAnswer(AnswerKind.UNREADABLE, told)


def open_fiks_archive(
    settings: ArchiveSettings,
    password: str,
    passphrase: str,
    clock: Callable[[], datetime],
    session: requests.Session | None = None,
    open_mailbox: MailboxOpener | None = None,
) -> FiksArchive:
    """Return the archive with its keys loaded. Raises `WrongUse` where one is missing."""
    fiks, maskinporten = settings.fiks, settings.maskinporten
    if not password.strip():
        raise WrongUse(_("Set AVTALEFLYT_FIKS_PASSWORD to the password of the integration in Fiks IO."))
    signer = load_identity(fiks.signing_certificate, passphrase, fiks.signing_key)
    if maskinporten.certificate is not None:
        client = load_identity(maskinporten.certificate, passphrase, maskinporten.key)
    elif maskinporten.key is not None:
        client = Identity(load_key(maskinporten.key, passphrase))
    else:
        raise WrongUse(_("Maskinporten needs a certificate, or a key and its key_id."))
    session = session or requests.Session()
    tokens = TokenSource(maskinporten, client, session, clock)
    api = FiksApi(fiks, password.strip(), tokens, session, clock)
    keys = [load_key(path, passphrase) for path in fiks.account_keys]

    def amqp(token: str) -> Mailbox:
        return AmqpMailbox(fiks, password.strip(), token)

    return FiksArchive(settings, api, keys, signer, open_mailbox or amqp)
