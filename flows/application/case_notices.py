"""What should be known about good cases before documents are made of them, though nothing is wrong with them."""

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from flows.agreements.parties import Signatory
from flows.agreements.types import types
from flows.application.context import Context
from flows.application.document_language import chosen_language, nynorsk_municipality
from flows.intake import ValidatedCase
from flows.intake.register_comparison import replaced_cases
from flows.language import translate as _
from flows.language import translate_plural

_NAMED = 10


def case_notices(context: Context, cases: Iterable[ValidatedCase]) -> tuple[str, ...]:
    """Return a sentence about each thing to know: documents in another language, and signers who get no e-mail."""
    in_bokmaal: dict[str, None] = {}
    unreached: list[str] = []
    for one in cases:
        kind = types()[one.type]
        municipality = nynorsk_municipality(one.case)
        if municipality and chosen_language(context.settings, kind, one.case) != "nn":
            in_bokmaal[municipality.display_name] = None
        row = one.place.row
        names = unreached_signers(context, kind.signatories(one.case))
        unreached += [_("{name} (row {row})").format(name=name, row=row) if row else name for name in names]
    return tuple(_notices(list(in_bokmaal), unreached))


def replacement_notices(session: Session, cases: Iterable[ValidatedCase]) -> tuple[str, ...]:
    """Return a sentence about the cases of the register that these would replace, with what differs in each."""
    named = replaced_cases(session, cases)
    if not named:
        return ()
    message = translate_plural(
        "{number} case that was taken in before is replaced by what stands here: {names}. Check that this is newer.",
        "{number} cases that were taken in before are replaced by what stands here: {names}. Check that this is newer.",
        len(named),
    )
    return (message.format(number=len(named), names=_listed(named)),)


def unreached_signers(context: Context, signers: Iterable[Signatory]) -> list[str]:
    """Return the names of the signers whom the provider cannot write to; the signing desk writes e-mails alone."""
    by_mail_alone = context.settings.provider == "desk"
    return [one.name for one in signers if not (one.email or (one.mobile and not by_mail_alone))]


def _notices(in_bokmaal: list[str], unreached: list[str]) -> Iterator[str]:
    if in_bokmaal:
        yield _(
            "{municipalities}: the municipality writes nynorsk, but no template in nynorsk is in use here, so the "
            "agreements are made in bokmål. Operations decide whether the unofficial translation is used."
        ).format(municipalities=_listed(in_bokmaal))
    if unreached:
        yield translate_plural(
            "{number} signer has no e-mail address and is not written to: {names}. Fill in the address, or pass the "
            "link on yourself after sending.",
            "{number} signers have no e-mail address and are not written to: {names}. Fill in the addresses, or pass "
            "the links on yourself after sending.",
            len(unreached),
        ).format(number=len(unreached), names=_listed(unreached))


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    return _("{names} and {number} more").format(names=shown, number=more) if more > 0 else shown
