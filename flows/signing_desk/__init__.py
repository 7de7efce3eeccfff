"""The signing desk: a small signing service of our own, for trying out and for internal use.

In: a PDF and its signers in order, from a sender with the bearer token. Out: the same PDF, grown by one PAdES
signature per signer, and the evidence of who did what and when. What can go wrong: the request is refused (not a PDF,
another digest, too many signers, a reference that is taken), a signer comes out of order or too late, or declines,
which ends it for everybody.

It runs as a process of its own (`python -m flows.signing_desk`) with its own folder: `desk.db`, `token`, `authority/`
(the certificate to trust) and `private/` (keys). It assures nobody's identity: whoever holds a link can sign, and every
page and every certificate says so.
"""
