"""A collecting round: what went wrong with an agreement is told of that agreement, and of no other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.application.collect import CollectionRound, archive_signed, collect_signed_agreements, collect_update
from flows.application.context import Context
from flows.application.follow_up import resolve_as_not_sent
from flows.archive import Store, check_archive, open_store
from flows.archive.blob_backends import LocalFolderBackend
from flows.errors import NotFound, ProviderError
from flows.register import Agreement, Register, SignatureRequest, State, Transaction
from flows.register.agreements import (
    GeneratedDocument,
    approve,
    current_version,
    get_agreement,
    received_case,
    record_generated,
)
from flows.register.agreements import replace as start_version
from flows.register.records import files_of
from flows.register.signature_requests import (
    ProviderAnswer,
    by_reference,
    intend,
    newest_request,
    record_ended,
    record_sent,
)
from flows.settings import Settings
from flows.signing.port import OpenRequest, RequestStatus, SignedDocument, Signer, Update
from flows.signing.sending import send
from tests.archive.agreement_from_template import real_agreement
from tests.signing.paper_provider import PaperProvider, approved_agreement

SIGNER = Signer(1, "kommune", "Kari Prøve", "ordfører", "", "", "Prøve kommune")


@dataclass
class FailingProvider(PaperProvider):
    """A provider that polls or fetches with an error."""

    polling: str = ""
    fetching: str = ""

    def poll(self, requests: Sequence[OpenRequest]) -> Iterator[Update]:
        """Tell what the test wants, and then fail."""
        yield from list(self.says)
        if self.polling:
            raise ProviderError(self.polling)

    def fetch_signed(self, update: Update) -> SignedDocument:
        """Fail if the test wants it."""
        if self.fetching:
            raise ProviderError(self.fetching)
        return super().fetch_signed(update)


def context_of(register: Register, folder: Path, provider: PaperProvider) -> Context:
    """Return a context of a provider."""
    settings = Settings(_env_file=None, output=folder, trust_anchors=folder / "anchors")
    return Context(settings, register, open_store((folder / "store").as_uri()), provider)


def sent_agreement(register: Register, provider: PaperProvider) -> tuple[str, str]:
    """Send an agreement; return its id and the reference of its request."""
    agreement_id = approved_agreement(register)
    send(register, provider, agreement_id, [SIGNER], lambda _digest: b"%PDF", "ALIS-avtale", 30)
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    return agreement_id, request.reference


def test_an_error_of_the_provider_is_no_outcome_of_an_agreement(register: Register, tmp_path: Path) -> None:
    """A poll that fails is told on its own, without an agreement."""
    provider = FailingProvider(polling="it does not answer")
    sent_agreement(register, provider)
    collected = collect_signed_agreements(context_of(register, tmp_path, provider))
    assert (collected.failures, collected.provider_errors) == ([], ["it does not answer"])
    assert not collected.complete


def test_a_failure_names_its_agreement_and_the_state_it_is_in(register: Register, tmp_path: Path) -> None:
    """An agreement whose file cannot be fetched is tried again, and is not said to be anywhere but where it is."""
    provider = FailingProvider(fetching="the file is not ready")
    agreement_id, reference = sent_agreement(register, provider)
    provider.says = [Update("1", reference, RequestStatus.SIGNED)]
    collected = collect_signed_agreements(context_of(register, tmp_path, provider))
    (failure,) = collected.failures
    with register.read() as session:
        state = State(get_agreement(session, agreement_id).state)
    assert (failure.agreement_id, failure.state, failure.problem) == (agreement_id, state, "the file is not ready")
    assert collected.provider_errors == []


def test_an_update_about_no_request_is_an_error_of_the_provider(register: Register, tmp_path: Path) -> None:
    """A reference that the register does not have is told as it is, and never taken for an agreement's id."""
    context, collected = context_of(register, tmp_path, PaperProvider()), CollectionRound()
    update = Update("1", "unknown-reference", RequestStatus.SIGNED)
    with pytest.raises(NotFound):
        archive_signed(context, update)
    collect_update(context, update, collected)
    assert collected.failures == []
    assert collected.provider_errors[0].startswith("unknown-reference: ")


