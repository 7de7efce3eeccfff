"""What may come between the sent PDF and its first signature, object by object, in a PDF that is written by hand."""

import io
from collections.abc import Mapping

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from flows.archive.proof.first_signature import only_signature_fields
from tests.archive.written_pdf import revision

Objects = Mapping[int, str]

SENT = {
    1: "<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 5 0 R /Metadata 8 0 R /Lang (nb) >>",
    2: "<< /Type /Pages /Kids [3 0 R 12 0 R] /Count 2 >>",
    3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [10 0 R] >>",
    4: "<< /Length 2 >> stream\nq \nendstream",
    5: "<< /Type /StructTreeRoot /K [6 0 R] /ParentTree 7 0 R /ParentTreeNextKey 1 /RoleMap << >> >>",
    6: "<< /Type /StructElem /S /P /K [0] /P 5 0 R >>",
    7: "<< /Nums [0 9 0 R] >>",
    8: "<< /Type /Metadata /Length 1 >> stream\nx\nendstream",
    9: "[6 0 R]",
    10: "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>",
    11: "<< /Producer (Avtaleflyt) >>",
    12: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
    13: "<< /Type /Font /BaseFont /Carlito /Widths [1 2] >>",
    14: "<< /Type /StructElem /S /Document /K 0 /P 5 0 R >>",
    15: "<< /Limits [0 0] /Nums [0 9 0 R] >>",
    16: "42",
}
FIELD = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signatur1) /Rect [9 9 99 99] >>"
WIDGET = "<< /Type /Annot /Subtype /Widget /Parent 21 0 R /Rect [9 9 99 99] >>"
FORM_TAG = "<< /Type /StructElem /S /Form /P 5 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots "
CATALOG = "<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 5 0 R /Metadata 8 0 R /Lang (nb) "
ROOT_OF_TAGS = "<< /Type /StructTreeRoot /K "


FIRST = revision(b"", SENT)


def allowed(pdf: bytes, sent_revisions: int = 1, first_signed: int = 1) -> bool:
    """Say what the code says of a file."""
    return only_signature_fields(PdfFileReader(io.BytesIO(pdf)), sent_revisions, first_signed)


GOOD: dict[str, Objects] = {
    "nothing": {},
    "what nobody refers to": {20: "<< /Type /Font >>"},
    "a field on a page that had a link": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: FIELD},
    "a field on a page that had nothing": {12: SENT[12].replace(">>", "/Annots [20 0 R] /Tabs /S >>"), 20: FIELD},
    "a field in an array of its own": {3: f"{PAGE}22 0 R >>", 22: "[10 0 R 20 0 R]", 20: FIELD},
    "a widget of a field": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: WIDGET, 21: "<< /FT /Sig /T (Signatur1) >>"},
    "a form": {1: f"{CATALOG}/AcroForm 22 0 R >>", 22: "<< /Fields [20 0 R] /SigFlags 3 /DA () >>", 20: FIELD},
    "a form with all that a form of signatures may have": {
        1: f"{CATALOG}/AcroForm 22 0 R >>",
        22: "<< /Fields [20 0 R] /SigFlags 3 /DA () /DR << >> /NeedAppearances false >>",
        20: FIELD,
    },
    "an empty form": {1: f"{CATALOG}/AcroForm << >> >>"},
    "proof": {1: f"{CATALOG}/DSS << >> /Extensions << >> /Perms << >> /Version /2.0 >>"},
    "other metadata": {8: "<< /Type /Metadata /Length 1 >> stream\ny\nendstream", 11: "<< /Producer (A) >>"},
    "the tag of a field": {
        5: f"{ROOT_OF_TAGS}[6 0 R 23 0 R] /ParentTree 7 0 R /ParentTreeNextKey 2 /RoleMap << >> >>",
        7: "<< /Nums [0 9 0 R 1 23 0 R] >>",
        23: FORM_TAG,
    },
    "the tag of a field inside another": {6: SENT[6].replace("[0]", "[0 23 0 R]"), 23: FORM_TAG},
    "the tag of a field beside the only one": {14: SENT[14].replace("/K 0", "/K [0 23 0 R]"), 23: FORM_TAG},
    "a tree of numbers that was embedded": {
        5: f"{ROOT_OF_TAGS}[6 0 R] /ParentTree 24 0 R /ParentTreeNextKey 2 /RoleMap << >> >>",
        23: FORM_TAG,
        24: "<< /Nums [0 9 0 R 1 23 0 R] >>",
    },
    "an array of tags": {9: "[6 0 R 23 0 R]", 23: FORM_TAG},
    "numbers with limits": {15: "<< /Limits [0 0 1] /Nums [0 9 0 R 1] >>"},
    "the same again": {number: SENT[number] for number in (1, 3, 4, 5, 6, 7, 9, 10, 13, 16)},
}

