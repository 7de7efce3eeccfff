"""Make an agreement type of its folder."""

from datetime import date, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel

from flows.agreements.fields import FieldKind
from flows.agreements.parties import Signatory
from flows.agreements.printed_names import PrintedNames, fields_made_of, names_a_body
from flows.agreements.signer_language import SignerLanguage
from flows.agreements.table_case import case_model
from flows.agreements.table_rules import rulebook_of
from flows.agreements.type_checks import case_faults, table_faults
from flows.agreements.type_table import (
    DeadlineTable,
    ExampleValue,
    Offset,
    PartyTable,
    SourceTable,
    TypeTable,
    read_table,
    unusable,
)
from flows.agreements.types import (
    TABLE,
    AgreementDeadline,
    AgreementType,
    ArchiveTerms,
    Identity,
    PartyFields,
    RenewalTerms,
    Source,
)
from flows.language import translate as _

_PADDED = 9
"""Digits to which HPR numbers are padded where they are compared; they are held as written."""


def build_type(folder: Path, *, shipped: bool = False) -> AgreementType:
    """Return the agreement type of a folder. Raises `WrongUse` with everything that is wrong with its `type.toml`."""
    table, place, name = read_table(folder), f"{folder.name}/{TABLE}", folder.name
    if faults := table_faults(name, table):
        raise unusable(place, "; ".join(faults))
    functions = _functions(table, place)
    case: type[BaseModel] = functions.get("case") or case_model(name, table.field, table.nynorsk)
    computed = functions.get("printed")
    if faults := case_faults(table, case, computed is not None):
        raise unusable(place, "; ".join(faults))
    parties = tuple(PartyFields(**party.model_dump(), language=_language_field(party, case)) for party in table.party)
    names = PrintedNames(table.printed, table.made, table.nothing, computed, table.nynorsk)
    valid_to = functions.get("valid_to") or partial(_valid_to, table)
    rulebook = functions.get("rules") or rulebook_of(table, parties)
    return AgreementType(
        name=name,
        title=table.title,
        sheet=table.sheet,
        folder=folder,
        shipped=shipped,
        case=case,
        judge=rulebook.judge,
        identity=partial(_identity, table),
        context=names.values,
        signatories=partial(_signatories, parties, names),
        valid_to=valid_to,
        public_title=functions.get("public_title") or partial(_public_title, table.public_title),
        title_of=functions.get("title") or partial(_always, table.title),
        variant=functions.get("variant") or partial(_always, ""),
        parties_for_outsiders=functions.get("outsiders") or partial(_outsiders, table.outsiders, names),
        parties=parties,
        archive=ArchiveTerms(
            table.noark.class_number,
            table.noark.class_title,
            table.noark.type_title,
            table.retention.model_dump(),
            table.access.model_dump(),
        ),
        masked=None if table.masked is None else frozenset(table.masked),
        bodies=frozenset(each for each, made in table.made.items() if names_a_body(made)),
        made_of=table.made_of | {each: fields_made_of(made) for each, made in table.made.items()},
        review=_source(table.review),
        ends={
            "expected_end": _source(table.validity.expected_end),
            "early_end": _source(table.validity.early_end),
            "notice_end": _source(table.validity.notice_end),
        },
        deadlines=tuple(map(partial(_deadline, name), table.deadline)),
        renewal=RenewalTerms(
            table.renewal.resets, table.renewal.season, table.renewal.last_review, table.validity.until
        ),
        example=table.example,
        example_only=frozenset(table.example_only),
        nynorsk=table.nynorsk,
        file_names=table.file_names,
        default=table.default,
        hired=table.hired,
        audited=table.audited,
    )


def _deadline(name: str, one: DeadlineTable) -> AgreementDeadline:
    return AgreementDeadline(
        f"{name}.{one.kind}", one.title, one.anchor, one.months, one.days, Source(one.rule, one.section)
    )


def example_value(value: ExampleValue, kind: FieldKind, first_day: date) -> object:
    """Return a value of the example row as its cell holds it; days and months are counted from the first day."""
    if not isinstance(value, Offset):
        return value
    day = first_day + relativedelta(months=value.months)
    return f"{day:%m/%Y}" if kind is FieldKind.MONTH else day


def _functions(table: TypeTable, place: str) -> dict[str, Any]:
    """Return what the table names in Python, by what it is for."""
    found: dict[str, Any] = {}
    for purpose, named in table.python:
        if named is None:
            continue
        module, _colon, name = named.partition(":")
        try:
            found[purpose] = getattr(import_module(module), name)
        except (ImportError, AttributeError):
            raise unusable(place, _("there is no {name}").format(name=named)) from None
    return found


def _source(table: SourceTable) -> Source:
    return Source(table.rule, table.section)


def _identity(table: TypeTable, case: Any) -> Identity:
    number: str = getattr(case, table.identity.counterpart)
    return Identity(case.kommunenr, number.zfill(_PADDED), getattr(case, table.identity.valid_from))


def _signatories(parties: tuple[PartyFields, ...], names: PrintedNames, case: Any) -> tuple[Signatory, ...]:
    def of(name: str) -> str:
        return getattr(case, name) if name else ""

    def language_of(name: str) -> SignerLanguage | None:
        stated = getattr(case, name) if name else None
        return stated if isinstance(stated, SignerLanguage) else None

    return tuple(
        Signatory(
            role=party.role,
            name=of(party.name),
            title=of(party.title),
            email=of(party.email),
            mobile=of(party.mobile),
            organisation=names.text(party.organisation, case) if party.organisation else "",
            language=language_of(party.language),
        )
        for party in parties
    )


def _language_field(party: PartyTable, case: type[BaseModel]) -> str:
    """Return the field with a signer's language, which is called as the one with the e-mail address; empty for none."""
    name = f"{party.email.removesuffix('_epost')}_spraak"
    return name if party.email and name in case.model_fields else ""


def _valid_to(table: TypeTable, case: Any) -> date | None:
    stated: date | None = getattr(case, table.validity.until) if table.validity.until else None
    if stated or not table.validity.months:
        return stated
    first: date = getattr(case, table.identity.valid_from)
    return first + relativedelta(months=table.validity.months) - timedelta(days=1)


def _always(text: str, _case: Any) -> str:
    return text


def _public_title(title: str, case: Any) -> str:
    return title.format_map(case.model_dump(mode="json"))


def _outsiders(outsiders: tuple[str, ...], names: PrintedNames, case: Any) -> tuple[str, ...]:
    return tuple(names.text(name, case) for name in outsiders)
