"""The rules of Tjenesteavtale 6 that a case can be judged by (docs/domain.md#tjenesteavtale-6-rules).

R-B05 to R-B08, R-B10 to R-B13 and R-B15 to R-B19 are about one doctor's hospital service, which no case holds; R-B20,
R-B21 and R-B23 come with time; R-B03 and R-B24 are about the document.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

from flows.agreements import municipalities, shared_rules, trusts
from flows.agreements.person_names import is_nobody, nobody, same_name
from flows.agreements.rulebook import Rulebook, Wrong
from flows.agreements.tjenesteavtale6_case import Tjenesteavtale6Case
from flows.dates import short_date
from flows.language import translate as _

rulebook = Rulebook([*shared_rules.rulebook.rules])


@rulebook.rule("B-F01")
def municipality_has_its_own_name(case: Tjenesteavtale6Case) -> Wrong:
    """Compare the name with the municipality whose number the case has."""
    if message := shared_rules.name_of_another_municipality(case, case.kommune_visningsnavn):
        yield "kommune_visningsnavn", message


@rulebook.rule("B-F02")
def trust_has_its_own_name(case: Tjenesteavtale6Case) -> Wrong:
    """Compare the trust's name, where it is written, with its organisation number."""
    trust = trusts.by_organisation_number(case.hf_orgnr)
    if trust is None or not trusts.has_text(trust):
        return  # the number has been told
    if case.helseforetak_navn and trusts.by_trust_name(case.helseforetak_navn) is not trust:
        yield (
            "helseforetak_navn",
            _("{number} is the organisation number of {name}. Correct the name or the number.").format(
                number=trust.organisation_number, name=trust.name
            ),
        )


@rulebook.rule("R-B01")
def text_of_the_trust_is_here(case: Tjenesteavtale6Case) -> Wrong:
    """Require a trust whose official text is here: each has its own (docs/domain.md#hospital-trusts)."""
    trust = trusts.by_organisation_number(case.hf_orgnr)
    if trust is None:
        printed = next(each for each in trusts.trusts() if each.printed)
        yield (
            "hf_orgnr",
            _("This agreement is with {name}, organisation number {number}. Use that number.").format(
                name=printed.name, number=printed.organisation_number
            ),
        )
    elif not trusts.has_text(trust):
        yield (
            "hf_orgnr",
            _(
                "The official text of {name} ({title}) is not here. Its owner supplies template.docx, wording-1.txt "
                "and versions.toml, and they are put into {folder}."
            ).format(name=trust.name, title=trust.title, folder=trusts.folder_of_text(trust)),
        )


@rulebook.rule("R-B02")
def number_of_the_agreement_is_known(case: Tjenesteavtale6Case) -> Wrong:
    """Require the number of the tjenesteavtale that this one belongs to, which is not known of every trust."""
    trust = trusts.by_organisation_number(case.hf_orgnr)
    if trust and not trust.agreement:
        yield (
            "hf_orgnr",
            _(
                "The number of the tjenesteavtale of {name} is not known. Ask the trust; it is written in {file}."
            ).format(name=trust.name, file=trusts.folder_of_text(trust) / "trust.toml"),
        )


@rulebook.rule("R-B12", "warning")
def deadlines_of_the_trust_are_known(case: Tjenesteavtale6Case) -> Wrong:
    """Point out that nobody has told when the trust wants to hear of needs: no reminder can be given."""
    trust = trusts.by_organisation_number(case.hf_orgnr)
    if trust and trusts.has_text(trust) and trust.unknown_deadlines:
        yield (
            "hf_orgnr",
            _(
                "Not all deadlines of {name} before hospital service are known. Ask the trust; none is reminded of."
            ).format(name=trust.name),
        )


@rulebook.rule("R-B01")
def municipality_lies_in_the_trust_s_area(case: Tjenesteavtale6Case) -> Wrong:
    """Require a municipality of the trust's area (section 1)."""
    municipality = municipalities.by_number(case.kommunenr)
    trust = trusts.by_organisation_number(case.hf_orgnr)
    if municipality is None or trust is None or not trusts.has_text(trust) or municipality.trust == trust.name:
        return  # a wrong trust has been told, and is no fault of the municipality
    if municipality.trust:
        message = _("{municipality} is served by {other}, not by {name}. Check the municipality.").format(
            municipality=municipality.norwegian_name, other=municipality.trust, name=trust.name
        )
    else:
        message = _("{municipality} does not lie in the area of {name}. Check the municipality.").format(
            municipality=municipality.norwegian_name, name=trust.name
        )
    yield "kommunenr", message


