"""Commands to the Task Scheduler."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.os_service.fake_system import Completed, FakeSystem, answered

from wfhagent.os_service.task_scheduler import TaskScheduler
from wfhagent.os_service.unit import ServiceError, ServiceSpec, State


def test_windows_gets_the_task_whose_file_is_gone_afterwards(
    tasks: TaskScheduler, system: FakeSystem, spec: ServiceSpec
):
    seen: list[Path] = []

    def registering(command: list[str]) -> Completed:
        if "/XML" in command:
            seen.append(Path(command[command.index("/XML") + 1]))
            ET.fromstring(seen[0].read_bytes())
        return system(command)

    message = TaskScheduler(
        user=tasks.user, sid=tasks.sid, run=lambda c: registering(list(c))
    ).install(spec)

    assert "task wfhagent-alice" in message
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


@pytest.mark.parametrize("answer", ["", "\r\n", "Ready\r\n"])
def test_a_state_that_powershell_does_not_give_is_not_guessed(
    answer: str, tasks: TaskScheduler, system: FakeSystem
):
    system.answers["powershell"] = answered(out=answer)

    with pytest.raises(ServiceError, match="PowerShell did not give the state of task wfh"):
        tasks.state()
