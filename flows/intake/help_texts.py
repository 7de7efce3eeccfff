"""What the input workbook says about each field, in the comment of its heading."""

from flows.agreements.fields import CaseField, FieldKind
from flows.agreements.types import AgreementType
from flows.language import current
from flows.language import translate as _


def help_for(agreement: AgreementType, field: CaseField) -> str:
    """Return the help of a field: whether it must be filled in, how it is written, and what is particular to it."""
    must = _("Must be filled in.") if field.required else _("May be left empty.")
    own = agreement.text(field.column.help, current()) if field.column.help else ""
    return " ".join(each for each in (must, own or _particular(field.name), _how(agreement, field)) if each)


def _how(agreement: AgreementType, field: CaseField) -> str:
    if field.choices:
        return _("Choose one of: {choices}.").format(
            choices=", ".join(agreement.text(choice.label, current()) for choice in field.choices)
        )
    ways = {
        FieldKind.DATE: _("A day, written DD.MM.ÅÅÅÅ."),
        FieldKind.MONTH: _("Month and year, written MM/ÅÅÅÅ."),
        FieldKind.YES_NO: _("«Ja» or «Nei»."),
        FieldKind.WORK: _("A percentage such as 80 %; if it changes: «100 %; 50 % fra 01.01.2029»."),
        FieldKind.SERVICES: _(
            "Written «01.09.2027–29.02.2028 Nordlandssykehuset HF»; several with a semicolon between."
        ),
        FieldKind.NUMBER: _("A number, such as 1 234,50."),
        FieldKind.WHOLE: _("A whole number."),
        FieldKind.DIGITS: _("Digits only."),
        FieldKind.MOBILE: _("A mobile number, such as 901 23 456."),
        FieldKind.MUNICIPALITY: _("Choose from the list: number and official name."),
    }
    return ways.get(field.kind, "")


def _particular(name: str) -> str:
    texts = {
        "kommune_navn": _(
            "The name that belongs to the number; the agreement prints the municipality's own form of it."
        ),
        "kommune_orgnr": _("Nine digits, as in Brønnøysundregistrene."),
        "lege_hpr_nummer": _("Seven to nine digits. Never write a national identity number here."),
        "avtale_gjelder_fra": _(
            "The first day of the agreement: with the municipality and the doctor it says which one."
        ),
        "avtale_gjelder_til": _("Is computed when it is empty: five years of full time, longer with part time."),
        "kategori": _("Decides which sections apply: 4.1.1 and 4.1.3 are not for everyone."),
        "driftsform": _("Decides who gets the compensation in 4.1.1 and 4.1.3."),
        "fordeling_praksiskompensasjon": _("Needed with another practice form: «60 % til ALIS, 40 % til kommunen»."),
        "fordeling_produktivitet": _("Needed with another practice form: «60 % til ALIS, 40 % til kommunen»."),
        "fravaer_maaneder": _("Months only, never the reason."),
        "vikariat_varighet_mnd": _("For a locum; must be more than three months."),
        "vikarbyra_tilknytning": _("A doctor with ties to a locum agency gives no right to the grant."),
        "avtalt_praksiskompensasjon": _("What is agreed, or «Ingen særskilt avtale»."),
        "avtalt_laeringsaktiviteter": _("What is agreed, or «Ingen særskilt avtale»."),
        "avtalt_lavere_produktivitet": _("What is agreed, or «Ingen særskilt avtale»."),
        "avtalt_tilleggselementer": _("For municipalities in centrality class 6 only."),
        "tilrettelegging_belop": _("At most 5 % of the maximum frame."),
        "sentralitetsklasse": _("Is known from the register; write it only where SSB has changed it since."),
        "kildeaar": _("The year of SSB's list, where you write a class."),
        "signatar_alis_navn": _("The doctor signs personally; may be left empty."),
        "lege_epost": _("Needed for sending to signature."),
        "signatar_kommune_epost": _("Needed for sending to signature."),
        "signatar_hf_epost": _("Needed for sending to signature."),
        "lege_spraak": _("Of e-mails and pages for the signer; the municipality's own when it is empty."),
        "signatar_kommune_spraak": _("Of e-mails and pages for the signer; the municipality's own when it is empty."),
        "signatar_hf_spraak": _("Of e-mails and pages for the signer; the municipality's own when it is empty."),
        "sesongvalg": _("What the row asks for: a new agreement, a change of the one that is there, or nothing."),
        "endres_fra": _("Only for a change of a signed agreement: the first day of what is new."),
    }
    return texts.get(name, "")
