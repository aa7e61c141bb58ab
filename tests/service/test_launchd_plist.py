"""The LaunchAgent, as launchd reads it."""

import plistlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wfhagent.service.launchd import render_agent
from wfhagent.service.unit import ServiceSpec

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
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardErrorPath": str(LOG),
    }


@given(words=st.lists(WORDS))
def test_every_path_comes_through(words: list[str]):
    spec = ServiceSpec(program=["/opt/wfhagent", *words])

    plist = plistlib.loads(render_agent(spec, LOG).encode())

    assert plist["ProgramArguments"] == list(spec.command)
