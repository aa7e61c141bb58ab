"""How messages of IOKit are answered. IOKit itself exists on macOS only."""

import logging
import sys

import pytest

from wfhagent.os_session.iokit import SystemPower
from wfhagent.os_session.macos import CAN_SLEEP, HAS_POWERED_ON, WILL_SLEEP, MacWatch, OnMessage
from wfhagent.os_session.watch import Ending


class FakePower:
    """Remembers which messages were answered."""

    def __init__(self, on_message: OnMessage) -> None:
        self.send = on_message
        self.allowed: list[int] = []
        self.powered: int | None = 0b1111

    def capabilities(self) -> int | None:
        return self.powered

    def listen(self) -> None:
        pass

    def allow(self, number: int) -> None:
        self.allowed.append(number)

    def close(self) -> None:
        pass


class Mac:
    """A started watch, its messages, and how often the agent was woken."""

    def __init__(self) -> None:
        self.woken = 0
        self.watch = MacWatch(self._make_power)
        self.watch.start(self._wake)

    def _make_power(self, on_message: OnMessage) -> FakePower:
        self.power = FakePower(on_message)
        return self.power

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
def mac() -> Mac:
    return Mac()


def test_a_sleep_wakes_the_agent_and_waits_until_it_is_done(mac: Mac):
    mac.power.send(WILL_SLEEP, 7)

    assert mac.woken == 1
    assert mac.watch.ending() == Ending.SUSPEND
    assert mac.power.allowed == []

    mac.watch.done()

    assert mac.power.allowed == [7]
    assert mac.watch.ending() is None


def test_an_answer_is_given_once(mac: Mac):
    mac.power.send(WILL_SLEEP, 7)
    mac.watch.done()
    mac.watch.done()

    assert mac.power.allowed == [7]


def test_an_answer_that_comes_after_the_sleep_is_not_given(mac: Mac):
    mac.power.send(WILL_SLEEP, 7)
    mac.power.send(HAS_POWERED_ON, 0)

    mac.watch.done()

    assert mac.power.allowed == []
    assert mac.watch.ending() is None


def test_whether_it_sleeps_is_left_to_the_system(mac: Mac):
    mac.power.send(CAN_SLEEP, 6)

    assert mac.power.allowed == [6]
    assert mac.woken == 0


def test_closing_lets_the_sleep_go(mac: Mac):
    mac.power.send(WILL_SLEEP, 7)

    mac.watch.close()

    assert mac.power.allowed == [7]


def test_a_mac_with_a_closed_lid_is_dark_while_it_works(mac: Mac):
    awake = mac.watch.is_dark()
    mac.power.powered = 0b1001

    assert not awake
    assert mac.watch.is_dark()


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine has IOKit")
def test_missing_iokit_is_logged_once(caplog: pytest.LogCaptureFixture):
    watch = MacWatch(SystemPower)
    caplog.set_level(logging.DEBUG)

    watch.start(lambda: None)
    watch.done()
    watch.close()

    assert watch.ending() is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
