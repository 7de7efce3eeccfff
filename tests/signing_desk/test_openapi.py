"""What the desk says of its API is what it does: the token, and every answer with its status and kind."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.signing_desk.servers import RunningDesk

pytestmark = pytest.mark.usefixtures("english")


def described(desk: RunningDesk) -> Mapping[str, Any]:
    """Return the description, as the desk gives it to senders."""
    headers = {"Authorization": f"Bearer {desk.token}"}
    found: Mapping[str, Any] = desk.session.get(f"{desk.address}/api/openapi.json", headers=headers, timeout=120).json()
    return found


def test_every_operation_asks_for_the_token_and_none_of_the_signers_pages_is_described(desk: RunningDesk) -> None:
    """The API alone is for programs."""
    description = described(desk)
    (scheme,) = description["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path, operations in description["paths"].items():
        assert path.startswith("/api/requests")
        for operation in operations.values():
            assert operation["security"] == [{"HTTPBearer": []}]
            assert {"401", "404", "422"} <= set(operation["responses"])
            assert "HTTPValidationError" not in str(operation)


def test_real_answers_are_among_those_described(desk: RunningDesk) -> None:
    """Each call's status and content type stand in the description, refusals as problem details."""
    request, description = desk.send().provider_id, described(desk)["paths"]
    desk.act(request, 1, "sign")
    calls = [
        ("GET", "", "", {}),
        ("GET", "", "?after=x" + "y" * 200, {}),
        ("POST", "", "", {}),
        ("GET", "/{request_id}", f"/{request}", {}),
        ("GET", "/{request_id}", "/unknown", {}),
        ("GET", "/{request_id}/pdf", f"/{request}/pdf", {}),
        ("GET", "/{request_id}/evidence", f"/{request}/evidence", {}),
        ("GET", "/{request_id}/evidence.pdf", f"/{request}/evidence.pdf", {}),
        ("POST", "/{request_id}/remind", f"/{request}/remind", {"order": 2}),
        ("POST", "/{request_id}/remind", f"/{request}/remind", {"order": "x"}),
        ("POST", "/{request_id}/links", f"/{request}/links", {"order": 2}),
        ("POST", "/{request_id}/links", f"/{request}/links", {"order": 1}),
        ("POST", "/{request_id}/acknowledge", f"/{request}/acknowledge", {}),
        ("POST", "/{request_id}/cancel", f"/{request}/cancel", {"reason": "Ny versjon"}),
        ("POST", "/{request_id}/cancel", f"/{request}/cancel", {"reason": "Ny versjon"}),
    ]
    for method, template, path, content in calls:
        answer = desk.api(method, path, **({"json": content} if content else {}))
        known = description[f"/api/requests{template}"][method.lower()]["responses"]
        assert str(answer.status_code) in known, f"{method} {path}: {answer.status_code}"
        kinds = known[str(answer.status_code)]["content"]
        assert answer.headers["content-type"].partition(";")[0] in kinds, f"{method} {path}"
        if answer.status_code >= 400 and "json" in answer.headers["content-type"] and "code" in answer.json():
            assert sorted(answer.json()) == ["code", "detail", "status", "type"]
