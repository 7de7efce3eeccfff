"""The file of a PDF: what it holds is found again, however much it is."""

from io import BytesIO

import pydyf
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NumberObject

from flows.typesetting.pdf_writer import write


def test_a_document_of_many_objects_is_written() -> None:
    """More objects than two bytes can count, as five hundred tagged pages have; the last one is read back."""
    pdf = pydyf.PDF()
    pdf.add_page(
        pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": pydyf.Array([0, 0, 9, 9])})
    )
    for number in range(70_000):
        pdf.add_object(pydyf.Dictionary({"Number": number}))
    last = len(pdf.objects) - 1
    reader = PdfReader(BytesIO(write(pdf)))
    assert len(reader.pages) == 1
    found = reader.get_object(last)
    assert isinstance(found, DictionaryObject)
    assert found.raw_get("/Number") == NumberObject(69_999)
