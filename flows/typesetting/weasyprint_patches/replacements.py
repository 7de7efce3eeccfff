"""List the digests of the WeasyPrint sources that the replacements were written for, and compare with them."""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

#: Original, replacement, and the modules or classes that hold the original under its name.
Replacements: TypeAlias = tuple[tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]], ...]

#: Digests of the sources of WeasyPrint 70.0, by qualified name.
KNOWN: Mapping[str, str] = {
    "weasyprint.draw.color.get_color": "8196bf0c7ddc",
    "weasyprint.draw.text.draw_first_line": "1bb8eae6d88e",
    "weasyprint.draw.text.draw_text": "ebaf96239c6c",
    "weasyprint.draw.text.draw_text_decoration": "2ddf203897c2",
    "weasyprint.formatting_structure.boxes.Box.is_in_normal_flow": "5f49d6ab23da",
    "weasyprint.formatting_structure.boxes.ParentBox.page_values": "9bcfda076d19",
    "weasyprint.layout.background.layout_box_backgrounds": "617a870678c8",
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
    """Return a short digest of the source of a function or class; empty if the source cannot be read."""
    try:
        source = inspect.getsource(item)
    except (OSError, TypeError):
        return ""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def is_known(item: Callable[..., Any]) -> bool:
    """Return whether the source of a function or class is the one that the replacements were written for."""
    return KNOWN.get(f"{item.__module__}.{item.__qualname__}") == digest(item)
