"""Rules about who the parties of an ALIS-avtale are, and what kind of post the doctor has."""

import unicodedata

from flows.agreements import shared_rules
from flows.agreements.alis_case import PERSONS, AlisCase, Category, Practice
from flows.agreements.fields import fields_of
from flows.agreements.person_names import is_nobody, name_parts, nobody, person_called, same_name
from flows.agreements.rulebook import Rulebook, Wrong
from flows.language import translate as _

LEAST_LOCUM_MONTHS = 3
"""A locum must last longer than this to give a right to the grant (rule from 2023)."""

rulebook = Rulebook()


@rulebook.rule("A-F01")
def municipality_has_its_own_name(case: AlisCase) -> Wrong:
    """Compare the name with the municipality whose number the case has."""
    if message := shared_rules.name_of_another_municipality(case, case.kommune_navn):
        yield "kommune_navn", message


@rulebook.rule("A-F06", "warning")
def title_fits_the_category(case: AlisCase) -> Wrong:
    """Refuse a title that names another category than the case's."""
    title = case.stilling_tittel.casefold()
    named = (
        Category.INTRODUKSJONSLEGE
        if "introduksjonslege" in title
        else Category.FASTLEGEVIKAR
        if "fastlegevikar" in title or ("vikar" in title and "fastlege" in title)
        else Category.FASTLEGE
        if "fastlege" in title
        else case.kategori
    )
    if named is not case.kategori:
        yield (
            "stilling_tittel",
            _("The title «{title}» does not fit the category {category}. Check which of them is right.").format(
                title=case.stilling_tittel, category=case.kategori.label.lower()
            ),
        )


def _person(case: AlisCase, field: str) -> Wrong:
    """Yield that a text is the name of one of the case's persons, as where two cells changed places."""
    if person := person_called(getattr(case, field), {name: getattr(case, name) for name in PERSONS}):
        label = fields_of(AlisCase)[person].column.label
        yield field, _("The text is the same name as in «{label}». Write what belongs here.").format(label=label)


@rulebook.rule("A-F05", "warning")
def workplace_is_no_person(case: AlisCase) -> Wrong:
    """Point out a workplace that is somebody's name."""
    yield from _person(case, "arbeidssted")


@rulebook.rule("A-F06", "warning")
def title_is_no_person(case: AlisCase) -> Wrong:
    """Point out a title of the doctor that is somebody's name."""
    yield from _person(case, "stilling_tittel")


@rulebook.rule("A-F17", "warning")
def title_of_the_signatory_is_no_person(case: AlisCase) -> Wrong:
    """Point out a title of the signatory that is somebody's name."""
    yield from _person(case, "signatar_kommune_tittel")


@rulebook.rule("A-F09")
def supervisor_is_another_person(case: AlisCase) -> Wrong:
    """Refuse a doctor who supervises themselves."""
    if same_name(case.veileder_navn, case.lege_navn):
        yield "veileder_navn", _("The supervisor and the doctor are the same person. Write the supervisor's name.")


@rulebook.rule("A-F09", "warning")
def supervisor_has_another_name(case: AlisCase) -> Wrong:
    """Ask about a supervisor whose name has the same parts as the doctor's in another order."""
    if _turned(case.veileder_navn, case.lege_navn):
        yield (
            "veileder_navn",
            _("The supervisor's name is the doctor's in another order. If it is the doctor, write the supervisor's."),
        )


@rulebook.rule("R-A09", "warning")
def signatory_has_another_name(case: AlisCase) -> Wrong:
    """Ask about a signatory whose name has the same parts as the doctor's in another order."""
    if _turned(case.signatar_kommune_navn, case.lege_navn):
        yield (
            "signatar_kommune_navn",
            _("The name is the doctor's in another order. If it is the doctor, write who signs for the municipality."),
        )


@rulebook.rule("A-F09", "warning")
def supervisor_is_known(case: AlisCase) -> Wrong:
    """Point out a supervisor who is written as not yet found."""
    if _same(case.veileder_navn, "ikke avklart") or _same(case.veileder_navn, "ukjent"):
        yield (
            "veileder_navn",
            _("The supervisor is not settled. The agreement will say so; change it when it is known."),
        )


