"""Signing: exactly once, whatever breaks on the way.

In: an approved agreement with its PDF, and who must sign. Out: a signature request at a provider, and later the signed
PDF. What can go wrong: the provider certainly created nothing (back to `approved`), or nobody can know (`unknown`, for
a person to settle); a request is never sent again on a guess.

`port` is what the flows may ask of any provider, `providers` the adapters, `sending` and `following` the two halves of
the work, `desk` the embedded signing desk: a service of its own, for trying out and internal use.
"""
