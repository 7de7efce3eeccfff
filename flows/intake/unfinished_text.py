"""Recognise texts that nobody meant an agreement to say: placeholders, references to other cells, marks of programs.

They are printed as they stand, so they are told as doubtful; what may be agreed («etter avtale», «se vedlegg 1») is
not.
"""

import re

from flows.language import translate as _

_PLACEHOLDER = re.compile(
    r"n/?a|todo|tb[da]|x{1,9}|test|ukjent|vet ikke|(?:ikke |må |skal )?avklare?[st](?: senere)?|kommer(?: senere)?|"
    r"mangler|fyll(?:es)? (?:inn|ut)"
)
_WHERE = r"(?:over|ovenfor|under|forrige|raden over|(?:rad|linje) \d+)"
_ELSEWHERE = re.compile(  # «Likt» alone is an answer: shared alike
    rf"(?:det )?(?:(?:samme|ditto|dito|som|se)(?: som)?(?: {_WHERE})?|likt?(?: som(?: {_WHERE})?| {_WHERE}))"
)
_MARKUP = re.compile(
    r"\{\{|\}\}|\{%|%\}|</?(?:br|p|b|i|u|ul|ol|li|div|span|strong|em)\b[^<>]{0,80}>|\*\*[^*\n]+\*\*|&nbsp;|"
    r"\[(?:fyll|sett|skriv|velg|legg|før)\b[^\]\n]{0,80}\]|\bTODO\b|\bTBD\b|~~[^~\n]+~~|"
    r"&(?:shy|#\d{1,5});|\[object Object\]|\bundefined\b|\bNaN\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"#(?:REF|VALUE|NAME|NAVN|NULL|NUM|TALL|VERDI|DIV/0|N/A|I/T|SPILL|CALC|FIELD|BLOKKERT)[!?]?(?![\w])|#{3,}|"
    r"\d[.,]\d+E\+\d+"
)
"""What a formula or a narrow column left in a text in the place of a value."""
_OPEN = re.compile(
    r"<<[^<>\n]{1,60}>>|\$?\{[^\W\d]\w{0,60}\}|%\([^\W\d]\w{0,60}\)s|_{3,}|\.{4,}|\?{2,}|\bx{2,9}\b(?!-)|"
    r"\[(?:beløp|navn|dato|antall|sum|tekst|kommune|lege|sted|prosent|periode)\]",
    re.IGNORECASE,
)
"""Places in a text that somebody meant to fill in."""
_CUT, _ENDS = (254, 255), '.!?:;)»”"'
"""Lengths at which older programs cut a text, with a blank before the cut or without; signs that end a whole one."""
_REMARK = re.compile(
    r"(?:utkast|forslag|kommentar|merknad|obs|husk|sjekk|til (?:hr|saksbehandler))\s?[:!].*|.*\?",
    re.IGNORECASE | re.DOTALL,
)
"""A text that asks, or that is said to somebody who makes the agreement."""
_NONE = re.compile(
    r"(?:ingen(?:ting)?|inkje|intet|null|nei|ja|ok|x|tom|blank|uaktuel(?:l|t|le)|i/?a|none|nil|"
    r"(?:ikke|ikkje) (?:aktuel(?:l|t|le)|relevant|oppgitt|kjent|kjend|satt|valgt|bestemt|noen?|angitt|klart?|avtalt)|"
    r"ukjend|som (?:avtalt|før|tidligere|nå|i dag)|etter avtale|avtales(?: nærmere| senere)?|uendret|vakant|ubesatt|"
    r"\d{1,3}(?:[.,]\d+)?)"
)
_OTHER_VALUE = re.compile(
    r"\S+@\S+\.\S+|\+?[\d .,/:-]*\d\s*(?:%|kr|,-)?|velg(?: et element)?|klikk .*|null|nan|true|false|sann|usann|"
    r"arbeids(?:sted|plass)|sted|tittel|stilling|navn"
)
"""A value of another kind, the label of the cell, or what stands in a list before somebody chooses."""
_PAPER = re.compile(
    r"(?:det )?(?:se|sjå|jf|jfr|jamfør|i|som|iht|i henhold til|etter|vide)?[.:]? ?"
    r"(?:(?:eget|egen|eige|eiga|eigen|annet|annen|anna|vedlagt|vedlagte|egne|andre) )?"
    r"(?:vedl|vedlegg(?:et|ene)?|vedlagt|ark|skjema|fane|liste|lista|listen|dokument|merknad(?:er)?|kommentar(?:er)?|"
    r"e-?post(?:en)?|mail|nettside(?:n)?|avtalen?|attachment|notat)(?: (?:nr\.? ?)?[a-z0-9]{1,3})?"
)


def names_nothing(text: str) -> str:
    """Return why a text names no place, title or body, where the agreement must name one, or an empty text.

    «Ingen» and «se vedlegg 1» may be agreed in the text of a section; where somebody works they are no answer.
    """
    plain = " ".join(text.casefold().strip(" .!?:…()").split())
    if not any(pattern.fullmatch(plain) for pattern in (_NONE, _PAPER, _OTHER_VALUE)):
        return ""
    message = _("«{text}» names nothing, and the agreement would print it here. Write what it is called.")
    return message.format(text=text)


def unfinished(text: str) -> str:
    """Return why a text that a document prints seems not to be meant as it stands, or an empty text."""
    if match := _BROKEN.search(text):
        message = _("A value is missing in the text: «{mark}» stands in its place. Write the value.")
        return message.format(mark=match[0])
    if match := _MARKUP.search(text):
        message = _(
            "The text holds «{mark}», which the agreement would print as it stands. Write it as it should be read."
        )
        return message.format(mark=match[0])
    plain = " ".join(text.casefold().strip(" .!?:…").split())
    if not any(letter.isalnum() for letter in text) or _PLACEHOLDER.fullmatch(plain):
        message = _(
            "«{text}» says nothing that can be agreed, and would be printed. Write the text, or empty the cell."
        )
        return message.format(text=text)
    if _ELSEWHERE.fullmatch(plain):
        message = _("«{text}» means another cell, which nobody sees in the agreement. Write the text itself.")
        return message.format(text=text)
    if match := _OPEN.search(text):
        return _("The text is not filled in at «{mark}». Write what should stand there.").format(mark=match[0])
    if _REMARK.fullmatch(text.strip()):
        message = _("«{text}» is a question or a remark, and the agreement would print it. Write what is agreed.")
        return message.format(text=text)
    if len(text) in _CUT and text[-1] not in _ENDS:
        message = _(
            "The text has {number} signs and ends without a full stop, as where a program has cut it. Check its end."
        )
        return message.format(number=len(text))
    return ""
