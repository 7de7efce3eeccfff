"""What the desk tells signers by e-mail, where it has any; without it, senders pass links on themselves."""

from typing import Protocol

from flows.signing.desk.requests import DeskRequest, DeskSigner


class Letters(Protocol):
    """Carries letters to signers."""

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Send the signer the link again."""
        ...
