"""Errors of the desk: each has a code for programs, an HTTP status and a sentence for people."""

from flows.errors import SignatureRefused
from flows.language import translate
from flows.language import translate as _


class DeskError(SignatureRefused):
    """The desk cannot do this. `code` is stable; the message is one sentence without personal data.

    `language` is that of the signer, if it is known: the page that shows the error is written in it.
    """

    def __init__(self, status: int, code: str, message: str, language: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.language = language


def unknown_request() -> DeskError:
    """Return the error for an id that no request has."""
    return DeskError(404, "unknown-request", _("The desk has no such request."))


def unknown_link() -> DeskError:
    """Return the error for a token that no link has."""
    return DeskError(404, "unknown-link", _("This link leads to nothing; check that all of it was copied."))


def not_open(state: str, language: str = "") -> DeskError:
    """Return the error for a request that has ended."""
    status = 410 if state == "expired" else 409
    return DeskError(
        status, state, _("The request is no longer open; it is {state}.").format(state=translate(state)), language
    )


def not_your_turn() -> DeskError:
    """Return the error for a signer whose turn it is not."""
    return DeskError(409, "not-your-turn", _("Somebody else signs before this signer; wait for that signature."))
