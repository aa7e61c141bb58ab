"""Health of the fleet: versions, systems, and settings that differ from those agreed on."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.agent_versions import version_of
from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body

AGREED, OTHER = "a" * 64, "b" * 64
LAPTOPS: dict[str, tuple[str, str, Any]] = {
    "alice": ("0.9.0", "Windows-11-10.0.22631-SP0", AGREED),
    "bob": ("0.10.0", "Windows-10-10.0.19045-SP0", AGREED),
    "carol": ("0.10.0", "macOS-14.4-arm64-arm-64bit", OTHER),
    "dave": ("0.2.0", "Linux-6.1.0-x86_64", None),
    "erin": ("0.2.0", "FreeBSD-14", "not a fingerprint"),
}


class Fleet:
    """The laptops on a server, seen a minute apart, and an administrator who asks."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.admin = server.signed_in()
        enrollment = server.enrollment_token()

        async def report(client: httpx.AsyncClient) -> None:
            for name, (version, platform, settings) in LAPTOPS.items():
                server.clock.pause(60)
                who = {"username": name, "hostname": f"{name}-pc", "agent_version": version}
                body = {"agent_id": str(uuid4()), "platform": platform, **who}
                made = await client.post("/api/enroll", json=body, headers=bearer(enrollment))
                now, health = server.clock.now().isoformat(), {"settings": settings}
                beat = heartbeat_body(timestamp=now, health=health, **who)
                headers = bearer(made.json()["token"])
                answer = await client.post("/api/heartbeat", json=beat, headers=headers)
                assert answer.is_success, answer.text

        server.run(report)

    def ask(self, path: str, **query: Any) -> Any:
        return self.server.request("GET", path, params=query, headers=self.admin)

    def names(self, **query: Any) -> list[str]:
        answer = self.ask("/api/agents", **query)
        assert answer.status_code == 200, answer.text
        return [row["username"] for row in answer.json()["rows"]]

    def agree(self, fingerprint: str, label: str, headers: Any = None) -> httpx.Response:
        path = f"/api/fleet/settings/{fingerprint}"
        return self.server.request(
            "PUT", path, json={"label": label}, headers=headers or self.admin
        )


@pytest.fixture
def fleet(server: TestServer) -> Fleet:
    return Fleet(server)


def test_devices_are_counted_by_version_system_and_settings(fleet: Fleet) -> None:
    found = fleet.ask("/api/fleet").json()

    assert found["devices"] == 5
    assert [(each["version"], each["devices"]) for each in found["versions"]] == [
        ("0.10.0", 2),
        ("0.9.0", 1),
        ("0.2.0", 2),
    ]
    assert {each["system"]: each["devices"] for each in found["systems"]} == {
        "windows": 2,
        "macos": 1,
        "linux": 1,
        "other": 1,
    }
    assert [(each["fingerprint"], each["devices"]) for each in found["settings"]] == [
        (None, 2),
        (AGREED, 2),
        (OTHER, 1),
    ]
    assert found["settings"][1]["versions"] == ["0.10.0", "0.9.0"]
    assert found["differing"] == 0, "nothing is agreed on yet"


def test_settings_are_marked_as_agreed_and_the_devices_that_differ_are_listed(
    fleet: Fleet,
) -> None:
    assert fleet.agree(AGREED, "Works agreement 2026").status_code == 204

    found = fleet.ask("/api/fleet").json()
    agreement = found["settings"][1]["agreement"]
    assert (agreement["label"], agreement["agreed_by"]) == ("Works agreement 2026", "user:admin")
    assert found["differing"] == 1
    assert fleet.names(settings="differs") == ["carol"]
    assert fleet.names(settings=AGREED) == ["alice", "bob"]
    assert fleet.names(settings="unknown") == ["dave", "erin"]


