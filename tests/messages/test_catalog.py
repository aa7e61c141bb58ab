"""How the language is chosen, and how texts are translated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from tests.pseudo import AGENT, LANGUAGE, agent_in_pseudo, pseudo, pseudo_file, untranslated

from wfhagent.messages import N_, _, language, ngettext
from wfhagent.messages.catalog import find_catalog
from wfhagent.messages.preference import languages_of

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
from render_messages import wrong_placeholders

NAMING = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A folder with a catalog of the pseudo-language."""
    folder = tmp_path / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "wfhagent.mo").write_bytes(pseudo_file(AGENT))
    return tmp_path


def test_the_first_language_that_has_a_catalog_is_taken(locales: Path):
    name, catalog = find_catalog(["de_AT", "de", LANGUAGE], locales)

    assert name == LANGUAGE
    assert catalog is not None
    assert catalog.gettext("Updates") == "⟦Ûþðåţéš⟧"


@pytest.mark.parametrize("languages", [["de"], ["en", LANGUAGE], []])
def test_english_is_the_language_without_a_catalog(locales: Path, languages: list[str]):
    assert find_catalog(languages, locales) == ("en", None)


def test_a_language_without_a_text_shows_it_in_english(locales: Path):
    catalog = find_catalog([LANGUAGE], locales)[1]

    assert catalog is not None
    assert catalog.gettext("a text of nobody") == "a text of nobody"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"LANG": "de_AT.UTF-8"}, ["de_AT.UTF-8"]),
        ({"LANG": "de_AT.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, ["fr_FR.UTF-8"]),
        ({"LANG": "de_AT.UTF-8", "LC_ALL": "it_IT"}, ["it_IT"]),
        ({"LANG": "de_AT.UTF-8", "LANGUAGE": "es:pt"}, ["es", "pt"]),
        ({"LANG": "C.UTF-8", "LANGUAGE": "es"}, []),
        ({"LC_ALL": "POSIX", "LANG": "de_AT.UTF-8"}, []),
    ],
)
def test_the_environment_names_the_language_as_gettext_reads_it(
    environment: dict[str, str], expected: list[str] | None
):
    assert languages_of(environment) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("de_AT.UTF-8", "['de_AT', 'de']"),
        ("ca_ES@valencia", "['ca_ES', 'ca']"),
        ("en_GB.UTF-8", "['en']"),
        ("../../etc", "[]"),
    ],
)
def test_a_process_prefers_the_language_of_its_environment(value: str, expected: str):
    code = "from wfhagent.messages.preference import *; print(preferred_languages())"

    assert _run(code, LANG=value) == expected


def test_english_imports_no_gettext_and_opens_nothing():
    code = (
        "import sys; sys.addaudithook(lambda event, args: "
        "event == 'open' and opened.append(args[0]));"
        "opened = []; from wfhagent.messages import _, ngettext; opened.clear();"
        "_('Updates'); ngettext('a', 'b', 2); print('gettext' in sys.modules, opened)"
    )

    assert _run(code, LANG="en_US.UTF-8") == "False []"


def test_messages_and_plurals_are_translated_and_marked_constants_when_shown():
    constant = N_("Updates")
    english = (_(constant), language())
    with agent_in_pseudo():
        shown = (_(constant), language())

    assert english == ("Updates", "en")
    assert shown == (pseudo("Updates"), LANGUAGE)


def test_an_empty_text_stays_empty_and_a_plural_without_a_catalog_is_english():
    with agent_in_pseudo():
        assert _("") == ""
    assert [ngettext("log", "logs", number) for number in (0, 1, 2)] == ["logs", "log", "logs"]


def test_the_pseudo_language_keeps_placeholders_and_code():
    text = pseudo("{count} entries; see `wfhagent journal`.")

    assert text == "⟦{count} éñţŕîéš; šéé `wfhagent journal`.⟧"
    assert untranslated(text.format(count=3)) == []
    assert untranslated(f"{text} alice and Bob", data=["alice"]) == ["count", "and", "Bob"]


@pytest.mark.parametrize("translation", ["Neu", "{zahl} neu", "{count} {more} neu"])
def test_a_translation_with_other_placeholders_is_named(translation: str):
    catalog = Catalog()
    catalog.add("{count} new", translation)

    assert list(wrong_placeholders(catalog)) == ["{count} new"]


def test_a_plural_form_may_do_without_its_number():
    catalog = Catalog()
    catalog.add(("{count} log", "{count} logs"), ("ein Log", "{count} Logs"))

    assert list(wrong_placeholders(catalog)) == []


def _run(code: str, **environment: str) -> str:
    """Return what a separate Python process prints."""
    rest = {key: value for key, value in os.environ.items() if key not in NAMING}
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env={**rest, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.strip()
