"""Read the fonts of a theme (ECMA-376 part 1, 20.1.4.1.16), by the names under which runs refer to them."""

from collections.abc import Mapping

from lxml import etree

from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import value

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: Scripts of the theme's further fonts, by the language of the settings; others are written in Latin.
_SCRIPTS: Mapping[str, str] = {
    "ja": "Jpan", "ko": "Hang", "zh": "Hans", "zh-tw": "Hant", "zh-hk": "Hant", "zh-mo": "Hant", "ar": "Arab",
    "fa": "Arab", "ur": "Arab", "he": "Hebr", "th": "Thai", "hi": "Deva", "ta": "Taml",
}  # fmt: skip


def theme_fonts(package: Package) -> Mapping[str, str]:
    """Return the fonts of the theme by their names in `w:rFonts`, such as `minorHAnsi`.

    The East Asian and the complex font may be empty: then it is that of the script of the language which the settings
    name for it (17.15.1.88). Latin text may refer to these as well.
    """
    part = package.related(package.main, "theme")
    if part is None:
        return {}
    root = package.xml(part)
    languages = _languages(package)
    fonts: dict[str, str] = {}
    for kind in ("major", "minor"):
        latin = root.find(f".//{_A}{kind}Font/{_A}latin")
        if latin is not None and (name := latin.get("typeface")):
            for script in ("HAnsi", "Ascii"):
                fonts[kind + script] = name
        for tag, script, language in (("ea", "EastAsia", "eastAsia"), ("cs", "Bidi", "bidi")):
            other = root.find(f".//{_A}{kind}Font/{_A}{tag}")
            name = None if other is None else other.get("typeface")
            if name := name or _of_script(root, kind, languages.get(language, "")):
                fonts[kind + script] = name
    return fonts


def _languages(package: Package) -> Mapping[str, str]:
    """Return the languages whose scripts choose among the fonts of the theme: `eastAsia` and `bidi`."""
    part = package.related(package.main, "settings")
    said = None if part is None else package.xml(part).find(f"{W}themeFontLang")
    return {name: value(said, name) or "" for name in ("eastAsia", "bidi")}


def _of_script(root: etree._Element, kind: str, language: str) -> str | None:
    """Return the theme's font for the script of a language; None if it has none."""
    tag = language.lower()
    script = _SCRIPTS.get(tag) or _SCRIPTS.get(tag.partition("-")[0])
    for font in root.iterfind(f".//{_A}{kind}Font/{_A}font"):
        if script and font.get("script") == script:
            return font.get("typeface") or None
    return None
