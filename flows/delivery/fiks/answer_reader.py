"""Read what an archive answers: kind by the end of its type, contents by the local names of their elements.

Receipts are not judged by a schema: the published one has changed in place, and archives are behind it.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from flows.delivery.fiks.container_reader import safe_xml
from flows.delivery.port import AnswerKind, ArchiveAnswer
from flows.language import translate as _
from flows.register.schema import Json

_BY_ENDING = {
    "kvittering.tidsavbrudd": AnswerKind.EXPIRED,
    "registrering.hent.resultat": AnswerKind.FOUND,
    ".mottatt": AnswerKind.RECEIVED,
    ".kvittering": AnswerKind.RECEIPT,
    "feilmelding.ugyldigforespoersel": AnswerKind.REFUSED,
    "feilmelding.ikkefunnet": AnswerKind.NOT_FOUND,
    "feilmelding.serverfeil": AnswerKind.FAILED,
}
_LONGEST = 2000
"""Characters of an archive's sentence that are kept."""


def kind_of(message_type: str) -> AnswerKind:
    """Return what a message of this type means; Fiks IO's own have had several names."""
    plain = message_type.lower().removesuffix(".v1")
    if plain.endswith("serverfeil") and plain.startswith(("no.ks.fiks.kvittering", "no.ks.fiks.io")):
        return AnswerKind.NOT_FETCHED
    found = (kind for ending, kind in _BY_ENDING.items() if plain.endswith(ending))
    return next(found, AnswerKind.OTHER)


def is_from_fiks_itself(kind: AnswerKind) -> bool:
    """Say whether Fiks IO itself sends messages of this kind, and not an archive."""
    return kind in {AnswerKind.EXPIRED, AnswerKind.NOT_FETCHED}


def read_contents(kind: AnswerKind, files: dict[str, bytes], signer: str) -> ArchiveAnswer:
    """Return what the opened files of an answer say. Raises `ValueError` where that cannot be read."""
    content = next((body for name, body in files.items() if name.lower().endswith(".xml")), None)
    if content is None:
        return ArchiveAnswer(kind, signer=signer)
    root = safe_xml(content)
    if kind is AnswerKind.RECEIPT and _local(root) == "arkivmeldingKvittering":
        return _receipt(root, content, signer)
    if kind is AnswerKind.FOUND:
        return _found(root, content, signer)
    return ArchiveAnswer(kind, _words(root), content=content, signer=signer)


def _receipt(root: Any, content: bytes, signer: str) -> ArchiveAnswer:
    parts = {_local(one): one for one in root}
    receipt: Json = {}
    keys: dict[str, str] = {}
    if (case := parts.get("mappeKvittering")) is not None:
        receipt["case"] = _case(case)
        keys |= _key("case", case)
    if (entry := parts.get("registreringKvittering")) is not None:
        receipt["entry"] = _entry(entry)
        receipt["documents"] = [
            {"number": _text(one, "dokumentnummer"), "system_id": _text(one, "systemID")}
            for one in entry
            if _local(one) == "dokumentbeskrivelseKvittering"
        ]
        keys |= _key("entry", entry)
    failed = [parts[name] for name in ("mappeFeilet", "registreringFeilet") if name in parts]
    if failed:
        words = " ".join(dict.fromkeys(_words(one) for one in failed))
        return ArchiveAnswer(AnswerKind.REFUSED, words, receipt, keys, content, signer)
    return ArchiveAnswer(AnswerKind.RECEIPT, "", receipt, keys, content, signer)


def _found(root: Any, content: bytes, signer: str) -> ArchiveAnswer:
    entry = next((one for one in root if _local(one) in {"journalpost", "registrering"}), None)
    if entry is None:
        return ArchiveAnswer(AnswerKind.NOT_FOUND, content=content, signer=signer)
    receipt: Json = {"entry": _entry(entry)}
    above = next((one for one in entry if _local(one) == "referanseForelderMappe"), None)
    if above is not None:
        number = next((one for one in above if _local(one) == "saksnummer"), above)
        receipt["case"] = _case(above) | {
            "year": _text(number, "saksaar"),
            "sequence": _text(number, "sakssekvensnummer"),
        }
    receipt["documents"] = [
        {"number": _text(one, "dokumentnummer"), "system_id": _text(one, "systemID")}
        for one in entry
        if _local(one) == "dokumentbeskrivelse"
    ]
    return ArchiveAnswer(AnswerKind.FOUND, "", receipt, _key("entry", entry), content, signer)


def _case(element: Any) -> Json:
    return {
        "system_id": _text(element, "systemID"),
        "id": _text(element, "mappeID"),
        "year": _text(element, "saksaar"),
        "sequence": _text(element, "sakssekvensnummer"),
        "known": _text(element, "opprettetEllerEksisterende"),
    }


def _entry(element: Any) -> Json:
    return {
        "system_id": _text(element, "systemID"),
        "id": _text(element, "registreringsID"),
        "year": _text(element, "journalaar"),
        "sequence": _text(element, "journalsekvensnummer"),
        "number": _text(element, "journalpostnummer"),
        "known": _text(element, "opprettetEllerEksisterende"),
    }


def _words(element: Any) -> str:
    """Return the sentence of an error for people, in one line."""
    said = next((one.text for one in _below(element) if _local(one) == "feilmelding" and one.text), "")
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())
    return plain[:_LONGEST] or _("The archive gave no reason.")


def _key(what: str, element: Any) -> dict[str, str]:
    key = next((one for one in element if _local(one) == "referanseEksternNoekkel"), None)
    return {what: _text(key, "noekkel")} if key is not None else {}


def _text(element: Any, name: str) -> str:
    found = next((one for one in element if _local(one) == name), None)
    return " ".join((found.text or "").split())[:200] if found is not None else ""


def _below(element: Any) -> Iterator[Any]:
    return (one for one in element.iter() if isinstance(one.tag, str))


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
