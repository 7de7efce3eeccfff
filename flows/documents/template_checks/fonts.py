"""Find the fonts of a template that are not installed where its PDF is made."""

from collections.abc import Collection, Iterator

from flows.documents.template_fault import TemplateFault
from flows.language import translate as _
from flows.typesetting import Package, W, substituted_fonts

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def missing_fonts(package: Package, parts: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the font families that another one stands in for."""
    styles = package.related(package.main, "styles")
    families: set[str] = set()
    for name in [*parts, *([] if styles is None else [styles])]:
        for said in package.xml(name).iter(W + "rFonts"):
            families |= {family for key in ("ascii", "hAnsi") if (family := said.get(W + key))}
            themed = {said.get(W + key, "")[:5] for key in ("asciiTheme", "hAnsiTheme")} - {""}
            families |= {family for one in themed if (family := _of_theme(package, one))}
    for family, stand_in in substituted_fonts(package, sorted(families)).items():
        yield TemplateFault(
            _("The font {family} is not installed; {other} stands in.").format(family=family, other=stand_in)
        )


def _of_theme(package: Package, which: str) -> str:
    """Return the Latin font of a theme (ECMA-376, 20.1.4.1): of headings (`major`) or of text (`minor`)."""
    theme = package.related(package.main, "theme")
    latin = None if theme is None else package.xml(theme).find(f".//{_A}{which}Font/{_A}latin")
    return "" if latin is None else latin.get("typeface", "")
