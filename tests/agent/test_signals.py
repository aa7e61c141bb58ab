"""A signal ends the agent at any moment."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from wfhagent.agent.run import stopped_by_signals
from wfhagent.testing import StaticClock


@pytest.fixture(autouse=True)
def _handlers_of_the_tests() -> Iterator[None]:
    numbers = [signal.SIGTERM, signal.SIGINT]
    numbers.append(signal.SIGBREAK if sys.platform == "win32" else signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    if sys.platform != "win32":
        # Tests that are started by nohup would ignore it, and the agent keeps to that.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_that_interrupts_whoever_holds_the_lock_of_the_wakeup_does_not_hang(
    clock: StaticClock,
):
    lock, stopped = threading.Lock(), threading.Event()

    def stop() -> None:
        # As `Event.set` does, whose lock the waiting main thread holds now and then.
        with lock:
            stopped.set()

    with stopped_by_signals(stop, clock):
        with lock:
            signal.raise_signal(signal.SIGTERM)
        assert stopped.wait(30)


ENDINGS = ["SIGTERM", "SIGINT", "SIGBREAK" if sys.platform == "win32" else "SIGHUP"]


@pytest.mark.parametrize("name", ENDINGS)
def test_a_signal_stops_the_agent_while_its_main_thread_waits(name: str, clock: StaticClock):
    """On Windows no signal interrupts who waits: nothing of Python runs in the main thread."""
    stopped = threading.Event()

    with stopped_by_signals(stopped.set, clock):
        sender = threading.Timer(0, signal.raise_signal, [getattr(signal, name)])
        sender.start()
        assert stopped.wait(30)
        sender.join(30)


def test_signals_after_the_first_leave_no_error_behind(
    clock: StaticClock, capfd: pytest.CaptureFixture[str]
):
    stopped = threading.Event()

    with stopped_by_signals(stopped.set, clock):
        for _ in range(3):
            signal.raise_signal(signal.SIGTERM)
        assert stopped.wait(30)

    assert capfd.readouterr().err == ""


def test_without_a_signal_nothing_is_stopped_and_no_thread_stays(clock: StaticClock):
    stopped: list[bool] = []
    before = set(threading.enumerate())

    with stopped_by_signals(lambda: stopped.append(True), clock):
        (waiting,) = set(threading.enumerate()) - before

    waiting.join(30)
    assert not waiting.is_alive()
    assert stopped == []


INTERRUPTED = """
import importlib.abc, os, signal, sys

class Interrupt(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
sys.argv = ["wfhagent", "run", *{arguments!r}]
from wfhagent.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals")
@pytest.mark.parametrize("arguments", [[], ["--quiet"]])
@pytest.mark.parametrize("name", ["msgspec", "sqlite3", "wfhagent.agent.run"])
def test_an_interrupt_while_the_agent_is_loaded_ends_it_without_a_word(
    name: str, arguments: list[str]
):
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(name=name, arguments=arguments)],
        capture_output=True,
        timeout=60,
        check=False,
    )

    # By the signal itself: no code saw an exception.
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, b"")
