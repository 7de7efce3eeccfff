"""The world of the drill of hostile inputs: a season of two municipalities, an archive, and people of one of them."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from flows.application.access import Role
from flows.application.approval import approve_documents
from flows.application.batch_work import run_waiting_jobs, sending_plan, start_documents, start_sending
from flows.application.context import Context
from flows.application.uploads import keep_upload, take_in_upload
from flows.archive import open_store
from flows.register import Register, open_register
from flows.register.account_sessions import start_session
from flows.register.accounts import get_account
from flows.settings import Settings
from tests.application.test_season_steps import cases
from tests.archive.signed_agreements import AT, archived
from tests.conftest import Clock
from tests.register.test_agreement_listing import receive_one
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace.browser import ADDRESS, person

OWN, OTHER = "1804", "1841"
SECRET = "Hemmeligmann"
"""In every name of the other municipality."""
_WORK = (Role.COORDINATOR, Role.HR)


@dataclass
class World:
    """A context with people by role, and the ids that they must not see."""

    context: Context
    people: dict[str, str]
    hidden: list[str]

    def session(self, role: str) -> str:
        """Return a new session of the person of a role."""
        with self.context.register.write() as transaction:
            return start_session(transaction, get_account(transaction.session, self.people[role]))


def open_context(folder: Path, database: str) -> Context:
    """Return a context on a folder; its clock stands still, so that sessions last."""
    clock = Clock(AT)
    settings = Settings(
        _env_file=None, output=folder / "output", public_url=ADDRESS, workers=1, trust_anchors=folder / "anchors"
    )
    register = open_register(database or f"sqlite:///{folder}/register.db", clock=clock, actor="drill")
    (folder / "store").mkdir(parents=True, exist_ok=True)
    provider = PaperProvider(when_sending=lambda: clock.forward(seconds=1))
    return Context(settings, register, open_store((folder / "store").as_uri()), provider)


def fill(context: Context) -> tuple[dict[str, str], list[str]]:
    """Add agreements of both municipalities, records and people; return people by role and what is hidden."""
    own = _season(context, cases({}, {}, {}))
    assert own
    register = context.register
    other = [receive_one(register, f"{SECRET} {number}", OTHER, 991020000 + number) for number in range(3)]
    archived(register, context.store, context.anchors, number=1)
    hidden = archived(register, context.store, context.anchors, number=2, municipality=OTHER)
    people = {str(role): person(context, f"{role}-her", (role, OWN)).id for role in Role}
    people["everything"] = person(context, "alt-mulig", *((role, OWN) for role in Role)).id
    away = person(context, f"{SECRET.lower()}-rana", *((role, OTHER) for role in Role)).id
    return people, [*other, hidden.id, hidden.agreement_id, away, SECRET]


def _season(context: Context, content: bytes) -> list[str]:
    batch = keep_upload(context, "saker.json", content, None)
    ids = take_in_upload(context, batch, None).agreement_ids
    assert ids
    start_documents(context, batch, None)
    run_waiting_jobs(context)
    approve_documents(context, [(ids[0], 1)], None)
    start_sending(context, batch, None, sending_plan(context, batch, None).digest)
    run_waiting_jobs(context)
    if len(ids) > 1:
        approve_documents(context, [(ids[1], 1)], None)
    return [*ids, batch]


def fingerprint(register: Register) -> str:
    """Return what the register holds of the other municipality, to see that nothing of it was changed."""
    hers = "SELECT id FROM agreement WHERE municipality_number = :number"
    asked = (
        "SELECT id, state, version FROM agreement WHERE municipality_number = :number ORDER BY id",
        "SELECT account_id, role FROM role_grant WHERE municipality_number = :number ORDER BY 1, 2",
        f"SELECT agreement_id, kind FROM event WHERE agreement_id IN ({hers}) ORDER BY number",
    )
    with register.read() as session:
        return repr([session.execute(text(one), {"number": OTHER}).all() for one in asked])
