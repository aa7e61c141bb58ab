"""The task is valid by the schema in [MS-TSCH] 2.5, which Windows uses as well."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhagent.os_service.runner import run_command
from wfhagent.os_service.task_scheduler import TaskScheduler
from wfhagent.os_service.task_xml import ALL_USERS, NAMESPACE, Audience, one_user, render_task
from wfhagent.os_service.unit import AGENT, ICON, Job, ServiceError, ServiceSpec

USER = "OFFICE\\alice & Bób"
SID = "S-1-5-21-1004336348-1177238915-682003330-1001"
ALICE = one_user(SID)
TRIGGER = ("Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit")
"""The sequence of the base type of all triggers; each kind adds its own elements behind it."""
SCHEMA: Mapping[str, tuple[str, ...]] = {
    "Task": ("RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"),
    # A choice without bounds: any order.
    "Triggers": ("LogonTrigger", "TimeTrigger"),
    "LogonTrigger": (*TRIGGER, "UserId", "Delay"),
    "TimeTrigger": (*TRIGGER, "RandomDelay"),
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
    tasks = TaskScheduler(user=USER, sid=lambda: SID, run=run_command)
    (definition,) = tasks.definitions(spec)
    assert definition.content[:2] in {b"\xff\xfe", b"\xfe\xff"}, "UTF-16 with its mark"
    return ET.fromstring(definition.content)


def text_at(task: ET.Element, path: str) -> str | None:
    return task.findtext(path, namespaces={"": NAMESPACE})


@pytest.mark.parametrize("audience", [ALICE, ALL_USERS])
@pytest.mark.parametrize("job", [AGENT, ICON])
def test_every_element_is_one_of_the_schema_in_its_order(
    audience: Audience, job: Job, spec: ServiceSpec
):
    """Most of the types are xs:all, without an order; ours is that of the schema anyway."""
    task = ET.fromstring(render_task(spec, audience, job).encode("utf-16"))

    assert (task.tag, task.get("version")) == (f"{{{NAMESPACE}}}Task", "1.2")
    for element in task.iter():
        children = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        allowed = SCHEMA.get(element.tag.removeprefix(f"{{{NAMESPACE}}}"), ())
        assert children == [name for name in allowed if name in children]
        assert len(set(children)) == len(children)


DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
BOOLEAN = re.compile("true|false")
TYPES: Mapping[str, re.Pattern[str]] = {
    "Interval": DURATION,
    "ExecutionTimeLimit": DURATION,
    "StartBoundary": DATE_TIME,
    "MultipleInstancesPolicy": re.compile("Parallel|Queue|IgnoreNew|StopExisting"),
    "LogonType": re.compile("S4U|Password|InteractiveToken|InteractiveTokenOrPassword"),
    "RunLevel": re.compile("LeastPrivilege|HighestAvailable"),
    "Priority": re.compile("[0-9]|10"),
    "UserId": re.compile(r"S-1-5-[-\d]+"),
    "GroupId": re.compile(r"S-1-5-[-\d]+"),
}
TEXTS = {"Author", "Description", "Command", "Arguments"}


@pytest.mark.parametrize("audience", [ALICE, ALL_USERS])
def test_every_value_is_of_the_type_that_the_schema_gives_it(audience: Audience, spec: ServiceSpec):
    task = ET.fromstring(render_task(spec, audience).encode("utf-16"))

    for element in task.iter():
        name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        if len(element) == 0 and name not in TEXTS:
            assert TYPES.get(name, BOOLEAN).fullmatch(element.text or ""), name


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Triggers/LogonTrigger/UserId", SID),
        # In the past, so that it repeats from the moment of the installation.
        ("Triggers/TimeTrigger/StartBoundary", "2020-01-01T00:00:00"),
        ("Triggers/TimeTrigger/Repetition/Interval", "PT5M"),
        ("Triggers/TimeTrigger/Repetition/Duration", None),
        ("Principals/Principal/UserId", SID),
        ("Principals/Principal/LogonType", "InteractiveToken"),
        ("Principals/Principal/RunLevel", "LeastPrivilege"),
        ("Settings/MultipleInstancesPolicy", "IgnoreNew"),
        ("Settings/RestartOnFailure", None),
        ("Settings/Priority", "6"),
        ("Settings/DisallowStartIfOnBatteries", "false"),
        ("Settings/StopIfGoingOnBatteries", "false"),
        ("Settings/ExecutionTimeLimit", "PT0S"),
        ("Settings/Hidden", "false"),
        ("Settings/Enabled", "true"),
    ],
)
def test_the_task_runs_all_day_as_its_user_and_hides_nothing(
    path: str, value: str | None, spec: ServiceSpec
):
    assert text_at(parsed(spec), path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Triggers/LogonTrigger/UserId", None),
        ("Triggers/TimeTrigger/Repetition/Interval", "PT15M"),
        ("Principals/Principal/GroupId", "S-1-5-32-545"),
        ("Principals/Principal/UserId", None),
        ("Principals/Principal/LogonType", None),
        ("Principals/Principal/RunLevel", "LeastPrivilege"),
        ("Settings/MultipleInstancesPolicy", "Parallel"),
    ],
)
def test_the_task_of_all_users_starts_one_agent_in_each_session(
    path: str, value: str | None, spec: ServiceSpec
):
    task = ET.fromstring(render_task(spec, ALL_USERS).encode("utf-16"))

    assert text_at(task, path) == value


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


def test_the_compiled_agent_opens_no_console_window():
    spec = ServiceSpec(program=[r"C:\Program Files\wfhagent\wfhagent.exe"])

    for audience in (ALICE, ALL_USERS):
        task = ET.fromstring(render_task(spec, audience).encode("utf-16"))
        command = text_at(task, "Actions/Exec/Command")
        assert command == r"C:\Program Files\wfhagent\wfhagentw.exe"


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

    task = ET.fromstring(render_task(spec, ALICE).encode("utf-16"))

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
        render_task(ServiceSpec(program=[f"C:\\{name}\\wfhagent.exe"]), ALICE)
