"""Waiting in tests: briefly for an answer that never comes, as long as a busy machine needs for all others.

Pauses before another try teach a test nothing, and may take no time.
"""

import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import retry

from flows.application import collect
from flows.application.outages import Patience

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


def pause_for_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls be made again, and collecting try again, without a pause; how often they do stays as it is."""

    def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr(retry, "time", SimpleNamespace(sleep=at_once, time=time.time))
    monkeypatch.setattr(collect, "Patience", partial(Patience, sleep=at_once))
