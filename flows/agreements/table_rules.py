"""The rules that follow from a `type.toml` (docs/domain.md#rules-of-a-table)."""

from datetime import date
from typing import Any

from flows.agreements import shared_rules
from flows.agreements.person_names import is_nobody, nobody, same_name
from flows.agreements.rulebook import Rulebook, Wrong
from flows.agreements.type_table import Condition, FieldTable, TypeTable
from flows.agreements.types import PartyFields
from flows.language import translate as _


def rulebook_of(table: TypeTable, parties: tuple[PartyFields, ...]) -> Rulebook:
    """Return the rules of a type: those of every agreement with a municipality, and those of its table."""
    book = Rulebook([*shared_rules.rulebook.rules])
    _names_of_municipalities(book, table)
    _signatories(book, parties)
    _required(book, table.field)
    _dates(book, table)
    return book


def _names_of_municipalities(book: Rulebook, table: TypeTable) -> None:
    written = [made.municipality for made in table.made.values() if made.municipality]

    @book.rule("party")
    def municipality_has_its_own_name(case: Any) -> Wrong:
        for name in written:
            if message := shared_rules.name_of_another_municipality(case, getattr(case, name)):
                yield name, message


def _signatories(book: Rulebook, parties: tuple[PartyFields, ...]) -> None:
    first, *others = parties

    @book.rule("party")
    def somebody_signs(case: Any) -> Wrong:
        for party in others:
            if is_nobody(getattr(case, party.name)):
                yield party.name, nobody(getattr(case, party.name))

    @book.rule("party")
    def each_party_has_an_address(case: Any) -> Wrong:
        for party in others:
            yield from shared_rules.one_recipient(case, _shared_recipient(case, first, party), approved=False)

    @book.rule("party", "warning")
    def one_recipient_was_approved(case: Any) -> Wrong:
        for party in others:
            yield from shared_rules.one_recipient(case, _shared_recipient(case, first, party), approved=True)


def _shared_recipient(case: Any, first: PartyFields, other: PartyFields) -> str:
    """Return the field in which one party's signatory is the other's, or is reached as theirs; empty if none."""
    if same_name(getattr(case, first.name), getattr(case, other.name)):
        return other.name
    pairs = [(first.email, other.email), (first.mobile, other.mobile)]
    return shared_rules.shared_contact(
        *((own, getattr(case, own), getattr(case, their)) for their, own in pairs if own and their)
    )


def _required(book: Rulebook, fields: tuple[FieldTable, ...]) -> None:
    asked = [(field, field.required_when) for field in fields if field.required_when]

    @book.rule("required")
    def field_is_filled_in(case: Any) -> Wrong:
        for field, condition in asked:
            if holds(condition, case) and getattr(case, field.name) in (None, ""):
                yield field.name, _("{label} is missing. {hint}").format(label=field.label, hint=_("Fill it in."))


def holds(condition: Condition, case: Any) -> bool:
    """Return whether a condition holds of a case."""
    return getattr(case, condition.field) in condition.values


def _dates(book: Rulebook, table: TypeTable) -> None:
    until, first = table.validity.until, table.identity.valid_from

    @book.rule("validity")
    def agreement_ends_after_it_begins(case: Any) -> Wrong:
        last_day: date | None = getattr(case, until) if until else None
        if last_day and last_day <= getattr(case, first):
            yield until, _("The agreement ends before it begins. Check both days.")
