"""Tables of people at the workplace: accounts, roles, sessions, forms held through sign-in, API keys, the log of reads.

No secret is stored as it is: passwords as argon2 hashes, tokens as SHA-256 digests, and what must be read back (TOTP
secrets, id tokens, held forms) encrypted with a key that is not in the database.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, Json, new_id

LOCAL = "local"
"""The issuer of accounts whose passwords the register keeps."""
EVERYWHERE = "*"
"""In place of a municipality's number: all of them."""


class Account(Base):
    """A person who may sign in. `issuer` and `subject` identify them; name and e-mail are shown and prove nothing.

    `subject` is the `sub` of an OpenID Connect provider (`tid/oid` with Entra ID), or the user name of a local account.
    `totp_secret` is encrypted; `totp_step` is the last time step that was used, so that no code counts twice.
    `shell_user` is what the same person is called by the operating system of the server, where they have commands, too:
    accounts with the same shell user, and that user's commands, are one person. `email_is_verified` says that the
    provider vouches for the address; for that of a local account an administrator does.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    seen_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    shell_user: Mapped[str | None] = mapped_column(String(100))
    email_is_verified: Mapped[bool | None]


class RoleGrant(Base):
    """A role that an administrator gave an account in a municipality, or everywhere (`*`)."""

    __tablename__ = "role_grant"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    municipality_number: Mapped[str] = mapped_column(String(4), primary_key=True)
    given_at: Mapped[datetime]
    given_by: Mapped[str]


class AccountSession(Base):
    """A session in a browser, by the digest of its 256-bit id. It is deleted when it ends.

    `ends_at` is the absolute end; `used_at` gives the idle one. `signed_in_at` is when the person last proved who they
    are. `claimed_roles` is a list of `[role, municipality]` that the provider gave at sign-in. `sid` is the provider's
    session, which it names when it signs the person out. `messages` is shown on the next page, once.
    """

    __tablename__ = "account_session"

    id_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(200))
    sid: Mapped[str | None] = mapped_column(String(200), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    claimed_roles: Mapped[list[Any]] = mapped_column(JSON, default=list)
    id_token: Mapped[str | None]
    messages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime]
    signed_in_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempt(Base):
    """A sign-in at a provider that has begun, by the digest of its `state`; it counts once, in one browser."""

    __tablename__ = "sign_in_attempt"

    state_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_sha256: Mapped[str] = mapped_column(String(64))
    provider: Mapped[str] = mapped_column(String(40))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    return_path: Mapped[str]
    fresh: Mapped[bool]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class UsedLogoutToken(Base):
    """A logout token that has ended sessions, by the digest of its issuer and `jti`: it counts once."""

    __tablename__ = "used_logout_token"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class HeldForm(Base):
    """A form that was sent after its session had ended, encrypted; whoever signs in again in that browser gets it."""

    __tablename__ = "held_form"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_sha256: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(String(36))
    content: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    """A key of a program that calls the intake endpoint, by its digest. `municipalities` is a list, or `["*"]`."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    key_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    municipalities: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    used_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ReadEntry(Base):
    """One reading of a person's data or a file, or a try that was refused: who, when, what and why.

    It holds no search words and no contents. It is no part of the chained history, so that it can be emptied after a
    set time; reading archived files is an event as well.
    """

    __tablename__ = "read_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[str] = mapped_column(String(36), index=True)
    account_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    agreement_id: Mapped[str | None] = mapped_column(String(36), index=True)
    record_id: Mapped[str | None] = mapped_column(String(36), index=True)
    municipality_number: Mapped[str | None] = mapped_column(String(4), index=True)
    allowed: Mapped[bool]
    why: Mapped[str] = mapped_column(default="")
    details: Mapped[Json] = mapped_column(default=dict)
