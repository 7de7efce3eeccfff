"""Write numbers in the words of Russian, Turkish and Finnish."""

from flows.typesetting.numerals.germanic import in_order

_RUSSIAN = in_order(
    "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать"
    " шестнадцать семнадцать восемнадцать девятнадцать"
)
_RUSSIAN_TENS = in_order("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_RUSSIAN_HUNDREDS = in_order("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_RUSSIAN_PLACES = in_order(
    "первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый тринадцатый"
    " четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый"
)
_RUSSIAN_TENTHS = in_order(
    "двадцатый тридцатый сороковой пятидесятый шестидесятый семидесятый восьмидесятый девяностый"
)
#: Forms before an ordinal hundred or thousand.
_RUSSIAN_TIMES = in_order("одно двух трёх четырёх пяти шести семи восьми девяти")
_RUSSIAN_TENS_TIMES = in_order("двадцати тридцати сорока пятидесяти шестидесяти семидесяти восьмидесяти девяноста")
_TURKISH = in_order("bir iki üç dört beş altı yedi sekiz dokuz")
_TURKISH_TENS = in_order("on yirmi otuz kırk elli altmış yetmiş seksen doksan")
_HARMONY = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "o": "u", "u": "u", "ö": "ü", "ü": "ü"}
_FINNISH = in_order("yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen")
_FINNISH_PLACES = in_order("yhdes kahdes kolmas neljäs viides kuudes seitsemäs kahdeksas yhdeksäs kymmenes")


def russian(count: int) -> str:
    """Return a number in Russian words."""
    thousands, rest = divmod(count, 1000)
    return " ".join([*_russian_thousands(thousands), *_russian(rest)])


def russian_ordinal(count: int) -> str:
    """Return an ordinal in Russian words."""
    thousands, rest = divmod(count, 1000)
    if not rest:
        return ("" if thousands == 1 else _russian_times(thousands)) + "тысячный"
    said = [*_russian_thousands(thousands), *_russian(rest)]
    if rest % 100 == 0:
        hundreds = rest // 100
        said[-1] = ("" if hundreds == 1 else _RUSSIAN_TIMES[hundreds - 1]) + "сотый"
    elif rest % 100 >= 20 and rest % 10 == 0:
        said[-1] = _RUSSIAN_TENTHS[rest % 100 // 10 - 2]
    else:
        said[-1] = _RUSSIAN_PLACES[(rest % 100 if rest % 100 < 20 else rest % 10) - 1]
    return " ".join(said)


def _russian(count: int) -> list[str]:
    said = [_RUSSIAN_HUNDREDS[count // 100 - 1]] if count >= 100 else []
    count %= 100
    if count >= 20:
        said.append(_RUSSIAN_TENS[count // 10 - 2])
        count %= 10
    return [*said, _RUSSIAN[count - 1]] if count else said


def _russian_thousands(count: int) -> list[str]:
    if not count:
        return []
    said = _russian(count)
    one = 0 if 10 <= count % 100 < 20 else count % 10
    if one in (1, 2):  # a thousand is feminine
        said[-1] = "одна" if one == 1 else "две"
    return [*said, "тысяча" if one == 1 else "тысячи" if 2 <= one <= 4 else "тысяч"]


def _russian_times(count: int) -> str:
    text = ""
    if count >= 20:
        text, count = _RUSSIAN_TENS_TIMES[count // 10 - 2], count % 10
    if count >= 10:
        return text + _RUSSIAN[count - 1].removesuffix("ь") + "и"
    return text + (_RUSSIAN_TIMES[count - 1] if count else "")


def turkish(count: int) -> str:
    """Return a number in Turkish words."""
    said: list[str] = []
    for size, unit in ((1000, "bin"), (100, "yüz")):
        many, count = divmod(count, size)
        if many:
            said += [unit] if many == 1 else [turkish(many), unit]
    tens, one = divmod(count, 10)
    said += [_TURKISH_TENS[tens - 1]] if tens else []
    said += [_TURKISH[one - 1]] if one else []
    return " ".join(said)


def turkish_ordinal(count: int) -> str:
    """Return an ordinal in Turkish words; the ending follows the last vowel (vowel harmony)."""
    said = turkish(count)
    sound = _HARMONY[next(letter for letter in reversed(said) if letter in _HARMONY)]
    if said.endswith("dört"):
        said = said.removesuffix("t") + "d"
    return said + ("" if said[-1] in _HARMONY else sound) + "nc" + sound


def finnish(count: int) -> str:
    """Return a number in Finnish words."""
    if count <= 10:
        return _FINNISH[count - 1]
    if count < 20:
        return _FINNISH[count - 11] + "toista"
    size, unit, several = _finnish_unit(count, ("kymmentä", "sata", "sataa", "tuhat", "tuhatta"))
    many, rest = divmod(count, size)
    head = unit if many == 1 else finnish(many) + several
    return head + (" " if many > 1 and size == 1000 and rest else "") + (finnish(rest) if rest else "")


def finnish_ordinal(count: int) -> str:
    """Return an ordinal in Finnish words, every part of which is an ordinal."""
    if count < 3:
        return "ensimmäinen" if count == 1 else "toinen"
    if count <= 10:
        return _FINNISH_PLACES[count - 1]
    if count < 20:
        return _FINNISH_PLACES[count - 11] + "toista"
    size, unit, several = _finnish_unit(count, ("kymmenes", "sadas", "sadas", "tuhannes", "tuhannes"))
    many, rest = divmod(count, size)
    times = _FINNISH_PLACES[many - 1] if many <= 10 else finnish_ordinal(many)
    head = unit if many == 1 else times + several
    return head + (" " if many > 1 and size == 1000 and rest else "") + (finnish_ordinal(rest) if rest else "")


def _finnish_unit(count: int, names: tuple[str, str, str, str, str]) -> tuple[int, str, str]:
    tens, hundred, hundreds, thousand, thousands = names
    if count < 100:
        return 10, tens, tens
    return (100, hundred, hundreds) if count < 1000 else (1000, thousand, thousands)
