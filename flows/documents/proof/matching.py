"""Tell whether a paragraph goes on with what a piece of a page shows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from flows.documents.proof.passages import COUNT, FIGURE, PAGE, PAGES, Passage

_MARK = re.compile(r"[0-9]+|[ivxlcdm]+|[a-z]|[^\w\s]{1,3}")
_NUMBER = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*|[^\w\s]{1,3}")
_FIGURE = re.compile(f"[{FIGURE}{COUNT}]")
_PUT_IN = re.compile(f"[{FIGURE}{COUNT}{PAGE}{PAGES}]")
_LONGEST_FIGURE = 40
_IN_LABELS = re.compile(r"[0-9a-z.([{<•–-]{1,9}")
_BRACKETS = str.maketrans(")]}>»", "([{<«")


def goes_on(passage: Passage, text: str, page: int, pages: int) -> Passage | None:
    """Return a passage of which a piece has been found as well; None where it does not go on with it.

    `text` is the folded text of the piece, on page `page` of `pages`.
    """
    rest = passage.rest
    if passage.mixed:
        return _mixed(passage, text)
    if rest.startswith(text):
        return replace(passage, done=passage.done + len(text))
    if text.endswith("-") and len(text) > 1 and rest.startswith(text[:-1]):  # divided at the end of a line
        return replace(passage, done=passage.done + len(text) - 1)
    if _PUT_IN.search(rest):
        settled = figured(rest, page, pages)
        if taken := _with_figures(settled, text):
            return replace(passage, folded=passage.folded[: passage.done] + settled, done=passage.done + taken)
    return None


def behind_formula(passage: Passage, texts: Iterable[str]) -> tuple[Passage, int]:
    """Return what is left of a passage behind the formula that it goes on with, and how many pieces show that.

    Only letters and figures count: operators, brackets and roots are drawn as signs of other kinds, or as lines. Where
    pieces lack some, the formula is left with those.
    """
    left, after, count = list(passage.formulas[0]), passage.rest[1:], 0
    for text in texts:
        signs = Counter(filter(str.isalnum, text))
        if signs - Counter(left) or (not left and after.startswith(text)):
            break
        left = list((Counter(left) - signs).elements())
        count += 1
    if left:
        return replace(passage, formulas=("".join(left), *passage.formulas[1:])), count
    return replace(passage, done=passage.done + 1, formulas=passage.formulas[1:]), count


def shared(passage: Passage, text: str, page: int, pages: int) -> int:
    """Return how many signs of what is left of a passage a piece begins with, whatever its label."""
    rest, count = figured(passage.rest, page, pages), 0
    if rest.startswith(FIGURE):
        rest, text = rest.lstrip(FIGURE), text.lstrip("0123456789")
    while count < min(len(rest), len(text)) and rest[count] == text[count]:
        count += 1
    return count


def figured(text: str, page: int, pages: int) -> str:
    """Return a text with the figures of its page and of all pages put in."""
    return text.replace(PAGE, str(page)).replace(PAGES, str(pages))


def _mixed(passage: Passage, text: str) -> Passage | None:
    """Go on with a passage that is written in both directions, whose signs stand on paper in another order.

    The label of a list may be drawn together with the text, its signs in another order, too. Alone, it is no part of
    the passage, whatever signs they share.
    """
    if passage.label and re.fullmatch(passage.label, text):
        return None
    left = list(passage.folded.translate(_BRACKETS))
    others = ""
    for sign in text.translate(_BRACKETS):
        if sign in left:
            left.remove(sign)
        else:
            others += sign
    if others and not (passage.label and _IN_LABELS.fullmatch(others)):
        return None
    values = tuple((0, len(left), name) for _start, _end, name in passage.values[:1])
    return replace(passage, folded="".join(left), values=values, label="")


def _with_figures(rest: str, text: str) -> int:
    """Return how much of a text with figures is what a piece shows; 0 where it does not begin with that."""
    if rest.startswith(text):
        return len(text)
    found = _FIGURE.search(rest)
    at = found.start() if found else -1
    if at < 0 or not text.startswith(rest[:at]):
        return 0
    shown = text[at:]
    if not shown:
        return at
    pattern = _MARK if rest[at] == FIGURE else _NUMBER
    if rest[at + 1 : at + 2] in (FIGURE, COUNT) and pattern.fullmatch(shown):
        return at + 1
    for length in range(1, min(len(shown), _LONGEST_FIGURE) + 1):
        if pattern.fullmatch(shown[:length]):
            if length == len(shown):
                return at + 1
            if taken := _with_figures(rest[at + 1 :], shown[length:]):
                return at + 1 + taken
    if rest[at] == FIGURE and (taken := _with_figures(rest[at + 1 :], shown)):
        return at + 1 + taken
    return 0
