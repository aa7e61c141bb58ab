"""What holds on every system: nothing is left behind, and a missing service is reported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.os_service.fake_system import GONE, FakeSystem, answered, everything_in

from wfhagent.os_service.manager import ServiceManager, WithIcon
from wfhagent.os_service.systemd import Systemd
from wfhagent.os_service.unit import ICON, ServiceError, ServiceSpec, State


def removed_by(system: FakeSystem, manager: ServiceManager) -> None:
    system.answers = {"print gui/501/": GONE}
    manager.uninstall()


@pytest.mark.parametrize("name", ["systemd", "launchd"])
def test_install_and_uninstall_leave_nothing_behind(
    name: str, request: pytest.FixtureRequest, system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    manager: ServiceManager = request.getfixturevalue(name)
    before = everything_in(tmp_path)
    system.answers["launchctl print gui/501"] = GONE
    manager.install(spec)
    once = {path: path.read_bytes() for path in everything_in(tmp_path) if path.is_file()}

    manager.install(spec)

    again = {path: path.read_bytes() for path in everything_in(tmp_path) if path.is_file()}
    assert again == once
    removed_by(system, manager)
    assert everything_in(tmp_path) == before


def test_folders_that_others_use_stay(systemd: Systemd, spec: ServiceSpec, tmp_path: Path):
    systemd.install(spec)
    other = tmp_path / "autostart" / "other.desktop"
    other.touch()

    systemd.uninstall()

    assert everything_in(tmp_path) == {other.parent, other}


ABSENT: list[tuple[str, Callable[[FakeSystem], None]]] = [
    ("systemd", lambda system: None),
    ("launchd", lambda system: None),
    ("tasks", lambda system: system.answers.update({"/Query": answered(1)})),
]


@pytest.mark.parametrize(("name", "prepare"), ABSENT)
def test_a_missing_service_is_reported_and_its_removal_is_no_error(
    name: str,
    prepare: Callable[[FakeSystem], None],
    request: pytest.FixtureRequest,
    system: FakeSystem,
):
    manager: ServiceManager = request.getfixturevalue(name)
    prepare(system)

    assert "Nothing to remove" in manager.uninstall()
    assert manager.state() == State(installed=False)
    for action in (manager.start, manager.stop):
        with pytest.raises(ServiceError, match="`wfhagent service install`"):
            action()


def both(system: FakeSystem, tmp_path: Path) -> WithIcon:
    return WithIcon(
        Systemd(config_home=tmp_path, run=system),
        Systemd(config_home=tmp_path, run=system, job=ICON),
    )


def test_agent_and_icon_come_and_go_together(system: FakeSystem, spec: ServiceSpec, tmp_path: Path):
    service = both(system, tmp_path)

    service.install(spec)
    enabled = [line for line in system.commands if " enable " in line]
    icon = (tmp_path / "systemd/user/wfhagent-tray.service").read_text()

    assert [line.split()[-1] for line in enabled] == ["wfhagent.service", "wfhagent-tray.service"]
    assert '/opt/wfhagent/wfhagent tray --config "/etc/wfh agent/agent.toml"\n' in icon
    assert "Restart=always" in icon
    assert "NoNewPrivileges" not in icon, "a browser that it starts has a sandbox of its own"
    service.uninstall()
    assert everything_in(tmp_path) == set()


def test_who_stops_the_agent_keeps_the_icon_and_a_new_program_needs_both_to_end(
    system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    service = both(system, tmp_path)
    service.install(spec)

    service.stop()
    by_hand = [line for line in system.commands if "--user stop" in line]
    service.stop_both()

    assert by_hand == ["systemctl --user stop wfhagent.service"]
    assert [line.split()[-1] for line in system.commands if "--user stop" in line][1:] == [
        "wfhagent-tray.service",
        "wfhagent.service",
    ]


def test_what_was_stopped_for_an_update_is_started_again_whatever_the_icon_does(
    system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    service = both(system, tmp_path)
    service.agent.install(spec)
    system.commands.clear()

    service.stop_both()
    service.start_both()

    commands = [line for line in system.commands if " stop " in line or " start " in line]
    assert commands == [
        "systemctl --user stop wfhagent.service",
        "systemctl --user start wfhagent.service",
    ]
