"""Settings: read from the environment (`AVTALEFLYT_…`) or from a `.env` file in the working directory.

Everything has a default that gives a working embedded set-up below `output/` in the working directory. Secrets are
`SecretStr`, so that they show as stars wherever settings are printed; addresses that may hold a password are not
printed at all.
"""

from collections.abc import Collection
from contextlib import suppress
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlparse

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.errors import WrongUse
from flows.language import translate as _
from flows.language import use
from flows.value_complaints import complaint


def shipped_folder(name: str) -> Path:
    """Return a folder that comes with the program: `templates` or `fixtures`.

    In a checkout `flows/` holds links to the two top-level folders; a wheel holds the files themselves.
    """
    return (Path(__file__).parent / name).resolve()


class Engine(StrEnum):
    """What makes the PDF."""

    WEASYPRINT = "weasyprint"
    LIBREOFFICE = "libreoffice"


class LogLevel(StrEnum):
    """The least level that is logged; `flows.logging_setup` says what each is for."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


Language = Literal["nb", "nn", "en"]
SOURCES = SettingsConfigDict(env_prefix="AVTALEFLYT_", env_file=".env", extra="ignore", frozen=True)


class Settings(BaseSettings):
    """One run's settings; pass it on, never read the environment elsewhere."""

    model_config = SOURCES

    output: Path = Field(
        default_factory=lambda: Path.cwd() / "output", description="everything that a run writes on an embedded set-up"
    )
    templates: Path = Field(
        default=shipped_folder("templates"),
        description="the templates of the agreements that come with the program, a folder each",
    )
    agreement_types: Path | None = Field(
        default=None, description="further agreements: a folder that holds one folder each, with a type.toml"
    )
    enterprises: Path | None = Field(
        default=None,
        description="a local copy of Enhetsregisteret's open data (CSV), to compare organisation numbers with",
    )
    rates: Path | None = Field(
        default=None, description="TOML file of the grant's rates: flows/agreements/rates.toml shows what it holds"
    )
    unofficial_nynorsk: bool = Field(
        default=False,
        description="whether municipalities that write nynorsk get the project's own unofficial translation",
    )
    database_url: str = Field(default="", repr=False, description="the register; default: SQLite below `output`")
    store_url: str = Field(default="", repr=False, description="the archive's blobs; default: a folder below `output`")
    cases: str = Field(default="", description="where the renewal deployment reads its cases: a file or an address")
    cases_token: SecretStr = Field(default=SecretStr(""), description="bearer token of the API that gives cases")
    cases_user: str = Field(default="", description="user of that API, where it takes a password")
    cases_password: SecretStr = Field(default=SecretStr(""), description="password of that user")
    cases_mapping: Path | None = Field(
        default=None,
        description="TOML file with what that API calls things: `ApiMapping` in flows/intake/http_source.py",
    )
    cases_timeout: float = Field(default=30, gt=0, description="seconds of silence after which that API is given up")
    sign_in: Path | None = Field(
        default=None, description="TOML file of the sign-in providers: flows/identity/provider_settings.py"
    )
    fresh_sign_in: str = Field(
        default="destroy",
        pattern=r"^\s*((send|destroy)(\s+|$))*$",
        description="what needs a sign-in of the last ten minutes: send and destroy, apart by spaces; empty: neither",
    )
    intake_token: SecretStr = Field(default=SecretStr(""), description="bearer token of the intake endpoint")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="bearer token of /metrics, which there is only with one"
    )
    language: Language = Field(default="nb", description="language of what people see: nb, nn or en")

    provider: str = Field(default="desk", description="the signature provider that new agreements are sent to")
    signing_days: int = Field(default=30, ge=1, le=90, description="days that signers have")
    desk_url: str = Field(default="http://127.0.0.1:8756", description="address of the embedded signing desk")
    desk_address: str = Field(
        default="", description="address that signers reach it at, where that is another, as behind a proxy"
    )
    desk_token: SecretStr = Field(default=SecretStr(""), description="bearer token of the signing desk")
    desk_passphrase: SecretStr = Field(
        default=SecretStr(""), description="opens the key of the signing desk's authority, which is then encrypted"
    )
    trusted_proxies: str = Field(
        default="", description="addresses of proxies whose word on callers is believed, apart by commas; default: none"
    )
    desk_webhook: str = Field(default="", description="whom the signing desk tells: …/webhooks/desk of `serve`")
    desk_secrets: SecretStr = Field(default=SecretStr(""), description="webhook secrets, apart by spaces")
    posten_url: str = Field(
        default="https://api.difitest.signering.posten.no/api", description="Posten signering; the public test service"
    )
    posten_organisation: str = Field(default="", description="organisation number of the sender at Posten signering")
    posten_queue: str = Field(default="avtaleflyt", description="polling queue, one for each installation")
    posten_certificate: Path | None = Field(default=None, description="our enterprise certificate (PKCS#12)")
    posten_password: SecretStr = Field(default=SecretStr(""), description="password of the enterprise certificate")
    posten_bundle: Path | None = Field(default=None, description="authorities that Posten's certificate may have (PEM)")
    documenso_url: str = Field(default="", description="address of the Documenso instance")
    documenso_token: SecretStr = Field(default=SecretStr(""), description="API token of the Documenso instance")
    documenso_secrets: SecretStr = Field(default=SecretStr(""), description="webhook secrets, apart by spaces")
    docuseal_url: str = Field(default="", description="address of DocuSeal's API")
    docuseal_token: SecretStr = Field(default=SecretStr(""), description="API key of DocuSeal")
    docuseal_secrets: SecretStr = Field(default=SecretStr(""), description="webhook secrets, apart by spaces")
    docuseal_uploads: bool = Field(default=True, description="whether the edition takes our PDF")
    docuseal_template: int = Field(default=0, ge=0, description="template that is sent where it does not")
    docuseal_order: bool = Field(default=False, description="whether the account enforces the signing order")
    docuseal_hosts: str = Field(default="", description="other hosts that its files may come from, apart by spaces")
    trust_anchors: Path | None = Field(
        default=None, description="folder of trusted CA certificates (PEM), bound to a provider in a folder of its name"
    )
    pdfa_judge: str = Field(default="", description="veraPDF's program, which judges files that a provider rebuilt")

    store_copy_url: str = Field(
        default="", repr=False, description="a second copy of the store, on another disk or in a bucket"
    )
    timestamp_url: str = Field(
        default="", description="timestamp service (RFC 3161) that renews proof; none by default"
    )
    renewal_days: int = Field(default=3285, ge=1, description="age of a record's newest proof at which it is renewed")
    read_log_months: int = Field(default=24, ge=1, le=120, description="months that the log of reads is kept")
    fixity_budget_gb: float = Field(default=50, gt=0, description="gigabytes that a night of archive keeping reads")
    head_keys: Path | None = Field(
        default=None, description="folder of the key that signs the register's history; default: `output/keys`"
    )
    witness: str = Field(
        default="",
        repr=False,
        description="where heads of the history are handed to, apart by spaces: s3://…, file:///…, mailto:…, https://…",
    )
    archive_system: Path | None = Field(
        default=None,
        description="TOML file of the municipality's own archive system: flows/delivery/archive_settings.py",
    )
    fiks_password: SecretStr = Field(default=SecretStr(""), description="password of our integration in Fiks IO")
    fiks_passphrase: SecretStr = Field(
        default=SecretStr(""),
        description="opens the private keys for Fiks IO and Maskinporten, which are then encrypted",
    )
    archive_roles: Path | None = Field(default=None, description="TOML file: who has which role; none: all is allowed")
    archive_creator: str = Field(default="Eksempel kommune", description="the archive's creator in a Noark extract")
    archive_creator_number: str = Field(default="999999999", description="its organisation number")
    archive_unit: str = Field(default="Helse og omsorg", description="administrative unit in a Noark extract")
    exports: Path | None = Field(
        default=None, description="where exports wait to be fetched at the workplace; default: `output`/exports"
    )
    noark_schemas: Path = Field(default=Path("schemas"), description="folder of the official Noark 5 schemas")
    noark_format: str = Field(default="pronom", description="M701 in a Noark extract: pronom or extension")
    noark_journal: str = Field(default="period", description="journal dates in a Noark extract: period or entries")

    log_level: LogLevel = Field(default=LogLevel.INFO, description="what is logged: DEBUG, INFO, WARNING or ERROR")
    engine: Engine = Field(default=Engine.WEASYPRINT, description="what makes the PDF")
    workers: int = Field(default=0, ge=0, description="processes that fill and convert; 0: one per core")
    chunk: int = Field(default=25, ge=1, description="cases that one transaction of the register records")
    part: int = Field(default=50, ge=1, description="cases of a season that one worker takes up at a time")
    outage_seconds: float = Field(
        default=60, ge=0, description="seconds that a run waits for a provider, store or database that is away"
    )
    sends_per_second: float = Field(default=10, gt=0, description="rate limit of sends, per provider")

    smtp_url: SecretStr = Field(default=SecretStr(""), description="mail server; without it no e-mail is sent")
    mail_from: str = Field(default="", description="sender of e-mails")
    mail_days: int = Field(default=400, ge=30, description="days that a delivered e-mail stays in the register")
    notice_to: str = Field(default="", description="address for notices that nobody is responsible for")
    grant_deadlines: Path | None = Field(default=None, description="dates of the grant, in place of those shipped")
    accessibility_url: str = Field(default="", description="the municipality's accessibility statement at uustatus.no")
    privacy_url: str = Field(default="", description="the municipality's own privacy statement")
    contact: str = Field(default="", description="whom people ask about the workplace: a name and an address")
    theme: Path | None = Field(
        default=None, description="CSS file of the municipality's own colours, made with Designsystemet's theme builder"
    )
    public_url: str = Field(default="http://127.0.0.1:8757", description="address that people reach the pages at")

    @cached_property
    def register_url(self) -> str:
        """SQLAlchemy URL of the register."""
        return self.database_url or f"sqlite:///{self.output / 'avtaleflyt.db'}"

    @cached_property
    def head_keys_folder(self) -> Path:
        """Folder of the key that signs heads, and of the public keys that signed older ones."""
        return self.head_keys or self.output / "keys"

    @cached_property
    def exports_folder(self) -> Path:
        """Folder of finished exports; on several hosts one that all of them reach."""
        return self.exports or self.output / "exports"

    @cached_property
    def log_file(self) -> Path:
        """Where commands log to."""
        return self.output / "avtaleflyt.log"

    @cached_property
    def blobs_url(self) -> str:
        """URL of the archive's store: `file:///…` or `s3://bucket/prefix`."""
        return self.store_url or (self.output / "store").absolute().as_uri()

    @cached_property
    def desk_folder(self) -> Path:
        """Where an embedded signing desk keeps its own database, authority and token."""
        return self.output / "desk"

    @cached_property
    def anchors_folder(self) -> Path:
        """Folder of trusted CA certificates; by default the embedded desk's own authority."""
        return self.trust_anchors or self.desk_folder / "authority"


