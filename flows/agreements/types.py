"""The agreement types, and what each provides to the stages.

Each is a folder with a `type.toml`: those of `templates/`, which come with the program, and those of the folder that
the setting `AVTALEFLYT_AGREEMENT_TYPES` names. `type_table` says what the file holds.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import BaseModel

from flows.agreements.fields import fields_of
from flows.agreements.local_files import further_agreement_types
from flows.agreements.parties import Signatory
from flows.agreements.problems import Finding
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.settings import shipped_folder

TEMPLATE = "template.docx"
NYNORSK_TEMPLATE = "template.nn.docx"
TABLE = "type.toml"
LAST_DAY = "last_day"
"""What a deadline that counts from an agreement's last day names in place of a field."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes two cases the same agreement, together with the type.

    `counterpart` is the other party's number: the doctor's HPR number padded to nine digits, or the trust's
    organisation number. It is personal data in the first case.
    """

    municipality_number: str
    counterpart: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Source:
    """The rule in docs/domain.md that a date follows from, and where the official text says it; empty where none do."""

    rule: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class PartyFields:
    """Whoever signs for a party: the role, and the fields of the case with what is known of them; empty for none.

    `organisation` is the name in the template that prints whom the person signs for, `called` what headings call them.
    `language` is the field that says in which language the person is written to.
    """

    role: str
    name: str
    title: str
    email: str = ""
    mobile: str = ""
    organisation: str = ""
    language: str = ""
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementDeadline:
    """A deadline of one type: so many months and days from the day of a field, or from the last day (`last_day`)."""

    kind: str
    title: str
    anchor: str
    months: int
    days: int
    source: Source


@dataclass(frozen=True, slots=True)
class ArchiveTerms:
    """How records are archived: Noark 5's class (M002, M020), what the type is called, retention and access."""

    class_number: str
    class_title: str
    type_title: str
    retention: Mapping[str, Any] = field(hash=False)
    access: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """What next season's case asks for anew: `resets` are left empty, the others filled from season and register.

    `until` is the field with the last day of the agreement, if it has one.
    """

    resets: tuple[str, ...] = ()
    season: str = ""
    last_review: str = ""
    until: str = ""


class PrintedValues(Protocol):
    """Make the values of the template's names from a case, in the language of the template."""

    def __call__(self, case: Any, language: str = "nb") -> dict[str, object]:
        """Return every value by name."""


@dataclass(frozen=True, slots=True, eq=False)
class AgreementType:
    """One kind of agreement. The functions take a case of the model `case`; all but `judge` one without errors.

    - `judge`: a case (or what could be read of one) and today's date → everything the rules find wrong
    - `identity`: → the key of the agreement
    - `context`: → the values of the template's names, in bokmål or nynorsk; strings and dates, none of them empty
    - `signatories`: → who signs, in signing order
    - `valid_to`: → last day, or None for an agreement that lasts until it is terminated
    - `public_title`: → a title without personal data, for journals
    - `title_of`: → what the agreement is called, where that follows from the case; otherwise `title`
    - `variant`: → the folder of the template below that of the type, where the parties have texts of their own; else ""
    - `parties_for_outsiders`: → municipality, and the workplace or body that tells the agreement from others, naming
      no doctor: for e-mails

    `made_of` gives the fields that a name of the template is made of, where it is not the field of the same name alone.

    `masked` are the names in the template whose values a public copy masks, `bodies` those that name public bodies and
    places and stay as they are; without `masked` no public copy is made.

    `ends` says by kind of end (`expected_end`, `early_end`, `notice_end`) where the text says it. `example` are the
    values of the example row by field, as a cell holds them, days and months counted from its first day; those of
    `example_only` belong to nobody. `nynorsk` gives its labels, choices and other texts in nynorsk, by the bokmål.

    `default` is the type of cases that name none, `hired` of those that are documents at once when they come to the
    intake endpoint, `audited` of those that an auditor asks for.
    """

    name: str
    title: str
    sheet: str
    folder: Path
    shipped: bool
    case: type[BaseModel]
    judge: Callable[[Any, date], list[Finding]]
    identity: Callable[[Any], Identity]
    context: PrintedValues
    signatories: Callable[[Any], tuple[Signatory, ...]]
    valid_to: Callable[[Any], date | None]
    public_title: Callable[[Any], str]
    title_of: Callable[[Any], str]
    variant: Callable[[Any], str]
    parties_for_outsiders: Callable[[Any], tuple[str, ...]]
    parties: tuple[PartyFields, ...]
    archive: ArchiveTerms
    masked: frozenset[str] | None = None
    bodies: frozenset[str] = frozenset()
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    review: Source = Source()
    ends: Mapping[str, Source] = field(default_factory=dict)
    deadlines: tuple[AgreementDeadline, ...] = ()
    renewal: RenewalTerms = RenewalTerms()
    example: Mapping[str, Any] = field(default_factory=dict)
    example_only: frozenset[str] = frozenset()
    nynorsk: Mapping[str, str] = field(default_factory=dict)
    file_names: tuple[str, ...] = ()
    default: bool = False
    hired: bool = False
    audited: bool = False

    @property
    def template(self) -> str:
        """The path of the template below the folder of templates."""
        return f"{self.name}/{TEMPLATE}"

    @property
    def nynorsk_template(self) -> str:
        """The path of the template in nynorsk, which there need not be, below the folder of templates."""
        return f"{self.name}/{NYNORSK_TEMPLATE}"

    def template_in(self, templates: Path) -> Path:
        """Return where the template lies: of a type that comes with the program in `templates`, else in its folder."""
        return templates / self.template if self.shipped else self.folder / TEMPLATE

    def nynorsk_template_in(self, templates: Path) -> Path | None:
        """Return where the template in nynorsk lies, that which comes with the program if `templates` has none."""
        places = [self.template_in(templates).with_name(NYNORSK_TEMPLATE), self.folder / NYNORSK_TEMPLATE]
        return next((place for place in places if place.is_file()), None)

    def text(self, bokmaal: str, language: str) -> str:
        """Return a label, a choice or another text of the type in a language; as it is where it has no nynorsk."""
        return in_agreement(bokmaal, language, self.nynorsk)

    def fields_of_name(self, name: str) -> tuple[str, ...]:
        """Return the fields of a case that a name of the template prints; none for what is no part of the case."""
        first = name.partition(".")[0]
        return tuple(each for each in self.made_of.get(first, (first,)) if each in fields_of(self.case))


