"""Parse the XML of a workbook as a stream: comments do not split text, and nothing is fetched or expanded."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from lxml import etree

from flows.intake.workbook_limits import Metered


def parse_events(stream: IO[bytes], tags: Sequence[str], events: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield event and element for the elements of these names.

    Comments and processing instructions are passed over, since they would cut the text around them. Raises
    `lxml.etree.XMLSyntaxError`, `ValueError` for a document with a document type declaration, and
    `WorkbookTooLarge` if an element, or what is between two, is larger than any in a workbook of cases.
    """
    first = True
    metered = Metered(stream)
    for event, element in etree.iterparse(
        metered,
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    ):
        if first:
            refuse_entities(element)
            first = False
        metered.since = 0
        yield event, element


def refuse_entities(element: Any) -> None:
    """Raise `ValueError` if the document declares entities: the parser would drop them from its text.

    No part of a workbook may have such declarations (ECMA-376 part 2, 6.2.5).
    """
    if element.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a document type declaration")
