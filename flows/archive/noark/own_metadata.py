"""The schema of our own metadata about an agreement, with every agreement type that there is.

`avtalemetadata.xsd` is the project's own and lists the types that came with it. A type that came later is added to the
list in each package, so that a package describes what it holds.
"""

import re
from collections.abc import Iterable
from html import escape

from flows.agreements.types import types

OWN_SCHEMA = "avtalemetadata.xsd"
_TYPES = re.compile(
    rb'(<xs:element name="avtaletype">.*?<xs:restriction base="xs:string">)(.*?)(</xs:restriction>)', re.DOTALL
)
_VALUE = re.compile(rb'<xs:enumeration value="([^"]*)"/>')


def with_types(schema: bytes, kinds: Iterable[str]) -> bytes:
    """Return the schema with the types of a package, which may be there no more, and all that there are."""
    found = _TYPES.search(schema)
    if found is None:
        return schema
    titles = dict.fromkeys(type_title(kind) for kind in (*types(), *sorted(kinds)))
    known = set(_VALUE.findall(found[2]))
    wanted = [value for title in titles if (value := escape(title).encode()) not in known]
    added = b"".join(b'<xs:enumeration value="%b"/>' % value for value in wanted)
    return schema[: found.end(2)] + added + schema[found.end(2) :]


def without_types(schema: bytes) -> bytes:
    """Return the schema without its list of types, which is what all packages share."""
    return _TYPES.sub(rb"\1\3", schema)


def type_title(kind: str) -> str:
    """Return what a type is called in the archive; its name if it is there no more."""
    return types()[kind].archive.type_title if kind in types() else kind
