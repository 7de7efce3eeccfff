"""Prefect's side of the installation: the embedded server's environment and secret blocks."""

__all__ = [
    "embedded_server",
    "secret_blocks",
]
