"""Whatever is written to a signer is in that signer's language: by the desk, by providers, and by us."""

import ast
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from flows.language import messages
from flows.register import Register
from flows.signing import sending
from flows.signing.ended_notifications import NotificationAddresses, notify_of_ends
from flows.signing.port import RequestStatus
from flows.signing.providers.documenso.payload import envelope_payload
from flows.signing.providers.docuseal.adapter import _with_template
from tests.conftest import PROJECT, Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing.test_ended_notifications import end, mails
from tests.signing_desk.documents import KARI, OLA, agreement, intent_of
from tests.signing_desk.servers import RunningDesk

NOW = Clock().now
NYNORSK, ENGLISH = replace(KARI, language="nn"), replace(OLA, language="en")
BOTH = (NYNORSK, ENGLISH)
ASKED = {"nb": "Du er bedt om å signere: Avtale", "nn": "Du er beden om å signere: Avtale"}
ASKED_IN_ENGLISH = "You are asked to sign: Avtale"


def test_each_signer_has_pages_in_her_own_language(desk: RunningDesk) -> None:
    """Kari reads nynorsk and Ola English, also where they are refused; the evidence names both languages."""
    sent = desk.send(signers=BOTH).provider_id
    links = desk.provider.signer_links(sent)
    mine, his = (requests.get(links[order], timeout=120).text for order in (1, 2))
    assert ('<html lang="nn"' in mine, "Eg vil ikkje signere" in mine) == (True, True)
    assert ('<html lang="en"' in his, "It is not your turn yet" in his) == (True, True)
    assert "It is not your turn yet" in requests.post(f"{links[2]}/sign", timeout=120).text
    desk.act(sent, 1, "decline", "Nei").raise_for_status()
    assert "Du har avslått å signere" in requests.get(links[1], timeout=120).text
    evidence = desk.api("GET", f"/{sent}/evidence").json()
    assert [one["language"] for one in evidence["signers"]] == ["nn", "en"]


def test_a_signer_without_a_language_has_that_of_the_request(desk: RunningDesk) -> None:
    """As before signers had one of their own."""
    links = desk.provider.signer_links(desk.send("ref-nn", language="nn").provider_id)
    assert '<html lang="nn"' in requests.get(links[1], timeout=120).text


def test_documenso_has_one_text_and_writes_it_in_the_language_of_each() -> None:
    """Its own words have one language for an envelope: it is stated only where every signer has it."""
    deadline = NOW + timedelta(days=30)
    mixed = envelope_payload(intent_of(agreement(), "a-v1-a1", deadline, BOTH), agreement(), NOW)["meta"]
    assert isinstance(mixed, dict)
    message = str(mixed["message"])
    assert message.index(ASKED["nn"]) < message.index(ASKED_IN_ENGLISH)
    assert ASKED["nb"] not in message
    assert "language" not in mixed
    alone = envelope_payload(intent_of(agreement(), "a-v1-a1", deadline, [ENGLISH]), agreement(), NOW)["meta"]
    assert isinstance(alone, dict)
    assert (alone["language"], ASKED["nn"] in str(alone["message"])) == ("en", False)


def test_docuseal_writes_to_each_signer_of_a_template_in_her_language() -> None:
    """The text of the whole submission, for editions that know no other, has both."""
    stated = _with_template(intent_of(agreement(), "a-v1-a1", NOW + timedelta(days=30), BOTH), 7)
    assert isinstance(stated["submitters"], list)
    bodies = [one["message"]["body"] for one in stated["submitters"]]
    assert [ASKED["nn"] in bodies[0], ASKED_IN_ENGLISH in bodies[0]] == [True, False]
    assert [ASKED["nn"] in bodies[1], ASKED_IN_ENGLISH in bodies[1]] == [False, True]
    assert isinstance(stated["message"], dict)
    assert all(text in stated["message"]["body"] for text in (ASKED["nn"], ASKED_IN_ENGLISH, "{{submitter.link}}"))


def test_who_had_signed_is_told_of_a_refusal_in_her_language(register: Register) -> None:
    """The coordinator reads the installation's, she her own."""
    provider = PaperProvider()
    agreement_id = approved_agreement(register)
    sending.send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    end(register, provider, agreement_id, RequestStatus.DECLINED)
    notify_of_ends(register, NotificationAddresses("a@kommune.example", "post@kommune.example"))
    told = dict(mails(register))
    assert "treng ikkje å gjere noko" in told[KARI.email].get_content()
    assert told[KARI.email]["Content-Language"] == "nn"
    assert told["post@kommune.example"]["Content-Language"] == "nb"


def _texts_of_signers() -> set[str]:
    """Return the English sources of the texts that signers meet, read from templates and code."""
    found = set()
    for path in (PROJECT / "flows/signing_desk/pages").glob("*.html"):
        found |= set(re.findall(r'_\(\s*"([^"]+)"', path.read_text()))
    for name in ("signer_pages", "emails", "signer_actions", "evidence_page", "signing_links"):
        for node in ast.walk(ast.parse((PROJECT / f"flows/signing_desk/{name}.py").read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    return {str(one) for one in found} - _FOR_OPERATORS


_FOR_OPERATORS = {
    "Set AVTALEFLYT_MAIL_FROM to the sender's address, such as avtaleflyt@kommune.no.",
    "The desk's mail server did not take the letter; pass the link on yourself.",
    "The request is still open; its evidence is not complete yet.",
}
"""What the modules of signers say to whoever runs the desk."""


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_text_of_signers_is_translated(language: str) -> None:
    """None falls back to bokmål in the middle of a page in nynorsk, or to English."""
    catalogue, texts = messages(language), _texts_of_signers()
    assert len(texts) > 100
    assert sorted(text for text in texts if text not in catalogue) == []
