"""How the messages of Windows are answered. The window itself runs on Windows only."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from wfhagent.os_session import windows
from wfhagent.os_session.watch import Ending
from wfhagent.os_session.windows import (
    ENDSESSION_CLOSEAPP,
    ENDSESSION_LOGOFF,
    PBT_APMRESUMEAUTOMATIC,
    PBT_APMSUSPEND,
    REASON,
    TRUE,
    WM_CLOSE,
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    OnMessage,
    WindowsWatch,
)

LIMIT_SECONDS = 30.0
WM_PAINT = 0x000F


class FakeWindow:
    """Delivers the test's messages in a separate thread, as Windows does."""

    def __init__(self, on_message: OnMessage) -> None:
        self.reason: str | None = None
        self._on_message = on_message
        self._thread = ThreadPoolExecutor(1)
        self._stopped = threading.Event()

    def run(self) -> None:
        self._stopped.wait(LIMIT_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.shutdown()

    def block(self, reason: str) -> None:
        self.reason = reason

    def unblock(self) -> None:
        self.reason = None

    def send(self, message: int, wparam: int = 0, lparam: int = 0):
        return self._thread.submit(self._on_message, message, wparam, lparam)


class Laptop:
    """A started watch, its window, and whether the agent was woken."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self.stopped = threading.Event()
        self.watch = WindowsWatch(self._make_window, self.stopped.set)
        self.watch.start(self.woken.set)

    def _make_window(self, on_message: OnMessage) -> FakeWindow:
        self.window = FakeWindow(on_message)
        return self.window


@pytest.fixture
def laptop():
    laptop = Laptop()
    yield laptop
    laptop.watch.close()


@pytest.mark.parametrize(
    ("message", "wparam", "lparam", "ending"),
    [
        (WM_QUERYENDSESSION, 0, 0, Ending.SHUTDOWN),
        (WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF, Ending.LOGOUT),
        # The parameter is signed, and 32 bits wide on a 32-bit system.
        (WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF - 2**32, Ending.LOGOUT),
        (WM_POWERBROADCAST, PBT_APMSUSPEND, 0, Ending.SUSPEND),
    ],
)
def test_windows_gets_its_answer_once_the_agent_is_done(
    laptop: Laptop, message: int, wparam: int, lparam: int, ending: Ending
):
    answer = laptop.window.send(message, wparam, lparam)

    assert laptop.woken.wait(LIMIT_SECONDS)
    assert laptop.watch.ending() == ending
    assert not answer.done()

    laptop.watch.done()

    assert answer.result(LIMIT_SECONDS) == TRUE
    assert laptop.watch.ending() is None
    assert laptop.window.reason is None


def test_what_takes_longer_than_the_question_may_is_waited_for_at_the_end(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(windows, "QUERY_SECONDS", 0.0)
    assert laptop.window.send(WM_QUERYENDSESSION).result(LIMIT_SECONDS) == TRUE
    assert laptop.window.reason == REASON

    waits = threading.Event()
    wait = laptop.watch._announcement.wait

    def wait_visibly(seconds: float) -> bool:
        waits.set()
        return wait(seconds)

    monkeypatch.setattr(laptop.watch._announcement, "wait", wait_visibly)
    answer = laptop.window.send(WM_ENDSESSION, TRUE)
    assert waits.wait(LIMIT_SECONDS)
    assert laptop.watch.ending() == Ending.SHUTDOWN
    assert not answer.done()
    laptop.watch.done()

    assert answer.result(LIMIT_SECONDS) == 0
    assert laptop.window.reason is None


def test_an_agent_that_never_answers_does_not_keep_windows_for_ever(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(windows, "QUERY_SECONDS", 0.0)
    monkeypatch.setattr(windows, "END_SECONDS", 0.0)

    laptop.window.send(WM_QUERYENDSESSION)

    assert laptop.window.send(WM_ENDSESSION, TRUE).result(LIMIT_SECONDS) == 0
    assert laptop.window.reason is None


def test_a_cancelled_shutdown_is_over(laptop: Laptop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(windows, "QUERY_SECONDS", 0.0)
    laptop.window.send(WM_QUERYENDSESSION).result(LIMIT_SECONDS)

    assert laptop.window.send(WM_ENDSESSION, 0).result(LIMIT_SECONDS) == 0
    assert laptop.watch.ending() is None
    assert laptop.window.reason is None


def test_a_resume_is_the_end_of_the_suspend(laptop: Laptop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(windows, "SUSPEND_SECONDS", 0.0)
    laptop.window.send(WM_POWERBROADCAST, PBT_APMSUSPEND).result(LIMIT_SECONDS)
    assert laptop.watch.ending() == Ending.SUSPEND

    answer = laptop.window.send(WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC)

    assert answer.result(LIMIT_SECONDS) == TRUE
    assert laptop.watch.ending() is None


def test_other_messages_are_left_to_windows(laptop: Laptop):
    assert laptop.window.send(WM_PAINT).result(LIMIT_SECONDS) is None
    assert not laptop.woken.is_set()


def test_an_installer_that_wants_the_files_stops_the_agent_in_order(laptop: Laptop):
    reply = laptop.window.send(WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP)

    assert reply.result(LIMIT_SECONDS) == TRUE
    assert not laptop.stopped.is_set(), "another program may still refuse"
    assert laptop.window.send(WM_ENDSESSION, TRUE, ENDSESSION_CLOSEAPP).result(LIMIT_SECONDS) == 0
    assert laptop.stopped.is_set()
    assert not laptop.woken.is_set(), "the session goes on: no log is owed to its end"


def test_an_installer_that_another_program_refuses_stops_nothing(laptop: Laptop):
    laptop.window.send(WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP).result(LIMIT_SECONDS)
    laptop.window.send(WM_ENDSESSION, 0, ENDSESSION_CLOSEAPP).result(LIMIT_SECONDS)

    assert not laptop.stopped.is_set()


def test_closing_lets_windows_go(laptop: Laptop):
    answer = laptop.window.send(WM_QUERYENDSESSION)
    assert laptop.woken.wait(LIMIT_SECONDS)

    laptop.watch.close()

    assert answer.result(LIMIT_SECONDS) == TRUE
    assert laptop.watch.ending() is None


def test_a_request_to_close_stops_the_agent_and_leaves_the_watch_alone(laptop: Laptop):
    assert laptop.window.send(WM_CLOSE).result(LIMIT_SECONDS) == 0
    assert laptop.stopped.is_set()

    answer = laptop.window.send(WM_QUERYENDSESSION)
    assert laptop.woken.wait(LIMIT_SECONDS)
    laptop.watch.done()
    assert answer.result(LIMIT_SECONDS) == TRUE


def test_the_window_of_a_watch_that_is_closed_goes(laptop: Laptop):
    laptop.watch.close()

    assert laptop.watch.on_message(WM_CLOSE, 0, 0) is None
    assert not laptop.stopped.is_set()
