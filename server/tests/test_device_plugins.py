"""The plugins of one device: what it reported, and how they do by its last heartbeat."""

from typing import Any

import pytest
from server.tests.fact_plugins import DISK

from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body

HTTPS = {"name": "https", "kind": "transport", "origin": "built-in", "api": 1, "version": "0.1.0"}
PACK = {**DISK, "version": "1.2.0"}
HEALTH = {
    "failing": {"disk": "its process ended; it is asked again within the hour", "vpn": "not used"},
    "quarantine": {
        "disk": {
            "since": "2026-11-23T11:30:00Z",
            "until": "2026-11-23T12:30:00Z",
            "why": "its process ended",
        }
    },
    "restart_pending": ["disk", "holidays"],
}


def beat(server: TestServer, token: str, name: str = "alice", **fields: Any) -> None:
    body = heartbeat_body(username=name, hostname=f"{name}-pc", **fields)
    answer = server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))
    assert answer.status_code == 200, answer.text


def agent_of(server: TestServer, name: str) -> int:
    return int(server.value("SELECT agent_id FROM agents WHERE hostname = $1", f"{name}-pc"))


def get(server: TestServer, path: str, headers: Any = None, **query: Any) -> Any:
    return server.request("GET", path, params=query, headers=headers or server.signed_in())


def plugins_of(server: TestServer, name: str, headers: Any = None) -> Any:
    return get(server, f"/api/agents/{agent_of(server, name)}/plugins", headers)


def test_each_plugin_has_version_origin_hash_and_state(server: TestServer) -> None:
    token = server.agent_token("alice", "alice-pc")
    beat(server, token, plugins=[PACK, HTTPS], health=HEALTH)

    found = plugins_of(server, "alice").json()

    disk, holidays, https, vpn = found["plugins"]
    assert (disk["version"], disk["origin"], disk["sha256"], disk["facts"]) == (
        "1.2.0",
        "drop-in",
        "a" * 64,
        5,
    )
    assert disk["problem"] == "its process ended"
    assert disk["quarantined_since"] == "2026-11-23T11:30:00Z"
    assert disk["quarantined_until"] == "2026-11-23T12:30:00Z"
    assert (disk["restart_pending"], https["restart_pending"]) == (True, False)
    assert (holidays["name"], holidays["kind"], holidays["restart_pending"]) == (
        "holidays",
        None,
        True,
    )
    assert (https["kind"], https["problem"], https["sha256"]) == ("transport", "", "")
    assert (vpn["name"], vpn["problem"]) == ("vpn", "not used")
    assert found["hostname"] == "alice-pc"
    assert found["reported_at"] == found["last_seen"]


@pytest.mark.parametrize(
    "health",
    [
        None,
        {"failing": 5, "quarantine": [1], "restart_pending": "all"},
        {"failing": {"...": "and 3 more"}, "quarantine": {"disk": {"since": "soon"}}},
    ],
)
def test_a_health_that_says_nothing_of_plugins_leaves_the_report(
    server: TestServer, health: Any
) -> None:
    beat(server, server.agent_token("alice", "alice-pc"), plugins=[HTTPS], health=health)

    (https,) = plugins_of(server, "alice").json()["plugins"]

    assert (https["name"], https["problem"], https["quarantined_since"]) == ("https", "", None)


def test_a_device_that_has_reported_nothing_has_no_plugins(server: TestServer) -> None:
    server.agent_token("alice", "alice-pc")

    found = plugins_of(server, "alice").json()

    assert (found["plugins"], found["reported_at"]) == ([], None)


def test_devices_are_filtered_by_what_their_plugins_do(server: TestServer, enroll: Any) -> None:
    tokens = enroll("alice", "bob", "carol")
    beat(server, tokens["alice"], "alice", health=HEALTH)
    beat(server, tokens["bob"], "bob", health={"failing": {"vpn": "not used"}})
    beat(server, tokens["carol"], "carol", health={"restart_pending": ["vpn"]})

    admin = server.signed_in()
    answers = {
        which: get(server, "/api/agents", admin, plugins=which).json()["rows"]
        for which in ("failing", "quarantine", "restart_pending")
    }
    found = {which: [row["username"] for row in rows] for which, rows in answers.items()}

    assert found == {
        "failing": ["alice", "bob"],
        "quarantine": ["alice"],
        "restart_pending": ["alice", "carol"],
    }
    assert get(server, "/api/agents", admin, plugins="fine").status_code == 422


def test_a_manager_sees_the_plugins_of_their_teams_only(server: TestServer, enroll: Any) -> None:
    enroll("alice", "bob")
    manager = server.signed_in(Role.MANAGER, "mia")
    server.execute("INSERT INTO team_managers SELECT user_id, team_id FROM users, teams")

    assert plugins_of(server, "alice", manager).status_code == 200
    assert plugins_of(server, "bob", manager).status_code == 404


def test_a_key_for_facts_reads_the_plugins_of_a_device(server: TestServer) -> None:
    server.agent_token("alice", "alice-pc")
    new = {"label": "inventory", "scope": "facts", "expires_days": 30}
    made = server.request("POST", "/api/keys", json=new, headers=server.signed_in()).json()

    found = plugins_of(server, "alice", bearer(made["key"]))

    assert (found.status_code, found.json()["plugins"]) == (200, [])
