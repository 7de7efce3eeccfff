"""Words for months and weekdays as people write them in dates: bokmål, nynorsk and English, whole and shortened."""

_MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "desember")  # fmt: skip
_ENGLISH_MONTHS = {"january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "october": 10, "oct": 10,
                   "december": 12, "dec": 12}  # fmt: skip

MONTH_NUMBERS: dict[str, int] = {
    **_ENGLISH_MONTHS,
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
    "sept": 9,
}
"""The number of a month, 1 to 12, by its name in small letters."""

_DAYS = (
    ("mandag", "måndag", "monday"),
    ("tirsdag", "tysdag", "tuesday"),
    ("onsdag", "wednesday"),
    ("torsdag", "thursday"),
    ("fredag", "friday"),
    ("lørdag", "laurdag", "saturday"),
    ("søndag", "sundag", "sunday"),
)

WEEKDAYS: dict[str, int] = {
    **{word: number for number, words in enumerate(_DAYS) for word in (*words, *(word[:3] for word in words))},
    **dict(zip(("ma", "ti", "on", "to", "fr", "lø", "sø"), range(7), strict=True)),
}
"""The number of a weekday, 0 for Monday, by its name in small letters."""
