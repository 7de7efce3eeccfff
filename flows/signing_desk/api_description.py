"""What the description of the senders' API (OpenAPI) says beside its routes: the token, refusals, files."""

from http import HTTPStatus
from typing import Any

from fastapi.security import HTTPBearer
from pydantic import BaseModel


class Problem(BaseModel):
    """A refusal, as problem details (RFC 9457): `code` is a word for programs, `detail` a sentence for people."""

    type: str = "about:blank"
    status: int
    code: str
    detail: str


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of refusals, which are problem details and never FastAPI's own."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


PDF_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}
BEARER = HTTPBearer(auto_error=False, description="The desk's token: its file `token`, or AVTALEFLYT_DESK_TOKEN.")
KNOWN_ALREADY = "Known already: the request that has the reference."
