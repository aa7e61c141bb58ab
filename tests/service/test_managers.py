"""What is asked of each system, and what is left when the service goes."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.service.fake_system import Completed, FakeSystem, answered

from wfhagent.service.launchd import Launchd
from wfhagent.service.manager import ServiceManager
from wfhagent.service.systemd import Systemd
from wfhagent.service.task_scheduler import TaskScheduler
from wfhagent.service.unit import ServiceError, ServiceSpec, State

NO_BUS = answered(1, err="Failed to connect to bus: No such file or directory")
GONE = answered(113, err="Could not find service")


@pytest.fixture
def systemd(system: FakeSystem, tmp_path: Path) -> Systemd:
    return Systemd(config_home=tmp_path, run=system)


@pytest.fixture
def launchd(system: FakeSystem, tmp_path: Path) -> Launchd:
    (tmp_path / "Library").mkdir()
    return Launchd(home=tmp_path, uid=501, run=system, pause=lambda seconds: None)


@pytest.fixture
def tasks(system: FakeSystem) -> TaskScheduler:
    return TaskScheduler(user="OFFICE\\alice", run=system)


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_systemd_gets_the_unit_enabled_and_restarted(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    said = systemd.install(spec)

    unit = tmp_path / "systemd/user/wfhagent.service"
    assert "runs now and starts with every log-in" in said
    assert str(unit) in said
    assert unit.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "autostart/wfhagent.desktop").exists()
    verbs = ("enable", "daemon-reload", "restart")
    assert system.verbs(*verbs) == list(verbs)


def test_before_the_first_log_in_the_unit_waits_for_it(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["systemctl --user daemon-reload"] = NO_BUS

    assert "starts with the next log-in" in systemd.install(spec)
    assert system.verbs("enable", "restart") == ["enable"]


def test_a_machine_without_systemd_gets_no_files(
    systemd: Systemd, system: FakeSystem, spec: ServiceSpec, tmp_path: Path
):
    system.answers["is-system-running"] = answered(1, out="offline\n")

    with pytest.raises(ServiceError, match="not started by systemd"):
        systemd.install(spec)

    assert everything_in(tmp_path) == set()


def test_a_user_without_a_bus_is_told_so(systemd: Systemd, system: FakeSystem, spec: ServiceSpec):
    systemd.install(spec)
    system.answers |= {"--user start": NO_BUS, "--user stop": NO_BUS, "is-active": NO_BUS}

    for asked in (systemd.start, systemd.stop, systemd.state):
        with pytest.raises(ServiceError, match="not logged in"):
            asked()
    assert "still runs ends with its session" in systemd.uninstall()


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
def test_systemd_is_asked_how_it_stands(
    enabled: int, active: int, state: State, systemd: Systemd, system: FakeSystem, spec: ServiceSpec
):
    systemd.install(spec)
    system.answers |= {"is-enabled": answered(enabled), "is-active": answered(active)}

    assert systemd.state() == state


def test_launchd_lets_the_old_agent_go_before_it_takes_the_new_one(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    def goes_on_the_third_question(command: list[str]) -> Completed:
        line = " ".join(command)
        done = system(command)
        asked = system.asked.count("launchctl print gui/501/wfhagent")
        return GONE if line == "launchctl print gui/501/wfhagent" and asked > 2 else done

    slow = Launchd(
        home=launchd.home,
        uid=501,
        run=lambda command: goes_on_the_third_question(list(command)),
        pause=launchd.pause,
    )

    assert "runs now" in slow.install(spec)
    verbs = ("bootout", "enable", "bootstrap")
    assert system.verbs(*verbs) == list(verbs)


def test_launchd_that_keeps_the_old_agent_is_reported(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    with pytest.raises(ServiceError, match="log out and in again"):
        launchd.install(spec)


def test_before_the_first_log_in_launchd_is_not_asked_to_load(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["launchctl print gui/501"] = GONE

    assert "starts with the next log-in" in launchd.install(spec)
    assert system.verbs("bootstrap") == []


@pytest.mark.parametrize(
    ("job", "disabled", "state"),
    [
        (
            answered(out="\tstate = running\n"),
            "",
            State(installed=True, enabled=True, running=True),
        ),
        (answered(out="\tstate = not running\n"), "", State(installed=True, enabled=True)),
        (GONE, '"wfhagent" => disabled', State(installed=True)),
        (GONE, '"wfhagent" => enabled', State(installed=True, enabled=True)),
    ],
)
def test_launchd_is_asked_how_it_stands(
    job: Completed,
    disabled: str,
    state: State,
    launchd: Launchd,
    system: FakeSystem,
    spec: ServiceSpec,
):
    system.answers["launchctl print gui/501"] = GONE
    launchd.install(spec)
    system.answers = {"print gui/501/": job, "print-disabled": answered(out=disabled)}

    assert launchd.state() == state


def test_launchd_starts_what_is_loaded_and_loads_what_is_not(
    launchd: Launchd, system: FakeSystem, spec: ServiceSpec
):
    system.answers["launchctl print gui/501"] = GONE
    launchd.install(spec)

    launchd.start()
    system.answers.clear()
    launchd.start()

    assert system.verbs("bootstrap", "kickstart") == ["bootstrap", "kickstart"]


def test_windows_gets_the_task_whose_file_is_gone_afterwards(
    tasks: TaskScheduler, system: FakeSystem, spec: ServiceSpec
):
    seen: list[Path] = []

    def registering(command: list[str]) -> Completed:
        if "/XML" in command:
            seen.append(Path(command[command.index("/XML") + 1]))
            ET.fromstring(seen[0].read_bytes())
        return system(command)

    said = TaskScheduler(user=tasks.user, run=lambda c: registering(list(c))).install(spec)

    assert "task wfhagent-alice" in said
    assert not seen[0].parent.exists()
    assert system.verbs("/Create", "/End", "/Run") == ["/Create", "/End", "/Run"]


def test_a_stopped_task_is_not_repeated(tasks: TaskScheduler, system: FakeSystem):
    tasks.stop()
    tasks.start()

    verbs = ("/DISABLE", "/End", "/ENABLE", "/Run")
    assert system.verbs(*verbs) == list(verbs)


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("4", State(installed=True, enabled=True, running=True)),
        ("3", State(installed=True, enabled=True)),
        ("1", State(installed=True)),
    ],
)
def test_windows_is_asked_in_numbers(
    number: str, state: State, tasks: TaskScheduler, system: FakeSystem
):
    system.answers["powershell"] = answered(out=f"{number}\r\n")

    assert tasks.state() == state


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
def test_what_is_not_there_is_said_and_is_no_error_to_remove(
    name: str,
    prepare: Callable[[FakeSystem], None],
    request: pytest.FixtureRequest,
    system: FakeSystem,
):
    manager: ServiceManager = request.getfixturevalue(name)
    prepare(system)

    assert "Nothing to remove" in manager.uninstall()
    assert manager.state() == State(installed=False)
    for asked in (manager.start, manager.stop):
        with pytest.raises(ServiceError, match="`wfhagent service install`"):
            asked()
