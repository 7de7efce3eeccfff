"""The last page of both official templates: signatures never stand alone, whatever the length of what is filled in."""

from datetime import date

import pytest

from flows.documents import convert, fill, load_template
from tests.templates.filling import IDENTITY, VALUES, VERSION
from tests.templates.official import template_of
from tests.typesetting.pdf_inspection import Word, words

_FOOTER = 780.0  # points from the top, below which the footer stands
_FEWEST_LINES = 2


def _filled(name: str, **changed: object) -> list[Word]:
    """Return the words of a filled template without its footers."""
    template = template_of(name)
    values: dict[str, object] = {"oppstart_ny_ordning": date(2026, 3, 1)} if name == "alis-avtale" else {}
    footer = {"malversjon": VERSION, "avtale_id": IDENTITY, "avtale_versjon": "1"}
    pdf = convert(fill(load_template(template), {**VALUES[name], **values, **footer, **changed})).content
    return [word for word in words(pdf) if word.top < _FOOTER]


def _lines_before_signatures(found: list[Word]) -> int:
    """Return how many lines of text stand above place and date on the last page, where both signatures must be."""
    last = max(word.page for word in found)
    on_page = [word for word in found if word.page == last]
    (place,) = [word for word in on_page if word.text == "Sted"]
    assert {"Underskriver"} <= {word.text for word in on_page if word.top > place.top}
    return len({round(word.top) for word in on_page if word.top < place.top - 2})


# Around every length at which the end of the text comes to a new page.
@pytest.mark.parametrize("field", ["avtalt_kommunal_finansiering", "avtalt_tilleggselementer"])
@pytest.mark.parametrize("count", [1, 19, 20, 30])
def test_the_agreement_keeps_two_lines_with_its_signatures(field: str, count: int) -> None:
    """Whichever of its boxes is long, and by as many lines as take the signatures to the next page."""
    found = _filled("alis-avtale", **{field: "\n".join(f"Linje {number}" for number in range(count))})
    assert _lines_before_signatures(found) >= _FEWEST_LINES


@pytest.mark.parametrize("length", [0, 20, 22, 28])
def test_the_supplementary_agreement_keeps_two_lines_with_its_signatures(length: int) -> None:
    """A long name of the municipality stands in the text several times, and makes it a page longer."""
    found = _filled("tjenesteavtale6-alis", kommune_visningsnavn=f"Prøvøy {'og omegn ' * length}kommune")
    heading = sum(word.text == "underskrift" for word in found if word.page == max(one.page for one in found))
    assert _lines_before_signatures(found) - heading >= _FEWEST_LINES
