"""The code blocks of the documents, and where each is tried: run on the demonstration's archive, or read and why."""

import re
import shlex
import textwrap
from dataclasses import dataclass

from tests.conftest import PROJECT

PAGES = sorted(
    {
        path.resolve()
        for path in (
            *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "templates/README.md")),
            *(PROJECT / "docs").glob("*.md"),
            *(PROJECT / "docs" / "guides").glob("*.md"),
        )
    }
)
RUN_AS_A_STORY = ("README.md", "docs/guides/drift-sikkerhetskopi.md")
"""Pages whose commands belong together, each with a test of its own in `end_to_end/test_demo.py`."""
RUN_BY_OTHERS = {"docs/guides/personal.md": "tests/web/test_guide_calls.py"}
NOT_RUN = {
    "avtaleflyt deliver": "needs an account at KS Fiks: tests/delivery runs the flow against its servers",
    "avtaleflyt template wording": "writes into the agreement type's own folder: tests/agreements runs it",
    "avtaleflyt type check": "takes many seconds: tests/agreements/test_agreement_types.py runs it",
    "avtaleflyt sheet NAME": "NAME is the reader's own type: tests/agreements/test_agreement_types.py runs it",
    "avtaleflyt template check": "run by tests/documents/test_template_check.py on the same file",
    "avtaleflyt generate fixtures/renewal-2027.xlsx": "takes many seconds: tests/commands/test_generate.py runs it",
    "avtaleflyt serve": "runs until it is stopped: tests/web starts it",
    ".venv/bin/avtaleflyt serve": "runs until it is stopped: tests/web starts it",
    ".venv/bin/python -m flows.signing_desk": "runs until it is stopped: tests/signing_desk starts it",
    "AVTALEFLYT_DATABASE_URL=": "needs two accounts at a PostgreSQL: tests/drills/installation.py runs it",
}
"""Commands that are looked up by the parser alone, by how they begin, and why."""
READ_ALONE = {
    "apt-get": "installs on an empty Debian as root",
    "deploy/systemd/install.sh": "installs on an empty Debian as root: tests/drills/installation.py runs it",
    "deploy/containers/start.sh": "needs Docker as root: tests/test_deploy.py reads it",
    "deploy/systemd/as-avtaleflyt.sh": "needs an installation: tests/drills/installation.py runs commands as it does",
    "docker": "needs Docker",
    "runuser": "on an installed machine, as root",
    "ln": "on an installed machine, as root",
    "systemctl": "on an installed machine, as root",
    "chown": "on an installed machine, as root",
    "ssh": "to an installed machine",
    "journalctl": "on an installed machine, as root",
    "sha256sum": "needs a release: tests/test_release.py compares the sums",
    "tar": "needs a release: tests/test_release.py unpacks one",
    "openssl": "makes a key of 4096 bits, which takes long",
    "python": "is looked up as a module, or compiled",
    "make": "is looked up in the Makefile",
    "mkdir": "is of the shell",
    "cd": "is of the shell",
}
"""Programs other than ours, and why a test does not run them."""
PICTURES = {"case  →  agreement": "a drawing", "punkt 1.2:": "what the program prints", "restore_command": "lines of "
            "PostgreSQL's settings: tests/drills/restore.py uses them", "received → generated": "a drawing",
            "PREFECT_SERVER_DATABASE_MIGRATE": "a line of Prefect's settings",
            "15 3 * * *": "a line of cron", "prefect ": "needs a Prefect server: deploy/deploy-flows.sh",
            "CREATE ROLE": "deploy/postgresql.sql does the same: tests/drills/installation.py runs it"}  # fmt: skip
"""Blocks that are no commands of ours, by how they begin."""


@dataclass(frozen=True)
class CodeBlock:
    """A fenced block: its page from the project's root, its language, and its text."""

    page: str
    language: str
    text: str

    @property
    def lines(self) -> list[str]:
        """The commands without the remarks behind them; lines that go on are one."""
        joined = self.text.replace("\\\n", " ")
        return [found for line in joined.splitlines() if (found := re.sub(r"(^|\s)#.*$", "", line).strip())]


def code_blocks() -> list[CodeBlock]:
    """Return every block of every page, in the order in which they stand."""
    found = []
    for path in PAGES:
        for language, text in re.findall(r"^ *```(\w*)\n(.*?)^ *```$", path.read_text(), re.DOTALL | re.MULTILINE):
            found.append(CodeBlock(path.relative_to(PROJECT).as_posix(), language, textwrap.dedent(text)))
    return found


def why_not_run(line: str) -> str:
    """Return why a command is not run by a test; empty for one that is."""
    for begins, why in NOT_RUN.items():
        if line.startswith(begins):
            return why
    return "" if line.startswith("avtaleflyt ") else READ_ALONE.get(shlex.split(line)[0], "")


def runnable(page: str) -> list[str]:
    """Return the commands of a page that are run, in their order."""
    ours = (line for one in code_blocks() if one.page == page for line in one.lines if line.startswith("avtaleflyt "))
    return [line for line in ours if not why_not_run(line)]


def commands_by_page() -> dict[str, list[str]]:
    """Return what is run one by one on the demonstration's archive; what several pages show is run for the first."""
    found: dict[str, list[str]] = {}
    others = {*RUN_AS_A_STORY, *RUN_BY_OTHERS}
    for page in dict.fromkeys(one.page for one in code_blocks() if one.page not in others):
        before = {line for lines in found.values() for line in lines}
        if fresh := [line for line in runnable(page) if line not in before]:
            found[page] = fresh
    return found