def in_agreement(bokmaal: str, language: str, nynorsk: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a text that agreements and workbooks hold, in the language of the agreement.

    Agreements are bokmål or nynorsk: everything but nynorsk leaves the text as it is. `nynorsk` are a type's own texts.
    """
    if language != "nn":
        return bokmaal
    return nynorsk.get(bokmaal) or str(translate(bokmaal, "nn"))


_tried: ContextVar[Path | None] = ContextVar("tried", default=None)


def types() -> Mapping[str, AgreementType]:
    """Return every agreement type by name, in alphabetical order. Raises `WrongUse` for a folder that is none."""
    return _types(_tried.get())


@contextmanager
def trying(folder: Path) -> Iterator[AgreementType]:
    """Make one more folder an agreement type within the block, and yield it. Raises `WrongUse` if it cannot be."""
    token = _tried.set(folder.resolve())
    try:
        yield types()[folder.resolve().name]
    finally:
        _tried.reset(token)


def forget_types() -> None:
    """Read the folders anew when they are next asked for: the setting, or what it names, has changed."""
    _types.cache_clear()


@cache
def _types(tried: Path | None) -> Mapping[str, AgreementType]:
    from flows.agreements.type_folder import build_type  # builds what is defined above

    folders = type_folders()
    if tried is not None and tried not in [folder.resolve() for folder, _shipped in folders]:
        folders.append((tried, False))
    found: dict[str, AgreementType] = {}
    for folder, shipped in folders:
        one = build_type(folder, shipped=shipped)
        if one.name in found:
            raise WrongUse(
                _("There are two agreement types called «{name}»; give the folder {folder} another name.").format(
                    name=one.name, folder=folder
                )
            )
        found[one.name] = one
    return MappingProxyType(dict(sorted(found.items())))


def type_folders() -> list[tuple[Path, bool]]:
    """Return the folder of every agreement type, and whether it comes with the program. Raises `WrongUse`."""
    further = further_agreement_types()
    if further is not None and not further.is_dir():
        raise WrongUse(
            _("AVTALEFLYT_AGREEMENT_TYPES names {folder}, and there is no such folder.").format(folder=further)
        )
    roots = [(shipped_folder("templates"), True), *([(further, False)] if further else [])]
    return [(table.parent, shipped) for root, shipped in roots for table in sorted(root.glob(f"*/{TABLE}"))]


def default_type() -> str:
    """Return the name of the type of cases that name none."""
    return next(kind.name for kind in types().values() if kind.default)
