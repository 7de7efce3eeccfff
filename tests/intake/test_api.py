"""Cases from an HTTP API that really fails: every case once, or none and one sentence."""

import json
import re
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from openpyxl import load_workbook

from flows.errors import CasesUnreadable, WrongUse
from flows.intake import ValidatedSource, read
from flows.intake.http_source import rows
from flows.intake.pagination import fetch_with
from flows.intake.pipeline import judge_all
from flows.intake.problem_report import write_report
from flows.settings import Settings
from tests.intake.misbehaving import Answer, Server, answer_of, drop, half, page, say_nothing, serving
from tests.intake.workbooks import JSON_CASE, TODAY
from tests.silences import wait_briefly_where

CASES = [{**JSON_CASE, "lege_hpr_nummer": f"99{number}010{number}11", "lege_navn": f"Kari {name}"} for number, name in
         enumerate(("Nordvik", "Sørvik", "Østvik", "Vestvik"), start=1)]  # fmt: skip
FIRST, SECOND = CASES[:2], CASES[2:]


def fetch(server: Server, pauses: list[float] | None = None, query: str = "", **settings: Any) -> ValidatedSource:
    """Read the server's cases without waiting; the pauses it asked for are noted."""
    pauses = [] if pauses is None else pauses
    chosen = Settings(_env_file=None, **settings)
    with requests.Session() as session, pytest.MonkeyPatch.context() as monkeypatch:
        wait_briefly_where(lambda _request: server.will_be_silent(), monkeypatch)
        return judge_all(rows(server.url + query, chosen, fetch_with(session, chosen, pauses.append)), TODAY)


def numbers(judged: ValidatedSource) -> list[str]:
    """Return the HPR numbers of the good cases."""
    assert judged.problems == ()
    return [each.case.model_dump()["lege_hpr_nummer"] for each in judged.cases]


EVERY = [each["lege_hpr_nummer"] for each in CASES]


@pytest.mark.parametrize(
    "answers",
    [
        [page(FIRST, Link='</cases?page=2>; rel="next"'), page(SECOND)],
        [page({"cases": FIRST, "next": "/cases?cursor=b"}), page({"cases": SECOND, "next": None})],
        [page({"cases": FIRST, "next": "?cursor=b"}), page({"cases": SECOND})],
        [page(CASES)],
    ],
)
def test_pages_are_followed(answers: list[Answer]) -> None:
    """By the Link header, by a field with the next address, or not at all: every case comes once, in order."""
    with serving(*answers) as server:
        assert numbers(fetch(server)) == EVERY
        assert len(server.asked) == len(answers)


@pytest.mark.parametrize(
    "beside",
    [
        {"next": {"href": "/cases?page=2"}},
        {"_links": {"next": {"href": "/cases?page=2"}}},
        {"@odata.nextLink": "/cases?page=2"},
        {"paging": {"has_more": True}},
        {"nextPageToken": "abc"},
    ],
)
def test_pages_that_cannot_be_followed_are_no_end(beside: dict[str, Any]) -> None:
    """A first page that tells of others in its own way is not taken for all there is."""
    with serving(page({"cases": FIRST, **beside})) as server, pytest.raises(CasesUnreadable, match="flere sider"):
        fetch(server)


@pytest.mark.parametrize("total", [3, 5])
def test_a_source_that_changes_while_it_is_read_is_refused(total: int) -> None:
    """A case that was removed between two pages moves another one past the reader."""
    answers = [page({"cases": FIRST, "next": "?page=2", "total": 4}), page({"cases": SECOND, "meta": {"total": total}})]
    with serving(*answers) as server, pytest.raises(CasesUnreadable, match=f"har {total} saker, men ga 4"):
        fetch(server)


@pytest.mark.parametrize("asked", ["limit=2", "$top=2", "page_size=2", "offset=2"])
def test_a_part_of_the_cases_is_refused_with_its_reason(asked: str) -> None:
    """Trying again would bring the same part."""
    refused = pytest.raises(CasesUnreadable, match=re.escape(f"«{asked}»"))
    with serving(page({"cases": FIRST, "total": 4})) as server, refused:
        fetch(server, query=f"?{asked}")


def test_a_total_that_is_right_changes_nothing(tmp_path: Path) -> None:
    """Also where the pages are counted, and where the total is that of the pages."""
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('page = "side"\n')
    with serving(page({"cases": CASES, "totalCount": 4, "hasMore": False, "next": None})) as server:
        assert numbers(fetch(server)) == EVERY
    answers = [page({"cases": each, "total": 3, "hasNext": bool(each)}) for each in (FIRST, SECOND, [])]
    with serving(*answers) as server:
        assert numbers(fetch(server, cases_mapping=mapping)) == EVERY


