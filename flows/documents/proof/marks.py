"""Put marks into the text of a story, and find the tags of a template in it."""

import re

from flows.documents.quote_repair import mend_quotes

#: No XML and no value of a case holds these two, which begin and end a mark.
OPEN, CLOSE = "\x01", "\x02"
MARK = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_WHOLE = re.compile(r"(\{[{%#])(p|tr|tc)\s+(.*?[}%#]\})", re.DOTALL)
_OF_RUN = re.compile(r"^(\{[{%#])r\s")


def mark(kind: str) -> str:
    """Return a mark of the structure."""
    return f"{OPEN}{kind}{CLOSE}"


def mended(tag: re.Match[str]) -> str:
    """Return a tag as text alone, with straight quotes; one for its own run (`{%r`) is like any other."""
    text = MARK.sub("", tag[0])
    return _OF_RUN.sub(r"\1 ", mend_quotes(text) or text)


def around(text: str, name: str) -> list[str]:
    """Return a text divided at the tags of a name, such as `p`: text, tag, text, …; the tags without that name."""
    found, done = [], 0
    for tag in _WHOLE.finditer(text):
        if tag[2] == name:
            found += [text[done : tag.start()], f"{tag[1]} {tag[3]}"]
            done = tag.end()
    return [*found, text[done:]]
