"""A notification on Windows: which program shows it, and whether anybody could see it."""

import pytest

from wfhagent.desktop.toast import IDENTIFIER, REGISTRY_KEY, command, problem_of

ACCEPTS, NOT_PRESENT, FULL_SCREEN, QUIET = 5, 1, 3, 6


def test_the_sender_is_the_agent_and_not_powershell():
    text = command("A title", "A text")

    assert f"CreateToastNotifier('{IDENTIFIER}')" in text
    assert "WindowsPowerShell" not in text
    assert rf"Software\Classes\AppUserModelId\{IDENTIFIER}" == REGISTRY_KEY


def test_words_are_words_whatever_they_hold():
    text = command("It's", "a'; Remove-Item 'x")

    assert " 'It''s' 'a''; Remove-Item ''x' '" in text


def test_the_same_words_replace_the_notification_before():
    assert command("a", "b") == command("a", "b")
    assert command("a", "b").split()[-1] != command("a", "c").split()[-1]


def test_constrained_language_mode_is_looked_for_before_anything_that_it_forbids():
    first, second, *_rest = command("a", "b").splitlines()

    assert "ErrorActionPreference" in first
    assert "LanguageMode" in second
    assert "exit" in second


@pytest.mark.parametrize("printed", ["Enabled Unrestricted\r\n", "Enabled\r\n", "Enabled  \n"])
def test_what_is_enabled_was_shown(printed: str):
    assert problem_of(printed, ACCEPTS) == ""


@pytest.mark.parametrize(
    ("printed", "state", "problem"),
    [
        ("ConstrainedLanguage\r\n", ACCEPTS, "Constrained Language Mode"),
        ("DisabledForApplication Unrestricted", ACCEPTS, "turned off (DisabledForApplication)"),
        ("DisabledForUser", ACCEPTS, "turned off (DisabledForUser)"),
        ("DisabledByGroupPolicy", ACCEPTS, "turned off (DisabledByGroupPolicy)"),
        ("", ACCEPTS, "does not say"),
        ("garbage", ACCEPTS, "does not say"),
        ("Enabled PriorityOnly", ACCEPTS, "Do not disturb is on (PriorityOnly)"),
        ("Enabled Unrestricted", NOT_PRESENT, "state 1"),
        ("Enabled Unrestricted", FULL_SCREEN, "state 3"),
        ("Enabled", QUIET, "state 6"),
    ],
)
def test_what_nobody_could_see_is_a_problem(printed: str, state: int, problem: str):
    assert problem in problem_of(printed, state)