@rulebook.rule("A-F18")
def doctor_signs_personally(case: AlisCase) -> Wrong:
    """Refuse a proxy for the doctor."""
    if case.signatar_alis_navn and not _same(case.signatar_alis_navn, case.lege_navn):
        yield (
            "signatar_alis_navn",
            _("Only the doctor can sign for ALIS. Write the doctor's name, or leave the cell empty."),
        )


@rulebook.rule("A-F03")
def doctor_is_known(case: AlisCase) -> Wrong:
    """Refuse a word that stands for a name not known yet."""
    if is_nobody(case.lege_navn):
        yield "lege_navn", nobody(case.lege_navn)


@rulebook.rule("A-F04")
def doctor_has_a_number_of_their_own(case: AlisCase) -> Wrong:
    """Refuse the municipality's number in the place of the doctor's."""
    if case.lege_hpr_nummer == case.kommune_orgnr:
        yield (
            "lege_hpr_nummer",
            _("The HPR number is the municipality's organisation number. Write the doctor's number."),
        )


@rulebook.rule("R-A09")
def each_party_has_an_address(case: AlisCase) -> Wrong:
    """Refuse one person, mailbox or mobile for both parties, until somebody has approved it by name."""
    yield from shared_rules.one_recipient(case, _shared_recipient(case), approved=False)


@rulebook.rule("R-A09", "warning")
def one_recipient_was_approved(case: AlisCase) -> Wrong:
    """Point out one person, mailbox or mobile for both parties, and who has approved it."""
    yield from shared_rules.one_recipient(case, _shared_recipient(case), approved=True)


def _shared_recipient(case: AlisCase) -> str:
    """Return the field in which the doctor is the municipality's signatory, or is reached as theirs; empty if none."""
    if same_name(case.signatar_kommune_navn, case.lege_navn):
        return "signatar_kommune_navn"
    return shared_rules.shared_contact(
        ("lege_epost", case.lege_epost, case.signatar_kommune_epost),
        ("lege_mobil", case.lege_mobil, case.signatar_kommune_mobil),
    )


@rulebook.rule("A-C12")
def no_tie_to_an_agency(case: AlisCase) -> Wrong:
    """Refuse ties to a locum agency or another commercial actor: the right to a grant lapses with them."""
    if case.vikarbyra_tilknytning:
        yield (
            "vikarbyra_tilknytning",
            _("A doctor with ties to a locum agency gives no right to the grant. The agreement cannot be made."),
        )


@rulebook.rule("A-C13")
def locum_lasts_long_enough(case: AlisCase) -> Wrong:
    """Require of a locum more than three months, without which there is no right to the grant."""
    if case.kategori is not Category.FASTLEGEVIKAR:
        return
    if case.vikariat_varighet_mnd is None:
        yield "vikariat_varighet_mnd", _("The duration of the locum is missing. Write the number of months.")
    elif case.vikariat_varighet_mnd <= LEAST_LOCUM_MONTHS:
        yield (
            "vikariat_varighet_mnd",
            _("A locum of {months} months is too short: it must last more than {least} months.").format(
                months=case.vikariat_varighet_mnd, least=LEAST_LOCUM_MONTHS
            ),
        )


@rulebook.rule("A-C05", "warning")
def work_outside_the_scheme_is_seldom_a_business(case: AlisCase) -> Wrong:
    """Ask about other municipal work run as a business: an open question (docs/domain.md#section-matrix)."""
    if case.kategori is Category.ANNET and case.driftsform is Practice.HOVEDMODELL:
        yield (
            "driftsform",
            _("Other municipal medical work is seldom a business after the main model. Check the practice form."),
        )


def _turned(one: str, other: str) -> bool:
    return not same_name(one, other) and sorted(name_parts(one)) == sorted(name_parts(other))


def _same(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).replace("\u2010", "-").casefold().split())
