"""Prefect's side of the installation: the embedded server's environment, secret blocks, and how runs end."""

__all__ = [
    "embedded_server",
    "part_runs",
    "run_states",
    "secret_blocks",
]
