"""The port to an archive system: what deliveries ask of any of them.

An adapter touches neither the register nor the store. `send` and `ask` are one attempt each and are never repeated
inside an adapter; `answers` hands out what came for us, and forgets a message when the next one is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from flows.register.delivery_answers import ReceivedAnswer
from flows.register.schema import Json


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that goes with a message: its ASCII name there, and its bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message as it was committed: its type, its XML, its files, and our id, the same for every repeat."""

    type: str
    xml: bytes = field(repr=False)
    files: Sequence[OutgoingFile]
    client_message_id: str


class AnswerKind(StrEnum):
    """What an answer of an archive system means."""

    RECEIVED = "received"
    RECEIPT = "receipt"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    FOUND = "found"
    EXPIRED = "expired"
    NOT_FETCHED = "not_fetched"
    UNREADABLE = "unreadable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ArchiveAnswer:
    """An answer, opened and verified.

    `words` are the archive's own where it refuses or fails, otherwise ours where something is wrong. `receipt` is
    `{case, entry, documents}` with the archive's ids and numbers; `keys` are the external keys that the answer names.
    """

    kind: AnswerKind
    words: str = ""
    receipt: Json = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    signer: str = ""


class ArchiveSystem(Protocol):
    """One archive system, as this installation reaches it."""

    @property
    def name(self) -> str:
        """The archive's id: deliveries are kept by it."""

    @property
    def may_look_up(self) -> bool:
        """Whether the archive may be asked what it has."""

    def check(self) -> None:
        """Raise `DeliveryStopped` where nothing can be delivered now, `NotHandedOver` where that cannot be asked."""

    def send(self, message: OutgoingMessage) -> str:
        """Send a message and return its id. Raises an error of `DeliveryError` that says whether it may be there."""

    def ask(self, record_id: str, client_message_id: str) -> str:
        """Ask the archive for the entry with a record's key, and return the question's id. Raises like `send`."""

    def answers(self) -> Iterator[ReceivedAnswer]:
        """Yield what came for us. Raises `NotHandedOver`, `DeliveryStopped`."""

    def problems(self) -> list[str]:
        """Return what stands in the way of deliveries, or soon will, as sentences."""

    def read(self, answer: ReceivedAnswer) -> ArchiveAnswer:
        """Open an answer and say what it means; one that cannot be opened or verified is `unreadable`."""
