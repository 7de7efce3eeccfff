"""What is wrong with a template, in words for the person who edits it."""

from dataclasses import dataclass

from flows.documents.tagged_text import Paragraph

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One thing that is wrong with a template: `what` it is and what to do about it.

    `where` is the part and paragraph, or nothing for the whole template; `text` is how that paragraph begins. With
    `stops`, the template would give documents that say something else than they should, so nothing is made from it.
    """

    what: str
    where: str = ""
    text: str = ""
    stops: bool = False


def fault_at(paragraph: Paragraph, what: str, *, stops: bool = True) -> TemplateFault:
    """Return a fault of a paragraph."""
    return TemplateFault(what, paragraph.where, shortened(paragraph.text), stops)


def shortened(text: str) -> str:
    """Return how a text begins, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"
