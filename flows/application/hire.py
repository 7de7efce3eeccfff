"""One hire as a form: the fields of the ALIS case by sections, what is wrong with each, and the agreement of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.types import default_type, types
from flows.application.access import Action
from flows.application.case_notices import replacement_notices
from flows.application.context import Context
from flows.application.query_scope import query_scope
from flows.application.uploads import within_scope
from flows.intake.help_texts import help_for
from flows.intake.json_file import rows_of
from flows.intake.pipeline import ValidatedSource, judge_all
from flows.intake.register_comparison import as_received, held_back
from flows.intake.register_contradictions import without_contradictions
from flows.language import current
from flows.language import translate as _
from flows.register import Batch
from flows.register.agreements import receive
from flows.register.batches import record_batch_agreements

_SOURCE = "workplace:form"
_LONG = frozenset({FieldKind.TEXT})


@dataclass(frozen=True, slots=True)
class HireField:
    """A field of the form: what it is called, how it is filled in, and the words to choose among, if it has any."""

    name: str
    label: str
    help: str
    long: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HireSection:
    """A section of the form."""

    title: str
    fields: tuple[HireField, ...]


@dataclass(frozen=True, slots=True)
class HireResult:
    """What came of a form: the batch and agreement, or what is wrong by field; warnings do not stop it.

    Problems of no field stand under the empty name.
    """

    batch_id: str
    agreement_id: str
    errors: Mapping[str, str]
    warnings: Mapping[str, str]


def hire_sections() -> Sequence[HireSection]:
    """Return the form: every field of the case once, in the order in which people fill it in."""
    sections: dict[str, list[HireField]] = {}
    for field in fields_of(types()[default_type()].case).values():
        if field.column.of_row:
            continue
        sections.setdefault(_section(field.name), []).append(_form_field(field))
    order = (_("The municipality"), _("The doctor"), _("The post"), _("The training"), _("What is agreed"), _("Grants"))
    return [HireSection(title, tuple(sections[title])) for title in order if title in sections]


def hire(context: Context, values: Mapping[str, str]) -> HireResult:
    """Register the agreement of a form, or return what is wrong with it. Raises `NotAllowed`."""
    scope = query_scope(context, Action.HIRE)
    known = fields_of(types()[default_type()].case)
    case = {name: value.strip() for name, value in values.items() if name in known and value.strip()}
    judged = judge_all(rows_of({"type": default_type(), **case}, _("The form")), context.today)
    judged = within_scope(judged, scope)
    if not judged.cases:
        return _refused(judged)
    with context.register.write() as transaction:
        judged = without_contradictions(transaction.session, judged)
        if not judged.cases:
            return _refused(judged)
        batch = Batch(source=_SOURCE, received_at=transaction.now, cases=1)
        transaction.session.add(batch)
        transaction.session.flush()
        replaced = replacement_notices(transaction.session, judged.cases)
        received = receive(transaction, as_received(judged.cases[0]), batch.id)
        record_batch_agreements(transaction, batch.id, [(received.agreement_id, str(received.reception))])
        batch_id = batch.id
    problem = held_back(judged.cases[0], received.reception)
    warnings = dict(_by_field(judged, "warning"))
    general = [warnings.pop("", ""), *replaced, problem.message if problem else ""]
    if said := " ".join(filter(None, general)):
        warnings[""] = said
    return HireResult(batch_id, received.agreement_id, {}, warnings)


def _refused(judged: ValidatedSource) -> HireResult:
    return HireResult("", "", _by_field(judged, "error"), _by_field(judged, "warning"))


def _by_field(judged: ValidatedSource, level: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    known = fields_of(types()[default_type()].case)
    for problem in judged.problems:
        if problem.level == level:
            name = problem.column or problem.pointer.removeprefix("/")
            found.setdefault(name if name in known else "", []).append(problem.message)
    return {name: " ".join(messages) for name, messages in found.items()}


def _form_field(field: CaseField) -> HireField:
    kind = types()[default_type()]
    choices = tuple((choice.value, kind.text(choice.label, current())) for choice in field.choices)
    if field.kind is FieldKind.YES_NO:
        choices = (("Ja", _("Yes")), ("Nei", _("No")))
    label = kind.text(field.column.label, current())
    return HireField(field.name, label, help_for(kind, field), field.kind in _LONG, choices)


def _section(name: str) -> str:
    if name.startswith(("kommune", "signatar", "signatur", "felles")):
        return _("The municipality")
    if name.startswith("lege_"):
        return _("The doctor")
    if name in {"arbeidssted", "stilling_tittel", "kategori", "driftsform", "dekker_praksisutgifter_selv"}:
        return _("The post")
    if name.startswith(("stillingsprosent", "vikar")):
        return _("The post")
    if name.startswith(("avtalt", "fordeling", "tilrettelegging")):
        return _("What is agreed")
    if name.startswith(("sentralitet", "kildeaar", "tilskudd", "tidligere", "maks", "beregning")):
        return _("Grants")
    return _("The training")
