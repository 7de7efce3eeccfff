"""Write numbers in the words of Germanic languages, by one scheme for all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


def in_order(words: str) -> tuple[str, ...]:
    """Split a line into words."""
    return tuple(words.split())


@dataclass(frozen=True, slots=True)
class Scheme:
    """The number words of a language. An ordinal is a cardinal whose last word is replaced by that of `placed`.

    `ends` gives the ending of an ordinal by the ending of its cardinal; the empty key is the default. The part of a key
    after `-` is dropped.
    """

    ones: tuple[str, ...]  # 1 to 19
    tens: tuple[str, ...]  # 20 to 90
    hundred: str
    thousand: str
    one_hundred: str  # the word for one before a hundred, and before a thousand
    one_thousand: str
    placed: Mapping[str, str]
    ends: tuple[tuple[str, str], ...]
    swapped: str = ""  # between ones and tens if ones come first
    before_tens: Mapping[str, str] | None = None  # exceptions by the ones
    hyphen: str = ""  # between tens and ones if tens come first
    times: str = " "  # between a factor and hundred or thousand
    after_hundred: str = ""
    after_thousand: str = ""
    few: str = ""  # after a thousand before less than a hundred
    in_hundreds: bool = False  # 1,100 is eleven hundred

    def cardinal(self, count: int) -> str:
        """Return a number in words."""
        return "".join(self._parted(count))

    def ordinal(self, count: int) -> str:
        """Return an ordinal in words."""
        before, last = self._parted(count)
        if last in self.placed:
            return before + self.placed[last]
        for end, ending in self.ends:
            stem, _, gone = end.partition("-")
            if last.endswith(stem + gone):
                return before + last.removesuffix(gone) + ending
        return before + last

    def _parted(self, count: int) -> tuple[str, str]:
        """Split a number in words before its last word."""
        if count < 20:
            return "", self.ones[count - 1]
        if count < 100:
            tens, one = self.tens[count // 10 - 2], count % 10
            if not one:
                return "", tens
            said = self.ones[one - 1]
            if not self.swapped:
                return tens + self.hyphen, said
            return (self.before_tens or {}).get(said, said + self.swapped), tens
        if count < 1000 or (self.in_hundreds and count < 10000 and count // 100 % 10):
            many, rest = divmod(count, 100)
            before, unit, after = self._times(many, self.one_hundred), self.hundred, self.after_hundred
        else:
            many, rest = divmod(count, 1000)
            before, unit = self._times(many, self.one_thousand), self.thousand
            after = self.few if rest < 100 else self.after_thousand
        if not rest:
            return before, unit
        further, last = self._parted(rest)
        return before + unit + after + further, last

    def _times(self, many: int, one: str) -> str:
        return one if many == 1 else self.cardinal(many) + self.times


def english_figures(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    teens = count // 10 % 10 == 1
    return f"{count}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(count % 10, 'th')}"


def swedish_figures(count: int) -> str:
    """Return 1:a, 2:a, 3:e."""
    return f"{count}:{'a' if count % 10 in (1, 2) and count // 10 % 10 != 1 else 'e'}"


def dutch_figures(count: int) -> str:
    """Return 1ste, 2de, 20ste."""
    rest = count % 100
    return f"{count}{'de' if rest in (2, 3, 4, 5, 6, 7, 9) or 10 <= rest < 20 else 'ste'}"


BRITISH = Scheme(
    ones=in_order(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen"
    ),
    tens=in_order("twenty thirty forty fifty sixty seventy eighty ninety"),
    hundred="hundred",
    thousand="thousand",
    one_hundred="one ",
    one_thousand="one ",
    placed={
        "one": "first",
        "two": "second",
        "three": "third",
        "five": "fifth",
        "eight": "eighth",
        "nine": "ninth",
        "twelve": "twelfth",
    },
    ends=(("-y", "ieth"), ("", "th")),
    hyphen="-",
    after_hundred=" and ",
    after_thousand=" ",
    few=" and ",
)
AMERICAN = replace(BRITISH, after_hundred=" ")
BOKMAL = Scheme(
    ones=in_order(
        "én to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten"
    ),
    tens=in_order("tjue tretti førti femti seksti sytti åtti nitti"),
    hundred="hundre",
    thousand="tusen",
    one_hundred="ett ",
    one_thousand="ett ",
    placed={
        "én": "første",
        "to": "annen",
        "tre": "tredje",
        "fire": "fjerde",
        "fem": "femte",
        "seks": "sjette",
        "elleve": "ellevte",
        "tolv": "tolvte",
        "hundre": "hundrede",
        "tusen": "tusende",
    },
    ends=(("-e", "ende"), ("en", "de"), ("", "ende")),
    after_hundred=" og ",
    after_thousand=" ",
    few=" og ",
)
NYNORSK = replace(
    BOKMAL,
    ones=("éin", *BOKMAL.ones[1:]),
    one_hundred="eitt ",
    one_thousand="eitt ",
    placed={**BOKMAL.placed, "éin": "første", "to": "andre"},
    ends=(("-e", "ande"), ("en", "de"), ("", "ande")),
)
DANISH = Scheme(
    ones=in_order(
        "en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten"
    ),
    tens=in_order("tyve tredive fyrre halvtreds tres halvfjerds firs halvfems"),
    hundred="hundrede",
    thousand="tusind",
    one_hundred="et ",
    one_thousand="et ",
    placed={
        "en": "første",
        "to": "anden",
        "tre": "tredje",
        "fire": "fjerde",
        "fem": "femte",
        "seks": "sjette",
        "elleve": "ellevte",
        "tolv": "tolvte",
        "tredive": "tredivte",
        "fyrre": "fyrretyvende",
        "tusind": "tusinde",
        "hundrede": "hundrede",
    },
    ends=(("-e", "ende"), ("en", "de"), ("s", "indstyvende"), ("", "ende")),
    swapped="og",
    after_hundred=" og ",
    after_thousand=" ",
    few=" og ",
)
SWEDISH = Scheme(
    ones=in_order(
        "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton"
    ),
    tens=in_order("tjugo trettio fyrtio femtio sextio sjuttio åttio nittio"),
    hundred="hundra",
    thousand="tusen",
    one_hundred="ett",
    one_thousand="et",
    placed={
        "ett": "förste",
        "två": "andre",
        "tre": "tredje",
        "fyra": "fjärde",
        "fem": "femte",
        "sex": "sjätte",
        "sju": "sjunde",
        "åtta": "åttonde",
        "elva": "elfte",
        "tolv": "tolfte",
        "hundra": "hundrade",
    },
    ends=(("n", "de"), ("", "nde")),
    times="",
    after_thousand=" ",
    few=" ",
)
GERMAN = Scheme(
    ones=in_order(
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn"
        " achtzehn neunzehn"
    ),
    tens=in_order("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"),
    hundred="hundert",
    thousand="tausend",
    one_hundred="ein",
    one_thousand="ein",
    placed={"eins": "erste", "drei": "dritte", "sieben": "siebte", "acht": "achte"},
    ends=(("ig", "ste"), ("hundert", "ste"), ("tausend", "ste"), ("", "te")),
    swapped="und",
    before_tens={"eins": "einund"},
    times="",
)
DUTCH = Scheme(
    ones=in_order(
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien"
        " achttien negentien"
    ),
    tens=in_order("twintig dertig veertig vijftig zestig zeventig tachtig negentig"),
    hundred="honderd",
    thousand="duizend",
    one_hundred="",
    one_thousand="",
    placed={"een": "eerste", "drie": "derde", "acht": "achtste"},
    ends=(("ig", "ste"), ("d", "ste"), ("", "de")),
    swapped="en",
    before_tens={"twee": "tweeën", "drie": "drieën"},
    times="",
    after_thousand=" ",
    few=" ",
    in_hundreds=True,
)
