"""Prefect's server, which makes runs of what is due: `python -m flows.deployment.scheduling_server --host … --port …`.

It is `prefect server start` with one thing mended. SQLAlchemy 2.1 refuses to insert many rows at once that hold a
hybrid attribute with no word on how; Prefect 3.8.8 inserts runs in that way, each with its state beside it, and makes
no run of any schedule. The state is inserted by a statement of its own afterwards, so it is left out here, as
SQLAlchemy 2.0 did.
"""

import sys
from typing import Any

from prefect.cli import app
from prefect.server.database.orm_models import FlowRun


def _leave_out(owner: type[FlowRun], row: dict[str, Any], value: object) -> None:
    """Say that a run's row has no column of its state."""


def let_runs_be_scheduled() -> None:
    """Mend Prefect's table of runs in this process; where Prefect has a word of its own, that one counts."""
    state = vars(FlowRun)["state"]
    if state.bulk_dml_setter is None:
        state.bulk_dml_setter = _leave_out


def main() -> None:
    """Serve until ended."""
    let_runs_be_scheduled()
    sys.argv[1:1] = ["server", "start"]
    app()


if __name__ == "__main__":
    main()
