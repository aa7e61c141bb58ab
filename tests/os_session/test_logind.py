"""The watch against a real dbus-daemon and a logind with the real interface."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from jeepney import HeaderFields, message_bus, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection
from tests.os_session.private_bus import PrivateBus
from tests.os_session.stand_in_logind import LIMIT_SECONDS, MANAGER, StandInLogind

from wfhagent.os_session.logind import LogindWatch
from wfhagent.os_session.watch import Ending


class Agent:
    """Is woken up, and records the watch's state at that moment."""

    def __init__(self, watch: LogindWatch) -> None:
        self._watch = watch
        self._seen: queue.Queue[Ending | None] = queue.Queue()
        watch.start(self._wake)

    def _wake(self) -> None:
        self._seen.put(self._watch.ending())

    def woken_by(self) -> Ending | None:
        return self._seen.get(timeout=LIMIT_SECONDS)

    def is_asleep(self) -> bool:
        return self._seen.empty()


@contextmanager
def logged_by(
    name: str, *, times: int = 1, level: int = logging.DEBUG
) -> Iterator[threading.Event]:
    """Give an event that is set once the logger *name* has logged *times* messages."""
    enough = threading.Event()
    records: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)
            if len(records) == times:
                enough.set()

    logger, listener, before = logging.getLogger(name), Listener(level), logging.root.level
    logger.addHandler(listener)
    logging.root.setLevel(logging.DEBUG)
    try:
        yield enough
    finally:
        logger.removeHandler(listener)
        logging.root.setLevel(before)


@pytest.mark.parametrize(
    ("signal", "ending"),
    [("PrepareForShutdown", Ending.SHUTDOWN), ("PrepareForSleep", Ending.SUSPEND)],
)
def test_an_announced_end_wakes_the_agent_and_is_held_up_until_it_is_done(
    logind: StandInLogind, watch: LogindWatch, signal: str, ending: Ending
):
    agent = Agent(watch)
    lock = logind.granted()

    logind.announce(signal, begins=True)

    assert agent.woken_by() == ending
    assert watch.ending() == ending
    assert lock.is_held()

    watch.done()

    assert lock.is_released_in_time()
    assert watch.ending() is None


def test_the_lock_says_who_holds_what_up_and_why(logind: StandInLogind, watch: LogindWatch):
    Agent(watch)

    why = "Takes the detailed logs that are still owed today"
    assert logind.granted().arguments == [
        ("shutdown", "wfhagent", why, "delay"),
        ("sleep", "wfhagent", why, "delay"),
    ]


@pytest.mark.parametrize("refused", ["shutdown", "sleep"])
def test_a_session_that_may_hold_up_one_end_only_holds_up_that_one(
    logind: StandInLogind, watch: LogindWatch, refused: str
):
    logind.refuses = (refused,)
    Agent(watch)

    locks = logind.granted()

    assert len(locks.arguments) == 1
    assert locks.is_held()


def test_nothing_is_let_go_before_anything_is_announced(logind: StandInLogind, watch: LogindWatch):
    Agent(watch)
    lock = logind.granted()

    watch.done()

    assert lock.is_held()
    assert watch.ending() is None


def test_after_a_resume_a_second_suspend_is_announced_and_held_up(
    logind: StandInLogind, watch: LogindWatch
):
    agent = Agent(watch)
    first = logind.granted()
    logind.announce("PrepareForSleep", begins=True)
    agent.woken_by()
    watch.done()
    assert first.is_released_in_time()

    logind.announce("PrepareForSleep", begins=False)
    second = logind.granted()
    logind.announce("PrepareForSleep", begins=True)

    assert agent.woken_by() == Ending.SUSPEND
    assert second.is_held()

    watch.done()

    assert second.is_released_in_time()


def test_an_answer_that_comes_after_the_resume_does_not_let_the_next_suspend_go(
    logind: StandInLogind, watch: LogindWatch
):
    agent = Agent(watch)
    first = logind.granted()
    logind.announce("PrepareForSleep", begins=True)
    agent.woken_by()
    logind.announce("PrepareForSleep", begins=False)
    second = logind.granted()
    # The old lock goes once the new one is there.
    assert first.is_released_in_time()
    assert watch.ending() is None

    watch.done()

    assert second.is_held()


