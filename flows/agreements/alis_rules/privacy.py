"""Rules about what must not stand in the boxes of an ALIS-avtale (docs/domain.md#privacy-and-publicity)."""

from flows.agreements.alis_case import AlisCase
from flows.agreements.free_text import has_telephone_number, health_words_in
from flows.agreements.rulebook import Rulebook, Wrong
from flows.agreements.sections import SECTIONS
from flows.language import translate as _

rulebook = Rulebook()


@rulebook.rule("A-C08", "warning")
def boxes_give_no_reason_for_absence(case: AlisCase) -> Wrong:
    """Point out reasons for absence, which is held as months only."""
    for section in SECTIONS:
        if words := health_words_in(getattr(case, section.box)):
            yield (
                section.box,
                _("The text may tell of health or family («{words}»). Leave it out; months are enough.").format(
                    words="», «".join(words)
                ),
            )


@rulebook.rule("telefon", "warning")
def boxes_hold_no_telephone_number(case: AlisCase) -> Wrong:
    """Point out telephone numbers: agreements are in principle open to the public."""
    for section in SECTIONS:
        if has_telephone_number(getattr(case, section.box)):
            yield section.box, _("The text seems to hold a telephone number. Leave it out of the agreement.")
