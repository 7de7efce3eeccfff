"""Resolve properties as Word does (ECMA-376 part 1, 17.7.2): defaults, table style, styles, numbering, direct."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from lxml import etree

from flows.typesetting import fonts
from flows.typesetting.docx.embedded_fonts import EmbeddedFonts
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import TOGGLES, Properties, paragraph_properties, run_properties, value
from flows.typesetting.docx.script_itemization import Script
from flows.typesetting.docx.symbol_fonts import symbolic
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat, TabStop
from flows.typesetting.docx.theme_fonts import theme_fonts

#: The character set of fonts that hold signs in place of letters (17.8.3.2).
_SYMBOL_CHARSETS = ("02", "2")
#: The key of the properties of a table whose style is stated.
STYLED = "styled"
_YIELDING_SIZE = 12.0
_RUN_FIELDS = frozenset(field.name for field in fields(RunFormat))
_PARAGRAPH_FIELDS = frozenset(field.name for field in fields(ParagraphFormat))
_PLAIN = RunFormat()
_TOGGLE_NAMES = frozenset(TOGGLES.values())


@dataclass(frozen=True, slots=True)
class Style:
    """One style: its own properties, and the style it is based on."""

    kind: str
    name: str
    based_on: str | None
    run: Properties
    paragraph: Properties
    element: etree._Element


class Styles:
    """The styles of one package; resolved formats are cached."""

    def __init__(self, package: Package, automatic_space: float, *, yielding: bool = False) -> None:
        """Read the theme's fonts, the defaults and every style; a DOCX without styles gets Word's bare defaults.

        `automatic_space` is the automatic space above or below a paragraph, in points. With `yielding`, the default
        style leaves what is usual in it, 12 points and left, to the styles of tables (`STYLED`).
        """
        self.automatic_space, self._yielding = automatic_space, yielding
        self._embedded = EmbeddedFonts(package)
        self.theme = theme_fonts(package)
        self.symbol_families = _unknown_symbol_families(package)
        self._defaults: etree._Element | None = None
        # LibreOffice's values for a file without defaults
        self.run_defaults: Properties = {"font": "Calibri", "size": 11.0}
        self.paragraph_defaults: Properties = {"widow_control": False}
        self._styles: dict[str, Style] = {}
        self._default: dict[str, str] = {}
        self._chains: dict[str | None, tuple[Style, ...]] = {}
        self._run_formats: dict[object, RunFormat] = {}
        part = package.related(package.main, "styles")
        for element in () if part is None else package.xml(part):
            if element.tag == W + "docDefaults":
                if (said := element.find(W + "rPrDefault")) is not None:
                    self._defaults = said.find(W + "rPr")
                    self.run_defaults = run_properties(self._defaults, self.theme)
                if (said := element.find(W + "pPrDefault")) is not None:
                    self.paragraph_defaults = paragraph_properties(said.find(W + "pPr"))
            elif element.tag == W + "style":
                self._add(element)

    def _add(self, element: etree._Element) -> None:
        identifier = value(element, "styleId") or ""
        kind = value(element, "type") or "paragraph"
        self._styles[identifier] = Style(
            kind,
            (value(element.find(W + "name")) or identifier).lower(),
            value(element.find(W + "basedOn")),
            run_properties(element.find(W + "rPr"), self.theme),
            paragraph_properties(element.find(W + "pPr")),
            element,
        )
        if value(element, "default") in ("1", "true", "on"):
            self._default[kind] = identifier

    def default(self, kind: str) -> str | None:
        """Return the id of the default style of a kind (paragraph, character, table); that of paragraphs may be named.

        Files of LibreOffice and of libraries may mark no style as default: then Normal is that of paragraphs.
        """
        if kind == "paragraph" and kind not in self._default:
            return self.named("normal")
        return self._default.get(kind)

    def named(self, name: str) -> str | None:
        """Return the id of a style by its lower-case name."""
        return next((identifier for identifier, style in self._styles.items() if style.name == name), None)

    def known(self, identifier: str | None) -> bool:
        """Return whether a style has this id."""
        return identifier in self._styles

    def chain(self, identifier: str | None) -> tuple[Style, ...]:
        """Return a style and the styles it is based on, the base first; empty for an unknown style."""
        if identifier not in self._chains:
            found: list[Style] = []
            seen: set[str] = set()
            current = identifier
            while current is not None and current in self._styles and current not in seen:
                seen.add(current)
                found.append(self._styles[current])
                current = self._styles[current].based_on
            self._chains[identifier] = tuple(reversed(found))
        return self._chains[identifier]

    def _chain_in(self, table: Properties, identifier: str | None) -> tuple[Style, ...]:
        """Return the chain of a paragraph style in a table whose style has the properties `table`."""
        chain = self.chain(identifier)
        if not (self._yielding and STYLED in table and chain and identifier == self.default("paragraph")):
            return chain
        own = chain[-1]
        run = {name: item for name, item in own.run.items() if (name, item) != ("size", _YIELDING_SIZE)}
        paragraph = {name: item for name, item in own.paragraph.items() if (name, item) != ("align", "left")}
        return (*chain[:-1], replace(own, run=run, paragraph=paragraph))

    def run(
        self,
        paragraph_style: str | None,
        direct: Properties,
        table: Properties | None = None,
        extra: Properties | None = None,
        script: Script = "",
    ) -> RunFormat:
        """Return the format of a run: styles of paragraph and table, list level, and its own properties."""
        key = (paragraph_style, _frozen(direct), _frozen(table or {}), _frozen(extra or {}), script)
        known = self._run_formats.get(key)
        if known is not None:
            return known
        table = table or {}
        paragraph = merge_layers(style.run for style in self._chain_in(table, paragraph_style))
        character = merge_layers(style.run for style in self.chain(direct.get("style")))
        merged = {**self.run_defaults, **table, **paragraph, **character}
        for name in _TOGGLE_NAMES:
            said = [bool(layer[name]) for layer in (table, paragraph, character) if name in layer]
            if said:
                merged[name] = sum(said) % 2 == 1 or bool(self.run_defaults.get(name))
        merged.update(extra or {})
        merged.update(direct)
        if script:
            merged["script"] = script
            merged["font"] = merged.get(f"font_{script}") or merged.get("font") or _PLAIN.font
        if script == "complex":
            merged["size"] = merged.get("size_complex") or merged.get("size", _PLAIN.size)
            merged["bold"], merged["italic"] = (bool(merged.get(f"{name}_complex")) for name in ("bold", "italic"))
        name = merged.get("font") or _PLAIN.font
        merged["font"] = self._embedded.name(name)
        if merged["font"] == name:  # it is not embedded
            merged["font"], bold, italic = fonts.single_family(name)
            merged["bold"] = bold or bool(merged.get("bold"))
            merged["italic"] = italic or bool(merged.get("italic"))
        result = RunFormat(**{name: item for name, item in merged.items() if name in _RUN_FIELDS})
        self._run_formats[key] = result
        return result

    def language(self, style: str | None = None, direct: etree._Element | None = None) -> str:
        """Return the language (BCP 47) of a run: its own, or that of its paragraph style; English if none."""
        said = [self._defaults, *(item.element.find(W + "rPr") for item in self.chain(style)), direct]
        tags = [tag for element in said if element is not None and (tag := value(element.find(W + "lang")))]
        return tags[-1] if tags else "en"

    def numbering(self, style: str | None, direct: Properties) -> tuple[int, int] | None:
        """Return the (list id, level) of a paragraph, from itself or its style chain; None if it has no label."""
        list_id: int | None = None
        level: int | None = None
        layers = [*(item.paragraph for item in self.chain(style)), direct]
        for layer in layers:
            if "numbering" in layer:
                said_list, said_level = layer["numbering"]
                list_id = list_id if said_list is None else said_list
                level = level if said_level is None else said_level
        return None if not list_id else (list_id, level or 0)

    def paragraph(
        self, style: str | None, direct: Properties, table: Properties | None = None, level: Properties | None = None
    ) -> ParagraphFormat:
        """Return the format of a paragraph. `level`, of its list level, yields to the style that names the list."""
        merged: Properties = {**self.paragraph_defaults}
        tabs: dict[float, TabStop | None] = {}
        frame: dict[str, str] = {}
        layers: list[Properties] = [table or {}]
        from_style = False
        for item in self._chain_in(table or {}, style):
            if level and item.paragraph.get("numbering", (None, None))[0]:
                layers.append(level)
                from_style = True
            layers.append(item.paragraph)
        if level and (not from_style or (direct.get("numbering") or (None,))[0]):
            layers.append(level)
        layers.append(direct)
        for layer in layers:
            tabs.update(layer.get("tabs", {}))
            frame.update(layer.get("frame", ()))
            merged.update(layer)
        for side in ("before", "after"):
            if side in direct:  # a length ends automatic space at the paragraph, not in a style (LibreOffice)
                merged[f"automatic_{side}"] = direct.get(f"automatic_{side}", False)
            if merged.get(f"automatic_{side}"):
                merged[side] = self.automatic_space
        if merged.get("leftward"):  # then left and right mean start and end (17.3.1.6)
            merged["left"], merged["right"] = merged.get("right", 0.0), merged.get("left", 0.0)
            merged["align"] = {"left": "right", "right": "left"}.get(merged.get("align", "left"), merged.get("align"))
        merged["frame"] = tuple(frame.items())
        merged["tabs"] = tuple(stop for _, stop in sorted(tabs.items()) if stop is not None)
        return ParagraphFormat(**{name: item for name, item in merged.items() if name in _PARAGRAPH_FIELDS})


def merge_layers(layers: Iterable[Properties]) -> Properties:
    """Merge layers of properties; later ones take precedence."""
    merged: Properties = {}
    for layer in layers:
        merged.update(layer)
    return merged


def _frozen(properties: Properties) -> tuple[tuple[str, object], ...]:
    return tuple(properties.items())


def _unknown_symbol_families(package: Package) -> frozenset[str]:
    """Return the symbol fonts, in lower case, that the font table names and whose signs are not known."""
    part = package.related(package.main, "fontTable")
    found = () if part is None else package.xml(part).iterchildren(W + "font")
    names = (value(font, "name") or "" for font in found if value(font.find(W + "charset")) in _SYMBOL_CHARSETS)
    return frozenset(name.lower() for name in names if name and not symbolic(name) and not fonts.is_installed(name))
