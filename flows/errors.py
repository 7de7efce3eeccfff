"""Every exception that Avtaleflyt raises on purpose, as one tree.

    AvtaleflytError
    ├── WrongUse             the command or a setting is wrong
    ├── ComponentMissing     something that must be installed is not
    ├── CasesUnreadable      the file or address is no readable list of cases
    ├── NotFound             no such agreement, record or request
    ├── TransitionRefused    a change of state that the table of states does not have
    ├── TemplateRefused      a template that cannot be filled faithfully
    ├── DocumentRefused      a document that would lose content on its way to PDF
    ├── ProviderError        the signature provider
    │   ├── NotSent          certainly nothing was created there; may be tried again
    │   │   └── NotReached       and that because the provider does not answer now
    │   ├── PerhapsSent      it cannot be known whether something was created
    │   ├── ProviderUnreachable  it does not answer now
    │   └── NotSupported     the provider has no such operation
    ├── DeliveryError        the municipality's own archive system, and the way to it
    │   ├── NotHandedOver    certainly nothing was delivered; it is tried again by itself
    │   ├── DeliveryRefused  certainly nothing was delivered, and this message never will be
    │   ├── PerhapsDelivered it cannot be known whether it was delivered
    │   └── DeliveryStopped  nothing can be delivered before a person has mended something
    ├── SignatureRefused     the signing desk cannot take this signature
    ├── NotDelivered         e-mails that wait because the mail server is away or refuses them
    ├── StoreDamaged         a stored blob is missing or is not what its digest says
    ├── RegisterAltered      a row of the register is not what its history says
    ├── RegisterFailed       the database's disk or server fails; nothing half is left
    │   └── RegisterUnreachable  its server does not answer now, or broke off
    ├── StoreFailed          the store could not take a blob; nothing half is left
    │   └── StoreUnreachable     its service does not answer now
    └── NotAllowed           a person's role, a hold or the archive's rules do not allow it

Problems with *data* are not exceptions: they are values (`flows.agreements.problems.Problem`), collected and reported
together. The message of every exception here is one sentence for the person at the screen, with what to do next; it
never holds names, HPR numbers, tokens or links for signing.
"""


class AvtaleflytError(Exception):
    """Anything that Avtaleflyt itself reports. `exit_code` is what the command line ends with."""

    exit_code = 2

    @property
    def message(self) -> str:
        """The sentence, as it was translated: unlike `str(error)`, it can still be stored in another language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class WrongUse(AvtaleflytError):
    """A command, an option or a setting that cannot be followed."""


class ComponentMissing(AvtaleflytError):
    """A program, library or font is not installed; the message holds the line that installs it."""


class CasesUnreadable(AvtaleflytError):
    """The source of cases as a whole cannot be read; nothing was taken from it."""


class NotFound(AvtaleflytError):
    """No agreement, record or request by that id."""

    exit_code = 1


class TransitionRefused(AvtaleflytError):
    """A change of state that is not in the table of states."""

    exit_code = 1


class TemplateRefused(AvtaleflytError):
    """A template with a fault: unreadable, unknown names, unsafe expressions.

    `values` are the names in the template whose values are part of the reason, if any are.
    """

    exit_code = 1

    def __init__(self, message: str, values: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.values = values


class DocumentRefused(AvtaleflytError):
    """A document whose PDF would not hold everything that the DOCX holds.

    `values` are the names in the template whose values are the reason, where the case is.
    """

    exit_code = 1

    def __init__(self, message: str, values: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.values = values


class ProviderError(AvtaleflytError):
    """The signature provider refused, failed or did not answer."""

    exit_code = 1


class NotSent(ProviderError):
    """Certainly nothing was created at the provider: it may be sent again."""


class NotReached(NotSent):
    """Certainly nothing was created, since the provider does not answer now: worth trying again by itself."""


class ProviderUnreachable(ProviderError):
    """The provider does not answer now: worth asking again by itself."""


class PerhapsSent(ProviderError):
    """The request may or may not exist at the provider: it must be looked up, never sent again on a guess."""


class NotSupported(ProviderError):
    """The provider has no such operation."""


class DeliveryError(AvtaleflytError):
    """The archive system, or the way to it, refused, failed or did not answer."""

    exit_code = 1


class NotHandedOver(DeliveryError):
    """Certainly nothing was delivered; it is tried again by itself."""


class DeliveryRefused(DeliveryError):
    """Certainly nothing was delivered, and the same message would be refused again."""


class PerhapsDelivered(DeliveryError):
    """The archive may or may not have it: it is looked up or settled by a person, never repeated on a guess."""


class DeliveryStopped(DeliveryError):
    """Nothing can be delivered before a person has mended something: credentials, certificate, access."""


class SignatureRefused(AvtaleflytError):
    """The signing desk cannot take this signature: wrong order, already signed, expired."""

    exit_code = 1


class NotDelivered(AvtaleflytError):
    """E-mails could not be delivered. They are kept and tried again; refused ones need another address."""

    exit_code = 1


class StoreDamaged(AvtaleflytError):
    """A stored blob is missing, or its bytes no longer have the digest that it is named by."""

    exit_code = 1


class RegisterAltered(AvtaleflytError):
    """A row of the register is not what its history says: nothing is done with it, and `archive verify` tells more."""

    exit_code = 1


class RegisterFailed(AvtaleflytError):
    """The database could not be used (full disk, server gone): nothing half is left, and it may be tried again."""

    exit_code = 1


class RegisterUnreachable(RegisterFailed):
    """The database's server does not answer now, or broke off: worth trying again by itself."""


class StoreFailed(AvtaleflytError):
    """The store could not take a blob (full disk, no contact): nothing half is left, and it may be tried again."""

    exit_code = 1


class StoreUnreachable(StoreFailed):
    """The store's service does not answer now: worth trying again by itself."""


class NotAllowed(AvtaleflytError):
    """Something that a person's role, a legal hold or the archive's rules do not allow."""

    exit_code = 1
