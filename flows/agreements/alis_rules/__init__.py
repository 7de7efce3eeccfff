"""The rules of the ALIS-avtale that a case can be judged by (docs/domain.md#alis-avtale-rules), by subject.

Rules without a function here are of another kind: R-A01 is the template itself, R-A02 and R-A14 are for people, R-A05,
R-A06 and R-A11 are computed (`duration.py`, `rates.py`), R-A08, R-A10 and R-A20 come with time, R-A21 and R-A23 are
about the document. R-A09 and the form of each value are held by the model.
"""

from flows.agreements import shared_rules
from flows.agreements.alis_rules import content, money, parties, privacy, term
from flows.agreements.rulebook import Rulebook

rulebook = Rulebook(
    [
        rule
        for book in (
            shared_rules.rulebook,
            parties.rulebook,
            term.rulebook,
            content.rulebook,
            money.rulebook,
            privacy.rulebook,
        )
        for rule in book.rules
    ]
)
