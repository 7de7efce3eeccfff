"""List the fonts of a document that are neither installed nor embedded, with their substitutes."""

from collections.abc import Iterable

from flows.typesetting import fonts
from flows.typesetting.docx.embedded_fonts import EmbeddedFonts
from flows.typesetting.docx.package import Package


def substituted_fonts(package: Package, families: Iterable[str]) -> dict[str, str]:
    """Return the substitute of each font family that is neither installed nor embedded in the package."""
    embedded = EmbeddedFonts(package)
    return {
        family: fonts.substitute(single)
        for family in families
        if fonts.missing(embedded.name(family)) and fonts.missing(single := fonts.single_family(family)[0])
    }
