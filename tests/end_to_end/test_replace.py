"""`avtaleflyt renew --replace` as a person types it: what is out and has changed is cancelled, and sent anew."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT
from tests.signing_desk.servers import TOKEN, RunningDesk, desk_in_thread


def renew(output: Path, desk: RunningDesk, case: dict[str, Any], *options: str) -> dict[str, Any]:
    """Run the command on one case; return what it told."""
    source = output.parent / "case.json"
    source.write_text(json.dumps([case]))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))
    }
    environment |= {"AVTALEFLYT_OUTPUT": str(output), "AVTALEFLYT_DESK_URL": desk.address}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "renew", str(source), "--send", "--json", *options],
        cwd=PROJECT,
        env={**environment, "AVTALEFLYT_DESK_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_what_is_out_is_replaced(tmp_path: Path) -> None:
    """Sent; changed, and held back without the option; with it the old request is cancelled and a new one is out."""
    case = json.loads((PROJECT / "fixtures" / "new-alis.json").read_text())
    case = case[0] if isinstance(case, list) else case
    output = tmp_path / "output"
    with desk_in_thread(tmp_path / "desk") as desk:
        first = renew(output, desk, case)
        (agreement,) = first["agreements"]
        assert agreement["state"] == "sent"
        changed = {**case, "signatar_kommune_navn": "Randi Nordvik"}
        replaced = renew(output, desk, changed, "--replace")
        assert [(one["id"], one["state"]) for one in replaced["agreements"]] == [(agreement["id"], "sent")]
        statuses = {
            reference: desk.api("GET", f"?reference={reference}").json()["requests"][0]["status"]
            for reference in (f"{agreement['id']}-v1-a1", f"{agreement['id']}-v2-a1")
        }
    assert list(statuses.values()) == ["cancelled", "open"]
