"""Find the cells of an .xlsx sheet that have a comment, those of this program left out (ECMA-376 part 1, 18.7)."""

import re
from typing import Any

from openpyxl.utils import column_index_from_string

OWN_AUTHOR = "Avtaleflyt"
"""How the authors of the program's own comments begin: help texts, and the marks of a problem report."""
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def commented_cells(root: Any) -> frozenset[tuple[int, int]]:
    """Return row (from 1) and column (from 0) of every cell that a part of comments speaks of."""
    authors = [str(author.text or "") for author in root.iterfind("{*}authors/{*}author")]
    found = set()
    for comment in root.iterfind("{*}commentList/{*}comment"):
        number = str(comment.get("authorId", ""))
        author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
        address = _ADDRESS.fullmatch(str(comment.get("ref", "")))
        if address and not author.startswith(OWN_AUTHOR):
            found.add((int(address[2]), column_index_from_string(address[1]) - 1))
    return frozenset(found)
