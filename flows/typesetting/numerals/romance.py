"""Write numbers in the words of Romance languages."""

from flows.typesetting.numerals.germanic import in_order

_FRENCH = in_order(
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
    " dix-neuf"
)
_FRENCH_TENS = in_order("vingt trente quarante cinquante soixante")
_SPANISH = in_order(
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete"
    " dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete"
    " veintiocho veintinueve"
)
_SPANISH_TENS = in_order("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_SPANISH_HUNDREDS = in_order(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_SPANISH_PLACES = in_order("primero segundo tercero cuarto quinto sexto séptimo octavo noveno")
_SPANISH_TENTHS = in_order(
    "décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo"
)
_SPANISH_HUNDREDTHS = in_order(
    "centésimo ducentésimo tricentésimo cuadringentésimo quingentésimo sexcentésimo septingentésimo octingentésimo"
    " noningentésimo"
)
_ITALIAN = in_order(
    "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
    " diciassette diciotto diciannove"
)
_ITALIAN_TENS = in_order("venti trenta quaranta cinquanta sessanta settanta ottanta novanta")
_ITALIAN_PLACES = in_order("primo secondo terzo quarto quinto sesto settimo ottavo nono decimo")


def french(count: int) -> str:
    """Return a number in the French of France, hyphenated throughout."""
    return _french(count, {})


def swiss(count: int) -> str:
    """Return a number in Swiss French."""
    return _french(count, {7: "septante", 8: "huitante", 9: "nonante"})


def belgian(count: int) -> str:
    """Return a number in Belgian French."""
    return _french(count, {7: "septante", 9: "nonante"})


def french_ordinal(count: int) -> str:
    """Return an ordinal in the French of France."""
    return _french_place(french(count))


def swiss_ordinal(count: int) -> str:
    """Return an ordinal in Swiss French."""
    return _french_place(swiss(count))


def belgian_ordinal(count: int) -> str:
    """Return an ordinal in Belgian French."""
    return _french_place(belgian(count))


def french_figures(count: int) -> str:
    """Return 1ᵉʳ, 2ᵉ."""
    return f"{count}{'ᵉʳ' if count == 1 else 'ᵉ'}"


def _french(count: int, own_tens: dict[int, str]) -> str:
    if count < 100:
        return _french_tens(count, own_tens)
    size, unit, plural = (100, "cent", "cents") if count < 1000 else (1000, "mille", "mille")
    many, rest = divmod(count, size)
    head = "" if many == 1 else _without_s(_french(many, own_tens)) + "-"
    if not rest:
        return head + (unit if many == 1 else plural)
    return f"{head}{unit}-{_french(rest, own_tens)}"


def _french_tens(count: int, own_tens: dict[int, str]) -> str:
    if count < 20:
        return _FRENCH[count - 1]
    tens, one = divmod(count, 10)
    if tens >= 7 and tens not in own_tens:
        tens, one = (6, one + 10) if tens == 7 else (8, count - 80)
    name = own_tens.get(tens) or ("quatre-vingt" if tens == 8 else _FRENCH_TENS[tens - 2])
    if not one:
        return name + ("s" if name == "quatre-vingt" else "")
    return f"{name}-{'et-' if one in (1, 11) and name != 'quatre-vingt' else ''}{_FRENCH[one - 1]}"


def _without_s(text: str) -> str:
    return text.removesuffix("s") if text.endswith(("vingts", "cents")) else text


def _french_place(said: str) -> str:
    if said == "un":
        return "premier"
    stem = _without_s(said).removesuffix("e")
    if stem.endswith("cinq"):
        stem += "u"
    elif stem.endswith("neuf"):
        stem = stem.removesuffix("f") + "v"
    return stem + "ième"


def spanish(count: int) -> str:
    """Return a number in Spanish words."""
    if count < 30:
        return _SPANISH[count - 1]
    if count < 100:
        one = count % 10
        return _SPANISH_TENS[count // 10 - 3] + (f" y {_SPANISH[one - 1]}" if one else "")
    if count == 100:
        return "cien"
    if count < 1000:
        head, rest = _SPANISH_HUNDREDS[count // 100 - 1], count % 100
    else:
        many, rest = divmod(count, 1000)
        head = "mil" if many == 1 else _before_noun(spanish(many)) + " mil"
    return f"{head} {spanish(rest)}" if rest else head


def _before_noun(said: str) -> str:
    """Return a number in the form before a noun: veintiún, treinta y un."""
    if said.endswith("veintiuno"):
        return said.removesuffix("uno") + "ún"
    return said.removesuffix("o") if said.endswith(" uno") else said


def spanish_ordinal(count: int) -> str:
    """Return an ordinal in Spanish words."""
    parts: list[str] = []
    thousands, rest = divmod(count, 1000)
    if thousands:
        parts.append("milésimo" if thousands == 1 else f"{_before_noun(spanish(thousands))} milésimo")
    if rest >= 100:
        parts.append(_SPANISH_HUNDREDTHS[rest // 100 - 1])
    tens, one = divmod(rest % 100, 10)
    if tens in (1, 2) and one:
        place = _SPANISH_PLACES[one - 1]
        joined = ("decimo" if tens == 1 else "vigesimo") + place
        parts.append(joined.replace("oo", "o"))
    else:
        parts += [_SPANISH_TENTHS[tens - 1]] if tens else []
        parts += [_SPANISH_PLACES[one - 1]] if one else []
    return " ".join(parts)


def italian(count: int) -> str:
    """Return a number in Italian words."""
    if count < 20:
        return _ITALIAN[count - 1]
    if count < 100:
        tens, one = _ITALIAN_TENS[count // 10 - 2], count % 10
        if one in (1, 8):
            tens = tens[:-1]
        return tens + ("tré" if one == 3 else _ITALIAN[one - 1] if one else "")
    size, unit, several = (100, "cento", "cento") if count < 1000 else (1000, "mille", "mila")
    many, rest = divmod(count, size)
    return (unit if many == 1 else italian(many) + several) + ("tré" if rest == 3 else italian(rest) if rest else "")


def italian_ordinal(count: int) -> str:
    """Return an ordinal in Italian words."""
    if count <= 10:
        return _ITALIAN_PLACES[count - 1]
    said = italian(count)
    if said.endswith("mila"):
        return said.removesuffix("a") + "lesimo" if said.endswith("lla") else said.removesuffix("mila") + "millesimo"
    if said.endswith("tré"):
        return said.removesuffix("é") + "eesimo"
    return (said if said.endswith(("tre", "sei")) else said[:-1]) + "esimo"
