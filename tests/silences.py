"""Waiting in tests: briefly for an answer that never comes, and as long as a busy machine needs for all others."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

_UNTIL_GIVING_UP = 0.3
_AS_LONG_AS_IT_TAKES = 120.0


def wait_briefly_where(
    never_answered: Callable[[requests.PreparedRequest], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let every session give up a call after a third of a second, but only where the server will never answer it."""
    send = HTTPAdapter.send

    def send_as_patiently(adapter: HTTPAdapter, request: requests.PreparedRequest, *given: Any, **more: Any) -> Any:
        seconds = _UNTIL_GIVING_UP if never_answered(request) else _AS_LONG_AS_IT_TAKES
        return send(adapter, request, *given, **{**more, "timeout": (_AS_LONG_AS_IT_TAKES, seconds)})

    monkeypatch.setattr(HTTPAdapter, "send", send_as_patiently)
