"""Documenso by its own OpenAPI file: everything the adapter says is named there, and our server answers like it."""

import pytest

from flows.errors import ProviderError
from flows.signing.port import FoundRequests, NoSuchRequest, RequestStatus
from tests.conftest import SHARED, Clock
from tests.signing.documenso.server import DocumensoServer, _parts
from tests.signing.documenso.test_documenso_provider import DocumensoBench, bench
from tests.signing.openapi_judge import Published, judged
from tests.signing_desk.documents import BOTH, agreement, intent_of

pytestmark = pytest.mark.usefixtures("english")

__all__ = ["bench"]
SPECIFICATION = SHARED / "specs" / "documenso" / "openapi.json"
needs_the_file = pytest.mark.skipif(
    not SPECIFICATION.exists(), reason="lay the published file at ../shared/specs/documenso/openapi.json"
)


def is_left_out(fault: str) -> bool:
    """Say whether it is only that our server's answer is shorter than the instance's."""
    return " answers " in fault and fault.endswith("is a required property")


def whole_life(bench: DocumensoBench) -> None:
    """Make every call that the adapter has: sent, found in a folder, polled, reminded, fetched, cancelled, deleted."""
    bench.server.folders = ["folder_a"]
    request = bench.send()
    bench.provider.find(request.reference)
    bench.provider.remind(request, 1)
    for order in (1, 2):
        bench.server.sign(request.provider_id, order)
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.SIGNED
    bench.provider.fetch_signed(update)
    bench.provider.cancel(bench.send("c3d4-v1-a1"), "Ny versjon")
    bench.server.faults = {"distribute": ["400"]}
    with pytest.raises(ProviderError):
        bench.send("e5f6-v1-a1")


@needs_the_file
def test_every_call_is_one_that_the_instance_publishes(bench: DocumensoBench) -> None:
    """Path, query, media type, every field and value; a key that is not named would be dropped in silence."""
    whole_life(bench)
    published = Published(SPECIFICATION, "/api/v2")
    made = {bench.server.operation(call) for call, _ in bench.server.exchanged}
    assert made == {
        *("create", "read", "distribute", "redistribute", "find", "folders"),
        *("download", "evidence", "cancel", "delete"),
    }
    faults = []
    for call, reply in bench.server.exchanged:
        content = None
        if bench.server.operation(call) == "create":
            payload, files, _names = _parts(call)
            assert files == [agreement()]
            content = {"payload": payload, "files": ["…"]}
        faults += published.faults(call, reply, content)
    assert [fault for fault in faults if not is_left_out(fault)] == []


@needs_the_file
def test_the_judge_finds_what_is_not_published() -> None:
    """What passes was judged: an unknown key, a wrong value and a wrong type are each told."""
    create = Published(SPECIFICATION).paths["/envelope/create"]["post"]
    schema = create["requestBody"]["content"]["multipart/form-data"]["schema"]
    person = {"email": "a@b.no", "name": "A", "role": "SIGNATORY"}
    wrong = {"payload": {"title": "T", "type": "DOCUMENT", "recipients": [person], "meta": {"order": 1}}, "files": []}
    found = " ".join(judged(schema, wrong))
    assert "$.payload.meta.order is not known" in found
    assert "SIGNATORY" in found
    assert judged(schema, {"payload": {"title": "T", "type": "DOCUMENT"}, "files": []}) == []


@pytest.fixture
def folders(bench: DocumensoBench) -> DocumensoServer:
    """Give an instance with 150 folders."""
    bench.server.folders = [f"folder_{number}" for number in range(150)]
    return bench.server


def test_an_envelope_in_another_folder_is_found(bench: DocumensoBench, folders: DocumensoServer) -> None:
    """A search sees one folder at a time, and people sort envelopes: all of them are searched before it is absent."""
    request = bench.send()
    folders.envelopes[request.provider_id]["folderId"] = "folder_149"
    found = bench.provider.find(request.reference)
    assert isinstance(found, FoundRequests)
    assert [one.provider_id for one in found.matches] == [request.provider_id]
    assert bench.provider.find("c3d4-v1-a1") == NoSuchRequest()
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.OPEN


