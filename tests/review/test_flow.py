"""The daily flow as it is run by hand, with an embedded Prefect and a real mail server."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from flows.register import open_register
from tests.agreements.cases import alis_case
from tests.conftest import PROJECT
from tests.mail.mail_server import Behaviour, free_port, running
from tests.review.archived import archive


def notify(output: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Run `avtaleflyt reviews notify --json` against a mail server at a port."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "AVTALEFLYT_"))
    }
    environment |= {
        "AVTALEFLYT_OUTPUT": str(output),
        "AVTALEFLYT_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "AVTALEFLYT_MAIL_FROM": "avtaleflyt@bodo.example",
    }
    command = [sys.executable, "-m", "flows.cli", "reviews", "notify", "--json"]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_flow_by_hand_with_a_server_that_is_down_first(tmp_path: Path) -> None:
    """Down: exit 1, one sentence that says what waits, no traceback. Up again: sent once; once more: nothing."""
    register = open_register(f"sqlite:///{tmp_path / 'avtaleflyt.db'}")
    today = datetime.now(UTC).date().replace(day=1)
    case = alis_case(ansvarlig_epost="anne@bodo.example")
    archive(register, "alis", case, today.replace(year=today.year - 1))
    register.close()
    port, server = free_port(), Behaviour()
    down = notify(tmp_path, port)
    assert down.returncode == 1, down.stderr
    assert "1 venter, 0 er avvist" in down.stderr
    assert "Traceback" not in down.stderr + down.stdout
    with running(server, port):
        up, again = notify(tmp_path, port), notify(tmp_path, port)
    assert up.returncode == 0, up.stderr
    assert json.loads(up.stdout) == {"notices": 0, "mails": 0, "sent": 1, "nobody_to_tell": []}
    assert json.loads(again.stdout) == {"notices": 0, "mails": 0, "sent": 0, "nobody_to_tell": []}
    assert Counter(recipient for recipient, _ in server.taken) == {"anne@bodo.example": 1}
