"""Who counts as logged in, according to a logind with the real interface."""

import os

import pytest
from tests.os_session.private_bus import PrivateBus
from tests.os_session.stand_in_logind import StandInLogind

from wfhagent.os_session.attendance import (
    LoginSession,
    employee_is_logged_in,
    is_attended,
    own_sessions,
)
from wfhagent.os_session.logind import LogindWatch

AT_SCREEN = LoginSession("wayland", "user", "active", "seat0")
OVER_XRDP = LoginSession("x11", "user", "active", "")
LOCKED_OR_SWITCHED = LoginSession("x11", "user", "online", "seat0")
ON_CONSOLE = LoginSession("tty", "user", "active", "seat0")
OVER_SSH = LoginSession("tty", "user", "active", "")
GREETER = LoginSession("x11", "greeter", "active", "seat0")
LEFT = LoginSession("x11", "user", "closing", "seat0")
JOB = LoginSession("unspecified", "background", "active", "")


@pytest.mark.parametrize("session", [AT_SCREEN, OVER_XRDP, LOCKED_OR_SWITCHED, ON_CONSOLE])
def test_who_sits_at_a_screen_is_there(session: LoginSession):
    assert is_attended([OVER_SSH, session], {})


@pytest.mark.parametrize("session", [OVER_SSH, GREETER, LEFT, JOB])
def test_who_does_not_is_not(session: LoginSession):
    assert not is_attended([session], {})
    assert not is_attended([], {"DISPLAY": ":0"})


def test_a_desktop_inside_of_a_plain_log_in_counts_by_its_display():
    assert is_attended([OVER_SSH], {"DISPLAY": ":50"})
    assert not is_attended([OVER_SSH], {"DISPLAY": ""})
    assert not is_attended([LEFT], {"DISPLAY": ":0"})


def as_logind_has_it(session: LoginSession, uid: int) -> dict[str, str]:
    return {"uid": str(uid), "Type": session.kind, "Class": session.klass,
            "State": session.state, "Seat": session.seat}  # fmt: skip


def test_logind_is_asked_for_the_sessions_of_this_user(
    logind: StandInLogind, monkeypatch: pytest.MonkeyPatch
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    uid = os.getuid()
    logind.sessions = [as_logind_has_it(AT_SCREEN, uid + 1), as_logind_has_it(OVER_SSH, uid)]

    assert own_sessions() == [OVER_SSH]
    assert not employee_is_logged_in()

    logind.sessions.append(as_logind_has_it(OVER_XRDP, uid))

    assert own_sessions() == [OVER_SSH, OVER_XRDP]
    assert employee_is_logged_in()


def test_only_the_agent_of_our_unit_follows_the_session(logind: StandInLogind, watch: LogindWatch):
    assert watch.attended()

    following = LogindWatch(follows_session=True)
    assert not following.attended()
    following.close()


def test_without_a_logind_the_agent_reports(bus: PrivateBus):
    assert own_sessions() is None
    assert employee_is_logged_in()
