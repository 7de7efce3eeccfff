"""Adapters: one module per signature provider, each a `flows.signing.port.Provider`.

In: calls of the port, and a `requests.Session`. Out: HTTP calls with time-outs, and their results. Errors are those of
the port: `NotSent`, `PerhapsSent`, `NotSupported`, otherwise `ProviderError`. No adapter logs bodies, names, links or
tokens, or follows an address to another host.
"""

__all__ = [
    "desk",
    "factory",
    "health_check",
]