def test_folders_that_cannot_be_read_leave_it_open(bench: DocumensoBench, folders: DocumensoServer) -> None:
    """Nothing is called absent before every folder was searched."""
    folders.faults = {"folders": ["500"]}
    with pytest.raises(ProviderError):
        bench.provider.find("a1b2-v1-a1")


def test_copies_that_the_instance_adds_change_nothing(bench: DocumensoBench) -> None:
    """A recipient of the instance's own, who gets a copy, is no signer: neither told nor waited for nor named."""
    bench.server.copies_to = ["arkiv@kommune.example"]
    request = bench.send()
    (update,) = bench.provider.poll([request])
    assert [(one.order, one.status) for one in update.signers] == [(1, "SENT"), (2, "NOT_SENT")]
    for order in (1, 2):
        assert bench.server.sign(request.provider_id, order)
    (update,) = bench.provider.poll([request])
    assert update.status == RequestStatus.SIGNED
    assert list(bench.provider.fetch_signed(update).signed_by) == [one.name for one in BOTH]


def test_addresses_may_come_back_in_lower_case(bench: DocumensoBench) -> None:
    """The same address in other letters is the same address; another one is withdrawn before anybody is mailed."""
    original = bench.server._person
    bench.server._person = lambda envelope_id, asked: original(  # type: ignore[method-assign]
        envelope_id, {**asked, "email": asked["email"].lower()}
    )
    shouting = [one.__class__(one.order, one.role, one.name, one.title, one.email.upper()) for one in BOTH]
    intent = intent_of(agreement(), "a1b2-v1-a1", bench.deadline(30), shouting)
    assert bench.provider.send(intent, agreement()).provider_id
    bench.server._person = lambda envelope_id, asked: original(  # type: ignore[method-assign]
        envelope_id, {**asked, "email": "noen@andre.example"}
    )
    with pytest.raises(ProviderError, match="without our document or its signers"):
        bench.send("c3d4-v1-a1")
    assert bench.server.distributed == ["a1b2-v1-a1"]


def test_a_signer_who_was_never_told_is_named_after_an_hour(bench: DocumensoBench, clock: Clock) -> None:
    """With the instance's mail down, a person hears which request nobody was told of."""
    bench.server.smtp = False
    request = bench.send()
    assert [update.status for update in bench.provider.poll([request])] == [RequestStatus.OPEN]
    clock.forward(minutes=61)
    told = bench.provider.poll([request])
    assert next(told).status == RequestStatus.OPEN
    with pytest.raises(ProviderError, match="sent no e-mail to a signer of 1 of 1 open requests: a1b2-v1-a1"):
        next(told)


def test_a_deleted_envelope_is_told_as_gone(bench: DocumensoBench) -> None:
    """Whoever deletes a pending envelope there leaves a 404: told apart from what only could not be read."""
    request = bench.send()
    bench.server._delete(bench.server.envelopes[request.provider_id], {})
    with pytest.raises(ProviderError, match="no longer has 1 of 1 open requests: a1b2-v1-a1"):
        list(bench.provider.poll([request]))
    assert bench.provider.find(request.reference) == NoSuchRequest()


def test_signers_are_written_to_in_norwegian(bench: DocumensoBench) -> None:
    """The e-mail's words are ours: what to sign and by when, in bokmål, and nobody's name."""
    request = bench.send()
    meta = bench.server.envelopes[request.provider_id]["documentMeta"]
    assert meta["message"] == (
        "Du er bedt om å signere: Avtale\n\nLes dokumentet, og signer det innen 31. desember 2026."
    )
    assert meta["reminderSettings"]["sendAfter"] == {"unit": "day", "amount": 5}
