"""The sign-in providers of an installation: one TOML file, one table for each provider. It holds no secret.

```toml
[entra]                                  # its name in addresses: /logg-inn/entra
title = "Bodø kommune"                   # on the sign-in button
issuer = "https://login.microsoftonline.com/<tenant>/v2.0"
client_id = "…"
private_key = "/etc/avtaleflyt/entra.pem"  # private_key_jwt; or client_secret_file
key_id = "…"                             # `kid`, or `certificate` for its SHA-256 thumbprint
tenant = "<tenant>"                      # Entra ID: `tid` must be this, and `oid` names the person

[[entra.roles]]
claim = "roles"                          # roles, groups, or orgno of authorization_details
value = "Avtaleflyt.Koordinator"
role = "coordinator"
municipalities = ["1804"]                # ["*"]: everywhere
```
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from flows.errors import WrongUse
from flows.language import translate as _
from flows.value_complaints import complaints, unreadable

_STRICT = ConfigDict(extra="forbid", frozen=True)
RoleName = Literal["coordinator", "hr", "archivist", "auditor", "administrator"]
ClaimName = Literal["roles", "groups", "orgno"]


class RoleMapping(BaseModel):
    """A value of a claim, and the role that it gives."""

    model_config = _STRICT

    claim: ClaimName
    value: str = Field(min_length=1)
    role: RoleName
    municipalities: tuple[str, ...] = Field(min_length=1)

    @field_validator("municipalities")
    @classmethod
    def _numbers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[0-9]{4}|\*", one) for one in value):
            raise ValueError(_("municipalities are numbers of four digits, or *"))
        return value


class OidcProvider(BaseModel):
    """An OpenID Connect provider as this installation uses it."""

    model_config = _STRICT

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title: str = Field(min_length=1)
    issuer: str
    client_id: str = Field(min_length=1)
    private_key: Path | None = None
    key_id: str = ""
    certificate: Path | None = None
    client_secret_file: Path | None = None
    scope: str = "openid profile email"
    acr: tuple[str, ...] = ()
    tenant: str = ""
    authorization_details: tuple[dict[str, Any], ...] = ()
    roles: tuple[RoleMapping, ...] = ()

    @field_validator("issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError(_("issuer is an https address"))
        if parts.path.strip("/").split("/")[0] in ("common", "organizations", "consumers"):
            raise ValueError(_("issuer names one tenant, never common or organizations"))
        return value

    @model_validator(mode="after")
    def _one_way_to_prove_the_client(self) -> "OidcProvider":
        if (self.private_key is None) == (self.client_secret_file is None):
            raise ValueError(_("give private_key or client_secret_file"))
        if "login.microsoftonline.com" in self.issuer and not self.tenant:
            raise ValueError(_("give tenant: the issuer is Entra ID"))
        return self


def load_providers(path: Path | None) -> dict[str, OidcProvider]:
    """Return the providers of a file by name, none without a file. Raises `WrongUse` for what it cannot take."""
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: OidcProvider(name=name, **table) for name, table in content.items()}
    except ValidationError as error:
        what = complaints(error)
    except (OSError, ValueError, TypeError) as error:
        what = unreadable(error)
    raise WrongUse(
        _("The sign-in providers in {path} cannot be used ({what}): see AVTALEFLYT_SIGN_IN.").format(
            path=path.name, what=what
        )
    )