BAD: dict[str, Objects] = {
    "other content": {4: "<< /Length 2 >> stream\nQ \nendstream"},
    "content with another entry": {4: "<< /Length 2 /Foo 1 >> stream\nq \nendstream"},
    "content that is none any more": {4: "<< /Length 2 >>"},
    "another content stream": {3: f"{PAGE.replace('4 0 R', '20 0 R')}[10 0 R] >>", 20: SENT[4]},
    "a page that is none any more": {3: "[10 0 R]"},
    "a page of another size": {3: f"{PAGE.replace('595', '300')}[10 0 R] >>"},
    "a page of a size in other numbers": {3: f"{PAGE.replace('595', '595.0')}[10 0 R] >>"},
    "a page of three sizes": {3: f"{PAGE.replace('842', '842 1')}[10 0 R] >>"},
    "a page with a key more": {12: SENT[12].replace(">>", "/Rotate 90 >>")},
    "a page with a key less": {12: SENT[12].replace("/Contents 4 0 R ", "")},
    "a link that is gone": {3: f"{PAGE}[] >>"},
    "links that are gone": {3: SENT[12]},
    "a link that is another": {3: f"{PAGE}[20 0 R] >>", 20: FIELD},
    "a link that goes elsewhere": {10: SENT[10].replace("9 9]", "9 8]")},
    "a field before the link": {3: f"{PAGE}[20 0 R 10 0 R] >>", 20: FIELD},
    "links that are a number": {3: f"{PAGE}1 >>".replace("/Annots 1", "/Annots (1)")},
    "a note": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: "<< /Subtype /FreeText >>"},
    "a note behind a field": {3: f"{PAGE}[10 0 R 20 0 R 21 0 R] >>", 20: FIELD, 21: "<< /Subtype /FreeText >>"},
    "a text for a note": {3: f"{PAGE}[10 0 R (Likevel ikke)] >>"},
    "a field to write into": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: FIELD.replace("/Sig ", "/Tx ")},
    "a field that does something": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: FIELD.replace("/FT", "/A << >> /FT")},
    "a field that does more": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: FIELD.replace("/FT", "/AA << >> /FT")},
    "a widget of no field": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: FIELD.replace("/FT /Sig", "")},
    "a widget of another field": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: WIDGET, 21: "<< /FT /Tx >>"},
    "a widget whose field does something": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: WIDGET, 21: "<< /FT /Sig /A << >> >>"},
    "a widget that is its own field": {3: f"{PAGE}[10 0 R 20 0 R] >>", 20: WIDGET.replace("21", "20")},
    "a form with a field to write into": {
        1: f"{CATALOG}/AcroForm 22 0 R >>",
        22: "<< /Fields [20 0 R 21 0 R] >>",
        20: FIELD,
        21: "<< /FT /Tx >>",
    },
    "a form of another kind": {1: f"{CATALOG}/AcroForm << /Fields [] /XFA [] >> >>"},
    "an action": {1: f"{CATALOG}/OpenAction << /S /URI >> >>"},
    "another language": {1: CATALOG.replace("(nb)", "(en)") + ">>"},
    "other pages": {1: CATALOG.replace("/Pages 2", "/Pages 20") + ">>", 20: SENT[2]},
    "a catalog that is none any more": {1: "[ ]"},
    "a page that is gone": {2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"},
    "a page that has come": {2: "<< /Type /Pages /Kids [3 0 R 12 0 R 20 0 R] /Count 3 >>", 20: SENT[12]},
    "another font": {13: SENT[13].replace("[1 2]", "[1 3]")},
    "a font with a key more": {13: SENT[13].replace(">>", "/Foo 1 >>")},
    "a font with another key": {13: SENT[13].replace("/Widths", "/Width")},
    "another number": {16: "43"},
    "a number that is a text": {16: "(42)"},
    "a tag that is read otherwise": {6: SENT[6].replace("/S /P", "/S /P /ActualText (Nei)")},
    "another tag": {6: SENT[6].replace("/S /P", "/S /H1")},
    "a tag of other content": {6: SENT[6].replace("[0]", "[1]")},
    "a tag that is gone": {5: f"{ROOT_OF_TAGS}[] /ParentTree 7 0 R /ParentTreeNextKey 1 /RoleMap << >> >>"},
    "a new paragraph": {6: SENT[6].replace("[0]", "[0 23 0 R]"), 23: FORM_TAG.replace("/Form", "/P")},
    "a new paragraph in place of the only one": {14: SENT[14].replace("/K 0", "/K [23 0 R]"), 23: FORM_TAG},
    "a new paragraph beside the only one": {
        14: SENT[14].replace("/K 0", "/K [0 23 0 R]"),
        23: FORM_TAG.replace("/Form", "/P"),
    },
    "nothing in place of the only one": {14: SENT[14].replace("/K 0", "/K []")},
    **{
        f"the tag of a field that is read as {key}": {
            6: SENT[6].replace("[0]", "[0 23 0 R]"),
            23: FORM_TAG.replace(">>", f"/{key} (Nei) >>"),
        }
        for key in ("ActualText", "Alt", "E")
    },
    "other roles": {5: SENT[5].replace("<< >>", "<< /P /H1 >>")},
    "a count of tags that is none": {5: SENT[5].replace("Key 1", "Key (1)")},
    "a tree of numbers that leads elsewhere": {7: "<< /Nums [0 6 0 R] >>"},
    "a tree of numbers with a name": {7: "<< /Nums [0 9 0 R] /Names [] >>"},
    "numbers that are gone": {15: "<< /Limits [0 0] >>"},
    "an array of other tags": {9: "[14 0 R]"},
    "an array that is shorter": {9: "[]"},
}


