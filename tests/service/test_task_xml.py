"""The task, held to the schema in [MS-TSCH] 2.5, which Windows checks it against."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.service.runner import run_command
from wfhagent.service.task_scheduler import NAMESPACE, TaskScheduler, render_task
from wfhagent.service.unit import ServiceError, ServiceSpec

USER = "OFFICE\\alice & Bób"
LOGON_TRIGGER = (
    "Enabled",
    "StartBoundary",
    "EndBoundary",
    "Repetition",
    "ExecutionTimeLimit",
    "UserId",
    "Delay",
)
"""The base type's sequence, then what a logon trigger adds; all the others are xs:all."""
SCHEMA: Mapping[str, tuple[str, ...]] = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"),
    "Triggers": ("LogonTrigger",),
    "LogonTrigger": LOGON_TRIGGER,
    "Repetition": ("Interval", "Duration", "StopAtDurationEnd"),
    "RegistrationInfo": ("Author", "Description"),
    "Principals": ("Principal",),
    "Principal": ("UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"),
    "Settings": (
        "AllowStartOnDemand",
        "RestartOnFailure",
        "MultipleInstancesPolicy",
        "DisallowStartIfOnBatteries",
        "StopIfGoingOnBatteries",
        "AllowHardTerminate",
        "StartWhenAvailable",
        "NetworkProfileName",
        "RunOnlyIfNetworkAvailable",
        "WakeToRun",
        "Enabled",
        "Hidden",
        "DeleteExpiredTaskAfter",
        "IdleSettings",
        "NetworkSettings",
        "ExecutionTimeLimit",
        "Priority",
        "RunOnlyIfIdle",
    ),
    "RestartOnFailure": ("Interval", "Count"),
    "IdleSettings": ("Duration", "WaitTimeout", "StopOnIdleEnd", "RestartOnIdle"),
    "Actions": ("Exec",),
    "Exec": ("Command", "Arguments", "WorkingDirectory"),
}


def parsed(spec: ServiceSpec) -> ET.Element:
    (definition,) = TaskScheduler(user=USER, run=run_command).definitions(spec)
    assert definition.content[:2] in {b"\xff\xfe", b"\xfe\xff"}, "UTF-16 with its mark"
    return ET.fromstring(definition.content)


def text_at(task: ET.Element, path: str) -> str | None:
    return task.findtext(path, namespaces={"": NAMESPACE})


def test_every_element_is_one_of_the_schema_in_its_order(spec: ServiceSpec):
    task = parsed(spec)

    assert (task.tag, task.get("version")) == (f"{{{NAMESPACE}}}Task", "1.2")
    for element in task.iter():
        children = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        allowed = SCHEMA.get(element.tag.removeprefix(f"{{{NAMESPACE}}}"), ())
        assert children == [name for name in allowed if name in children]
        assert len(set(children)) == len(children)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Triggers/LogonTrigger/UserId", USER),
        ("Triggers/LogonTrigger/Repetition/Interval", "PT5M"),
        ("Principals/Principal/UserId", USER),
        ("Principals/Principal/LogonType", "InteractiveToken"),
        ("Principals/Principal/RunLevel", "LeastPrivilege"),
        ("Settings/MultipleInstancesPolicy", "IgnoreNew"),
        ("Settings/RestartOnFailure/Interval", "PT1M"),
        ("Settings/DisallowStartIfOnBatteries", "false"),
        ("Settings/StopIfGoingOnBatteries", "false"),
        ("Settings/ExecutionTimeLimit", "PT0S"),
        ("Settings/Hidden", "false"),
        ("Settings/Enabled", "true"),
    ],
)
def test_the_task_runs_all_day_as_its_user_and_hides_nothing(
    path: str, value: str, spec: ServiceSpec
):
    assert text_at(parsed(spec), path) == value


def test_the_action_runs_as_the_principal_of_the_task(spec: ServiceSpec):
    task = parsed(spec)

    principal = task.find("Principals/Principal", {"": NAMESPACE})
    actions = task.find("Actions", {"": NAMESPACE})
    assert principal is not None
    assert actions is not None
    assert principal.get("id") == actions.get("Context") == "Author"


def test_an_interpreter_opens_no_console_window():
    spec = ServiceSpec(program=[r"C:\Program Files\wfh agent\python.exe", "-m", "wfhagent"])

    task = parsed(spec)

    assert text_at(task, "Actions/Exec/Command") == r"C:\Program Files\wfh agent\pythonw.exe"
    assert text_at(task, "Actions/Exec/Arguments") == "-m wfhagent run --quiet"


def as_windows_reads(arguments: str) -> list[str]:
    """Return the words a program gets (Microsoft: "Parsing C command-line arguments")."""
    words: list[str] = []
    word, begun, quoted, slashes = "", False, False, 0
    for character in f"{arguments} ":
        if character == "\\":
            slashes, begun = slashes + 1, True
            continue
        if character == '"':
            word += "\\" * (slashes // 2) + '"' * (slashes % 2)
            quoted = quoted != (slashes % 2 == 0)
            begun = True
        elif character in " \t" and not quoted:
            words += [word + "\\" * slashes] if begun else []
            word, begun = "", False
        else:
            word, begun = word + "\\" * slashes + character, True
        slashes = 0
    return words


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="%$\ufffe\uffff"), min_size=1
)


@given(program=NAMES, words=st.lists(NAMES))
def test_every_path_comes_through(program: str, words: list[str]):
    file = f"{program}-agent.exe"
    spec = ServiceSpec(program=[file, *words])

    task = ET.fromstring(render_task(spec, USER).encode("utf-16"))

    assert text_at(task, "Actions/Exec/Command") == file
    arguments = text_at(task, "Actions/Exec/Arguments")
    assert arguments is not None
    assert as_windows_reads(arguments) == [*words, "run", "--quiet"]


def test_a_path_with_a_space_and_a_backslash_stays_one_argument():
    spec = ServiceSpec(program=["wfhagent.exe", "C:\\a b\\"])

    assert text_at(parsed(spec), "Actions/Exec/Arguments") == r'"C:\a b\\" run --quiet'


@pytest.mark.parametrize("name", ["%TEMP%", "$(Arg0)"])
def test_what_windows_would_replace_is_refused(name: str):
    with pytest.raises(ServiceError, match="variable"):
        render_task(ServiceSpec(program=[f"C:\\{name}\\wfhagent.exe"]), USER)
