"""Compare those who signed with those who were asked to: by whole names, and by what the provider knows them by."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from asn1crypto import x509

from flows.agreements.person_names import name_parts, plain_address, plain_mobile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode

_ORGANISATION = re.compile(r"(?:NTRNO-)?(\d{9})")


@dataclass(frozen=True, slots=True)
class ReportedSigner:
    """Somebody who the provider says has signed: their name, and where it reached them; empty where it does not tell.

    `contacts` are an e-mail address, a mobile number, or both with a space between.
    """

    name: str
    contacts: str = ""


def reported_signers(names: Sequence[str], addresses: Sequence[str] = ()) -> tuple[ReportedSigner, ...]:
    """Return those whom a provider names, with their addresses in the same order; what is missing is empty."""
    return tuple(ReportedSigner(name, contacts) for name, contacts in zip_longest(names, addresses, fillvalue=""))


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
    """Yield that a signer was reached by another address or number than was asked for, if the provider tells.

    Each told signer is one of those who were asked: the one of that name, or of any where it tells no names. Somebody
    of whom no address was asked may have any.
    """
    left = [(name_parts(str(one["name"])), _asked(one)) for one in signers]
    for one in reported:
        told = {_plain(contact) for contact in one.contacts.split()}
        if not told:
            continue
        name = name_parts(one.name)
        namesakes = [each for each in left if each[0] == name] or left  # who is of another name is told apart from this
        fitting = [each for each in namesakes if told <= each[1] or not each[1]]
        if not fitting:
            yield QuarantineReason(ReasonCode.ANOTHER_ADDRESS if one.name else ReasonCode.ANOTHER_CONTACT)
            return
        left.remove(min(fitting, key=lambda each: not each[1]))


def _asked(signer: Mapping[str, Any]) -> frozenset[str]:
    """Return by what a signer of a request should be reached."""
    return frozenset(_plain(str(signer[key])) for key in ("email", "mobile") if signer.get(key))


def _plain(contact: str) -> str:
    return plain_address(contact) if "@" in contact else plain_mobile(contact) or contact


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
