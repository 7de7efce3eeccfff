"""Strings follow the language in use, their plurals follow the number, and English stands where nothing else does."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from flows import language
from flows.errors import NotDelivered
from tests.catalogues import catalogue as translated_strings

CATALOGUE = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\n"

msgid "case"
msgstr "sak"

msgid "{number} case"
msgid_plural "{number} cases"
msgstr[0] "{number} sak"
msgstr[1] "{number} saker"

msgid "not translated yet"
msgstr ""
"""


def _forget() -> None:
    for cached in (language.messages, language.translations):
        cached.cache_clear()


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a small catalogue of bokmål in place of those that are shipped."""
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / "cases.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language, "_LOCALE", tmp_path)
    _forget()
    yield
    _forget()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("number", "told"), [(0, "0 saker"), (1, "1 sak"), (2, "2 saker")])
def test_a_plural_follows_its_number(number: int, told: str) -> None:
    """Only one is singular in bokmål."""
    assert language.translate_plural("{number} case", "{number} cases", number).format(number=number) == told


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("number", "told"), [(0, "0 cases"), (1, "1 case"), (2, "2 cases")])
def test_english_plurals_need_no_catalogue(number: int, told: str) -> None:
    """English is the source of every string, plurals included."""
    form = language.translate_plural("{number} case", "{number} cases", number, "en")
    assert form.format(number=number) == told


@pytest.mark.usefixtures("catalogue")
def test_what_no_catalogue_has_stays_english() -> None:
    """A missing entry and an empty one fall back to the source; so does a missing plural."""
    assert language.translate("no such string") == "no such string"
    assert language.translate("not translated yet") == "not translated yet"
    assert language.translate_plural("{number} day", "{number} days", 2) == "{number} days"
    assert language.translate("") == ""


@pytest.mark.usefixtures("catalogue")
def test_bokmaal_is_the_default_and_the_language_can_be_named() -> None:
    """Nothing needs to be chosen for bokmål."""
    assert language.current() == "nb"
    assert language.translate("case") == "sak"
    assert language.translate("case", "en") == "case"


@pytest.mark.usefixtures("catalogue")
def test_the_catalogue_holds_both_forms_of_a_plural() -> None:
    """Whoever asks what is translated finds the singular and the plural."""
    assert translated_strings("nb").keys() == {"case", "{number} case", "{number} cases"}
    assert translated_strings("en") == {}


@pytest.mark.usefixtures("catalogue")
def test_nynorsk_stands_on_bokmaal(tmp_path: Path) -> None:
    """What has nynorsk is told in it, what has only bokmål in bokmål, and the rest in English."""
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn" / "cases.po").write_text(CATALOGUE.replace("sak", "nynorsk sak"), encoding="utf-8")
    more = CATALOGUE.partition('msgid "case"')[0] + 'msgid "year"\nmsgstr "år"\n'
    (tmp_path / "nb" / "more.po").write_text(more, encoding="utf-8")
    assert [language.translate(one, "nn") for one in ("case", "year", "day")] == ["nynorsk sak", "år", "day"]
    assert language.translate_plural("{number} case", "{number} cases", 1, "nn") == "{number} nynorsk sak"


def test_a_message_can_be_written_in_another_language_later() -> None:
    """It keeps its source and its values, messages among them; a text is left alone."""
    told = language.translate("not sent: {reason}", "en").format(reason=language.translate("Connection refused", "en"))
    assert told == "not sent: Connection refused"
    assert language.for_the_register(told) == "ikke sendt: forbindelsen ble avvist"
    assert type(language.for_the_register(told)) is str
    assert language.for_the_register("not sent") == "not sent"


def test_a_message_takes_the_error_that_it_quotes_with_it() -> None:
    """An error inside a reason is told in the same language as the reason."""
    error = NotDelivered(language.translate("the mail server answered {code}", "en").format(code=550))
    told = language.translate("not checked: {error}", "en").format(error=error)
    assert told == "not checked: the mail server answered 550"
    assert language.for_the_register(told) == "ikke kontrollert: e-posttjeneren svarte 550"


def test_a_message_of_another_process_can_be_written_in_another_language_too() -> None:
    """Documents are made in processes of their own, and what they tell is kept in the register."""
    quoted = NotDelivered(language.translate("Connection refused", "en"))
    told = language.translate("not sent: {reason}", "en").format(reason=quoted)
    copied = pickle.loads(pickle.dumps(told))
    assert copied == "not sent: Connection refused"
    assert language.for_the_register(copied) == "ikke sendt: forbindelsen ble avvist"
    counted = language.translate_plural("{path}: {count} page.", "{path}: {count} pages.", 2, "en").format(
        path="a", count=2
    )
    assert language.for_the_register(pickle.loads(pickle.dumps(counted))) == "a: 2 sider."


def test_a_message_leaves_out_what_cannot_go_to_another_process() -> None:
    """A text that a parser hands out belongs to its document, which no process can send."""
    text = etree.fromstring("<a>Connection refused</a>").xpath("string()")
    assert type(text) is not str
    told = language.translate("not sent: {reason}", "en").format(reason=text)
    assert pickle.loads(pickle.dumps(told)) == told
