"""Tasks for all users of a Windows computer, and processes that run from a folder."""

from pathlib import Path

import pytest
from tests.os_service.fake_system import Completed, FakeSystem, answered

from wfhagent.os_service.all_users import AllUsers, end_agents
from wfhagent.os_service.unit import ServiceError, ServiceSpec

PROGRAM = r"C:\Program Files\wfhagent\wfhagent.exe"


@pytest.fixture
def service(system: FakeSystem, tmp_path: Path) -> AllUsers:
    return AllUsers(
        run=system, folder=tmp_path / "wfhagent", is_trusted=lambda _path: True, pid=4711
    )


def test_install_protects_the_folder_and_starts_agent_and_icon(
    service: AllUsers, system: FakeSystem
):
    message = service.install(ServiceSpec(program=[PROGRAM]))

    verbs = ["icacls", "/Create", "/Run"]
    assert system.verbs(*verbs) == ["icacls", "icacls", "/Create", "/Create", "/Run", "/Run"]
    assert [line.split()[3] for line in system.commands if "/Create" in line] == [
        "wfhagent",
        "wfhagent-tray",
    ]
    assert "Task Scheduler tasks: wfhagent, wfhagent-tray" in message


def test_nobody_signed_in_is_no_reason_to_fail_and_a_refused_task_is(
    service: AllUsers, system: FakeSystem
):
    system.answers["/Run"] = answered(1, err="ERROR: nobody is signed in")
    service.install(ServiceSpec(program=[PROGRAM]))

    system.answers["/Create"] = answered(1, err="ERROR: Access is denied.")
    with pytest.raises(ServiceError, match="Access is denied"):
        service.install(ServiceSpec(program=[PROGRAM]))


def test_uninstall_removes_the_tasks_before_it_ends_what_they_would_start_again(
    service: AllUsers, system: FakeSystem
):
    service.uninstall(PROGRAM)

    assert system.verbs("/End", "/Delete", "powershell") == [
        *("/End", "/Delete", "/End", "/Delete", "powershell"),
    ]
    assert "Where-Object Id -ne 4711 | Stop-Process -Force" in system.commands[-1]


def test_tasks_that_are_gone_are_no_error(service: AllUsers, system: FakeSystem):
    system.answers["/Query"] = answered(1)

    assert "Removed" in service.uninstall(PROGRAM)
    assert system.verbs("/End", "/Delete") == []


def test_only_programs_of_the_folder_are_ended():
    command = end_agents("C:\\Program Files\\wfhagent\\")

    assert command.startswith("Get-Process wfhagent,wfhagentw ")
    assert (
        r"Path -in 'C:\Program Files\wfhagent\wfhagent.exe',"
        r"'C:\Program Files\wfhagent\wfhagentw.exe'" in command
    )


def test_definitions_are_what_is_registered(service: AllUsers, system: FakeSystem):
    seen: list[bytes] = []

    def registering(command: list[str]) -> Completed:
        if "/XML" in command:
            seen.append(Path(command[command.index("/XML") + 1]).read_bytes())
        return system(command)

    spec = ServiceSpec(program=[PROGRAM])
    AllUsers(
        run=lambda words: registering(list(words)),
        folder=service.folder,
        is_trusted=service.is_trusted,
        pid=1,
    ).install(spec)

    assert seen == [definition.content for definition in service.definitions(spec)]
