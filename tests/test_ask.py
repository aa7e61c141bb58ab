"""The question to the user at the screen, over a real bus."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import Proxy, open_dbus_connection
from tests.os_session.private_bus import PrivateBus

from wfhagent.desktop import ask
from wfhagent.desktop.ask import ask_at_screen, has_screen
from wfhagent.desktop.notify import NotifyError

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
NUMBER = 7


class Desktop:
    """Shows notifications, and answers each with *signals*, as a user who clicks would."""

    def __init__(self, address: str, able: list[str], signals: list[tuple[str, str, Any]]) -> None:
        self.shown: list[tuple[str, str, list[str]]] = []
        self._able = able
        self._signals = signals
        self._bus = open_dbus_connection(address)
        Proxy(message_bus, self._bus).RequestName(NAME)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._bus.sock.shutdown(2)
        self._thread.join()
        self._bus.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._bus.receive()
            except OSError:
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            if message.header.fields[HeaderFields.member] == "GetCapabilities":
                self._bus.send(new_method_return(message, "as", (self._able,)))
                continue
            self.shown.append((message.body[3], message.body[4], message.body[5]))
            self._bus.send(new_method_return(message, "u", (NUMBER,)))
            for member, signature, body in self._signals:
                emitter = DBusAddress(PATH, interface=NAME)
                self._bus.send(new_signal(emitter, member, signature, body))


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    bus = PrivateBus(tmp_path)
    bus.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    yield bus.address
    bus.stop()


def answered(
    address: str, *signals: tuple[str, str, Any], able: tuple[str, ...] = ("actions",)
) -> bool:
    desktop = Desktop(address, list(able), list(signals))
    try:
        return ask_at_screen("A <title>", "Some <b>text</b>", yes="Take it", no="Do not")
    finally:
        desktop.close()
        for title, text, buttons in desktop.shown:
            assert title == "A <title>"
            assert text == "Some &lt;b&gt;text&lt;/b&gt;"
            assert buttons == ["yes", "Take it", "no", "Do not"]


def test_who_clicks_yes_agrees(address: str):
    assert answered(address, ("ActionInvoked", "us", (NUMBER, "yes")))


@pytest.mark.parametrize(
    "signal",
    [("ActionInvoked", "us", (NUMBER, "no")), ("NotificationClosed", "uu", (NUMBER, 2))],
)
def test_who_clicks_no_or_closes_it_does_not(address: str, signal: tuple[str, str, Any]):
    assert not answered(address, signal)


def test_an_answer_to_another_question_is_not_taken_for_one(address: str):
    other = ("ActionInvoked", "us", (NUMBER + 1, "yes"))

    assert not answered(address, other, ("NotificationClosed", "uu", (NUMBER, 1)))


def test_no_answer_is_a_no(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ask, "ANSWER_SECONDS", 0.1)

    assert not answered(address)


def test_a_desktop_without_buttons_cannot_ask(address: str):
    with pytest.raises(NotifyError, match="cannot show buttons"):
        answered(address, able=("body",))


def test_a_bus_without_a_desktop_cannot_ask(address: str):
    with pytest.raises(NotifyError, match="shows no notifications"):
        ask_at_screen("Title", "Text", yes="Yes", no="No")


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_screen_is_named_by_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not has_screen()
    monkeypatch.setenv(variable, ":7")
    assert has_screen()
