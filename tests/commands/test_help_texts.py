"""A coordinator who asks for help, or types a command wrongly, reads bokmål; English is a setting away."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer import rich_utils
from typer.main import get_command

from flows import cli, language
from flows.commands import help_texts
from flows.settings import load_settings
from tests.catalogues import catalogue


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the library's own words and the language back after each test."""
    for name in help_texts.WORDS:
        monkeypatch.setattr(rich_utils, name, getattr(rich_utils, name))
    here = language.current()
    yield
    language.use(here)


def _every_text(command: Any) -> Iterator[str]:
    for one in help_texts.every_command(command):
        yield one.help
        option = one.get_help_option(typer.Context(one))
        for parameter in [*one.params, option]:
            if help_text := getattr(parameter, "help", None):
                yield help_text
            if parameter.metavar:
                yield parameter.metavar
            if shown := parameter.display_type_rich(ctx=typer.Context(one)):
                yield shown


def test_every_help_text_has_its_bokmaal() -> None:
    """No command, option, argument or placeholder is without an entry in the catalogue."""
    known = catalogue("nb")
    engines = {"<weasyprint|libreoffice>"}
    assert set(_every_text(get_command(cli.app))) - known.keys() - engines == set()


def test_the_words_of_the_command_line_library_have_their_bokmaal() -> None:
    """Headings, hints and complaints that the library prints are in the catalogue, with every value."""
    words = [*help_texts.WORDS.values(), *help_texts.COMPLAINTS, help_texts.USAGE, help_texts.TRY, help_texts.SHOW_HELP]
    assert set(words) - catalogue("nb").keys() == set()


def test_no_help_is_left_in_english() -> None:
    """What is shown in bokmål is another text than the English one, wherever the two differ in the catalogue."""
    english = set(_every_text(get_command(cli.app)))
    same = {text for text in english if language.translate(text, "nb") == text}
    language.use("nb")
    assert set(_every_text(help_texts.translated(cli.app))) & english <= same
    assert {text for text in same if " " in text} == set()


def test_english_help_is_a_setting_away() -> None:
    """In English every help text stands as the command has it."""
    language.use("en")
    assert list(_every_text(help_texts.translated(cli.app))) == list(_every_text(get_command(cli.app)))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["settle"], "Argumentet 'ID' mangler."),
        (["archive", "get", "x"], "Valget '-o' / '--output' mangler."),
        (["nosuch"], "Kommandoen 'nosuch' finnes ikke."),
        (["statsu"], "Kommandoen 'statsu' finnes ikke. Mente du 'status'?"),
        (["status", "--nosuch"], "Valget --nosuch finnes ikke."),
        (["collect", "one", "two"], "Kommandoen tar ikke dette: one two."),
        (["reviews", "year", "2027", "-o"], "Valget '-o' trenger en verdi."),
        (["reviews", "year", "1", "-o", "x.svg"], "Ugyldig verdi for 'ÅR': Skriv et tall som er minst 2000."),
        (["reviews", "year", "abc", "-o", "x.svg"], "Ugyldig verdi for 'ÅR': Skriv et heltall."),
        (["convert", __file__, "--engine", "pen"], "Ugyldig verdi for '--engine': 'pen' er ikke en av"),
    ],
)
def test_a_wrong_command_is_explained_in_bokmaal(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with a command is said in one Norwegian sentence, with exit code 2."""
    monkeypatch.setenv("AVTALEFLYT_LANGUAGE", "nb")
    monkeypatch.setattr("sys.argv", ["avtaleflyt", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Feil: " in said
    assert "Error" not in said


@pytest.mark.parametrize(("chosen", "words"), [("nb", ("Bruk:", "Kommandoer")), ("en", ("Usage:", "Commands"))])
def test_the_map_of_commands_follows_the_setting(
    chosen: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`avtaleflyt --help` is in the language of AVTALEFLYT_LANGUAGE."""
    monkeypatch.setenv("AVTALEFLYT_LANGUAGE", chosen)
    assert load_settings().language == chosen
    monkeypatch.setattr("sys.argv", ["avtaleflyt", "--help"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in words)


def test_a_complaint_of_unknown_form_is_told_as_it_is() -> None:
    """Nothing that the library says is lost."""
    assert help_texts.translated_complaint("Something new is wrong.") == "Something new is wrong."
