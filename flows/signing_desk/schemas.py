"""What a sender may ask of the desk, and its limits."""

import re
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from flows.language import translate as _
from flows.signing_desk.signature_positions import Anchor

MAX_BYTES = 10 * 1024 * 1024
MAX_SIGNERS = 10
MAX_DAYS = 90

_Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=re.compile(r"^[^\x00-\x1f\x7f]*$"))]
_Shown = Annotated[_Line, Field(min_length=1, max_length=200)]
_Detail = Annotated[_Line, Field(max_length=200)]


Language = Literal["nb", "nn", "en"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PositionIn(_Strict):
    """A place on the paper, in PDF points from the lower left corner of a page that counts from 1."""

    page: Annotated[int, Field(ge=1, le=10_000)]
    left: Annotated[float, Field(ge=0, le=14_400)]
    bottom: Annotated[float, Field(ge=0, le=14_400)]
    right: Annotated[float, Field(ge=0, le=14_400)]
    top: Annotated[float, Field(ge=0, le=14_400)]

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.right - self.left < 40 or self.top - self.bottom < 12:
            raise ValueError(_("a signature needs at least 40 by 12 points"))
        return self

    def anchor(self) -> Anchor:
        """Return the place as the port names it."""
        return Anchor(self.page, self.left, self.bottom, self.right, self.top)


class SignerIn(_Strict):
    """One signer of a new request. `language` is that of pages and e-mails; without one it is the request's."""

    order: Annotated[int, Field(ge=1, le=MAX_SIGNERS)]
    role: _Detail
    name: _Shown
    title: _Detail
    email: Annotated[_Line, Field(max_length=254)] = ""
    on_behalf_of: _Detail = ""
    anchor: PositionIn | None = None
    language: Language | None = None


class IntentIn(_Strict):
    """A new request, as the sender states it beside the PDF."""

    reference: Annotated[str, StringConstraints(pattern=re.compile(r"^[A-Za-z0-9-]{1,50}$"))]
    title: _Shown
    public_title: _Shown
    deadline: AwareDatetime
    sha256: Annotated[str, StringConstraints(pattern=re.compile(r"^[0-9a-f]{64}$"))]
    language: Language = "nb"
    signers: Annotated[list[SignerIn], Field(min_length=1, max_length=MAX_SIGNERS)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if sorted(signer.order for signer in self.signers) != list(range(1, len(self.signers) + 1)):
            raise ValueError(_("the signers' orders must be 1, 2, 3 and so on, each once"))
        return self
