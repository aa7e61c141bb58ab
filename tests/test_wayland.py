"""A session is a Wayland one if a compositor listens, whatever variables are left over."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from wfhagent.desktop.wayland import is_wayland_session


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="run") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


@pytest.fixture
def compositor(runtime: Path) -> Iterator[Path]:
    """A socket on which somebody listens, as a compositor does."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(runtime / "wayland-0"))
        listening.listen()
        yield runtime / "wayland-0"


def set_all(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_a_compositor_that_listens_is_a_wayland_session(
    compositor: Path, monkeypatch: pytest.MonkeyPatch
):
    # XWayland has a display, too.
    set_all(monkeypatch, DISPLAY=":0", WAYLAND_DISPLAY="wayland-0")

    assert is_wayland_session()


def test_its_socket_may_be_named_by_its_whole_path(
    compositor: Path, monkeypatch: pytest.MonkeyPatch
):
    set_all(monkeypatch, WAYLAND_DISPLAY=str(compositor), XDG_RUNTIME_DIR="/nowhere", DISPLAY=":0")

    assert is_wayland_session()


def test_the_kind_of_the_session_and_the_usual_socket_are_enough(
    compositor: Path, monkeypatch: pytest.MonkeyPatch
):
    set_all(monkeypatch, DISPLAY=":0", XDG_SESSION_TYPE="wayland")

    assert is_wayland_session()


@pytest.mark.parametrize(
    "variables",
    [
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"XDG_SESSION_TYPE": "wayland"},
        {"WAYLAND_DISPLAY": "/nowhere/wayland-0"},
        {"WAYLAND_DISPLAY": "left-behind"},
        {"WAYLAND_DISPLAY": "x" * 200},
    ],
)
def test_a_variable_without_a_compositor_does_not_hide_the_x_display(
    runtime: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    with socket.socket(socket.AF_UNIX) as unused:
        unused.bind(str(runtime / "left-behind"))
    set_all(monkeypatch, DISPLAY=":0", **variables)

    assert not is_wayland_session()


def test_without_an_x_display_the_variable_is_all_there_is(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
):
    set_all(monkeypatch, WAYLAND_DISPLAY="wayland-0")

    assert is_wayland_session()


def test_an_x_session_is_none(runtime: Path, monkeypatch: pytest.MonkeyPatch):
    set_all(monkeypatch, DISPLAY=":0", XDG_SESSION_TYPE="x11")

    assert not is_wayland_session()
