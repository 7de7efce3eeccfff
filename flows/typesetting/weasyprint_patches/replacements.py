"""What a replacement is, and the sources that the replacements were written for."""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

#: What is replaced, by what, and the modules or classes that know it by its name.
Replacements: TypeAlias = tuple[tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]], ...]

#: Digests of WeasyPrint 70.0.
KNOWN: Mapping[str, str] = {
    "weasyprint.css.AnonymousStyle.__init__": "9fbdd74c1ad0",
    "weasyprint.css.AnonymousStyle.__missing__": "d39252707764",
    "weasyprint.css.AnonymousStyle.copy": "2490632fa445",
    "weasyprint.css.ComputedStyle.__init__": "ffbc48647d0d",
    "weasyprint.css.ComputedStyle.__missing__": "b318d8efc8ac",
    "weasyprint.css.ComputedStyle.copy": "4398a49b631b",
    "weasyprint.css.Style": "d3fe87424e31",
    "weasyprint.css.computed_values.physical_inset": "7953fed902db",
    "weasyprint.css.computed_values.physical_size": "33353323246b",
    "weasyprint.css.functions.check_math": "4f8e6a21258e",
    "weasyprint.draw.color.get_color": "8196bf0c7ddc",
    "weasyprint.draw.text.draw_first_line": "1bb8eae6d88e",
    "weasyprint.draw.text.draw_text": "ebaf96239c6c",
    "weasyprint.draw.text.draw_text_decoration": "2ddf203897c2",
    "weasyprint.formatting_structure.boxes.Box.is_in_normal_flow": "5f49d6ab23da",
    "weasyprint.formatting_structure.boxes.ParentBox.page_values": "9bcfda076d19",
    "weasyprint.layout.background.layout_box_backgrounds": "617a870678c8",
    "weasyprint.layout.block._linebox_layout": "e07bbe000974",
    "weasyprint.layout.float.avoid_collisions": "5fc7793c573a",
    "weasyprint.layout.percent.adjust_box_sizing": "88f3351db028",
    "weasyprint.layout.percent.percentage": "ebe404ccd9da",
    "weasyprint.layout.percent.resolve_one_percentage": "4cfaa9ad134e",
    "weasyprint.layout.percent.resolve_percentages": "71673078096f",
    "weasyprint.layout.percent.resolve_radii_percentages": "4980b3798c67",
    "weasyprint.pdf.stream.Stream.add_font": "e4226e111747",
    "weasyprint.pdf.stream.Stream.begin_text": "bf5f18b4689d",
    "weasyprint.pdf.stream.Stream.end_text": "967bc1ae8232",
    "weasyprint.pdf.stream.Stream.set_font_size": "34b9096d1555",
    "weasyprint.pdf.tags._build_box_tree": "f716251a83e7",
    "weasyprint.pdf.tags.add_tags": "f0e74575b0ba",
    "weasyprint.text.fonts.font_features": "e35741064c06",
    "weasyprint.text.fonts.get_font_description": "85734b8947b9",
    "weasyprint.text.fonts.get_pango_font_key": "74cbeff1fac3",
    "weasyprint.text.line_break.Layout": "681b737d1ba5",
    "weasyprint.text.line_break.create_layout": "6587192cc0ab",
    "weasyprint.text.line_break.first_line_metrics": "55ec5d0b58b2",
    "weasyprint.text.line_break.split_first_line": "39ad1016863c",
    "weasyprint.text.line_break.strut": "b57885b70dd0",
}


def digest(item: Callable[..., Any]) -> str:
    """Return a short digest of the source of a function or class; empty where there is none."""
    try:
        source = inspect.getsource(item)
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def known(item: Callable[..., Any]) -> bool:
    """Return whether a function or class is, to the letter, what the replacements were written for."""
    return KNOWN.get(f"{item.__module__}.{item.__qualname__}") == digest(item)
