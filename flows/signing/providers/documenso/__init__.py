"""Documenso v2, self-hosted: takes our PDF, draws signatures on it, and seals the whole under the instance's own name.

In: an intent with its PDF. Out: an envelope, made in two steps: a draft that mails nobody, then its distribution. What
can go wrong is the port's, and what a running instance was seen to do: an empty draft with 200, unsigned bytes as a
finished download, a rejection or a seal that comes late (docs/protocols.md#what-a-running-documenso-does). No
electronic ID.

`adapter` is the port, `responses` what the instance answers.
"""

from flows.signing.providers.documenso.adapter import DocumensoProvider

__all__ = ["DocumensoProvider"]
