"""The municipality's own archive system: one TOML file, which holds no secret (docs/operations.md#archive-system).

```toml
municipalities = ["1804"]              # whose agreements go there; ["*"]: all
since = 2027-01-01                     # not what was archived before; may be left out
may_look_up = true                     # our account has the part klient.full, and may ask what the archive has
updates = true                         # the archive takes arkivmelding.oppdater

[fiks]
account = "…"                          # our account in Fiks IO, for this installation alone
archive_account = "…"                  # the archive's
integration = "…"                      # integration id; its password is AVTALEFLYT_FIKS_PASSWORD
account_keys = ["/etc/avtaleflyt/konto.pem"]       # newest first; the former one stays for eight days
signing_certificate = "/etc/avtaleflyt/virksomhet.p12"

[maskinporten]
client_id = "…"
certificate = "/etc/avtaleflyt/virksomhet.p12"     # or key = "….pem" and key_id = "…"

[message]
case = "external_key"                  # external_key, new, number, folder_id
unit = "Helse og omsorg"
```
"""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from flows.errors import WrongUse
from flows.language import translate as _
from flows.value_complaints import complaints, unreadable

_STRICT = ConfigDict(extra="forbid", frozen=True)
_LOOPBACK = ("localhost", "127.0.0.1")


def _secure(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError(_("addresses begin with https"))
    return address.rstrip("/")


class FiksSettings(BaseModel):
    """Accounts and addresses of Fiks IO. `account_keys` are private keys (PKCS #8 PEM), the newest first.

    `archive_fingerprint` is the SHA-256 of the archive's certificate in hex, for those who do not trust the catalogue.
    Sizes are bytes, times seconds, `days_to_answer` days.
    """

    model_config = _STRICT

    api: str = "https://api.fiks.ks.no"
    amqp_host: str = "io.fiks.ks.no"
    amqp_port: int = 5671
    amqp_virtual_host: str = "/"
    amqp_authority: Path | None = None
    account: UUID
    archive_account: UUID
    integration: UUID
    account_keys: tuple[Path, ...] = Field(min_length=1)
    account_certificate: Path | None = None
    signing_certificate: Path
    signing_key: Path | None = None
    archive_fingerprint: str = ""
    largest_message: int = Field(default=100_000_000, ge=1_000_000)
    per_second: float = Field(default=1, gt=0)
    per_run: int = Field(default=100, ge=1)
    hours_to_live: int = Field(default=48, ge=1, le=168)
    days_to_answer: int = Field(default=7, ge=1)
    most_waiting: int = Field(default=500, ge=1)
    silence: float = Field(default=5, gt=0)

    @field_validator("api")
    @classmethod
    def _api(cls, value: str) -> str:
        return _secure(value)

    @field_validator("archive_fingerprint")
    @classmethod
    def _fingerprint(cls, value: str) -> str:
        plain = value.replace(":", "").replace(" ", "").lower()
        if plain and not re.fullmatch("[0-9a-f]{64}", plain):
            raise ValueError(_("archive_fingerprint is a SHA-256 of 64 hexadecimal digits"))
        return plain


class MaskinportenSettings(BaseModel):
    """How tokens are got: an enterprise certificate, or a key that is registered at Maskinporten with its `kid`."""

    model_config = _STRICT

    token: str = "https://maskinporten.no/token"  # noqa: S105 - an address
    audience: str = "https://maskinporten.no/"
    client_id: str = Field(min_length=1)
    scope: str = "ks:fiks"
    certificate: Path | None = None
    key: Path | None = None
    key_id: str = ""
    key_registered: date | None = None
    consumer_org: str = ""

    @field_validator("token")
    @classmethod
    def _token(cls, value: str) -> str:
        return _secure(value)

    @model_validator(mode="after")
    def _one_way_in(self) -> "MaskinportenSettings":
        if self.certificate is None and not (self.key and self.key_id):
            raise ValueError(_("give certificate, or key and key_id"))
        return self


class CodeSetting(BaseModel):
    """A code of the archive's own lists, and what it is called there."""

    model_config = _STRICT

    code: str = Field(min_length=1)
    name: str = ""


CaseChoice = Literal["external_key", "new", "number", "folder_id"]


class MessageSettings(BaseModel):
    """What archives differ on in an arkivmelding (fiks-arkiv-specification V1). Empty values are left out.

    `case` says which case an agreement goes into: one that the archive finds by our key or makes; a new one for every
    record; the number in the case's field `case_field` (2026/4711); or the one folder `folder_id`. `attachments` are
    roles of a record's files that go along.
    """

    model_config = _STRICT

    case: CaseChoice = "external_key"
    case_field: str = "saksnummer"
    folder_id: str = ""
    rule: str = ""
    system: str = Field(default="Avtaleflyt", min_length=1)
    archive_part: CodeSetting | None = None
    unit: str = ""
    responsible: str = ""
    responsible_initials: str = ""
    journal_unit: str = ""
    classification_system: str = ""
    class_id: str = ""
    case_status: CodeSetting | None = None
    entry_type: CodeSetting = CodeSetting(code="U", name="Utgående dokument")
    entry_status: CodeSetting = CodeSetting(code="J", name="Journalført")
    document_type: CodeSetting = CodeSetting(code="AVTALE", name="Avtale")
    attachment_type: CodeSetting = CodeSetting(code="VEDLEGG", name="Vedlegg")
    document_status: CodeSetting = CodeSetting(code="F", name="Dokumentet er ferdigstilt")
    variant: CodeSetting = CodeSetting(code="A", name="Arkivformat")
    attachment_variant: CodeSetting = CodeSetting(code="P", name="Produksjonsformat")
    access_codes: dict[str, str] = Field(
        default_factory=lambda: {"Unntatt offentlighet": "UO", "Personalsaker": "P", "Klientsaker": "K"}
    )
    attachments: tuple[Literal["evidence", "validation_report", "renewed"], ...] = ("evidence", "validation_report")

    @model_validator(mode="after")
    def _folder_is_named(self) -> "MessageSettings":
        if self.case == "folder_id" and not self.folder_id:
            raise ValueError(_("give folder_id, or choose another case"))
        return self


class ArchiveSettings(BaseModel):
    """The archive system of an installation."""

    model_config = _STRICT

    municipalities: tuple[str, ...] = Field(min_length=1)
    since: date | None = None
    may_look_up: bool = False
    updates: bool = True
    fiks: FiksSettings
    maskinporten: MaskinportenSettings
    message: MessageSettings = MessageSettings()

    @field_validator("municipalities")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[0-9]{4}|\*", one) for one in value):
            raise ValueError(_("municipalities are numbers of four digits, or *"))
        return value

    @property
    def archive(self) -> str:
        """The account of the archive system."""
        return str(self.fiks.archive_account)


def load_archive_settings(path: Path) -> ArchiveSettings:
    """Return the settings of the archive system. Raises `WrongUse` for what it cannot take, without its values."""
    try:
        return ArchiveSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        what = complaints(error)
    except (OSError, ValueError, TypeError) as error:
        what = unreadable(error)
    raise WrongUse(
        _("The archive system in {path} cannot be used ({what}): see AVTALEFLYT_ARCHIVE_SYSTEM.").format(
            path=path.name, what=what
        )
    )