class _LanguageSetting(BaseSettings):
    """The language alone, which is needed to say what is wrong with another setting."""

    model_config = SOURCES
    language: Language = "nb"


def load_settings() -> Settings:
    """Return the settings of this environment.

    Raises `WrongUse` where one cannot be read, without its value and in the language that the environment asks for.
    """
    try:
        return Settings()
    except ValidationError as error:
        with suppress(ValidationError):
            use(_LanguageSetting().language)
        wrong = ", ".join(f"AVTALEFLYT_{str(one['loc'][0]).upper()} ({complaint(one)})" for one in error.errors())
        raise WrongUse(
            _("These settings cannot be used: {wrong}; docs/reference.md says what each takes.").format(wrong=wrong)
        ) from None


SECRET_REFERENCE = "prefect-secret:"  # noqa: S105 - the prefix of a name, not a secret
"""Beginning of a secret setting that names a secret block in place of holding a secret."""


def references_in(settings: Settings) -> dict[str, str]:
    """Return the names of the secret blocks that settings refer to, by field."""
    return {
        field: value.get_secret_value().removeprefix(SECRET_REFERENCE).strip()
        for field in type(settings).model_fields
        if isinstance(value := getattr(settings, field), SecretStr)
        and value.get_secret_value().startswith(SECRET_REFERENCE)
    }


def refuse_references(settings: Settings, fields: Collection[str] | None = None) -> Settings:
    """Return the settings, for programs that cannot read secret blocks.

    Raises `WrongUse` if one of the fields, by default any, names a secret block.
    """
    for field in references_in(settings):
        if fields is not None and field not in fields:
            continue
        raise WrongUse(
            _("{setting} names a secret block, and nothing here can read secret blocks.").format(
                setting=f"AVTALEFLYT_{field.upper()}"
            )
        )
    return settings


def local_folder(url: str) -> Path | None:
    """Return the folder of a `file:` URL, or None for any other scheme."""
    parts = urlparse(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None
