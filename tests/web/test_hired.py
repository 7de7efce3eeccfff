"""The event of a new hire, as the deployment in `prefect.yaml` waits for it."""

from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from flows import new_alis
from tests.conftest import PROJECT


def test_the_event_is_the_one_that_the_deployment_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, resource and payload fit the trigger of the deployment that runs the flow for one new hire."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(new_alis, "emit_event", lambda event, **rest: told.update(event=event, **rest))
    new_alis.announce("4f3c", True)
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    trigger = next(each for each in deployments if each["name"] == "hired")["triggers"][0]
    assert told["event"] in trigger["expect"]
    assert fnmatch(told["resource"]["prefect.resource.id"], trigger["match"]["prefect.resource.id"])
    assert told["payload"] == {"agreement": "4f3c", "send": True}
    assert all(f"event.payload.{name} " in str(trigger["parameters"]) for name in told["payload"])