@pytest.mark.parametrize("objects", GOOD.values(), ids=GOOD.keys())
def test_fields_their_tags_and_proof_may_come(objects: Objects) -> None:
    """ISO 32000-1, 12.7.4.5 and 14.7: what a signature field needs in page, form and tags."""
    assert allowed(revision(FIRST, objects))


@pytest.mark.parametrize("objects", BAD.values(), ids=BAD.keys())
def test_nothing_else_may_come(objects: Objects) -> None:
    """Each is one object that says something other than what was sent."""
    assert not allowed(revision(FIRST, objects))


@pytest.mark.parametrize("number", [4, 10, 13])
def test_nothing_may_go(number: int) -> None:
    """An object that was sent is freed."""
    assert not allowed(revision(FIRST, {}, freed=[number]))


def test_what_was_never_there_may_be_freed() -> None:
    """Freeing a number that nothing had changes nothing."""
    assert allowed(revision(FIRST, {}, freed=[50]))


def test_another_catalog_is_another_document() -> None:
    """The trailer may not lead to another catalog, even to one that says the same."""
    assert not allowed(revision(FIRST, {20: SENT[1]}, root=20))


def test_only_the_revisions_between_count() -> None:
    """What was sent with an update of its own is what was sent; what follows the first signature is judged by it."""
    other = BAD["other content"]
    assert allowed(revision(revision(FIRST, other), GOOD["a form"]), sent_revisions=2, first_signed=2)
    assert allowed(revision(revision(FIRST, GOOD["a form"]), other), first_signed=1)
    assert not allowed(revision(revision(FIRST, GOOD["a form"]), other), first_signed=2)
    assert not allowed(revision(revision(FIRST, other), GOOD["a form"]), first_signed=2)
    assert not allowed(revision(revision(FIRST, {}, freed=[13]), GOOD["a form"]), first_signed=2)
