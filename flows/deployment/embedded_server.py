"""What Prefect is told before it is first imported on a machine of its own: quiet, local, no telemetry.

Anything set in the environment already wins, so that the same commands run against a Prefect server elsewhere.
"""

import os
from pathlib import Path

from flows.settings import Settings


def use_embedded_prefect(settings: Settings) -> None:
    """Set the environment for the server that Prefect starts by itself, with its files below `output/prefect`."""
    quiet = {
        "PREFECT_HOME": str(settings.output / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # Prefect makes one folder, not those above it
