"""Pages of agreements: the list, one agreement with its documents and events, and what can be done about it."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from flows.agreements.types import types
from flows.application import agreement_actions as actions
from flows.application.access import Action, Role
from flows.application.agreement_list import page_of_agreements, words_of
from flows.application.agreement_view import AgreementView, agreement_view
from flows.application.approval import approve_documents
from flows.application.context import Context
from flows.application.query_scope import query_scope
from flows.application.read_log import Reading, note_read
from flows.application.stored_files import DraftFormat, StoredFile, draft_document, first_page_picture
from flows.errors import AvtaleflytError, NotFound, RegisterFailed, TransitionRefused
from flows.language import translate
from flows.language import translate as _
from flows.register import State
from flows.register.listing_query import ListOrder, ListQuery, Scope, municipalities_in_scope
from flows.web.workplace.field_types import PageNumber, whole_number
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

PAGE_SIZE = 50
Reader = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR, Role.ARCHIVIST, Role.AUDITOR))]
Worker = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR))]
Text = Annotated[str, Form(max_length=500)]
Choice = Annotated[str, Query(max_length=100)]
_ORDERS = {
    "navn": ListOrder.COUNTERPART,
    "kommune": ListOrder.MUNICIPALITY,
    "tilstand": ListOrder.STATE,
    "frist": ListOrder.DEADLINE,
    "mottatt": ListOrder.RECEIVED,
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filters of the list as its address has them; names are asked for by a form that is posted."""

    tilstand: Choice = ""
    type: Choice = ""
    kommune: Choice = ""
    sak: Choice = ""
    venter: Choice = ""
    sorter: Choice = "navn"
    side: PageNumber = 1

    def query(self, words: str = "") -> ListQuery:
        """Return what the register is asked for; what is no filter counts as none."""
        known = {str(one) for one in State}
        return ListQuery(
            words=words_of(words),
            states=frozenset({self.tilstand}) & known,
            types=frozenset({self.type}) & frozenset(types()),
            municipality=self.kommune,
            batch=self.sak,
            waiting=self.venter == "1",
            order=_ORDERS.get(self.sorter.removeprefix("-"), ListOrder.COUNTERPART),
            descending=self.sorter.startswith("-"),
            page=max(self.side, 1),
            size=PAGE_SIZE,
        )

    def kept(self) -> dict[str, str]:
        """Return the filters that are set, without order and page."""
        every = {"tilstand": self.tilstand, "type": self.type, "kommune": self.kommune, "sak": self.sak}
        return {name: value for name, value in {**every, "venter": self.venter}.items() if value}


def agreement_routes() -> APIRouter:
    """Return the routes of `/avtaler`."""
    router = APIRouter(prefix="/avtaler", include_in_schema=False)
    _add_list(router)
    _add_documents(router)
    _add_actions(router)

    @router.get("/{agreement_id}")
    def one(request: Request, agreement_id: str, visit: Reader) -> Response:
        """Show one agreement."""
        view = _view(visit.context, agreement_id)
        note_read(visit.context, _reading("agreement", view))
        return render(request, "agreement.html", view=view, may_work=_may_work(visit))

    return router


def _add_list(router: APIRouter) -> None:
    @router.get("")
    def listed(request: Request, visit: Reader, asked: Annotated[ListFilter, Depends()]) -> Response:
        """List agreements."""
        return _list_page(request, visit, asked)

    @router.post("")
    def found(request: Request, visit: Reader, asked: Annotated[ListFilter, Depends()], navn: Text = "") -> Response:
        """List agreements by words; they are posted, since addresses stand in histories and logs."""
        note_read(visit.context, Reading("search"))
        return _list_page(request, visit, asked, navn)