def test_settling_as_not_sent_opens_no_provider(register: Register, tmp_path: Path) -> None:
    """A person can settle what is unknown while the provider's settings are wrong."""
    settings = Settings(_env_file=None, output=tmp_path, provider="posten")
    with pytest.raises(NotFound):
        resolve_as_not_sent(Context(settings, register), "no-such-agreement")


def decline_next_version(transaction: Transaction, agreement: Agreement) -> None:
    """Take an agreement through a new version that its signers decline."""
    first = current_version(transaction.session, agreement)
    assert first.template_sha256
    assert first.docx_sha256
    assert first.pdf_sha256
    start_version(transaction, agreement, received_case(agreement, first), "renewed")
    generated = GeneratedDocument(
        "alis/template.docx", "1.0", first.template_sha256, first.docx_sha256, first.pdf_sha256, 1
    )
    assert record_generated(transaction, agreement.id, 2, generated)
    assert approve(transaction, agreement.id, "looked at")
    request = intend(transaction, agreement.id, "paper", [], transaction.now + timedelta(days=30))
    assert request is not None
    record_sent(transaction, request.reference, ProviderAnswer("2", {}), "sent")
    record_ended(transaction, request.reference, State.DECLINED, "")


def test_an_archived_version_that_is_told_again_stays_archived(tmp_path: Path) -> None:
    """The acknowledgement of version 1 was lost; version 2 has been declined since. Nothing of version 1 changes."""
    made = real_agreement(tmp_path)
    with made.register.write() as transaction:
        reference = transaction.session.get_one(SignatureRequest, made.record.request_id).reference
        agreement = get_agreement(transaction.session, made.record.agreement_id)
        decline_next_version(transaction, agreement)
        (signed,) = [file for file in files_of(transaction.session, made.record.id) if file.role == "signed"]
    provider = PaperProvider(signed=made.store.get(signed.digest))
    context = Context(made.settings, made.register, made.store, provider)
    outcome = archive_signed(context, Update("job", reference, RequestStatus.SIGNED))
    assert (outcome.state, outcome.problem) == (State.ARCHIVED, "")
    assert provider.acknowledged == [f"{reference} signed"]
    with made.register.read() as session:
        assert by_reference(session, reference).status == "signed"
    assert list(check_archive(made.register, made.store, made.anchors)) == []
    made.register.close()


@dataclass(frozen=True, slots=True)
class ForgetfulFolder(LocalFolderBackend):
    """A folder that gives back other bytes of what was put."""

    def read(self, path: str) -> Iterator[bytes]:
        """Yield what is there, without its end."""
        yield b"".join(LocalFolderBackend.read(self, path))[:-1]


def test_what_the_store_does_not_give_back_as_it_was_is_not_signed_here(register: Register, tmp_path: Path) -> None:
    """A signed file is compared with what the store has of it before the register tells of it; it is fetched again."""
    provider = PaperProvider(signed=b"%PDF-1.7 signed")
    agreement_id, reference = sent_agreement(register, provider)
    provider.says = [Update("1", reference, RequestStatus.SIGNED)]
    context = context_of(register, tmp_path, provider)
    context.store = Store(ForgetfulFolder(tmp_path / "store"))
    (failure,) = collect_signed_agreements(context).failures
    assert (failure.agreement_id, failure.state) == (agreement_id, State.SENT)
    assert provider.acknowledged == []
    with register.read() as session:
        assert by_reference(session, reference).status == "open"


def test_each_file_of_a_record_is_read_from_the_store_once(tmp_path: Path) -> None:
    """Everything that a record names has been read, what has just been put when it was put."""
    made = real_agreement(tmp_path)
    with made.register.read() as session:
        reference = session.get_one(SignatureRequest, made.record.request_id).reference
        files = {file.digest for file in files_of(session, made.record.id) if file.role != "validation_report"}
        (signed,) = [file.digest for file in files_of(session, made.record.id) if file.role == "signed"]
    provider, read = PaperProvider(signed=made.store.get(signed)), Counter[str]()
    store = replace(made.store, using=lambda digest: read.update([digest]))
    archive_signed(
        Context(made.settings, made.register, store, provider), Update("job", reference, RequestStatus.SIGNED)
    )
    assert read == dict.fromkeys(files, 1)
    made.register.close()
