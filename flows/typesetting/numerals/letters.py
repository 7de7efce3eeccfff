"""Write numbers in letters and symbols: positional, repeating, cyclic and additive systems."""

LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
HEBREW = "אבגדהוזחטיכלמנסעפצקרשת"
ARABIC = "أبتثجحخدذرزسشصضطظعغفقكلمنهوى"
ABJAD = "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ"
HINDI = "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह"
THAI = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลฦวศษสหฬอฮ"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def repeated_letter(count: int, signs: str) -> str:
    """Return the symbol of a number from 1; after the last one the symbols are doubled, then tripled."""
    return signs[(count - 1) % len(signs)] * ((count - 1) // len(signs) + 1)


def as_digits(count: int, signs: str) -> str:
    """Return a number from 1 in a bijective system: after z comes aa, after zz aaa."""
    text = ""
    while count > 0:
        count, place = divmod(count - 1, len(signs))
        text = signs[place] + text
    return text


def cyclic(count: int, signs: str) -> str:
    """Return the symbol of a number from 1, cyclically."""
    return signs[(count - 1) % len(signs)]


def one_of(count: int, signs: str) -> str:
    """Return the symbol of a number from 1; digits beyond the last one."""
    return signs[count - 1] if count <= len(signs) else str(count)


def circled(count: int) -> str:
    """Return a circled number; plain digits after fifty."""
    for last, first in ((20, 0x2460 - 1), (35, 0x3251 - 21), (50, 0x32B1 - 36)):
        if count <= last:
            return chr(first + count)
    return str(count)


def roman(count: int) -> str:
    """Return a Roman numeral in capitals."""
    text = ""
    for size, sign in _ROMAN:
        text += sign * (count // size)
        count %= size
    return text


def hebrew(count: int) -> str:
    """Return a Hebrew numeral: additive letters, preceded by those of the thousands."""
    thousands, rest = divmod(count, 1000)
    if thousands and not rest:
        return "אלף" if thousands == 1 else _hebrew(thousands) + " אלפים"
    return " ".join(filter(None, (_hebrew(thousands), _hebrew(rest))))


def _hebrew(count: int) -> str:
    text = HEBREW[-1] * (count // 400)
    count %= 400
    if count >= 100:
        text += HEBREW[17 + count // 100]
        count %= 100
    if count in (15, 16):  # not ten and five or six, which would spell a name of God
        return text + HEBREW[8] + HEBREW[count - 10]
    if count >= 10:
        text += HEBREW[8 + count // 10]
        count %= 10
    return text + (HEBREW[count - 1] if count else "")