def _list_page(request: Request, visit: Visit, asked: ListFilter, words: str = "") -> Response:
    scope = query_scope(visit.context, Action.SEE_AGREEMENTS)
    query = asked.query(words)
    page = page_of_agreements(visit.context, query, scope)
    with visit.context.register.read() as session:
        places = municipalities_in_scope(session, scope)
    kept = asked.kept()
    return render(
        request,
        "agreements.html",
        page=page,
        query=query,
        words=words,
        asked=asked,
        kept=kept,
        places=places,
        states=[(str(state), translate(state).capitalize()) for state in State],
        types=[(kind.name, kind.title) for kind in types().values()],
        sorter=asked.sorter,
        may_work=_may_work(visit),
        pages=max(-(-page.total // PAGE_SIZE), 1),
        link="/avtaler?" + urlencode({**kept, "sorter": asked.sorter}) + "&side=",
        first=(query.page - 1) * PAGE_SIZE + 1,
    )


def _add_documents(router: APIRouter) -> None:
    @router.get("/{agreement_id}/dokument.{form}")
    def document(agreement_id: str, form: DraftFormat, visit: Reader) -> Response:
        """Hand out the document of the current version."""
        return download(draft_document(visit.context, agreement_id, form, _scope(visit.context)))

    @router.get("/{agreement_id}/side1.png")
    def picture(agreement_id: str, visit: Reader) -> Response:
        """Show the first page of the document."""
        return Response(first_page_picture(visit.context, agreement_id, _scope(visit.context)), media_type="image/png")


def _add_actions(router: APIRouter) -> None:
    @router.get("/{agreement_id}/{action}")
    def ask(request: Request, agreement_id: str, action: str, visit: Worker) -> Response:
        """Show what an action will do, before it is done."""
        view = _view(visit.context, agreement_id)
        known = {"purr": "remind", "trekk": "withdraw", "nytt": "resend", "avklar": "settle", "godkjenn": "send"}
        if known.get(action) not in view.actions or (action == "godkjenn" and view.listed.state != State.GENERATED):
            if action in known:
                return RedirectResponse(f"/avtaler/{agreement_id}", 303)
            raise NotFound(_("There is no such page."))
        return render(request, "agreement_action.html", view=view, action=action, error="", has_errors=False)

    @router.post("/{agreement_id}/{action}")
    def act(
        request: Request,
        agreement_id: str,
        action: str,
        visit: Worker,
        utfall: Text = "",
        nummer: Text = "",
        sett: Text = "",
    ) -> Response:
        """Do it, and go back to the agreement."""
        try:
            flash(request, _done(visit.context, agreement_id, action, utfall, nummer, sett))
        except (NotFound, RegisterFailed):
            raise
        except AvtaleflytError as refused:
            view = _view(visit.context, agreement_id)
            page = {"view": view, "action": action, "error": str(refused), "has_errors": True}
            return render(request, "agreement_action.html", 409, **page)
        return RedirectResponse(f"/avtaler/{agreement_id}", 303)


def _done(context: Context, agreement_id: str, action: str, outcome: str, number: str, seen: str) -> str:
    """Do what a form asks for, and return what to tell. Raises what the use cases raise, `NotFound`."""
    scope = query_scope(context, Action.FOLLOW_UP)
    match action:
        case "purr":
            actions.remind(context, agreement_id, scope, seen)
            return _("The signer was reminded.")
        case "trekk":
            state = actions.withdraw(context, agreement_id, scope, seen)
            told = _("The provider is asked to withdraw it, and has not confirmed yet.")
            return told if state == State.SENT else _("It is withdrawn. Nobody can sign it any more.")
        case "nytt":
            problem = actions.send_anew(context, agreement_id, scope, seen)
            return problem or _("A new version is made. Look at it and approve it, and it can be sent.")
        case "avklar":
            actions.settle(context, agreement_id, scope, outcome, number, seen)
            return _("It is settled.")
        case "godkjenn":
            scope = query_scope(context, Action.APPROVE)
            shown = whole_number(number) or 0  # no version has the number 0
            if approve_documents(context, [(agreement_id, shown)], scope).left:
                raise TransitionRefused(_("The document has changed since you saw it. Look at it again."))
            return _("The document is approved. Nothing is sent yet.")
    raise NotFound(_("There is no such page."))


def download(file: StoredFile) -> Response:
    """Return a file as an attachment that a browser never opens in the page."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Length": str(file.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return StreamingResponse(file.pieces, headers=headers, media_type=file.media_type)


def _view(context: Context, agreement_id: str) -> AgreementView:
    return agreement_view(context, agreement_id, _scope(context))


def _scope(context: Context) -> Scope:
    return query_scope(context, Action.SEE_AGREEMENTS)


def _reading(kind: str, view: AgreementView) -> Reading:
    return Reading(kind, agreement_id=view.listed.id, municipality_number=view.listed.municipality_number)


def _may_work(visit: Visit) -> bool:
    return bool({Role.COORDINATOR, Role.HR} & visit.actor.roles)