@rulebook.rule("R-B02")
def overarching_agreement_is_older(case: Tjenesteavtale6Case) -> Wrong:
    """Require that the overordnet samarbeidsavtale, on which this one rests, came first (section 2)."""
    if case.overordnet_avtale_dato > case.avtale_gjelder_fra:
        yield (
            "overordnet_avtale_dato",
            _("The overarching agreement is younger than this one, which rests on it. Check both dates."),
        )


@rulebook.rule("R-B04")
def municipality_is_registered_for_training(case: Tjenesteavtale6Case) -> Wrong:
    """Require a registered utdanningsvirksomhet (section 4; spesialistforskriften § 21)."""
    if not case.registrert_utdanningsvirksomhet:
        yield (
            "registrert_utdanningsvirksomhet",
            _("The municipality must be registered for training (utdanningsvirksomhet) before the agreement is made."),
        )


@rulebook.dated_rule("R-B04")
def registration_is_not_to_come(case: Tjenesteavtale6Case, today: date) -> Wrong:
    """Require that what is said to be registered is, on its day."""
    registered_on = case.registrert_utdanningsvirksomhet_dato
    if registered_on and registered_on > max(today, case.avtale_gjelder_fra):
        yield (
            "registrert_utdanningsvirksomhet_dato",
            _("The registration lies ahead ({day}). Correct the day, or wait with the agreement.").format(
                day=short_date(registered_on)
            ),
        )


@rulebook.dated_rule("R-B22")
def last_review_has_been(case: Tjenesteavtale6Case, today: date) -> Wrong:
    """Require that the last review lies behind."""
    if case.siste_gjennomgang_dato and case.siste_gjennomgang_dato > today:
        yield (
            "siste_gjennomgang_dato",
            _("The last review lies ahead ({day}). Write the day of one that has been held.").format(
                day=short_date(case.siste_gjennomgang_dato)
            ),
        )


@rulebook.rule("B-F05")
def somebody_signs_for_the_trust(case: Tjenesteavtale6Case) -> Wrong:
    """Refuse a word that stands for a name not known yet: an agreement is signed by a person."""
    if is_nobody(case.signatar_hf_navn):
        yield "signatar_hf_navn", nobody(case.signatar_hf_navn)


@rulebook.rule("B-F05")
def two_bodies_sign(case: Tjenesteavtale6Case) -> Wrong:
    """Refuse one person, mailbox or mobile for both parties, until somebody has approved it by name."""
    yield from shared_rules.one_recipient(case, _shared_recipient(case), approved=False)


@rulebook.rule("B-F05", "warning")
def one_recipient_was_approved(case: Tjenesteavtale6Case) -> Wrong:
    """Point out one person, mailbox or mobile for both parties, and who has approved it."""
    yield from shared_rules.one_recipient(case, _shared_recipient(case), approved=True)


def _shared_recipient(case: Tjenesteavtale6Case) -> str:
    """Return the field in which the trust's signatory is the municipality's, or is reached as theirs; empty if none."""
    if same_name(case.signatar_hf_navn, case.signatar_kommune_navn):
        return "signatar_hf_navn"
    return shared_rules.shared_contact(
        ("signatar_hf_epost", case.signatar_hf_epost, case.signatar_kommune_epost),
        ("signatar_hf_mobil", case.signatar_hf_mobil, case.signatar_kommune_mobil),
    )


@rulebook.rule("R-B14", "warning")
def trust_has_a_contact(case: Tjenesteavtale6Case) -> Wrong:
    """Ask for the trust's ALIS-kontakt for the municipalities (section 5)."""
    if not case.alis_kontakt_hf:
        yield "alis_kontakt_hf", _("The trust's ALIS contact is missing. Ask the trust who it is.")


@rulebook.rule("R-B22", "warning")
def agreement_was_reviewed_within_a_year(case: Tjenesteavtale6Case) -> Wrong:
    """Remind of the yearly review (section 7)."""
    last = case.siste_gjennomgang_dato
    if last and last + relativedelta(years=1) < case.avtale_gjelder_fra:
        yield (
            "siste_gjennomgang_dato",
            _("It is more than a year since the agreement was last reviewed ({day}). Agree on a review.").format(
                day=short_date(last)
            ),
        )