def test_a_cancelled_shutdown_is_over_and_the_next_one_is_held_up(
    logind: StandInLogind, watch: LogindWatch
):
    agent = Agent(watch)
    logind.granted()
    logind.announce("PrepareForShutdown", begins=True)
    agent.woken_by()
    watch.done()

    logind.announce("PrepareForShutdown", begins=False)

    assert logind.granted().is_held()
    assert watch.ending() is None


def test_an_end_that_began_before_the_agent_listened_is_announced(
    logind: StandInLogind, watch: LogindWatch
):
    logind.prepares_already("PreparingForShutdown")

    assert Agent(watch).woken_by() == Ending.SHUTDOWN


def test_without_a_lock_the_end_is_still_noticed(logind: StandInLogind, watch: LogindWatch):
    logind.refuses = ("shutdown", "sleep")
    agent = Agent(watch)
    # It subscribes before it asks for the lock.
    assert logind.refused.wait(LIMIT_SECONDS)

    logind.announce("PrepareForSleep", begins=True)

    assert agent.woken_by() == Ending.SUSPEND
    watch.done()
    assert watch.ending() is None


def test_only_logind_is_believed(bus: PrivateBus, logind: StandInLogind, watch: LogindWatch):
    agent = Agent(watch)
    logind.granted()
    with open_dbus_connection(bus.address) as forger:
        proxy = Proxy(message_bus, forger)
        (names,) = proxy.ListNames()
        for name in names:
            forged = new_signal(MANAGER, "PrepareForSleep", "b", (True,))
            forged.header.fields[HeaderFields.destination] = name
            forger.send(forged)
        # The answer to this says that the bus has handed on what came before.
        proxy.GetId()

    logind.announce("PrepareForShutdown", begins=True)

    assert agent.woken_by() == Ending.SHUTDOWN
    assert agent.is_asleep()


def test_a_bus_that_goes_away_and_comes_back_is_listened_to_again(
    bus: PrivateBus,
    logind: StandInLogind,
    start_logind: Callable[[], StandInLogind],
    watch: LogindWatch,
):
    agent = Agent(watch)
    first = logind.granted()

    bus.stop()
    bus.start()
    restarted = start_logind()
    second = restarted.granted()
    # A lock outlives the bus; it is exchanged, never dropped.
    assert first.is_released_in_time()
    restarted.announce("PrepareForShutdown", begins=True)

    assert agent.woken_by() == Ending.SHUTDOWN
    assert second.is_held()


def test_a_logind_that_starts_later_is_asked_for_a_lock(
    bus: PrivateBus, start_logind: Callable[[], StandInLogind], watch: LogindWatch
):
    bus.start()
    with logged_by("wfhagent.os_session.login1", times=2, level=logging.WARNING) as got_no_lock:
        agent = Agent(watch)
        assert got_no_lock.wait(LIMIT_SECONDS)

    logind = start_logind()
    lock = logind.granted()
    logind.announce("PrepareForSleep", begins=True)

    assert agent.woken_by() == Ending.SUSPEND
    assert lock.is_held()


def test_without_a_bus_nothing_is_announced_and_one_warning_is_logged(
    bus: PrivateBus, caplog: pytest.LogCaptureFixture
):
    watch = LogindWatch(first_pause_seconds=0.001)
    with logged_by("wfhagent.os_session.logind", times=4) as tried_often:
        watch.start(lambda: None)
        assert tried_often.wait(LIMIT_SECONDS)

    assert watch.ending() is None

    watch.close()
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert ["not heard" in record.getMessage() for record in warnings] == [True]


def test_closing_ends_the_thread_and_lets_the_system_go(logind: StandInLogind, watch: LogindWatch):
    agent = Agent(watch)
    lock = logind.granted()
    logind.announce("PrepareForSleep", begins=True)
    agent.woken_by()

    watch.close()

    assert lock.is_released_in_time()
    assert watch.ending() is None
    assert "logind" not in {thread.name for thread in threading.enumerate()}


def test_a_watch_that_was_never_started_can_be_closed(watch: LogindWatch):
    watch.close()

    assert watch.ending() is None
