"""Seconds without input, or the reason why they are unknown."""

import sys
from collections.abc import Iterator

import pytest
from tests.linux_only import linux_only

from wfhagent.plugin import Absent, Config, Occasion
from wfhagent.plugins.first_party import OFF_BY_DEFAULT
from wfhagent.testing import check_collector, make_context
from wfhagent_idle import Idle


def collect() -> object:
    return Idle(Config()).collect(make_context(Occasion.HEARTBEAT))["idle_seconds"]


def test_its_declarations_are_in_order():
    assert check_collector(Idle) == []


def test_it_is_off_unless_somebody_wants_it():
    assert Idle.name in OFF_BY_DEFAULT


@pytest.fixture
def x_display(virtual_screen: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DISPLAY", virtual_screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return


def test_an_x_session_says_how_long_nobody_typed(x_display: None):
    seconds = collect()

    assert isinstance(seconds, float)
    assert 0 <= seconds < 3600


def test_a_variable_of_a_wayland_session_that_is_over_hides_no_display(
    x_display: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")

    assert isinstance(collect(), float)


@linux_only("X11")
def test_without_a_display_it_says_why(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)

    assert collect() == Absent("only an X session says it")


@linux_only("X11")
def test_a_display_that_does_not_answer_is_no_crash(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    assert collect() == Absent("the display does not answer")


@pytest.mark.skipif(sys.platform != "win32", reason="the last input as Windows has it")
def test_windows_says_how_long_nobody_typed():
    seconds = collect()

    assert isinstance(seconds, float)
    assert seconds >= 0
