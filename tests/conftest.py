"""Fixtures of the agent's tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.waiting import PATIENCE_SECONDS

from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Heartbeat
from wfhagent.system import known_secrets
from wfhagent.testing import StaticClock


@pytest.fixture(scope="session", autouse=True)
def _agents_of_modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For fixtures of wider scope than a test: a folder without the real user's agents."""
    place = tmp_path_factory.mktemp("agents-of-user")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("wfhagent.system.user_agents.places", lambda: (place,))
        patched.setattr("wfhagent.notice.announce.can_show", lambda: False)
        yield


@pytest.fixture(autouse=True)
def record_of_agents(tmp_path: Path) -> Iterator[Path]:
    """The folder with the agents of this user, never that of the user who runs the tests."""
    place = tmp_path / "agents-of-user"
    # Of its own: what a test patches is undone before its other fixtures end.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("wfhagent.system.user_agents.places", lambda: (place,))
        # Nor do tests show notifications on the desktop of the user who runs them.
        patched.setattr("wfhagent.notice.announce.can_show", lambda: False)
        yield place


@pytest.fixture(autouse=True)
def _busy_machine() -> Iterator[None]:
    """A child that starts late is no failure. Tests of a limit set their own."""
    with pytest.MonkeyPatch.context() as patched:
        for place in (
            *("collect.runner.HEARTBEAT_LIMIT_SECONDS", "plugins.examiner.LIMIT_SECONDS"),
            *("deliver.child_transport.OPEN_SECONDS", "deliver.child_transport.SPARE_SECONDS"),
        ):
            patched.setattr(f"wfhagent.{place}", PATIENCE_SECONDS)
        yield


@pytest.fixture(autouse=True)
def _no_known_secrets() -> Iterator[None]:
    """What one test has as a plugin's secret may be a word of another one."""
    known_secrets.forget_secrets()
    yield
    known_secrets.forget_secrets()


@pytest.fixture
def clock() -> StaticClock:
    return StaticClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
def outbox(tmp_path: Path, clock: StaticClock) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite3", now=clock.now()) as opened:
        yield opened


@pytest.fixture
def heartbeat(clock: StaticClock) -> Heartbeat:
    return Heartbeat(username="alice", hostname="laptop-7", status="online", timestamp=clock.now())


@pytest.fixture
def detailed(clock: StaticClock) -> DetailedLog:
    return DetailedLog(
        username="alice",
        hostname="laptop-7",
        timestamp=clock.now(),
        workday=clock.now().date(),
        slot=1,
        screenshot={"status": "no_display"},
    )
