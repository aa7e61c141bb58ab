"""At each start the agent notifies the user on a real desktop that it runs and what it does."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection
from tests.agent.loopback import LoopbackServer, MakeAgent, let_pass
from tests.displays import virtual_display
from tests.os_session.private_bus import PrivateBus

from wfhagent.collect.gather import CollectedFacts
from wfhagent.notice.announce import NO_DESKTOP, Notification, StartAnnouncement
from wfhagent.notice.person import PersonAtScreen
from wfhagent.plugin import Occasion
from wfhagent.testing import StaticClock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AS_USER = Path(__file__).parents[1] / "as_user.py"
NAME = "org.freedesktop.Notifications"
LIMIT_SECONDS = 60


class Desktop:
    """Shows notifications once it is available."""

    def __init__(self) -> None:
        self.shown: list[Notification] = []
        self.tries = 0
        self.there = False

    def show(self, notification: Notification) -> str:
        self.tries += 1
        if not self.there:
            return NO_DESKTOP
        self.shown.append(notification)
        return ""


def announcement(desktop: Desktop) -> StartAnnouncement:
    return StartAnnouncement(desktop.show)


def it_runs() -> Notification:
    return Notification(title="It runs", text="here")


def test_it_is_shown_once_at_a_start():
    desktop = Desktop()
    desktop.there = True
    start = announcement(desktop)

    for second in range(0, 7200, 30):
        start.show_if_due(it_runs, NOW + timedelta(seconds=second), second)

    assert len(desktop.shown) == 1
    assert start.report() == {"shown_at": NOW}


def test_it_is_tried_again_until_the_desktop_is_there_and_why_not_is_on_record():
    desktop = Desktop()
    start = announcement(desktop)

    for second in range(0, 7200, 30):
        start.show_if_due(it_runs, NOW, second)
    waiting, tries = start.report(), desktop.tries
    desktop.there = True
    start.show_if_due(it_runs, NOW, 7201, at_once=True)

    assert waiting == {"problem": NO_DESKTOP}
    assert 4 < tries < 10
    assert start.report() == {"shown_at": NOW}


def test_the_server_and_the_status_learn_that_nobody_could_be_notified(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    let_pass(make_agent(), clock, until=clock.now() + timedelta(minutes=10))

    health = server.heartbeats[-1]["health"]
    status = json.loads((tmp_path / "data" / "status.json").read_text())
    assert health["start_notice"]["problem"] == status["start_problem"]
    assert len(health["collected"]["fingerprint"]) == 16


def test_the_agent_announces_a_screenshot_that_a_drop_in_took(
    make_agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
):
    shown: list[Notification] = []

    def show_in_child(_program: object) -> Callable[[Notification], str]:
        return lambda notification: shown.append(notification) or ""

    monkeypatch.setattr("wfhagent.collect.runner.show_in_child", show_in_child)

    facts: CollectedFacts = make_agent()._parts.runner.run(Occasion.DETAILED_LOG)

    assert "screenshot" in facts.attachments
    assert [one.title for one in shown] == ["A screenshot was taken"]
    assert facts.known["screenshot"]["notified"] is True


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[tuple[dict[str, str], Path]]:
    """The environment of a session with a notification daemon, and the file of what it shows."""
    with ExitStack() as stack:
        # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bus")))
        bus = PrivateBus(folder)
        stack.callback(bus.stop)
        bus.start()
        display, _process = stack.enter_context(virtual_display("800x500"))
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
        }
        shown = tmp_path / "shown"
        with open_dbus_connection(bus.address) as connection:
            rule = MatchRule(type="signal", member="NameOwnerChanged")
            rule.add_arg_condition(0, NAME)
            Proxy(message_bus, connection).AddMatch(rule)
            stream = stack.enter_context(shown.open("w"))
            command = ["stdbuf", "-oL", "dunst", "-print"]
            daemon = subprocess.Popen(
                command, stdout=stream, stderr=subprocess.DEVNULL, env=environment
            )
            stack.callback(daemon.wait)
            stack.callback(daemon.kill)
            with connection.filter(rule) as owned:
                connection.recv_until_filtered(owned, timeout=LIMIT_SECONDS)
        yield environment, shown


def run_agent(tmp_path: Path, environment: dict[str, str], tables: str = "") -> None:
    """Run an agent until its status says how the notification at its start went."""
    config, data = tmp_path / "agent.toml", tmp_path / "data"
    config.write_text(
        '[server]\nurl = "https://127.0.0.1:9"\n'
        f'[agent]\ndata_directory = "{data.as_posix()}"\nkeyring = false\n'
        f'[plugins]\ndirectory = "{(tmp_path / "plugins").as_posix()}"\n{tables}'
    )
    record = str(tmp_path / "record")
    (data / "status.json").unlink(missing_ok=True)
    with subprocess.Popen(
        [sys.executable, str(AS_USER), record, "run", "--quiet", "--config", str(config)],
        env=environment,
        cwd=tmp_path,
    ) as agent:
        try:
            while not _is_decided(data / "status.json"):
                assert agent.poll() is None
        finally:
            agent.terminate()
            agent.wait(LIMIT_SECONDS)


def _is_decided(status: Path) -> bool:
    try:
        found = json.loads(status.read_text())
    except (OSError, ValueError):
        return False
    return bool(found["start_shown_at"] or found["start_problem"])


def test_a_real_desktop_shows_what_everybody_must_know_and_then_what_has_changed(
    tmp_path: Path, desktop: tuple[dict[str, str], Path]
):
    environment, shown = desktop

    run_agent(tmp_path, environment)
    first = shown.read_text()
    run_agent(tmp_path, environment, "[plugins.screenshot]\nquality = 95\nnotify = false\n")
    second = shown.read_text().removeprefix(first)

    assert "summary: 'wfhagent is running on this device'" in first
    assert "takes a screenshot and sends it to 127.0.0.1." in first
    for words in ("Who can see it", "How long it is kept", "Questions: ask", "To object"):
        assert words in first
    assert "summary: 'What wfhagent collects here has changed'" in second
    assert "screenshot: quality 50 → 95" in second
    assert "You are not notified each time." in second


def test_without_a_desktop_the_agent_runs_and_logs_that_nobody_was_notified(tmp_path: Path):
    run_agent(tmp_path, {"PATH": os.environ["PATH"], "HOME": str(tmp_path)})

    assert "could not be notified that it runs" in (tmp_path / "data" / "agent.log").read_text()


def test_an_agent_that_opens_its_outbox_again_does_not_announce_itself_again(
    make_agent: MakeAgent, monkeypatch: pytest.MonkeyPatch
):
    desktop = Desktop()
    desktop.there = True
    monkeypatch.setattr("wfhagent.notice.person.show_in_child", lambda _program: desktop.show)
    person, assembly = PersonAtScreen(), make_agent()._assembly

    for _ in range(2):
        person(assembly).start.show_if_due(it_runs, NOW, 0)

    assert len(desktop.shown) == 1
