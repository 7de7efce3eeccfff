"""Read `multipart/mixed` as a service must: any boundary, parameters and headers of the sender's choice."""

from email.message import Message
from email.parser import BytesHeaderParser


def parts_of(content_type: str, body: bytes) -> list[tuple[Message, bytes]]:
    """Return head and content of each part; none for a body that is not `multipart/mixed`."""
    about = Message()
    about["Content-Type"] = content_type
    boundary = about.get_param("boundary")
    if about.get_content_type() != "multipart/mixed" or not isinstance(boundary, str):
        return []
    delimiter = b"\r\n--" + boundary.encode()
    parts = []
    for piece in (b"\r\n" + body).split(delimiter)[1:]:
        if piece.startswith(b"--"):
            break
        head, _, content = piece.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        parts.append((BytesHeaderParser().parsebytes(head), content))
    return parts
