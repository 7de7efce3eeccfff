"""What the program needs from the machine: what is there, what is missing, and the line that installs it."""

import ctypes.util
import os
import shlex
import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.util import find_spec

from flows.application.context import Context
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.private_files import open_to_others
from flows.provider_names import provider_name
from flows.register.database_url import database_file
from flows.settings import local_folder
from flows.typesetting import acceleration_install_line

FONT_LETTERS = "áčđŋšŧž"
"""Letters of the Sámi languages that names have and many fonts do not."""


@dataclass(frozen=True, slots=True)
class Component:
    """Something that the program uses. `install` is the line for Debian and Ubuntu, empty where it is present."""

    name: str
    why: str
    present: bool
    required: bool
    install: str = ""

    def as_json(self) -> dict[str, str | bool]:
        """Return the component as `doctor --json` prints it."""
        return asdict(self)


def examine(context: Context) -> list[Component]:
    """Return every component of this machine, and the signature provider if one is set up."""
    archive_system = _archive_system(context)
    machine = examine_machine(context.settings.engine)
    return [*machine, *examine_provider(context), *_sign_in(context), *archive_system, *examine_files(context)]


def examine_files(context: Context) -> list[Component]:
    """Return what is trusted for signatures, and whether the installation's files are its own. Nobody is asked."""
    return [*_anchors(context), *_privacy(context)]


def examine_provider(context: Context) -> list[Component]:
    """Ask the configured signature provider whether it lets us in; not a signing desk that was never set up."""
    # what loads the providers, which most checks do not need
    from flows.signing.providers.factory import desk_token
    from flows.signing.providers.health_check import provider_problems

    settings = context.settings
    if settings.provider == "desk" and not desk_token(settings):
        return []
    wrong = provider_problems(settings, context.register)
    why = _("the signature provider {provider}").format(provider=provider_name(settings.provider))
    tried_out = settings.provider == "desk" and not settings.desk_token.get_secret_value()  # it runs when it is wanted
    return [Component(_("Provider"), why, not wrong, required=not tried_out, install=" ".join(wrong))]


def _sign_in(context: Context) -> list[Component]:
    """Say whether the table of the sign-in providers can be read, if there is one: without it nobody comes in."""
    from flows.application.oidc_sign_in import providers_of  # loads what most checks do not need

    if context.stated_settings.sign_in is None:
        return []
    try:
        providers_of(context)
        wrong = ""
    except AvtaleflytError as error:
        wrong = error.message
    return [Component(_("Sign-in"), _("accounts of the municipality's own"), not wrong, required=True, install=wrong)]


def _archive_system(context: Context) -> list[Component]:
    """Ask the way to the municipality's own archive system whether it is open, if there is one."""
    if context.archive_settings is None:
        return []
    why = _("the municipality's own archive system, by Fiks IO")
    try:
        archive = context.archive_system
        wrong = archive.problems() if archive else []
    except AvtaleflytError as error:  # a key that is missing
        wrong = [error.message]
    return [Component(_("Archive system"), why, not wrong, required=False, install=" ".join(wrong))]


def _anchors(context: Context) -> list[Component]:
    """Say what the provider's signatures must chain to, and whether that is bound to the provider."""
    from flows.archive.proof.trust_anchors import anchors_of, shared_anchors  # loads what most checks do not need

    folder, provider = context.anchors, context.settings.provider
    if not folder.is_dir():  # the embedded desk makes its own on first start
        return []
    anchors = anchors_of(folder, provider)
    why = _("trust anchors of {provider}: {count}").format(provider=provider_name(provider), count=len(anchors.signers))
    wrong = ""
    if not anchors.signers:
        wrong = _("No certificate is trusted for {provider}: put its authority into {folder}.").format(
            provider=provider_name(provider), folder=folder / provider
        )
    elif provider != "desk" and shared_anchors(folder) and not (folder / provider).is_dir():
        wrong = _("What it trusts counts for every provider: move it into {folder}.").format(folder=folder / provider)
    return [Component(_("Trust anchors"), why, not wrong, required=not anchors.signers, install=wrong)]


