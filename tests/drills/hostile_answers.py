"""Ask the workplace as an ASGI server does, byte by byte, and look at what an answer gives away or would run."""

import csv
import io
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote

from fastapi import FastAPI
from lxml import etree, html

from tests.drills.hostile_values import ELSEWHERE, INJECTED_HEADER, PRODUCT, TAG

Pairs = list[tuple[bytes, bytes]]
_RUNS = ("javascript:", "vbscript:", "data:text")
_ADDRESSES = ("href", "src", "action", "formaction", "data", "hx-get", "hx-post")
_BOUNDARY = b"xqboundary"


@dataclass(frozen=True)
class Answer:
    """An answer: status, headers with small letters, body; `fault` is what the application raised."""

    status: int
    headers: dict[str, str]
    body: bytes
    fault: str = ""

    @property
    def is_html(self) -> bool:
        """Whether a browser would draw it."""
        return self.headers.get("content-type", "").startswith("text/html")


async def ask(app: FastAPI, method: str, path: bytes, query: bytes, headers: Pairs, body: bytes) -> Answer:
    """Send a request; `path` and `query` are quoted already."""
    sent: list[dict[str, object]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, object]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"avtaler.kommune.example"), *headers],
        "client": ("192.0.2.1", 4711),
        "server": ("avtaler.kommune.example", 443),
    }
    fault = ""
    try:
        await app(scope, receive, send)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001 - whatever the application lets out is what is looked for
        fault = f"{type(error).__name__}: {error}"
    start = next((one for one in sent if one["type"] == "http.response.start"), {"status": 599, "headers": []})
    said: Pairs = start["headers"]  # type: ignore[assignment]
    pieces: list[bytes] = [one.get("body", b"") for one in sent if one["type"] == "http.response.body"]  # type: ignore[misc]
    found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in said}
    return Answer(int(start["status"]), found, b"".join(pieces), fault)  # type: ignore[call-overload]


def encoded(fields: Pairs) -> bytes:
    """Return fields as a form or a query has them."""
    return b"&".join(quote_from_bytes(one).encode() + b"=" + quote_from_bytes(two).encode() for one, two in fields)


def multipart(fields: Pairs, name: bytes, file_name: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return content type and body of a form with a file."""
    parts = [b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (one, two) for one, two in fields]
    file = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\n' % (name, file_name)
    parts.append(file + b"Content-Type: application/octet-stream\r\n\r\n" + content)
    body = b"".join(b"--" + _BOUNDARY + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + _BOUNDARY + b"--\r\n"
    return b"multipart/form-data; boundary=" + _BOUNDARY, body


def executed(answer: Answer) -> str:
    """Return what of an input was taken for more than text; empty if nothing was."""
    location = answer.headers.get("location", "/")
    if INJECTED_HEADER in answer.headers or "xqcookie" in answer.headers.get("set-cookie", ""):
        return "a header"
    if not location.startswith("/") or location[1:2] in ("/", "\\") or ELSEWHERE in location.partition("?")[0]:
        return f"leads to {location}"
    if PRODUCT.encode() in answer.body or b"<class '" in answer.body or b"root:x:0" in answer.body:
        return "worked out, or read from a file"
    if answer.headers.get("content-type", "").startswith("text/csv"):
        cells = [one for row in csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";") for one in row]
        return next((f"a cell: {one}" for one in cells if one[:1] in ("=", "+", "-", "@", "\t")), "")
    return _mark_up(answer.body) if answer.is_html and answer.body.strip() else ""


def _mark_up(body: bytes) -> str:
    page = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    for one in page.iter(etree.Element):
        attributes = {str(name).lower(): str(value) for name, value in one.attrib.items()}
        source = attributes.get("src", "")
        if one.tag == TAG or TAG in attributes or any(name.startswith("on") for name in attributes):
            return f"<{one.tag}> {attributes}"
        if one.tag in ("script", "iframe", "object", "embed", "base", "img", "link") and (
            (one.tag == "script" and (one.text or "").strip()) or (source and not source.startswith("/"))
        ):
            return f"<{one.tag}> {attributes}"
        for name in _ADDRESSES:
            value = "".join(attributes.get(name, "").split()).lower()
            if value.startswith(_RUNS) or value.startswith(("//", "/\\")) or ELSEWHERE in value.partition("?")[0]:
                return f"<{one.tag} {name}={value}>"
        if one.tag == "meta" and ELSEWHERE in attributes.get("content", ""):
            return "a meta element"
    return ""
