"""What the desk refuses, and how it says so: a code for programs, a status for HTTP, a sentence for people."""

from flows.errors import SignatureRefused
from flows.language import translate
from flows.language import translate as _


class Refused(SignatureRefused):
    """The desk cannot do this. `code` is a stable word; the message is one sentence without anything personal.

    `language` is that of the request, where it is known: what people read of a refusal is in it.
    """

    def __init__(self, status: int, code: str, message: str, language: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.language = language


def unknown_request() -> Refused:
    """Nobody sent a request by that id."""
    return Refused(404, "unknown-request", _("The desk has no such request."))


def unknown_link() -> Refused:
    """Nobody has that token."""
    return Refused(404, "unknown-link", _("This link leads to nothing; check that all of it was copied."))


def not_open(state: str, language: str = "") -> Refused:
    """Nothing can be done with the request any more."""
    status = 410 if state == "expired" else 409
    return Refused(
        status, state, _("The request is no longer open; it is {state}.").format(state=translate(state)), language
    )


def not_your_turn() -> Refused:
    """Somebody else signs first."""
    return Refused(409, "not-your-turn", _("Somebody else signs before this signer; wait for that signature."))