def _privacy(context: Context) -> list[Component]:
    """Say which files other accounts can read: what was written before this program asked for files of its own."""
    settings = context.stated_settings
    folders = (settings.output, settings.head_keys_folder, local_folder(settings.blobs_url))
    places = {path for path in (*folders, database_file(settings.register_url)) if path and path.exists()}
    if not places:
        return []
    inside = {one for one in places if any(one != other and one.is_relative_to(other) for other in places)}
    open_ones = sorted(str(path) for path in places - inside if open_to_others(path))
    why = _("register, documents, logs and keys are for this account alone")
    advice = "chmod -R go= " + " ".join(map(shlex.quote, open_ones)) if open_ones else ""
    return [Component(_("Private files"), why, not open_ones, required=False, install=advice)]


def examine_machine(engine: str) -> list[Component]:
    """Return every program, library and font that the program uses with an engine for PDF.

    Another engine, and what tests alone use, are named where they are there, or where the tests are installed.
    """
    has_tests = find_spec("pytest") is not None
    others = [_libreoffice(engine), *_judges()]
    return [*_typesetting(), *(one for one in others if one.present or one.required or has_tests)]


def _typesetting() -> list[Component]:
    return [
        _library("Pango", "pango-1.0", _("lays out the text of PDF documents"), "libpango-1.0-0"),
        _library("PangoFT2", "pangoft2-1.0", _("finds fonts for PDF documents"), "libpangoft2-1.0-0"),
        _library(
            "HarfBuzz subset",
            "harfbuzz-subset",
            _("embeds fonts in PDF documents several times faster"),
            "libharfbuzz-subset0",
        ),
        _acceleration(
            "WeasyPrint",
            _("makes PDF documents, at full speed in the release that is supported"),
            acceleration_install_line(),
        ),
        _component(
            "Carlito",
            _("the font of the templates, with the Sámi letters {letters}").format(letters=FONT_LETTERS),
            _has_font("Carlito"),
            "fonts-crosextra-carlito",
        ),
    ]


def _libreoffice(engine: str) -> Component:
    why = _("can make PDF documents too, with `--engine libreoffice`")
    there = shutil.which("soffice") is not None
    return _component("LibreOffice", why, there, "libreoffice-writer-nogui", required=engine == "libreoffice")


def _judges() -> list[Component]:
    return [
        _program("pdfsig", "pdfsig", _("checks signatures independently, in tests"), "poppler-utils"),
        _program("qpdf", "qpdf", _("checks PDF files independently, in tests"), "qpdf"),
        _program("Java", "java", _("runs veraPDF, which checks PDF/A, in tests"), "default-jre-headless"),
        _program("Maven", "mvn", _("downloads veraPDF, in tests"), "maven"),
    ]


def _component(name: str, why: str, present: bool, package: str, required: bool = True) -> Component:
    root = "" if os.geteuid() == 0 else "sudo "
    return Component(name, why, present, required, "" if present else f"{root}apt-get install {package}")


def _library(name: str, library: str, why: str, package: str) -> Component:
    return _component(name, why, ctypes.util.find_library(library) is not None, package)


def _program(name: str, program: str, why: str, package: str) -> Component:
    return _component(name, why, shutil.which(program) is not None, package, required=False)


def _acceleration(name: str, why: str, install: str) -> Component:
    return Component(name, why, not install, required=False, install=install)


def _has_font(family: str) -> bool:
    """Ask fontconfig whether a font of this family has every letter that is needed."""
    program = shutil.which("fc-list")
    if program is None:
        return False
    letters = " ".join(f"{ord(letter):x}" for letter in FONT_LETTERS)
    asked = [program, f"{family}:charset={letters}", "file"]
    return bool(subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60).stdout.strip())  # noqa: S603
