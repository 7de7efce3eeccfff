"""Write in an event who did something: `Kari Nordmann <account id>`, the name as it was that day.

Programs and the command line write the account of the server alone (`avtaleflyt`). Two persons are two account ids,
unless the accounts name the same shell user; names change and repeat.
"""

import re

from sqlalchemy.orm import Session

from flows.register.account_schema import Account

_LABEL = re.compile(r"^(?P<name>[^<>]*) <(?P<id>[^<>]+)>$")


def actor_label(account_id: str, name: str) -> str:
    """Return what events call a person: the name, and the account's id in angle brackets."""
    shown = " ".join(re.sub(r"[<>\x00-\x1f\x7f]", " ", name).split())
    return f"{shown} <{account_id}>"


def account_in(label: str) -> str:
    """Return the account's id in a label; an account of the server is its own id."""
    found = _LABEL.match(label)
    return found["id"] if found else label


def name_in(label: str) -> str:
    """Return the name in a label; an account of the server is its own name."""
    found = _LABEL.match(label)
    return found["name"] if found else label


def is_same_person(session: Session, one: str, other: str) -> bool:
    """Return whether two labels name the same person, whatever they were called at the time.

    Accounts that name the same shell user are one person, and so are that user's commands.
    """
    return _person(session, one) == _person(session, other)


def _person(session: Session, label: str) -> tuple[str, str]:
    account_id = account_in(label)
    if account_id == label:
        return "shell", label
    account = session.get(Account, account_id)
    return ("shell", account.shell_user) if account is not None and account.shell_user else ("account", account_id)