def test_pages_are_counted(tmp_path: Path) -> None:
    """With a page parameter, pages are asked for until one is empty."""
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('page = "side"\nfirst_page = 0\n')
    with serving(page(FIRST), page(SECOND), page([])) as server:
        assert numbers(fetch(server, cases_mapping=mapping)) == EVERY
        assert [path for path, _auth in server.asked] == ["/cases?side=0", "/cases?side=1", "/cases?side=2"]


TROUBLES: dict[str, Answer] = {
    "drops": drop,
    "delays": say_nothing,
    "answers 500": page({"error": "oops"}, 500),
    "answers 503": page({}, 503),
    "answers 429": page({}, 429, Retry_After="7"),
    "ends mid-JSON": half(CASES, says_so=False),
    "ends before its length": half(CASES, says_so=True),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("at", [0, 1])
def test_after_a_trouble_every_case_comes_once(trouble: str, at: int) -> None:
    """Whatever goes wrong with one page, once, is tried again, and no case is lost or doubled."""
    answers = [page(FIRST, Link='</cases?page=2>; rel="next"'), page(SECOND)]
    answers.insert(at, TROUBLES[trouble])
    with serving(*answers) as server:
        assert numbers(fetch(server)) == EVERY
        assert len(server.asked) == 3


@pytest.mark.parametrize("trouble", [name for name in TROUBLES if name != "delays"])
def test_after_lasting_trouble_there_are_no_cases_at_all(trouble: str) -> None:
    """A second page that never comes leaves nothing of the first one, and one sentence."""
    pauses: list[float] = []
    with (
        serving(page(FIRST, Link='</cases?page=2>; rel="next"'), TROUBLES[trouble]) as server,
        pytest.raises(CasesUnreadable, match="Ingenting er hentet"),
    ):
        fetch(server, pauses)
    assert len(pauses) == 4
    assert pauses == sorted(pauses)


def test_retry_after_is_kept() -> None:
    """The server's own wish decides the pause, in seconds or as a date."""
    pauses: list[float] = []
    later = formatdate(2**32, usegmt=True)
    with serving(page({}, 429, Retry_After="7"), page({}, 503, Retry_After="nonsense"), page(CASES)) as server:
        assert numbers(fetch(server, pauses)) == EVERY
    assert pauses == [7, 1]
    with serving(page({}, 503, Retry_After=later)) as server, pytest.raises(CasesUnreadable, match="i fred"):
        fetch(server)


@pytest.mark.parametrize(
    "answers",
    [
        [page(FIRST, Link='</cases>; rel="next"')],
        [page({"cases": FIRST, "next": "/cases?page=2"})],
        [page(FIRST, Link='</cases?page=2>; rel="next"'), page(FIRST, Link='</cases?page=3>; rel="next"')],
    ],
)
def test_a_source_that_repeats_pages_is_refused(answers: list[Answer]) -> None:
    """The same address or the same page again is one sentence, not a loop and not a double batch."""
    with serving(*answers) as server, pytest.raises(CasesUnreadable, match="samme side om igjen"):
        fetch(server)


def test_a_case_on_two_pages_is_one_case() -> None:
    """Where pages overlap, the case is taken once, and the second is named."""
    with serving(page(FIRST, Link='</cases?page=2>; rel="next"'), page([FIRST[1], *SECOND])) as server:
        judged = fetch(server)
    assert len(judged.cases) == 4
    assert [(each.rule, each.pointer) for each in judged.problems] == [("duplicate", "/2/kommunenr")]


def test_secrets_come_from_the_settings_and_stay_at_home() -> None:
    """A token or a password is sent to the source, and never to another server that it names."""
    with serving(page(CASES)) as server:
        fetch(server, cases_token="s3cret")
        fetch(server, cases_user="ola", cases_password="s3cret")
        assert [auth.split()[0] for _path, auth in server.asked] == ["Bearer", "Basic"]
    with serving(page(SECOND)) as other, serving(page({"cases": FIRST, "next": other.url})) as server:
        with pytest.raises(CasesUnreadable, match="en annen server"):
            fetch(server, cases_token="s3cret")
        assert other.asked == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page({}, 401), "slipper oss ikke inn"),
        (page({}, 404), "svarer 404"),
        (page({}, 302, Location="/login"), "svarer 302"),
        (page({"error": "no"}), "noe annet enn en liste"),
        (page(5), "noe annet enn en liste"),
    ],
)
def test_what_will_not_mend_itself_is_told_at_once(answer: Answer, sentence: str) -> None:
    """Refusals and wrong addresses are not tried again."""
    with serving(answer) as server:
        with pytest.raises(CasesUnreadable, match=sentence):
            fetch(server)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("http://example.com/cases", "https"), ("https://ola:hemmelig@example.com/cases", "innstillingene")],
)
def test_addresses_that_would_give_secrets_away(address: str, sentence: str) -> None:
    """Nothing is fetched without TLS but from this machine, nor with a password in the address."""
    with pytest.raises(CasesUnreadable, match=sentence) as raised:
        read(address, TODAY, Settings(_env_file=None))
    assert "hemmelig" not in str(raised.value)


