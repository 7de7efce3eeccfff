"""Reasons for quarantining a signed file (docs/protocols.md#checks-of-a-signed-file).

Each reason is a word for programs, and a sentence: bokmål in the register, elsewhere the language of the reader.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.language import translate
from flows.language import translate as _


class ReasonCode(StrEnum):
    """Every reason: code and sentence. Braces are filled with details."""

    NO_PDF = "incomplete: the file is no PDF"
    UNREADABLE = "incomplete: the PDF cannot be read ({error})"
    NOT_COMPARABLE = "incomplete: the pages cannot be compared ({error})"
    TOO_COSTLY = "incomplete: judging the PDF takes more time or memory than any agreement needs"
    IRREGULAR = "irregular: the PDF is not built by the standard, and programs may read it differently"
    ENCRYPTED = "active_content: the PDF is encrypted"
    ACTIVE = "active_content: the PDF holds {name}"
    UNKNOWN_KIND = "signature_invalid: it is of a kind that cannot be judged ({name})"
    NO_SIGNATURE = "signature_invalid: the PDF holds no signature"
    NOT_FITTING = "signature_invalid: the signature does not fit the bytes"
    FORGEABLE = "signature_invalid: {digest} is a digest that can be forged"
    REVOKED = "signature_revoked: the certificate had been revoked when it signed"
    UNTRUSTED = "signature_untrusted: the certificate chains to no trusted authority"
    BEFORE_REQUEST = "wrong_time: it claims to have been made before it was asked for"
    AFTER_ARRIVAL = "wrong_time: it claims to have been made after it had arrived here"
    OUTSIDE_LIFE = "wrong_time: it claims a time at which its certificate was not valid"
    NOT_COVERING = "modified_after_signing: the signature does not cover its whole revision"
    MORE_CAME = "modified_after_signing: more than signatures came after it"
    ANOTHER_TITLE = "modified_after_signing: the title that programs show is not the one that was sent"
    FOLLOWED = "modified_after_signing: something that is no proof follows the last signature"
    LOW_LEVEL = "level_too_low: it is not PAdES {level} or better"
    WRONG_SIGNERS = "wrong_signers: those who signed are not exactly those who should have"
    SIGNERS_UNNAMED = "wrong_signers: the provider's pages do not name everybody who should have signed"
    SIGNERS_TOLD = "wrong_signers: those who signed, as the provider tells, are not exactly those who should have"
    ANOTHER_ADDRESS = "wrong_signers: a signer's e-mail address at the provider is not the one that was asked for"
    ANOTHER_CONTACT = "wrong_signers: the provider reached a signer at an address or number that was not asked for"
    WRONG_SEAL = "wrong_seal: the seal is not the provider's own"
    ANOTHER_FILE = "not_our_document: the first revision is not the PDF that was sent"
    PAGES_MISSING = "not_our_document: pages that were sent are missing"
    ANOTHER_TEXT = "not_our_document: the text of page {page} is not the one that was sent"
    CHANGED_FIRST = "not_our_document: more than signature fields came between what was sent and the first signature"
    STRAY_STAMP = "not_our_document: a signature is shown at a place where none was asked for"
    OTHER_LOOK = "not_our_document: page {page} does not look like the one that was sent"
    BESIDE_TEXT = "not_our_document: page {page} holds more than what was sent and the signatures that were asked for"
    STRANGE_PAGES = "not_our_document: pages were added that are not the provider's account of who signed"
    OTHER_PICTURES = "not_our_document: the pictures of page {page} are not those that were sent"
    NOT_PDFA = "not_pdfa: the file does not claim to be PDF/A-{parts}"
    NO_TITLE = "metadata_incomplete: the agreement has no title"
    NO_NAME = "metadata_incomplete: not every party has a name"
    FEW_PARTIES = "metadata_incomplete: it has fewer than two parties"
    NO_DATE = "metadata_incomplete: nothing says when it was signed"

    @property
    def sentence(self) -> str:
        """The reason without its word."""
        return self.value.partition(": ")[2]


@dataclass(frozen=True, slots=True)
class QuarantineReason:
    """A reason with its details; several in one are alternatives. `signature` is the field that it is about."""

    why: ReasonCode
    details: Mapping[str, object] = field(default_factory=dict)
    signature: str = ""

    def __str__(self) -> str:
        return self.in_language("")

    def in_language(self, language: str) -> str:
        """Return word and sentence in a language; in the language in use where it is empty."""
        sentence = translate(self.why.sentence, language).format(**_filled(self.details, translate("or", language)))
        return f"{self.word}: {sentence}{self._about}"

    @property
    def word(self) -> str:
        """The word for programs."""
        return self.why.value.partition(": ")[0]

    @property
    def told(self) -> str:
        """The sentence in the language in use."""
        said = translate(self.why.sentence).format(**_filled(self.details, _("or"))) + self._about
        return said[:1].upper() + said[1:] + "."

    @property
    def _about(self) -> str:
        return f" ({self.signature})" if self.signature else ""


def _filled(details: Mapping[str, object], either: str) -> dict[str, str]:
    return {
        name: f" {either} ".join(value) if isinstance(value, tuple) else str(value) for name, value in details.items()
    }


_WORDS = re.compile(rf"(?:^|; )(?:{'|'.join(sorted({code.value.partition(': ')[0] for code in ReasonCode}))}): ")


def quarantine_sentences(stored: str) -> list[str]:
    """Return the reasons that a text of the register joins, each as a sentence without its word for programs.

    A text that is no such reasons is returned as it is.
    """
    before, *reasons = _WORDS.split(stored)
    return [f"{one[:1].upper()}{one[1:]}." for one in reasons] if reasons and not before else [stored]
