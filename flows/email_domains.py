"""Write the domain of an e-mail address in ASCII (IDNA 2008 with the mapping of UTS 46), in one way everywhere."""

import idna


def ascii_domain(domain: str) -> str | None:
    """Return a domain in ASCII and small letters; None for what is no domain."""
    try:
        return idna.encode(domain, uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return None
