"""The daily flow as it is run by hand, with a real Prefect server and a real mail server."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from flows.register import open_register
from tests.agreements.cases import alis_case
from tests.command_forks import ForkedCommands
from tests.command_line import EndedCommand, run_command
from tests.mail.mail_server import Behaviour, free_port, running
from tests.review.archived import archive


def notify(output: Path, port: int, server: dict[str, str], forked: ForkedCommands) -> EndedCommand:
    """Run `avtaleflyt reviews notify --json` against a mail server at a port."""
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "avtaleflyt@bodo.example"}
    return run_command(["reviews", "notify", "--json"], {**server, **mail, "OUTPUT": output}, forked=forked)


def test_the_flow_by_hand_with_a_server_that_is_down_first(
    tmp_path: Path, prefect_server: dict[str, str], forked_commands: ForkedCommands
) -> None:
    """Down: exit 1, one sentence that says what waits, no traceback. Up again: sent once; once more: nothing."""
    register = open_register(f"sqlite:///{tmp_path / 'avtaleflyt.db'}")
    today = datetime.now(UTC).date().replace(day=1)
    case = alis_case(ansvarlig_epost="anne@bodo.example")
    archive(register, "alis", case, today.replace(year=today.year - 1))
    register.close()
    port, server = free_port(), Behaviour()
    down = notify(tmp_path, port, prefect_server, forked_commands)
    assert down.code == 1, down.err
    assert "1 venter, 0 er avvist" in down.err
    assert "Traceback" not in down.err + down.out
    with running(server, port):
        up, again = (
            notify(tmp_path, port, prefect_server, forked_commands),
            notify(tmp_path, port, prefect_server, forked_commands),
        )
    assert up.code == 0, up.err
    assert json.loads(up.out) == {"notices": 0, "mails": 0, "sent": 1, "nobody_to_tell": [], "untold": []}
    assert json.loads(again.out) == {"notices": 0, "mails": 0, "sent": 0, "nobody_to_tell": [], "untold": []}
    assert Counter(recipient for recipient, _ in server.taken) == {"anne@bodo.example": 1}
