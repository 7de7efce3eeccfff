"""Adapters: one module per signature provider, each a `flows.signing.port.Provider`.

In: what the port says, and a `requests.Session`. Out: HTTP calls with time-outs, and what they mean. What can go wrong
is the port's: `NotSent`, `PerhapsSent`, `NotSupported`, otherwise `ProviderError`. No adapter logs bodies, names, links
or tokens, or follows an address to another host.
"""

__all__ = [
    "desk",
    "factory",
    "health_check",
]
