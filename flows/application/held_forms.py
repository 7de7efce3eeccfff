"""Hold a form through sign-in: it is shown again afterwards, and sent by its person, once.

Forms are held that were sent after their session had ended, or that need a fresh sign-in. A held form is encrypted,
lives for a quarter of an hour, and belongs to the browser, and to the account whose session it was.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flows.application.context import Context
from flows.application.sign_in import sealer_of
from flows.register.account_schema import HeldForm
from flows.register.account_sessions import owner_of_ended_session, token_digest

_LIFE = timedelta(minutes=15)
_LARGEST = 256 * 1024
_NEVER = ("password", "passord", "kode", "csrf", "code")


@dataclass(frozen=True, slots=True)
class FormContent:
    """Where a form was sent, and the names and values of its fields, in order.

    `fresh` says that the session had not ended: what the form does needs a fresh sign-in.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    fresh: bool = False


def hold_form(context: Context, browser: str, session_id: str, form: FormContent) -> str:
    """Keep a form; return the token that it is found by, empty where it is too large. Secrets are left out."""
    kept = [(name, value) for name, value in form.fields if not any(word in name.lower() for word in _NEVER)]
    content = json.dumps([form.path, kept, form.fresh])
    if len(content) > _LARGEST:
        return ""
    token = secrets.token_urlsafe(32)
    sealed = sealer_of(context).seal(content)
    with context.register.write() as transaction:
        transaction.session.add(
            HeldForm(
                token_sha256=token_digest(token),
                browser_sha256=token_digest(browser),
                account_id=owner_of_ended_session(transaction.session, session_id),
                content=sealed,
                ends_at=transaction.now + _LIFE,
            )
        )
    return token


def held_form(context: Context, browser: str, token: str) -> FormContent | None:
    """Return the form with this token; None if it is not of this browser and account, or too old."""
    with context.register.read() as session:
        row = session.get(HeldForm, token_digest(token))
    if row is None or row.ends_at <= context.register.clock() or row.browser_sha256 != token_digest(browser):
        return None
    if context.actor is None or row.account_id not in ("", context.actor.account_id):
        return None
    content = sealer_of(context).open(row.content)
    if content is None:
        return None
    path, fields, fresh = json.loads(content)
    return FormContent(path, tuple((name, value) for name, value in fields), fresh)


def take_held_form(context: Context, browser: str, token: str) -> bool:
    """Remove a held form, since it is sent now; False if it is gone: it was sent before, or is too old."""
    with context.register.write() as transaction:
        row = transaction.session.get(HeldForm, token_digest(token))
        if row is None or row.ends_at <= transaction.now or row.browser_sha256 != token_digest(browser):
            return False
        transaction.session.delete(row)
    return True
