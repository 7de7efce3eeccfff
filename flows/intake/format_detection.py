"""Detect the format of a file of cases by its contents; refuse in one sentence what cannot be read."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xlrd

from flows.agreements.problems import Problem
from flows.errors import CasesUnreadable
from flows.intake import csv_file, ods, xls, xlsx
from flows.intake.sheet_model import Sheet, SourceRemark
from flows.intake.workbook_limits import WorkbookTooLarge
from flows.language import translate as _

Reader = Callable[[Path], Iterator[Sheet | SourceRemark | Problem]]
"""A problem stands for a sheet that cannot be read at all."""

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".ods", ".fods", ".csv")
"""Endings of the files that hold sheets."""

_MEGABYTE = 1024 * 1024
_LARGEST_UNPACKED = 300 * _MEGABYTE
_LARGEST_TEXTS = 150 * _MEGABYTE
_LARGEST_RATIO, _NO_BOMB = 200, 10 * _MEGABYTE
"""Compression ratio of a bomb, and the unpacked size that is none whatever its ratio: rows of cells pack 30 times."""
_LARGEST_OLD = 60 * _MEGABYTE
_OLE_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@contextmanager
def one_sentence(path: Path) -> Iterator[None]:
    """Turn whatever a damaged workbook makes its reader raise into `CasesUnreadable`."""
    try:
        yield
    except CasesUnreadable:
        raise
    except PermissionError:
        raise
    except (WorkbookTooLarge, MemoryError) as error:
        raise _too_large(path) from error
    except Exception as error:  # whatever a reader makes of a damaged file
        if isinstance(error, xlrd.XLRDError) and "encrypt" in str(error):
            raise _protected(path) from error
        raise _damaged(path) from error


def reader_of(path: Path) -> Reader:
    """Return what reads the file. Raises `CasesUnreadable`: no workbook, protected, too large."""
    if path.suffix.lower() == ".csv":
        return csv_file.sheets
    with one_sentence(path), path.open("rb") as file:
        beginning = file.read(512)
        if beginning.startswith(_OLE_FILE):
            return _old(path)
        if beginning.lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table")):
            raise CasesUnreadable(
                _("«{file}» is a web page by the name of a workbook. Open it and save it as .xlsx.").format(
                    file=path.name
                )
            )
        if b"<office:document" in beginning or path.suffix.lower() == ".fods":
            return _flat(path)
        with zipfile.ZipFile(file) as archive:
            return _zipped(path, archive)


def _old(path: Path) -> Reader:
    if path.stat().st_size > _LARGEST_OLD:
        raise _too_large(path)
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise _protected(path)
    if "WordDocument".encode("utf-16-le") in content:
        raise _no_workbook(path)
    return xls.sheets


def _flat(path: Path) -> Reader:
    if path.stat().st_size > _LARGEST_UNPACKED:
        raise _too_large(path)
    return ods.sheets


def _zipped(path: Path, archive: zipfile.ZipFile) -> Reader:
    parts = {xlsx.part_name(part.filename): part for part in archive.infolist()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise _protected(path)
    texts = max((part.file_size for name, part in parts.items() if name.endswith("sharedstrings.xml")), default=0)
    unpacked, packed = sum(part.file_size for part in parts.values()), max(path.stat().st_size, 1)
    is_bomb = unpacked > _NO_BOMB and unpacked > packed * _LARGEST_RATIO
    if unpacked > _LARGEST_UNPACKED or texts > _LARGEST_TEXTS or is_bomb:
        raise _too_large(path)
    if "xl/workbook.bin" in parts:
        raise CasesUnreadable(_("«{file}» is a binary workbook. Save it as .xlsx.").format(file=path.name))
    if any(name.startswith("xl/") for name in parts) or _says_workbook(archive, parts.get("[content_types].xml")):
        return xlsx.sheets
    if "content.xml" in parts:
        manifest = parts.get("meta-inf/manifest.xml")
        if manifest and manifest.file_size < _MEGABYTE and b"encryption-data" in archive.read(manifest):
            raise _protected(path)
        kind = archive.read(parts["mimetype"])[:100] if "mimetype" in parts else b"spreadsheet"
        if b"spreadsheet" in kind:
            return ods.sheets
    raise _no_workbook(path)


def _says_workbook(archive: zipfile.ZipFile, types: zipfile.ZipInfo | None) -> bool:
    """Return whether the list of content types names the main part of a workbook, wherever it lies."""
    return types is not None and types.file_size < _MEGABYTE and b"spreadsheetml.sheet.main" in archive.read(types)


def _protected(path: Path) -> CasesUnreadable:
    return CasesUnreadable(
        _("«{file}» is protected by a password. Remove the password, save it, and try again.").format(file=path.name)
    )


def _damaged(path: Path) -> CasesUnreadable:
    return CasesUnreadable(
        _("«{file}» is no workbook, or it is damaged. Open it in the spreadsheet program and save it anew.").format(
            file=path.name
        )
    )


def _no_workbook(path: Path) -> CasesUnreadable:
    return CasesUnreadable(
        _("«{file}» is another kind of document by the name of a workbook. Save the cases as .xlsx.").format(
            file=path.name
        )
    )


def _too_large(path: Path) -> CasesUnreadable:
    return CasesUnreadable(
        _("«{file}» is too large when unpacked. Remove formatting of empty rows, or divide the file.").format(
            file=path.name
        )
    )