def test_one_file_says_what_the_api_calls_things(tmp_path: Path) -> None:
    """Fields, values and the place of the list are mapped, and problems point into what the API sent."""
    mapping = tmp_path / "mapping.toml"
    names = "\n".join(f'{name} = "job.{name.upper()}"' for name in JSON_CASE)
    mapping.write_text(f'cases = "data.items"\n[fields]\n{names}\n[values.kategori]\nL42 = "fastlege"\n')
    sent = {name.upper(): "L42" if name == "kategori" else value for name, value in JSON_CASE.items()}
    with serving(page({"data": {"items": [{"job": sent}, {"job": {**sent, "LEGE_HPR_NUMMER": "12AB"}}]}})) as server:
        judged = fetch(server, cases_mapping=mapping)
    assert len(judged.cases) == 1
    assert [each.pointer for each in judged.problems] == ["/1/job/LEGE_HPR_NUMMER"]


@pytest.mark.parametrize("content", ["fields = 5", "[fields]\nfnr = 'x'", "strange = 1", "= nonsense", 'type = "leie"'])
def test_a_mapping_that_cannot_be_used_is_wrong_use(tmp_path: Path, content: str) -> None:
    """An unknown field or key is told before anything is fetched."""
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(content)
    with serving(page(CASES)) as server:
        with pytest.raises(WrongUse, match=r"mapping\.toml"):
            fetch(server, cases_mapping=mapping)
        assert server.asked == []


def test_the_report_of_an_api_is_a_summary(tmp_path: Path) -> None:
    """There is no workbook to mark: the report lists every problem by its pointer."""
    with serving(page([CASES[0], {**CASES[1], "arbeidssted": None}])) as server:
        judged = read(server.url, TODAY, Settings(_env_file=None))
        write_report(server.url, judged, tmp_path / "report.xlsx")
    report = load_workbook(tmp_path / "report.xlsx")
    assert report.sheetnames == ["Problemer"]
    assert report.worksheets[0]["B6"].value == "/1/arbeidssted"


def _unknown_certificate(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    pem = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """The token never leaves for a server whose certificate is not trusted."""
    with serving(page(CASES), tls=_unknown_certificate(tmp_path)) as server:
        with pytest.raises(CasesUnreadable, match="Sertifikatet"):
            fetch(server, cases_token="s3cret")
        assert server.asked == []


def test_a_path_that_no_case_has_is_told(tmp_path: Path) -> None:
    """A slip in the mapping would leave an optional field empty in every case, and nobody would see it."""
    mapping = tmp_path / "mapping.toml"
    names = "\n".join(f'{name} = "{name}"' for name in JSON_CASE)
    mapping.write_text(f'[fields]\n{names}\nlege_epost = "job.emial"\nlege_mobil = "job.mobile"\n')
    with serving(page([{**each, "job": {"mobile": None, "email": "l@eksempel.no"}} for each in FIRST])) as server:
        judged = fetch(server, cases_mapping=mapping)
    assert (len(judged.cases), [(each.column, each.level) for each in judged.problems]) == (
        2,
        [("lege_epost", "warning")],
    )


@pytest.mark.parametrize("mapped", [True, False])
def test_a_key_that_an_api_sends_twice_rejects_the_case(tmp_path: Path, mapped: bool) -> None:
    """With and without a mapping, in the case and in what it holds; twice in the page itself, nothing is taken."""
    mapping = tmp_path / "mapping.toml"
    names = "\n".join(f'{name} = "{name}"' for name in JSON_CASE)
    mapping.write_text(f"[fields]\n{names}\n" if mapped else "")
    first, second = (json.dumps(each) for each in FIRST)
    twice = second[:-1] + ', "job": [{"a": 1, "a": 2}]}'
    with serving(answer_of(f"[{first}, {twice}]")) as server:
        judged = fetch(server, cases_mapping=mapping)
    assert (len(judged.cases), "/1/job/0/a" in [each.pointer for each in judged.problems]) == (1, True)
    with (
        serving(answer_of(f'{{"cases": [{first}], "cases": [{second}]}}')) as server,
        pytest.raises(CasesUnreadable, match="to ganger"),
    ):
        fetch(server)
