"""The id of the web request that is being answered, which every line of the log about it carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the request that is being answered; empty outside of one."""
    return _current.get()


@contextmanager
def answering_request(request_id: str) -> Iterator[None]:
    """Have this id stand for what happens inside."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
