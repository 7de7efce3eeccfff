"""The official wording is locked: compare templates with it before anything is made of them.

The wording lies as text beside the templates, `templates/<type>/`, with a table of its versions; see
`flows.agreements.wording_versions`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from flows.agreements.amendments import FOLDER as AMENDMENTS
from flows.agreements.types import NYNORSK_TEMPLATE, TEMPLATE, AgreementType, types
from flows.agreements.wording_versions import WordingVersion, wording_digest, wording_number, wording_versions
from flows.documents import Template, TemplateFault, load_template, shown_name
from flows.documents.wording import Deviation, compare, fixed_text_of, read_fixed_text, write_fixed_text
from flows.errors import DocumentRefused, TemplateRefused, WrongUse
from flows.language import current
from flows.language import translate as _
from flows.settings import shipped_folder

_NAMED = 3
"""Deviations that the sentence about a refused batch names."""


@dataclass(frozen=True, slots=True)
class WrittenWording:
    """The wording text of a template: where it was written, its SHA-256, and the number of its version."""

    path: Path
    sha256: str
    number: int


def wording_faults(docx: Path, kind: AgreementType, today: date) -> list[TemplateFault]:
    """Return where a template of an agreement type departs from the official wording of its version.

    One without a version is compared with the newest wording. Empty for a file that is no Word document.
    """
    try:
        template = load_template(docx)
    except TemplateRefused:
        template = None
    try:
        folder = docx.parent
        if template and (why := _other_language(docx, template)):
            return [TemplateFault(why)]
        wording = (
            _wording_of(template, _wording_folder(docx) or kind.folder, folder, today)
            if template
            else _newest(kind, folder)
        )
        found = _deviations(docx.read_bytes(), wording.text, current())
    except TemplateRefused as refusal:
        return [TemplateFault(str(refusal))]
    except (DocumentRefused, OSError):
        return []
    return [TemplateFault(str(deviation), deviation.place) for deviation in found]


def require_official_wording(templates: Iterable[Path], today: date, *, unofficial: bool = False) -> None:
    """Refuse a batch if a template that it needs departs from the official wording: raises `TemplateRefused`.

    A translation that nobody but the project answers for is refused unless `unofficial`. A template that cannot be read
    at all is left to the making of each document, which says why.
    """
    for path in dict.fromkeys(templates):
        try:
            template = load_template(path)
        except TemplateRefused:
            continue
        folder = _wording_folder(path)
        if folder is None:
            continue
        if why := _other_language(path, template):
            raise TemplateRefused(why)
        wording = _wording_of(template, folder, path.parent, today)
        if wording.unofficial and not unofficial:
            raise TemplateRefused(
                _(
                    "The template {name} is an unofficial translation. No document is made of it until somebody has "
                    "said that it may be used: AVTALEFLYT_UNOFFICIAL_NYNORSK=true."
                ).format(name=shown_name(path))
            )
        if found := _deviations(template.content, wording.text, current()):
            named = "; ".join(f"{one.place}: {one}" for one in found[:_NAMED])
            rest = _(" and {number} more").format(number=len(found) - _NAMED) if len(found) > _NAMED else ""
            raise TemplateRefused(
                _(
                    "The template {name} departs from the official wording, version {number}: {differences}."
                    " No document was made. `avtaleflyt template check` lists everything."
                ).format(name=shown_name(path), number=wording.number, differences=named + rest)
            )


def write_wording(docx: Path, path: Path | None = None) -> WrittenWording:
    """Write the fixed text of an approved template as a wording file, by default `wording-N.txt` where the others are.

    Raises `TemplateRefused` for what is no template, `WrongUse` where the file is there already.
    """
    template = load_template(docx)
    number = wording_number(template.version)
    if number is None:
        raise TemplateRefused(_no_number(template))
    kind = type_of_template(docx)
    folder = docx.parent / kind.name if kind and (docx.parent / kind.name).is_dir() else docx.parent
    ending = "" if template.language == "nb" else f".{template.language}"
    target = path or folder / f"wording-{number}{ending}.txt"
    text = write_fixed_text(fixed_text_of(template.content))
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUse(_("{path} is there already; choose another name.").format(path=target)) from error
    except OSError as error:
        raise WrongUse(_("Nothing can be written to {path}; choose another place.").format(path=target)) from error
    return WrittenWording(target, wording_digest(text), number)


def type_of_template(docx: Path) -> AgreementType | None:
    """Return the agreement type of a template by the name of its folder, or of its file elsewhere; None for neither."""
    wanted = _type_of_variant(docx) or name_of_type(docx)
    return next((kind for kind in types().values() if wanted in (kind.name, *kind.file_names)), None)


def name_of_type(docx: Path) -> str:
    """Return what a template's path says of its agreement: its folder, or else the file's name."""
    path = docx.absolute()
    return (path.parent.name if path.name in (TEMPLATE, NYNORSK_TEMPLATE) else path.stem).casefold()


def _wording_folder(docx: Path) -> Path | None:
    """Return where the approved wording of a template lies: of a type, or of amendments; None for neither."""
    if name_of_type(docx) == AMENDMENTS:
        return shipped_folder("templates") / AMENDMENTS
    if _type_of_variant(docx):
        return docx.absolute().parent
    kind = type_of_template(docx)
    return kind.folder if kind else None


def _type_of_variant(docx: Path) -> str:
    """Return the type of a template that lies in a folder below that of its type, or nothing."""
    path = docx.absolute()
    type_name = path.parent.parent.name.casefold()
    inside = path.name == TEMPLATE and path.parent.name.casefold() not in types() and path.parent.name != AMENDMENTS
    return type_name if inside and type_name in types() else ""


def _wording_of(template: Template, approved: Path, folder: Path, today: date) -> WordingVersion:
    """Return the wording of a template's version. Raises `TemplateRefused` where none may be used today."""
    number = wording_number(template.version)
    if number is None:
        raise TemplateRefused(_no_number(template))
    versions = _versions(approved, folder, template.language)
    if number not in versions:
        raise TemplateRefused(
            _(
                "The template {name} has version {version}, and no official wording of that version is here:"
                " `avtaleflyt template wording` writes it from the approved template."
            ).format(name=template.name, version=template.version)
        )
    if refusal := versions[number].refusal_on(today):
        raise TemplateRefused(refusal)
    return versions[number]


def _newest(kind: AgreementType, folder: Path) -> WordingVersion:
    versions = _versions(kind.folder, folder)
    if not versions:
        raise TemplateRefused(_("No official wording of {agreement} is here.").format(agreement=kind.title))
    return versions[max(versions)]


def _versions(approved: Path, folder: Path, language: str = "nb") -> Mapping[int, WordingVersion]:
    own = folder / approved.name if (folder / approved.name).is_dir() else folder
    return wording_versions((approved, own), language)


def _other_language(docx: Path, template: Template) -> str:
    """Return what to do about a file that is called nynorsk and says that it is bokmål; empty where nothing is."""
    if docx.name != NYNORSK_TEMPLATE or template.language == "nn":
        return ""
    return _("The language property of {name} is not nynorsk. Set it to nn-NO, or give the file another name.").format(
        name=shown_name(docx)
    )


def _no_number(template: Template) -> str:
    return _("The version of the template {name} is «{version}»; write it as two numbers, such as 1.0.").format(
        name=template.name, version=template.version
    )


@lru_cache(maxsize=16)
def _deviations(content: bytes, wording: str, language: str) -> tuple[Deviation, ...]:  # noqa: ARG001
    """Compare once for each template and language: a season asks for each part of it."""
    return tuple(compare(read_fixed_text(wording), fixed_text_of(content)))
