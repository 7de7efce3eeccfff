"""The reader that keeps the tables of object streams reads what pyHanko's own reads."""

from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

from flows.archive.pdf_reader import SignedPdfReader
from tests.signing_desk.documents import agreement


def test_every_object_is_the_one_that_pyhanko_reads() -> None:
    """Object by object, the two readers agree, those in object streams included."""
    content = agreement()
    assert b"/ObjStm" in content
    kept, plain = SignedPdfReader(content), PdfFileReader(BytesIO(content))
    for number in range(1, int(plain.trailer["/Size"])):
        first, second = (repr(generic.Reference(number, 0, one).get_object()) for one in (kept, plain))
        assert first == second


def test_a_table_that_lies_is_left_to_pyhanko() -> None:
    """An object stream that says another number of objects than it has ends as pyHanko lets it end."""
    content = agreement()
    place = content.index(b"/N ", content.index(b"/ObjStm") - 60)
    damaged = content[:place] + b"/N 1" + content[place + 4 :]
    results = []
    for open_reader in (SignedPdfReader, lambda data: PdfFileReader(BytesIO(data))):
        try:
            results.append(repr(open_reader(damaged).root["/Pages"]["/Count"]))
        except (PdfReadError, ValueError, KeyError, AssertionError) as error:
            results.append(type(error).__name__)
    assert results[0] == results[1]
