"""Which plugins a device has is kept, as far as what it reports is right."""

import json
from datetime import timedelta
from typing import Any

import pytest

from wfhserver.retention.run import RetentionResult
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

BATTERY: dict[str, Any] = {
    "name": "battery",
    "kind": "collector",
    "origin": "drop-in",
    "api": 1,
    "sha256": "a" * 64,
    "occasions": ["detailed_log"],
    "facts": [
        {"name": "percent", "what": "Charge", "why": "Updates", "personal": "no", "type": "int"}
    ],
}
HTTPS = {"name": "https", "kind": "transport", "origin": "built-in", "api": 1, "version": "0.1.0"}


def report(server: TestServer, token: str, plugins: Any, seq: int) -> int:
    body = heartbeat_body(plugins=plugins, seq=seq)
    return server.request("POST", "/api/heartbeat", json=body, headers=bearer(token)).status_code


def kept(server: TestServer) -> Any:
    rows = server.rows(
        "SELECT plugins::text FROM agent_plugins JOIN plugin_sets USING (plugin_set_id)"
    )
    return [json.loads(text) for (text,) in rows]


def test_the_last_report_of_a_device_is_kept(server: TestServer) -> None:
    token = server.agent_token()

    answers = [
        report(server, token, [BATTERY], 1),
        report(server, token, None, 2),
        report(server, token, [BATTERY, HTTPS], 3),
        report(server, token, [BATTERY], 3),  # Sent again.
    ]

    assert answers == [200] * 4
    assert kept(server) == [[BATTERY, HTTPS]]


@pytest.mark.parametrize(
    "wrong",
    [
        5,
        {"name": "x"},
        {**BATTERY, "kind": "virus"},
        {**BATTERY, "facts": [{"name": "p"}]},
        {**BATTERY, "facts": [{**BATTERY["facts"][0], "type": "picture"}]},
        {**BATTERY, "facts": BATTERY["facts"] * 101},
        {**BATTERY, "name": "😀" * 65},
    ],
)
def test_what_is_wrong_with_one_costs_neither_the_heartbeat_nor_the_others(
    server: TestServer, wrong: Any
) -> None:
    assert report(server, server.agent_token(), [wrong, HTTPS], 1) == 200
    assert kept(server) == [[HTTPS]]
    assert server.value("SELECT count(*) FROM employee_heartbeats") == 1


@pytest.mark.parametrize("wrong", [5, "all", {"battery": BATTERY}, [BATTERY] * 201 + [5]])
def test_a_report_of_another_shape_or_length_costs_no_heartbeat(
    server: TestServer, wrong: Any
) -> None:
    assert report(server, server.agent_token(), wrong, 1) == 200
    assert kept(server) in ([], [[BATTERY] * 200])


def test_it_goes_with_the_facts_of_a_silent_device(own_server: TestServer, forget: Any) -> None:
    token = own_server.agent_token()
    report(own_server, token, [BATTERY], 1)
    own_server.clock.time = NOW + timedelta(days=30)
    early = kept(own_server)
    own_server.clock.time = NOW + timedelta(days=31)
    result: RetentionResult = forget(own_server)

    assert early == [[BATTERY]]
    assert kept(own_server) == []
    assert result.failures == {}
