"""A real ALIS-avtale in an archive of its own: filled from the shipped template, signed, and filed."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.agreements.alis_case import AlisCase
from flows.agreements.types import types
from flows.application.public_copies import keep_template
from flows.archive import SignedFiles, Store, file_signed, open_store
from flows.documents import load_template, make
from flows.intake import read
from flows.intake.register_comparison import as_received
from flows.register import Record, Register, open_register
from flows.register.agreements import GeneratedDocument, approve, receive, record_generated
from flows.register.signature_requests import ProviderAnswer, intend, record_acknowledged, record_sent, record_signed
from flows.settings import Settings, shipped_folder
from tests.archive.signed_agreements import authority
from tests.conftest import Clock


@dataclass
class RealAgreement:
    """The archive, its one record, and the values that the template was filled with."""

    register: Register
    store: Store
    anchors: Path
    settings: Settings
    record: Record
    context: dict[str, object]


def real_agreement(folder: Path, signed_by: Sequence[str] = ()) -> RealAgreement:
    """File an agreement whose free text names its doctor and supervisor, in full and in part.

    `signed_by` are the names that sign it, those who should where none are given.
    """
    clock, kind = Clock(), types()["alis"]
    templates = folder / "templates"
    shutil.copytree(shipped_folder("templates"), templates)
    found = read(str(shipped_folder("fixtures") / "renewal-2027.xlsx"), clock().date())
    case = next(one for one in found.cases if one.type == "alis")
    assert isinstance(case.case, AlisCase)
    first = case.case.lege_navn.split()[0]
    words = f"{first}s timer avtales med {case.case.veileder_navn.upper()}. Kr 12 345 per år."
    case = replace(case, case=case.case.model_copy(update={"avtalt_tilrettelegging": words}))
    register = open_register(f"sqlite:///{folder / 'register.db'}", clock, actor="tester")
    store = open_store((folder / "store").as_uri())
    template = load_template(templates / kind.template)
    with register.write() as transaction:
        agreement_id = receive(transaction, as_received(case)).agreement_id
    context = {**kind.context(case.case), "malversjon": template.version}
    document = make(template, {**context, "avtale_id": agreement_id, "avtale_versjon": "1"})
    kept = keep_template(store, templates / kind.template, document.template_sha256)
    made = GeneratedDocument(
        kind.template, template.version, kept, store.put(document.docx), store.put(document.pdf), document.pages
    )
    signers = [
        {"order": order, "role": one.role, "name": one.name, "on_behalf_of": one.organisation}
        for order, one in enumerate(kind.signatories(case.case), start=1)
    ]
    with register.write() as transaction:
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, "desk", signers, transaction.now.replace(month=12, day=31))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer("job", {}), "sent")
        record_signed(transaction, request.reference)
    pdf = document.pdf
    for number, name in enumerate(signed_by or [str(one["name"]) for one in signers], start=1):
        pdf = authority().sign(pdf, name, f"Signatur{number}")
    anchors = authority().keep(folder / "anchors")
    record = file_signed(register, store, anchors, request.reference, SignedFiles(store.put(pdf)))
    with register.write() as transaction:
        record_acknowledged(transaction, request.reference)
    settings = Settings(templates=templates, workers=1, _env_file=None)
    return RealAgreement(register, store, anchors, settings, record, context)
