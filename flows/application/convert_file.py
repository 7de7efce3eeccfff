"""Convert one DOCX file of any kind: no case, no register and no settings take part, so it starts quickly."""

from pathlib import Path

from flows.application.new_files import check_target, same_file, write_new
from flows.documents import convert, missing_text, pages_of
from flows.errors import DocumentRefused, WrongUse
from flows.language import translate as _
from flows.settings import Engine
from flows.typesetting import Package, check_size, within_limits


def convert_file(
    docx: Path, pdf: Path, engine: Engine = Engine.WEASYPRINT, lossy: bool = False, force: bool = False
) -> tuple[int, tuple[str, ...]]:
    """Convert one DOCX file to PDF/A; return its number of pages, and what it does not show.

    Raises `WrongUse` where the PDF is there already, unless `force`, where its folder does not exist, and where it
    would be the DOCX itself; `DocumentRefused` where anything would be lost, unless `lossy`.
    """
    if same_file(docx, pdf):
        raise WrongUse(_("{path} is what is read; choose another name for what is written.").format(path=pdf))
    check_target(pdf, force)
    source = docx.read_bytes()
    if engine == Engine.LIBREOFFICE:
        from flows.documents import convert_with_libreoffice, lost_outside

        content = convert_with_libreoffice(source)
        lost = lost_outside(source)
    else:
        check_size(Package(source))
        with within_limits():
            made = convert(source)
        content, lost = made.content, made.lost
    lost = (*lost, *missing_text(source, content))
    if lost and not lossy:
        raise DocumentRefused(
            _("{name} holds what the PDF would lose: {losses}. Use --lossy to make it anyway.").format(
                name=docx.name, losses="; ".join(map(str, lost[:5]))
            )
        )
    write_new(pdf, content, force)
    return pages_of(content), tuple(map(str, lost))
