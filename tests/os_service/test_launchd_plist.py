"""The LaunchAgent, as launchd reads it."""

import plistlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wfhagent.os_service.launchd import render_agent
from wfhagent.os_service.unit import ICON, ServiceSpec

WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
LOG = Path("/Users/alice/Library/Logs/wfhagent.log")


def test_the_agent_starts_at_log_in_and_again_when_it_failed(spec: ServiceSpec):
    plist = plistlib.loads(render_agent(spec, LOG).encode())

    assert plist == {
        "Label": "wfhagent",
        "ProgramArguments": list(spec.command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30,
        "ExitTimeOut": 30,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Standard",
        "Umask": 0o077,
        "StandardErrorPath": str(LOG),
    }


@given(words=st.lists(WORDS))
def test_every_path_comes_through(words: list[str]):
    spec = ServiceSpec(program=["/opt/wfhagent", *words])

    plist = plistlib.loads(render_agent(spec, LOG).encode())

    assert plist["ProgramArguments"] == list(spec.command)


def test_the_icon_is_not_throttled(spec: ServiceSpec):
    assert plistlib.loads(render_agent(spec, None, ICON).encode())["ProcessType"] == "Interactive"


def test_a_job_of_a_bundle_is_shown_under_its_name(spec: ServiceSpec):
    bundled = ServiceSpec(program=["/Library/x/wfhagent.app/Contents/MacOS/wfhagent"])

    key = "AssociatedBundleIdentifiers"
    assert plistlib.loads(render_agent(bundled, None).encode())[key] == "org.wfhagent.agent"
    assert key not in plistlib.loads(render_agent(spec, None).encode())
