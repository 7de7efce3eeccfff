"""What waits for the signature of whoever is signed in, and the way to the provider where it is given."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from flows.agreements.types import types
from flows.application.read_log import Reading, note_read
from flows.application.signing_link import RETURN_PATH, link_to_sign, record_return, signatures_to_give
from flows.errors import AvtaleflytError, NotFound, RegisterFailed
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import render

SignedInVisit = Annotated[Visit, Depends(require())]


def signing_routes() -> APIRouter:
    """Return the routes of `/til-signering`: for everybody with an account, whatever their roles."""
    router = APIRouter(prefix="/til-signering", include_in_schema=False)

    @router.get("")
    def waiting(request: Request, visit: SignedInVisit) -> Response:
        """Show what was sent to the person's own address and waits for her signature."""
        return _page(request, visit)

    @router.post("/{agreement_id}")
    def sign(request: Request, agreement_id: str, visit: SignedInVisit) -> Response:
        """Show the way to where she signs. A page and no redirect: forms lead to no other host."""
        try:
            link = link_to_sign(visit.context, agreement_id, _address(visit))
        except (NotFound, RegisterFailed):
            raise
        except AvtaleflytError as refused:
            return _page(request, visit, str(refused))
        note_read(visit.context, Reading("signing_link", agreement_id=agreement_id))
        return render(request, "signing_link.html", link=link)

    return router


def signing_return_routes() -> APIRouter:
    """Return the page that Posten's direct flow comes back to. What its address says changes no agreement."""
    router = APIRouter(include_in_schema=False)

    @router.get(RETURN_PATH)
    def come_back(request: Request, visit: SignedInVisit, utfall: str = "") -> Response:
        """Tell what the provider says came of it; the register learns it from the provider itself."""
        if utfall in {"signert", "avslag"} and (address := _address(visit)):
            record_return(visit.context, address)
        heading, text = _outcomes().get(utfall, _outcomes()["feil"])
        links = [("/til-signering", _("See what waits for your signature"))]
        return render(request, "message.html", heading=heading, paragraphs=[text], links=links)

    return router


def _outcomes() -> dict[str, tuple[str, str]]:
    """Return heading and text by the word at the end of the address (`RETURN_PATH`)."""
    return {
        "signert": (
            _("The provider says that you have signed"),
            _("The confirmation comes within some minutes. Until then the list says that you came back."),
        ),
        "avslag": (
            _("The provider says that you declined to sign"),
            _("Whoever is responsible is told as soon as the confirmation is here. Nobody can sign it any more."),
        ),
        "feil": (
            _("You came back without having signed"),
            _("Nothing was signed: you broke off, or something failed at the provider. You can try again."),
        ),
    }


def _address(visit: Visit) -> str:
    """Return the person's e-mail address if it is known to be hers, else nothing: it decides what she may sign."""
    return visit.signed.email if visit.signed.email_is_verified else ""


def _page(request: Request, visit: Visit, error: str = "") -> Response:
    address = _address(visit)
    return render(
        request,
        "signatures.html",
        409 if error else 200,
        waiting=signatures_to_give(visit.context, address) if address else [],
        address=address,
        titles={kind.name: kind.title for kind in types().values()},
        error=error,
        has_errors=bool(error),
    )
