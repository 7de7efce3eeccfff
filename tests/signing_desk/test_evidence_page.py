"""The page of evidence: a PDF/A for people, made once, without links or addresses of e-mail."""

import io
from pathlib import Path

import requests
from pypdf import PdfReader

from tests.judges.verapdf import verapdf
from tests.signing_desk.servers import RunningDesk


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, on one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_page_says_who_when_and_what(desk: RunningDesk) -> None:
    """Signers, times, digests, addresses that were signed from, and that nobody's identity was checked; bokmål."""
    sent = desk.send().provider_id
    links = desk.provider.signer_links(sent)
    for order in (1, 2):
        desk.act(sent, order, "sign")
    answer = desk.api("GET", f"/{sent}/evidence.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    told = desk.api("GET", f"/{sent}/evidence").json()
    for expected in (
        "Bevis for signering",
        "Ingens identitet er kontrollert",
        "Kari Čáhppe, kommunedirektør",
        "Ola Prøve & Sønn",
        "Signert av alle",
        "01.12.2026 kl. 10.00.00",
        "fra adressen 127.0.0.1",
    ):
        assert expected in text
    without_breaks = text.replace(" ", "")
    assert told["sent_sha256"] in without_breaks
    assert told["revisions"][-1]["sha256"] in without_breaks
    assert "@" not in text
    assert not any(link.rpartition("/")[2] in without_breaks for link in links.values())


def test_the_page_is_pdf_a_and_stays_the_same(desk: RunningDesk) -> None:
    """Asked for again, and after the sender has acknowledged: the same bytes, so that one file is archived."""
    sent = desk.send().provider_id
    for order in (1, 2):
        desk.act(sent, order, "sign")
    first = desk.api("GET", f"/{sent}/evidence.pdf").content
    desk.api("POST", f"/{sent}/acknowledge")
    assert desk.api("GET", f"/{sent}/evidence.pdf").content == first
    metadata = PdfReader(io.BytesIO(first)).xmp_metadata
    assert metadata is not None
    assert b'part="2"' in metadata.stream.get_data() or b"part>2" in metadata.stream.get_data()


def test_verapdf_takes_the_page_for_pdf_a_and_pdf_ua(desk: RunningDesk, tmp_path: Path) -> None:
    """Level 2a and UA-1, tagged: what archives and the law ask for; the judge shares no code with ours."""
    sent = desk.send().provider_id
    desk.act(sent, 1, "decline", "Feil beløp: æøå čđŋšŧž")
    page = tmp_path / "bevis.pdf"
    page.write_bytes(desk.api("GET", f"/{sent}/evidence.pdf").content)
    for flavour in ("2a", "ua1"):
        (verdict,) = verapdf([page], flavour)
        assert verdict.failed == {}
        assert verdict.valid
    assert b"<pdfuaid:part>1</pdfuaid:part>" in PdfReader(page).xmp_metadata.stream.get_data()  # type: ignore[union-attr]


def test_an_open_request_has_no_page_yet(desk: RunningDesk) -> None:
    """It would not be complete."""
    sent = desk.send().provider_id
    assert desk.api("GET", f"/{sent}/evidence.pdf").status_code == 409


def test_a_refusal_is_told_with_its_reason(desk: RunningDesk) -> None:
    """In the signer's own words, signs of HTML included; a stranger gets nothing."""
    sent = desk.send().provider_id
    desk.act(sent, 1, "decline", "Feil <b>beløp</b>")
    text = text_of(desk.api("GET", f"/{sent}/evidence.pdf").content)
    assert "Feil <b>beløp</b>" in text
    assert "Avslått" in text
    assert requests.get(f"{desk.address}/api/requests/{sent}/evidence.pdf", timeout=120).status_code == 401
