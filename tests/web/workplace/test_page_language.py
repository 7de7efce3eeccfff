"""Pages speak the account's language, else the browser's, else the installation's, and say which one it is."""

import asyncio
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.application.access import Role
from flows.register import Register
from flows.web.workplace.app import create_workplace
from flows.web.workplace.page_language import page_language
from tests.web.workplace.browser import OWN, person, signed_in, workplace_context


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.6", "nb"),
        ("no", "nb"),
        ("nn-NO", "nn"),
        ("en-GB, nn;q=0.9", "en"),
        ("nn;q=0.2, en;q=0.9", "en"),
        ("se,fi;q=0.9,nn;q=0.1", "nn"),
        ("se,fi;q=0.9", "en"),
        ("*", "en"),
        ("nb;q=0, nn;q=0.001", "nn"),
        ("nb;q=x, nn;q=2, en;z=1", "en"),
        ("," * 10_000 + "nn", "en"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str) -> None:
    """The first of ours by rank counts, and what is no language counts as none."""
    assert page_language(None, header, "en") == language


@given(st.text(max_size=80))
def test_any_header_gives_a_language(header: str) -> None:
    """Whatever a browser sends."""
    assert page_language(None, header, "nb") in {"nb", "nn", "en"}


def test_the_account_decides_before_the_browser(register: Register, tmp_path: Path) -> None:
    """Until the person has chosen, the browser does; `lang` says which language the page is in."""
    app = create_workplace(workplace_context(register, tmp_path))

    async def look() -> list[str]:
        browser = signed_in(app, person(app.state.context, "kari", (Role.HR, OWN)))
        seen = []
        for chosen in (None, "nn", "en", "nb", ""):
            if chosen is not None:
                assert (await browser.post("/konto/sprak", sprak=chosen)).status_code == 303
            page = await browser.get("/konto", headers={"accept-language": "nn"})
            heading = re.search(r"<h1[^>]*>([^<]*)", page.text)
            language = re.search(r'<html lang="([a-z]+)"', page.text)
            assert heading
            assert language
            seen.append(f"{language[1]} {heading[1]}")
        assert "Accept-Language" in page.headers["vary"]
        return seen

    nynorsk, bokmaal, english = "nn Min konto", "nb Min konto", "en My account"
    assert asyncio.run(look()) == [nynorsk, nynorsk, english, bokmaal, nynorsk]
