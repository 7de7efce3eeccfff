"""Write page numbers as CSS counters, in the number format of their section or their own."""

from flows.typesetting.docx.model import Counter
from flows.typesetting.numerals import numeral

_PAGES: dict[Counter, str] = {"PAGE": "page", "NUMPAGES": "pages", "SECTIONPAGES": "pages"}
#: CSS names of the formats that CSS predefines.
_KNOWN = {
    "decimal": "decimal",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
    "none": "none",
    "bullet": "none",
}
#: Number of symbols listed for other formats; later pages get digits.
_MOST = 500


class Counters:
    """The page counters of one document. `form` is the number format of the current section."""

    def __init__(self, language: str) -> None:
        """Start empty; `language` is that of numbers in words."""
        self.form = "decimal"
        self.language = language
        self._forms: dict[str, str] = {}

    def name(self, counter: Counter, form: str) -> str:
        """Return the class of a page number, in the format `form` if stated."""
        form = form or self.form
        if form == "decimal" or (form not in _KNOWN and numeral(1, form) == numeral(1, "decimal")):
            return counter.lower()
        named = self._forms.setdefault(form, f"n{len(self._forms)}")
        return f"{counter.lower()} {named}"

    def sheet(self) -> str:
        """Return the CSS rules of the formats used."""
        rules = []
        for form, name in self._forms.items():
            style = _KNOWN.get(form, name)
            if style == name:
                signs = " ".join(f'"{numeral(count, form, self.language)}"' for count in range(1, _MOST + 1))
                rules.append(f"@counter-style {name}{{system:fixed;symbols:{signs}}}")
            rules += [
                f".{counter.lower()}.{name}::before{{content:counter({pages},{style})}}"
                for counter, pages in _PAGES.items()
            ]
        return "\n".join(rules)
