"""List the envelopes of a Documenso instance, in the root and in every folder: a search sees one of them at a time."""

from collections.abc import Iterator
from urllib.parse import quote

from flows.signing.port import HeldRequest
from flows.signing.providers.documenso.responses import EnvelopePage, FolderPage, told
from flows.signing.providers.http_calls import Caller
from flows.signing.providers.status_reader import readable

_UNSENT = "DRAFT"


def folders(calls: Caller) -> Iterator[str]:
    """Yield the ids of all folders. Raises `ProviderError`."""
    page, pages = 1, 1
    while page <= pages:
        answer = calls.read(f"/folder?type=DOCUMENT&perPage=100&page={page}")
        listed = readable(FolderPage, answer, "Documenso", told(answer))
        yield from (folder.id for folder in listed.data)
        page, pages = page + 1, listed.totalPages


def held(calls: Caller) -> Iterator[HeldRequest]:
    """Yield every envelope that was sent out. Raises `ProviderError`."""
    for folder in ("", *folders(calls)):
        page, pages = 1, 1
        while page <= pages:
            place = f"&folderId={quote(folder, safe='')}" if folder else ""
            answer = calls.read(f"/envelope?type=DOCUMENT&perPage=100&page={page}{place}")
            listed = readable(EnvelopePage, answer, "Documenso", told(answer))
            for one in listed.data:
                if one.status != _UNSENT:
                    yield HeldRequest(one.id, one.externalId or "", one.status)
            page, pages = page + 1, listed.totalPages
