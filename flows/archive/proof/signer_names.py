"""Compare those who signed with those who were asked to: by whole names, and by what the provider knows them by."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from asn1crypto import x509

from flows.agreements.person_names import name_parts, plain_address
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode

_ORGANISATION = re.compile(r"(?:NTRNO-)?(\d{9})")
_NO_ADDRESS = plain_address("")


@dataclass(frozen=True, slots=True)
class ReportedSigner:
    """Somebody who the provider says has signed: their name, and their e-mail address there where it tells one."""

    name: str
    email: str = ""


def reported_signers(names: Sequence[str], addresses: Sequence[str] = ()) -> tuple[ReportedSigner, ...]:
    """Return those whom a provider names, with their addresses in the same order; missing addresses are empty."""
    return tuple(
        ReportedSigner(name, email) for name, email in zip_longest(names, addresses[: len(names)], fillvalue="")
    )


def same_names(found: Iterable[str], expected: Iterable[str]) -> bool:
    """Say whether two lists name the same people, each once, in whatever order; two of one name are two."""
    return Counter(map(name_parts, found)) == Counter(map(name_parts, expected))


def reported_faults(
    reported: Sequence[ReportedSigner], signers: Sequence[Mapping[str, Any]]
) -> Iterator[QuarantineReason]:
    """Yield how those who the provider says have signed differ from those who were asked to.

    `signers` are those of the request, as the register keeps them: each with `name` and `email`.
    """
    if not same_names([one.name for one in reported], [str(one["name"]) for one in signers]):
        yield QuarantineReason(ReasonCode.SIGNERS_TOLD)
    yield from address_faults(reported, signers)


def address_faults(
    reported: Sequence[ReportedSigner], signers: Sequence[Mapping[str, Any]]
) -> Iterator[QuarantineReason]:
    """Yield that a signer's address at the provider is not the one that was asked for, if it tells addresses."""
    left = [(name_parts(str(one["name"])), plain_address(str(one.get("email") or ""))) for one in signers]
    for one in reported:
        if not one.email:
            continue
        name, address = name_parts(one.name), plain_address(one.email)
        namesakes = [each for each in left if each[0] == name] or left  # who is of another name is told apart from this
        fitting = [each for each in namesakes if each[1] in {address, _NO_ADDRESS}]
        if not fitting:
            yield QuarantineReason(ReasonCode.ANOTHER_ADDRESS)
            return
        left.remove(min(fitting, key=lambda each: each[1] == _NO_ADDRESS))


def holder_of(certificate: x509.Certificate) -> str:
    """Return the holder's name: `name` (OID 2.5.4.41) where there is one, since a common name ends at 64 bytes."""
    said = certificate.subject.native
    name = said.get("name") or said.get("common_name") or said.get("organization_name", "")
    return str(name if isinstance(name, str) else name[0])


def organisation_of(certificate: x509.Certificate) -> str:
    """Return the organisation number of an enterprise certificate, as SEID 2 or SEID 1 writes it; empty without one."""
    said = certificate.subject.native
    for key in ("organization_identifier", "serial_number"):
        if found := _ORGANISATION.fullmatch(str(said.get(key, ""))):
            return found[1]
    return ""
