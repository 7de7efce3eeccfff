"""Prefect's side of the installation: the embedded server's environment, secret blocks, and how runs end."""

__all__ = [
    "embedded_server",
    "run_states",
    "secret_blocks",
]