def test_a_mark_is_renamed_and_removed_and_each_is_on_record(fleet: Fleet) -> None:
    fleet.agree(OTHER, "First")
    fleet.agree(OTHER, "Second")
    path, headers = f"/api/fleet/settings/{OTHER}", fleet.admin

    assert fleet.server.request("DELETE", path, headers=headers).status_code == 204
    assert fleet.server.request("DELETE", path, headers=headers).json()["code"] == "not_found"

    rows = fleet.ask("/api/audit").json()["rows"]
    assert [
        (row["action"], row["details"]["label"]) for row in rows if "settings." in row["action"]
    ] == [
        ("settings.withdraw", "Second"),
        ("settings.agree", "Second"),
        ("settings.agree", "First"),
    ]


def test_agreed_settings_that_no_device_has_stay_on_the_list(fleet: Fleet) -> None:
    fleet.agree("c" * 64, "Before the update")

    last = fleet.ask("/api/fleet").json()["settings"][-1]

    assert (last["devices"], last["agreement"]["label"]) == (0, "Before the update")


@pytest.mark.parametrize("fingerprint", ["A" * 64, "agreed"])
def test_what_is_no_fingerprint_cannot_be_marked(fleet: Fleet, fingerprint: str) -> None:
    answer = fleet.agree(fingerprint, "Works agreement")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER])
def test_only_administrators_mark_settings(fleet: Fleet, role: Role) -> None:
    assert fleet.agree(AGREED, "Mine", fleet.server.signed_in(role)).status_code == 403


def test_devices_older_than_the_minimum_are_outdated(fleet: Fleet) -> None:
    minimum = {"minimum_agent_version": version_of("0.9")}

    def scenario_of(path: str, **query: Any) -> Any:
        async def scenario(client: httpx.AsyncClient) -> Any:
            return (await client.get(path, params=query, headers=headers)).json()

        return fleet.server.run(scenario, **minimum)

    headers = fleet.admin
    found = scenario_of("/api/fleet")

    assert found["minimum_version"] == "0.9"
    assert [each["state"] for each in found["versions"]] == ["current", "current", "too_old"]
    rows = scenario_of("/api/agents", outdated="true")["rows"]
    assert [row["username"] for row in rows] == ["dave", "erin"]


def test_filters_find_devices_by_version_system_and_state(fleet: Fleet) -> None:
    assert fleet.names(version="0.10.0") == ["bob", "carol"]
    assert fleet.names(system="windows") == ["alice", "bob"]
    assert fleet.names(system="windows", version="0.9.0") == ["alice"]
    by_state = {
        state: fleet.names(state=state) for state in ("online", "overdue", "offline", "never")
    }
    rows = fleet.ask("/api/agents").json()["rows"]
    assert {row["username"]: row["state"] for row in rows} == {
        name: state for state, found in by_state.items() for name in found
    }
    assert sorted(by_state["online"] + by_state["overdue"]) == sorted(LAPTOPS)


ORDERS = {
    "employee": ["alice", "bob", "carol", "dave", "erin"],
    "device": ["alice", "bob", "carol", "dave", "erin"],
    "last_seen": ["alice", "bob", "carol", "dave", "erin"],
    "enrolled": ["alice", "bob", "carol", "dave", "erin"],
    "version": ["dave", "erin", "alice", "bob", "carol"],
}


def test_every_order_goes_over_all_pages(fleet: Fleet) -> None:
    async def walk(client: httpx.AsyncClient, sort: str, *, descending: bool) -> list[str]:
        query = {"sort": sort, "descending": str(descending).lower(), "limit": "2"}
        found = []
        while True:
            answer = await client.get("/api/agents", params=query, headers=fleet.admin)
            found += [row["username"] for row in answer.json()["rows"]]
            page = answer.json()["next_page"]
            if page is None:
                return found
            query["page"] = page

    async def scenario(client: httpx.AsyncClient) -> None:
        for sort, expected in ORDERS.items():
            assert await walk(client, sort, descending=False) == expected, sort
            assert await walk(client, sort, descending=True) == expected[::-1], sort

    fleet.server.run(scenario)


def test_a_page_of_another_order_is_refused_in_a_sentence(fleet: Fleet) -> None:
    page = fleet.ask("/api/agents", limit=2).json()["next_page"]

    answer = fleet.ask("/api/agents", limit=2, page=page, sort="last_seen")

    assert (answer.status_code, answer.json()["field"]) == (422, "page")
