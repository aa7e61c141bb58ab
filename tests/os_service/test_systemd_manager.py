"""Commands to systemd, and the messages when one fails."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.modes import has_mode
from tests.os_service.fake_system import NO_BUS, FakeSystem, answered, everything_in

from wfhagent.os_service.systemd import Systemd
from wfhagent.os_service.unit import ServiceError, ServiceSpec, State


def test_systemd_gets_the_unit_enabled_and_restarted(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    message = systemd.install(spec)

    unit = tmp_path / "systemd/user/wfhagent.service"
    assert "is running, and starts at every sign-in" in message
    assert str(unit) in message
    assert has_mode(unit, 0o600)
    assert (tmp_path / "autostart/wfhagent.desktop").exists()
    verbs = ("enable", "daemon-reload", "restart")
    assert system.verbs(*verbs) == list(verbs)


def test_before_the_first_log_in_the_unit_waits_for_it(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["systemctl --user daemon-reload"] = NO_BUS

    assert "starts at the next sign-in" in systemd.install(spec)
    assert system.verbs("enable", "restart") == ["enable"]


def test_for_a_user_who_is_not_logged_in_nothing_is_started(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    # As with linger or over ssh: the user has a systemd but no screen.
    away = replace(systemd, is_logged_in=lambda: False)

    assert "starts at the next sign-in to a desktop" in away.install(spec)
    with pytest.raises(ServiceError, match="not signed in to a desktop"):
        away.start()
    assert system.verbs("restart", "start", "try-restart") == ["try-restart"]


def test_a_machine_without_systemd_gets_no_files(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    system.answers["is-system-running"] = answered(1, out="offline\n")

    with pytest.raises(ServiceError, match="does not run systemd"):
        systemd.install(spec)

    assert everything_in(tmp_path) == set()


def test_a_user_without_a_bus_gets_an_error_that_says_so(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    systemd.install(spec)
    system.answers |= {"--user start": NO_BUS, "--user stop": NO_BUS, "is-active": NO_BUS}

    for action in (systemd.start, systemd.stop, systemd.state):
        with pytest.raises(ServiceError, match="not signed in"):
            action()
    assert "still running ends with its session" in systemd.uninstall()


def test_what_systemd_refuses_is_passed_on(systemd: Systemd, system: FakeSystem, spec: ServiceSpec):
    system.answers["--user restart"] = answered(1, err="Job failed.\nSee the journal.\n")

    with pytest.raises(ServiceError, match=r"restart wfhagent.service` failed \(1\): Job failed"):
        systemd.install(spec)


def test_a_folder_that_cannot_be_written_is_named(
    systemd: Systemd, spec: ServiceSpec, tmp_path: Path
):
    (tmp_path / "systemd").write_text("in the way")

    with pytest.raises(ServiceError, match=r"wfhagent\.service cannot be written"):
        systemd.install(spec)


@pytest.mark.parametrize(
    ("enabled", "active", "state"),
    [
        (0, 0, State(installed=True, enabled=True, running=True)),
        (1, 3, State(installed=True, enabled=False, running=False)),
    ],
)
def test_the_state_comes_from_systemd(
    enabled: int, active: int, state: State, systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    systemd.install(spec)
    system.answers |= {"is-enabled": answered(enabled), "is-active": answered(active)}

    assert systemd.state() == state
