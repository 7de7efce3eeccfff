"""DocuSeal: in its cloud, or self-hosted. No electronic ID.

In: an intent with its PDF, where the instance can take one; the open-source edition has no route for that and only
sends a template of its own, which is then not the document that we made, and is quarantined when it comes back. Out: a
submission. What can go wrong is the port's. A refusal does not stop the other signers by itself: acknowledging it here
archives the submission there.

`adapter` is the port, `responses` what the instance answers, `webhooks` the verification of its webhooks.
"""

from flows.signing.providers.docuseal.adapter import DocuSealProvider

__all__ = ["DocuSealProvider"]
