"""The server learns which plugins are in use: once, and again after a change."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.agent.loopback import MONDAY, LoopbackServer, MakeAgent, let_pass
from tests.drop_ins import collector, drop

from wfhagent.testing import StaticClock


def reports(server: LoopbackServer) -> list[list[dict[str, Any]]]:
    return [each["plugins"] for each in server.heartbeats if "plugins" in each]


def test_the_first_heartbeat_of_a_device_says_what_each_plugin_declares(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=1))

    assert "plugins" in server.heartbeats[0]
    (reported,) = reports(server)
    picture, who = (one for one in reported if one["kind"] == "collector")
    assert (picture["name"], picture["origin"], picture["occasions"]) == (
        "picture", "drop-in", ["detailed_log"],
    )  # fmt: skip
    assert len(picture["sha256"]) == 64
    assert picture["facts"] == [
        {"name": "screenshot", "what": "Screen", "why": "Presence", "personal": "direct"}
    ]
    assert [fact["name"] for fact in who["facts"]] == ["username", "hostname"]


def test_a_restart_says_nothing_new_and_a_new_plugin_is_reported(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer, tmp_path: Path
):
    for hour in (1, 2, 3):
        let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=hour))
    before = len(reports(server))
    drop(tmp_path / "plugins", "battery.py", collector())
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=4))

    assert before == 1
    assert [one["name"] for one in reports(server)[1] if one["origin"] == "drop-in"] == [
        "battery",
        "picture",
    ]


def test_a_report_that_could_not_be_sent_comes_later(
    make_agent: MakeAgent, clock: StaticClock, server: LoopbackServer
):
    server.down = True
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=1))
    server.down = False
    let_pass(make_agent(), clock, until=MONDAY + timedelta(hours=2))

    assert len({str(each) for each in reports(server)}) == 1
