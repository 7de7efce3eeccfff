"""On a telephone, no word of ours or of a name is broken in its middle."""

from pathlib import Path

from flows.application.access import Actor, Role
from flows.application.context import Context
from flows.application.uploads import keep_upload
from flows.archive import open_store
from flows.register import Register
from flows.settings import Settings
from tests.application.test_agreement_list import received, send_case
from tests.application.test_season_steps import cases
from tests.chromium import needs_chromium, visiting
from tests.drills.workplace_data import LONG_NAME
from tests.signing.paper_provider import PaperProvider
from tests.web.workplace_visits import running, session_of

BROKEN = r"""() => {
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), broken = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.parentElement.closest("script, style, .unseen, code, .code")) continue;
    for (const word of node.data.matchAll(/\p{L}{4,}/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
"""The words of the page that stand on more than one line."""


@needs_chromium
def test_no_word_is_broken_on_a_telephone(register: Register, tmp_path: Path) -> None:
    """Lists, an agreement, the check of an upload, and the users, with a long Sámi name in each."""
    settings = Settings(_env_file=None, output=tmp_path, trust_anchors=tmp_path / "anchors", workers=1)
    context = Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider(name="desk"))
    about = {"lege_navn": LONG_NAME}
    agreement_id = received(register, "alis", "990000001", **about)
    send_case(register, PaperProvider(name="desk"), agreement_id, "alis", **about)
    grants = [("coordinator", "1804"), ("archivist", "1804"), ("auditor", "1804"), ("administrator", "*")]
    token = session_of(context, LONG_NAME, grants)
    acting = context.acting_as(Actor("kari", "Kari", {Role.COORDINATOR: frozenset({"1804"})}))
    upload = keep_upload(acting, "saker.json", cases({"stillingsprosent": LONG_NAME, "kommunenr": "99"}), None)
    paths = ("/", "/avtaler", f"/avtaler/{agreement_id}", "/avtaler/mange", f"/saker/{upload}", "/arkiv", "/logg")
    phone = {"width": 320, "height": 800}
    with running(context) as site, visiting(site.address, token, viewport=phone) as visit:
        page, broken = visit.new_page(), {}
        for path in (*paths, "/brukere", "/drift", "/arkiv/uttrekk", "/gjennomganger", "/tilgjengelighet"):
            page.goto(f"{site.address}{path}")
            broken[path] = page.evaluate(BROKEN)
    assert {path: words for path, words in broken.items() if words} == {}
