"""What of a Tjenesteavtale follows from its trust: title, and whose text it is written on."""

from flows.agreements import trusts
from flows.agreements.tjenesteavtale6_case import Tjenesteavtale6Case


def variant(case: Tjenesteavtale6Case) -> str:
    """Return the folder of the trust's own text below that of the type; empty for the trust that the template names."""
    trust = trusts.by_organisation_number(case.hf_orgnr)
    return trust.folder if trust else ""


def title(case: Tjenesteavtale6Case) -> str:
    """Return what the agreement is called."""
    return _trust(case).title


def public_title(case: Tjenesteavtale6Case) -> str:
    """Return the title in journals, which names nobody."""
    short = _trust(case).short_title.removesuffix(" om ALIS")
    return f"{short} om ALIS – kommune {case.kommunenr}"


def _trust(case: Tjenesteavtale6Case) -> trusts.Trust:
    found = trusts.by_organisation_number(case.hf_orgnr)
    if found is None:
        raise LookupError("no such trust")
    return found
