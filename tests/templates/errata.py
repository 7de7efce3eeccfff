"""What of the official texts is residue of their making, and what stands in its place in the templates.

The wording is frozen: every other defect of the texts stays as it is (docs/domain.md#template-text). Two kinds of
residue need no line here, since the comparison folds white space: hard line wraps with headings that run into the text
before them (EA-06), and the double space before «xxx kommune» (EB-05).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mended:
    """One piece of residue: `old` is a regular expression over the folded seed, found exactly `times` times."""

    errata: str
    where: str
    old: str
    new: str
    times: int = 1


ALIS = (
    Mended(
        "EA-01",
        "1.1, 3.1, 3.2: lost bullets",
        r"(?=standardelementer med|tilleggselementer med statlig tilskudd for|eventuelle elementer med"
        r"|Oppfylle sine|Dekke kostnader|Gjennomføre de|Informere kommunen|Varsle kommunen)",
        "• ",
        8,
    ),
    Mended(
        "EA-02",
        "foot of 1.2: the addresses of two links; the templates link the words themselves",
        r"(?:https://lovdata\.no/\S+ ){2}https://www\.helsedirektoratet\.no/\S+",
        "",
    ),
    Mended("EA-02", "4.1.1: a leaked address of a local file", r"file:///\S+", ""),
    Mended("EA-06", "end: one dotted line for two signatures; each party has a drawn line", r"[….]{20,}", ""),
)

TJENESTEAVTALE6 = (
    Mended("EB-01", "4: stray anchor of an automatic note", r"(?<=enkelte ALIS\.) 1(?= 1 En godkjent)", ""),
    Mended("EB-01", "5: stray anchor of an automatic note", r"(?<=blir ledig\.) 2(?= 6\.)", ""),
    Mended("EB-01", "note 4: printed with the number 2", r"\b2(?= Det pågår)", "4"),
    Mended("EB-02", "note 4: broken word", r"\bove r\b", "over"),
    Mended("EA-06", "end: typed lines for the signatures; each party has a drawn line", "_{20,} _{20,}", ""),
)

NOTES_OF_TJENESTEAVTALE6 = (
    r"1 En godkjent .*? § 21 \.",
    r"2 En individuell .*? oppnådde læringsmål\.",
    r"3 En gjennomføringsplan skal .*? deler av utdanningen\.",
    r"4 Det pågår .*? i henhold til det\.",
)
"""The footnotes with their numbers, which the seed has in its body (docs/domain.md#footnotes-of-tjenesteavtale-6)."""
