"""A Documenso of our own: it answers as a v2.17.0 instance was seen to, its awkward habits included."""

import email
import email.policy
import json
import re
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.signing.provider_seals import sealed
from tests.signing.provider_server import Call, ProviderServer, Reply

TOKEN = "api_prøve".replace("ø", "o")
SECRET = "hemmelig"
_JSON = {"Content-Type": "application/json"}
_PDF = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="avtale_signed.pdf"'}
_NAMES = {"create", "distribute", "redistribute", "cancel", "delete"}


@dataclass
class DocumensoServer(ProviderServer):
    """The instance. `seals` says whether its sealing job works, `mails` whether its SMTP does."""

    envelopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    distributed: list[str] = field(default_factory=list)
    seals: bool = True
    smtp: bool = True
    loses_files: bool = False
    people: int = 0
    names: list[str] | None = None
    folders: list[str] = field(default_factory=list)
    copies_to: list[str] = field(default_factory=list)

    def operation(self, call: Call) -> str:
        """Return what a call is."""
        path = call.path.partition("?")[0]
        last = path.rsplit("/", 1)[-1]
        if last in _NAMES:
            return last
        if last == "download":
            return "download" if "/item/" in path else "evidence"
        return {"envelope": "find", "folder": "folders"}.get(last, "read")

    def answer(self, call: Call) -> Reply:
        """Do what is asked."""
        given = call.headers.get("Authorization", "").removeprefix("Bearer ")
        if given != TOKEN:
            return error(401, "UNAUTHORIZED", "Invalid token")
        operation = self.operation(call)
        path, _, query = call.path.partition("?")
        if operation == "create":
            return self._create(call)
        if operation in {"find", "folders"}:
            asked = urllib.parse.parse_qs(query)
            return self._find(asked) if operation == "find" else self._folders(asked)
        if operation in {"distribute", "redistribute", "cancel", "delete"}:
            told = json.loads(call.body)
            envelope = self.envelopes.get(told["envelopeId"])
            if envelope is None:
                return error(404, "NOT_FOUND", "Envelope could not be found")
            return getattr(self, f"_{operation}")(envelope, told)  # type: ignore[no-any-return]
        if "/item/" in path:
            return self._download(path.split("/")[-2], urllib.parse.parse_qs(query))
        envelope = self.envelopes.get(path.split("/")[4])
        if envelope is None:
            return error(404, "NOT_FOUND", "Envelope could not be found")
        if operation == "evidence":
            if envelope["status"] != "COMPLETED":
                return Reply(500, b'{"error":"Something went wrong","code":"DOCUMENT_NOT_COMPLETE"}', _JSON)
            return Reply(200, b"%PDF-1.7 " + path.split("/")[-2].encode(), _PDF)
        return given_json(envelope)

    def sign(self, envelope_id: str, order: int) -> bool:
        """Sign in the web pages; False where the instance does not let them."""
        with self.lock:
            envelope = self.envelopes.get(envelope_id)
            me = self._recipient(envelope, order)
            if envelope is None or me is None or not self._lets(envelope, me):
                return False
            me.update(signingStatus="SIGNED", signedAt=self._now())
            if all(one["signingStatus"] == "SIGNED" for one in envelope["recipients"]):
                if self.seals:
                    self._seal(envelope)
            else:
                self._mail(envelope)
            return True

    def reject(self, envelope_id: str, order: int, reason: str) -> None:
        """Reject in the web pages."""
        with self.lock:
            envelope = self.envelopes[envelope_id]
            me = self._recipient(envelope, order)
            assert me is not None
            me.update(signingStatus="REJECTED", rejectionReason=reason, signedAt=self._now())
            envelope["status"] = "REJECTED"

    def _lets(self, envelope: dict[str, Any], me: dict[str, Any]) -> bool:
        signers = [one for one in envelope["recipients"] if one["role"] == "SIGNER"]
        before = [one for one in signers if one["signingOrder"] < me["signingOrder"]]
        in_turn = all(one["signingStatus"] == "SIGNED" for one in before)
        fresh = me["expiresAt"] is None or datetime.fromisoformat(me["expiresAt"]) > self.clock()
        return envelope["status"] == "PENDING" and in_turn and fresh and me["signingStatus"] == "NOT_SIGNED"

    def _recipient(self, envelope: dict[str, Any] | None, order: int) -> dict[str, Any] | None:
        people = envelope["recipients"] if envelope else []
        return next((one for one in people if one["signingOrder"] == order), None)

    def _create(self, call: Call) -> Reply:
        payload, files, names = _parts(call)
        if call.headers.get("Content-Type", "").startswith("application/json"):
            payload, files, names = json.loads(call.body), [], []
        if "title" not in payload:
            return error(400, "BAD_REQUEST", "Input validation failed", application=False)
        if any(not pdf.startswith(b"%PDF-") for pdf in files):
            return error(400, "INVALID_DOCUMENT_FILE", "The document is not a valid PDF")
        if self.loses_files:
            files = []
        envelope_id = f"envelope_{len(self.created):016d}"
        copies = [{"email": one, "name": "Postmottak", "role": "CC"} for one in self.copies_to]
        recipients = [self._person(envelope_id, one) for one in [*payload.get("recipients", []), *copies]]
        items = [
            {
                "envelopeId": envelope_id,
                "id": f"envelope_item_{envelope_id[9:]}{number}",
                "title": names[number - 1],
                "order": number,
            }
            for number, _ in enumerate(files, start=1)
        ]
        for item, pdf in zip(items, files, strict=True):
            self.pdfs[str(item["id"])] = pdf
        self.envelopes[envelope_id] = {
            "internalVersion": 2,
            "type": "DOCUMENT",
            "status": "DRAFT",
            "id": envelope_id,
            "externalId": payload.get("externalId"),
            "createdAt": self._now(),
            "completedAt": None,
            "deletedAt": None,
            "title": payload["title"],
            "folderId": None,
            "documentMeta": payload.get("meta", {}),
            "recipients": recipients,
            "envelopeItems": items,
        }
        self.created.append(str(payload.get("externalId")))
        return given_json({"id": envelope_id})

    def _person(self, envelope_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.people += 1
        gets_a_copy = asked["role"] == "CC"
        return {
            "envelopeId": envelope_id,
            "id": self.people,
            "email": asked["email"],
            "name": asked["name"],
            "role": asked["role"],
            "signingOrder": asked.get("signingOrder"),
            "token": f"token-{self.people}",
            "readStatus": "NOT_OPENED",
            "signingStatus": "SIGNED" if gets_a_copy else "NOT_SIGNED",
            "sendStatus": "SENT" if gets_a_copy else "NOT_SENT",
            "documentDeletedAt": None,
            "expired": None,
            "expiresAt": None,
            "expirationNotifiedAt": None,
            "signedAt": None,
            "authOptions": {"accessAuth": [], "actionAuth": []},
            "rejectionReason": None,
            "fields": asked.get("fields", []),
        }

    def _folders(self, query: dict[str, list[str]]) -> Reply:
        page, size = int(query.get("page", ["1"])[0]), int(query.get("perPage", ["10"])[0])
        if size > 100:
            return error(400, "BAD_REQUEST", "Input validation failed", application=False)
        told = {"userId": 1, "teamId": 1, "parentId": None, "pinned": False, "visibility": "EVERYONE"}
        times = {"createdAt": self._now(), "updatedAt": self._now(), "type": "DOCUMENT"}
        found = [{"id": one, "name": one, **told, **times} for one in self.folders[(page - 1) * size : page * size]]
        pages = -(-len(self.folders) // size)
        counts = {"count": len(self.folders), "currentPage": page, "perPage": size, "totalPages": pages}
        return given_json({"data": found, **counts})

    def _find(self, query: dict[str, list[str]]) -> Reply:
        if int(query.get("perPage", ["10"])[0]) > 100:
            return error(400, "BAD_REQUEST", "Input validation failed", application=False)
        wanted = query.get("query", [""])[0]
        pattern = re.compile(re.escape(wanted).replace("_", ".").replace("%", ".*"), re.IGNORECASE)
        found = [
            {name: value for name, value in one.items() if name != "envelopeItems"}
            for one in self.envelopes.values()
            if pattern.search(str(one["externalId"])) or pattern.search(one["title"])
        ]
        folder = query.get("folderId", [None])[0]
        found = [one for one in found if one["deletedAt"] is None and one["folderId"] == folder]
        return given_json({"data": found[::-1], "count": len(found), "currentPage": 1, "perPage": 100, "totalPages": 1})

    def _distribute(self, envelope: dict[str, Any], asked: dict[str, Any]) -> Reply:
        if envelope["status"] not in {"DRAFT", "PENDING"}:
            return error(500, "INTERNAL_SERVER_ERROR", "Can not send completed document", application=False)
        if not envelope["envelopeItems"]:
            return error(500, "INTERNAL_SERVER_ERROR", "Something", application=False)
        signers = [one for one in envelope["recipients"] if one["role"] == "SIGNER"]
        if any(not any(one["type"] == "SIGNATURE" for one in person["fields"]) for person in signers):
            return error(400, "MISSING_SIGNATURE_FIELD", "Kari Hemmelig (kari@kommune.example) lacks a field")
        envelope["status"] = "PENDING"
        days = envelope["documentMeta"].get("envelopeExpirationPeriod", {"amount": 90})["amount"]
        for person in signers:
            person["expiresAt"] = (self.clock() + timedelta(days=days)).isoformat()
        self.distributed.append(envelope["externalId"])
        self._mail(envelope)
        return given_json(self._people(envelope))

    def _redistribute(self, envelope: dict[str, Any], asked: dict[str, Any]) -> Reply:
        if not asked["recipients"]:
            return error(400, "BAD_REQUEST", "Input validation failed", application=False)
        for person in envelope["recipients"]:
            if person["id"] in asked["recipients"]:
                self.mails.append(person["email"])
        return given_json(self._people(envelope))

    def _cancel(self, envelope: dict[str, Any], asked: dict[str, Any]) -> Reply:
        if envelope["status"] != "PENDING":
            return error(400, "INVALID_REQUEST", "Only pending documents can be cancelled")
        envelope["status"] = "CANCELLED"
        return given_json({"success": True})

    def _delete(self, envelope: dict[str, Any], asked: dict[str, Any]) -> Reply:
        if envelope["status"] in {"DRAFT", "PENDING"}:
            del self.envelopes[envelope["id"]]
        else:
            envelope["deletedAt"] = self._now()
        return given_json({"success": True})

    def _download(self, item: str, query: dict[str, list[str]]) -> Reply:
        if item not in self.pdfs:
            return error(404, "NOT_FOUND", "Item could not be found")
        signed = self.pdfs.get(f"{item}/signed")
        version = query.get("version", ["signed"])[0]
        return Reply(200, signed if signed and version == "signed" else self.pdfs[item], _PDF)

    def _seal(self, envelope: dict[str, Any]) -> None:
        envelope.update(status="COMPLETED", completedAt=self._now())
        (item,) = envelope["envelopeItems"]
        names = self.names or [one["name"] for one in envelope["recipients"]]
        lines = [f"Signert av {name}" for name in names] + [f"Referanse {envelope['externalId']}"]
        pdf = sealed(self.pdfs[item["id"]], lines, "Documenso i prøvekommunen", self.clock(), first=False)
        self.pdfs[f"{item['id']}/signed"] = pdf

    def _mail(self, envelope: dict[str, Any]) -> None:
        ordered = sorted(envelope["recipients"], key=lambda one: one["signingOrder"] or 0)
        person = next((one for one in ordered if one["signingStatus"] == "NOT_SIGNED"), None)
        if person and self.smtp and person["sendStatus"] != "SENT":
            person["sendStatus"] = "SENT"
            self.mails.append(person["email"])

    def _people(self, envelope: dict[str, Any]) -> dict[str, Any]:
        people = [
            {
                **{name: one[name] for name in ("id", "name", "email", "token", "role", "signingOrder")},
                "signingUrl": f"{self.address}/sign/{one['token']}",
            }
            for one in envelope["recipients"]
        ]
        return {"success": True, "id": envelope["id"], "recipients": people}

    def _now(self) -> str:
        return self.clock().isoformat()


def _parts(call: Call) -> tuple[dict[str, Any], list[bytes], list[str]]:
    head = f"Content-Type: {call.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message = email.message_from_bytes(head + call.body, policy=email.policy.HTTP)
    payload: dict[str, Any] = {}
    files, names = [], []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "payload":
            payload = json.loads(content)
        elif name == "files":
            files.append(content)
            names.append(part.get_filename() or "")
    return payload, files, names


def given_json(value: object) -> Reply:
    """Return 200 with a JSON body."""
    return Reply(200, json.dumps(value).encode(), _JSON)


def error(status: int, code: str, message: str, *, application: bool = True) -> Reply:
    """Return an error as the instance writes it: the code on top is the wrong one where the application has its own."""
    data: dict[str, Any] = {"code": code, "httpStatus": status}
    if application:
        data["appError"] = {"code": code, "message": message}
    top = "INTERNAL_SERVER_ERROR" if application else code
    return Reply(status, json.dumps({"message": message, "code": top, "data": data}).encode(), _JSON)
