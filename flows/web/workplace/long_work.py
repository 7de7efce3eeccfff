"""How a page follows long work: by a stream of the server, by a refresh where there is no script, or not at all."""

from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from flows.web.workplace import static_files


class LongWork(StrEnum):
    """Work that takes long enough to be followed; the values stand in addresses."""

    DOCUMENTS = "dokumenter"
    SENDING = "utsending"
    EXPORT = "uttrekk"


@dataclass(frozen=True, slots=True)
class Following:
    """How a page follows work that is under way.

    `page` is its own path. `stream` is the path of its stream; empty where the script that reads streams is not
    installed. `renews` is False once the person has stopped the renewal.
    """

    page: str
    stream: str
    renews: bool


def follow(request: Request, work: LongWork, work_id: str, stopped: bool) -> Following:
    """Return how the page of a request follows work."""
    stream = f"/fremdrift/{work}/{work_id}" if static_files.assets_are_installed() else ""
    return Following(request.url.path, stream, not stopped)
