"""A coordinator in Chromium, without script and by keyboard where it counts: from a workbook with mistakes to sent."""

from pathlib import Path

from flows.application.batch_work import run_waiting_jobs
from flows.register import Register
from tests.application.test_season_steps import cases, taking_everything
from tests.chromium import needs_chromium, visiting
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import running, session_of

PHONE = {"width": 320, "height": 800}


@needs_chromium
def test_from_a_workbook_with_mistakes_to_sent(register: Register, tmp_path: Path, clock: Clock) -> None:
    """Each step is a page with one thing to do; no message on the console, no page wider than a telephone."""
    context = taking_everything(register, tmp_path, clock)
    workbook = tmp_path / "saker.json"
    workbook.write_bytes(cases({"lege_navn": "Ánne-Márjá Čáhppe-Đorđi"}, {"stillingsprosent": "mye"}))
    token = session_of(context, "Kari Koordinator", [("coordinator", "1804")])
    with running(context) as site, visiting(site.address, token, java_script_enabled=False, viewport=PHONE) as visit:
        page, told = visit.new_page(), []
        page.on("console", lambda message: told.append(message.text))
        page.goto(f"{site.address}/")
        page.get_by_role("link", name="Last opp en arbeidsbok").press("Enter")
        page.get_by_label("Arbeidsbok").set_input_files(str(workbook))
        page.get_by_role("button", name="Last opp og kontroller").press("Enter")
        assert "1 av 2 saker må rettes" in page.inner_text("main")
        page.get_by_role("button", name="Gå videre med 1 sak").press("Enter")
        run_waiting_jobs(context)
        page.reload()
        assert page.get_by_role("checkbox").is_checked()
        page.get_by_role("button", name="Godkjenn de valgte").first.press("Enter")
        page.get_by_role("link", name="Gå til utsending").press("Enter")
        assert "Sende 1 avtale?" in page.inner_text("h1")
        page.get_by_role("button", name="Send 1 avtale").press("Enter")
        run_waiting_jobs(context)
        page.reload()
        assert "Utsendingen er ferdig" in page.inner_text("main")
        page.get_by_role("link", name="Ánne-Márjá Čáhppe-Đorđi").press("Enter")
        assert "Avtalen er ute til signering." in page.inner_text("main")
    assert isinstance(context.provider, PaperProvider)
    assert len(context.provider.created) == 1
    assert told == []
