"""A DocuSeal of our own: state, its awkward habits, and links to files that expire."""

import base64
import json
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.signing.provider_seals import sealed
from tests.signing.provider_server import Call, ProviderServer, Reply

TOKEN = "nokkel"
_JSON = {"Content-Type": "application/json"}
_PDF = {"Content-Type": "application/pdf"}


@dataclass
class DocuSealServer(ProviderServer):
    """The instance. `enforces_order` is the account's setting; `links_expired` makes files answer 403 once."""

    submissions: dict[int, dict[str, Any]] = field(default_factory=dict)
    pdfs: dict[int, bytes] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    enforces_order: bool = True
    takes_pdf: bool = True
    links_expired: int = 0
    corrects: str = ""
    lowers: bool = False
    files_at: str = ""
    tokens_for_files: list[str] = field(default_factory=list)
    names: list[str] | None = None
    template_pdf: bytes = b""

    def operation(self, call: Call) -> str:
        """Return what a call is."""
        path = call.path.partition("?")[0]
        if call.method == "POST":
            return "create"
        if call.method == "DELETE":
            return "cancel"
        if path.startswith("/file/"):
            return "evidence" if "log" in path else "download"
        if call.method == "PUT":
            return "remind"
        return {"/submitters": "find"}.get(path, "documents" if path.endswith("/documents") else "read")

    def answer(self, call: Call) -> Reply:
        """Do what is asked."""
        path, _, query = call.path.partition("?")
        operation = self.operation(call)
        if operation in {"download", "evidence"}:
            return self._file(path, call.headers.get("X-Auth-Token", ""))
        if call.headers.get("X-Auth-Token") != TOKEN:
            return _error(401, "Not authenticated")
        if call.method in {"GET", "DELETE"} and "Content-Type" in call.headers:
            return _error(415, "No body, no type")
        parts = path.strip("/").split("/")
        if operation == "create":
            return self._create(path, json.loads(call.body))
        if operation == "find":
            return self._find(urllib.parse.parse_qs(query))
        if operation == "remind":
            return self._remind(int(parts[1]))
        if path == "/submissions":
            return self._list(urllib.parse.parse_qs(query))
        submission = self.submissions.get(int(parts[1])) if parts[1].isdigit() else None
        if submission is None:
            return _error(404, "Submission not found")
        if operation == "cancel":
            submission["archived_at"] = submission["archived_at"] or self._now()
            return _given({"id": submission["id"], "archived_at": submission["archived_at"]})
        if operation == "documents":
            url = f"{self.files_at or self.address}/file/{submission['id']}/avtale.pdf"
            return _given({"id": submission["id"], "documents": [{"name": "avtale", "url": url}]})
        return _given(self._shown(submission))

    def sign(self, number: str, order: int) -> bool:
        """Sign in the web pages; a link works out of turn unless the account enforces the order."""
        with self.lock:
            submission = self.submissions[int(number)]
            me = submission["submitters"][order - 1]
            before = submission["submitters"][: order - 1]
            in_turn = all(one["completed_at"] for one in before) or not self.enforces_order
            ended = submission["archived_at"] or self._status(submission) in {"completed", "expired"}
            if ended or not in_turn or me["completed_at"] or me["declined_at"]:
                return False
            me.update(completed_at=self._now(), status="completed")
            if self._status(submission) == "completed":
                self._finish(submission)
            return True

    def decline(self, number: str, order: int, reason: str) -> None:
        """Decline in the web pages; the others can sign on."""
        with self.lock:
            submission = self.submissions[int(number)]
            submission["submitters"][order - 1].update(declined_at=self._now(), status="declined")
            submission["submission_events"].append({"id": 1, "event_type": "decline_form", "data": {"reason": reason}})

    def _create(self, path: str, asked: dict[str, Any]) -> Reply:
        if path == "/submissions/pdf" and not self.takes_pdf:
            return _error(404, "Not found")
        if "submitters" not in asked or ("documents" not in asked and "template_id" not in asked):
            return _error(422, "submitters is required")
        number = 815 + len(self.submissions)
        submitters = [
            {
                "id": 100 * number + place,
                "submission_id": number,
                "email": self.corrects or (person["email"].lower() if self.lowers else person["email"]),
                "role": person["role"],
                "name": person["name"],
                "external_id": person["external_id"],
                "status": "sent" if place == 0 else "awaiting",
                "completed_at": None,
                "declined_at": None,
                "embed_src": f"{self.address}/s/secret-{place}",
            }
            for place, person in enumerate(sorted(asked["submitters"], key=lambda one: one["order"]))
        ]
        submission = {
            "id": number,
            "name": "En mal" if "template_id" in asked else asked["name"],
            "expire_at": asked["expire_at"],
            "archived_at": None,
            "audit_log_url": None,
            "submitters": submitters,
            "submission_events": [],
        }
        self.submissions[number] = submission
        template = "template_id" in asked
        self.pdfs[number] = self.template_pdf if template else base64.b64decode(asked["documents"][0]["file"])
        self.created.append(submitters[0]["external_id"].removesuffix("-s1"))
        self.mails.append(submitters[0]["email"])
        return _given(submitters if template else self._shown(submission))

    def _find(self, query: dict[str, list[str]]) -> Reply:
        wanted = query["external_id"][0]
        found = [
            one for each in self.submissions.values() for one in each["submitters"] if one["external_id"] == wanted
        ]
        return _given({"data": found, "pagination": {"count": len(found), "next": None, "prev": None}})

    def _list(self, query: dict[str, list[str]]) -> Reply:
        """Give the newest first, on and on to older ids."""
        before, limit = int(query.get("after", ["0"])[0]), int(query["limit"][0])
        found = [self._shown(one) for number, one in sorted(self.submissions.items(), reverse=True)]
        page = [one for one in found if not before or one["id"] < before][:limit]
        return _given({"data": page, "pagination": {"count": len(page), "next": page[-1]["id"] if page else None}})

    def _remind(self, submitter: int) -> Reply:
        for submission in self.submissions.values():
            for one in submission["submitters"]:
                if one["id"] == submitter:
                    if one["status"] in {"completed", "declined"}:
                        return _error(422, "Submitter has already completed")
                    self.mails.append(one["email"])
                    return _given(one)
        return _error(404, "Submitter not found")

    def _file(self, path: str, token: str) -> Reply:
        self.tokens_for_files.append(token)
        if self.links_expired:
            self.links_expired -= 1
            return _error(403, "Not authorized")
        number = int(path.split("/")[2])
        return Reply(200, b"%PDF-1.7 logg" if "log" in path else self.pdfs[number], _PDF)

    def _finish(self, submission: dict[str, Any]) -> None:
        number = submission["id"]
        submission["audit_log_url"] = f"{self.address}/file/{number}/log.pdf"
        names = self.names or [one["name"] for one in submission["submitters"]]
        lines = [f"Signert av {name}" for name in names]
        self.pdfs[number] = sealed(self.pdfs[number], lines, "DocuSeal i prøvekommunen", self.clock(), first=False)

    def _shown(self, submission: dict[str, Any]) -> dict[str, Any]:
        return {**submission, "status": self._status(submission)}

    def _status(self, submission: dict[str, Any]) -> str:
        if all(one["completed_at"] for one in submission["submitters"]):
            return "completed"
        if any(one["declined_at"] for one in submission["submitters"]):
            return "declined"
        return "expired" if datetime.fromisoformat(submission["expire_at"]) <= self.clock() else "pending"

    def _now(self) -> str:
        return self.clock().isoformat()


def _given(value: object) -> Reply:
    return Reply(200, json.dumps(value).encode(), _JSON)


def _error(status: int, text: str) -> Reply:
    return Reply(status, json.dumps({"error": text}).encode(), _JSON)
