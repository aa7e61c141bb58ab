"""What programs get: by keys of each scope, as docs/api-keys.md shows, and by webhooks."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from server.tests.mail_catcher import WebhookReceiver, webhook_receiver
from server.tests.test_channels import LOOPBACK, create

from wfhserver.audit.log import Entry, record
from wfhserver.models.users import Scope
from wfhserver.testing import NOW, TestServer, bearer, log_request
from wfhserver.testing.browser import serving

PAGE = Path(__file__).parents[2] / "docs" / "api-keys.md"
EXAMPLES = re.findall(r"(?ms)^## (.+?)\n.*?```sh\n(.*?)```", PAGE.read_text("utf-8"))
SCOPES = {"Audit log": Scope.AUDIT}
# What each scope may read.
READABLE = {
    Scope.PRESENCE: {"/api/presence"},
    Scope.EMPLOYEES: {"/api/employees", "/api/employees/{employee}"},
    Scope.ATTENDANCE: {"/api/attendance", "/api/exports/attendance.csv"},
    Scope.LOGS: {"/api/logs", "/api/logs/{log}"},
    Scope.FACTS: {"/api/facts", "/api/fact-alerts", "/api/fact-rules"},
    Scope.ALERTS: {"/api/alerts"},
    Scope.AUDIT: {"/api/audit", "/api/audit/export.jsonl"},
    Scope.EXPORT: {"/api/exports/logs.csv"},
}
NEVER = {
    "/api/logs/{log}/screenshot",
    "/api/logs/{log}/thumbnail",
    "/api/employees/{employee}/days/2026-11-23",
    "/api/channels",
    "/api/messages",
    "/api/alert-rules",
    "/api/subscription",
    "/api/keys",
    "/api/users",
}


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in()


@pytest.fixture
def key_of(server: TestServer, admin: dict[str, str]) -> Callable[[Scope], str]:
    def make(scope: Scope) -> str:
        new = {"label": f"program {scope}", "scope": scope}
        answer = server.request("POST", "/api/keys", json=new, headers=admin)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["key"])

    return make


@pytest.fixture
def receiver(server: TestServer) -> Iterator[WebhookReceiver]:
    server.settings["outgoing_networks"] = LOOPBACK
    with webhook_receiver() as found:
        yield found


def events(receiver: WebhookReceiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in receiver.requests]


@pytest.mark.parametrize(("title", "command"), EXAMPLES, ids=[each for each, _ in EXAMPLES])
def test_the_examples_of_the_page_work(
    server: TestServer, key_of: Callable[[Scope], str], title: str, command: str
) -> None:
    token = server.agent_token()
    assert server.request("POST", "/api/log", **log_request(token)).status_code == 201
    key = key_of(SCOPES.get(title) or Scope(title.lower()))
    server.answer_checks.clear()
    with serving(server) as address:
        done = subprocess.run(
            ["sh", "-euc", command],
            env={"WFHSERVER": address, "KEY": key, "PATH": "/usr/bin:/bin", "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers
    if title in ("Presence", "Employees", "Attendance", "Logs"):
        assert [row["username"] for row in answers[0]["rows"]] == ["alice"]


def test_the_page_has_an_example_of_each_new_call() -> None:
    assert [title for title, _ in EXAMPLES] == [
        "Presence",
        "Employees",
        "Attendance",
        "Logs",
        "Alerts",
        "Audit log",
    ]


def test_a_key_reads_what_its_scope_says_and_nothing_else(
    server: TestServer, key_of: Callable[[Scope], str]
) -> None:
    token = server.agent_token()
    logged = server.request("POST", "/api/log", **log_request(token))
    assert logged.status_code == 201
    listed = server.request("GET", "/api/logs", headers=bearer(key_of(Scope.LOGS))).json()
    names = {
        "log": listed["rows"][0]["log_id"],
        "employee": server.value("SELECT employee_id FROM employees"),
    }
    paths = NEVER.union(*READABLE.values())

    for scope, readable in READABLE.items():
        headers = bearer(key_of(scope))
        found = {
            path
            for path in paths
            if server.request("GET", path.format(**names), headers=headers).status_code == 200
        }
        assert found == readable, scope


def test_what_a_key_reads_of_logs_is_on_record_with_its_label(
    server: TestServer, key_of: Callable[[Scope], str]
) -> None:
    server.request("POST", "/api/log", **log_request(server.agent_token()))
    server.request("GET", "/api/logs", headers=bearer(key_of(Scope.LOGS)))

    actors = [row[0] for row in server.rows("SELECT actor FROM audit WHERE action = 'log.list'")]
    assert actors == ["user:admin key:program logs"]


def test_the_audit_log_is_read_to_its_end_with_a_cursor(
    server: TestServer, key_of: Callable[[Scope], str]
) -> None:
    headers = bearer(key_of(Scope.AUDIT))
    for number in range(5):
        server.sql(add_entry, Entry(actor="user:anna", action=f"test.{number}"))
    seen, after = [], 0
    while True:
        path = f"/api/audit/export.jsonl?after={after}&limit=2"
        lines = server.request("GET", path, headers=headers).text.splitlines()
        if not lines:
            break
        entries = [json.loads(line) for line in lines]
        seen += entries
        after = entries[-1]["audit_id"]

    assert [each["audit_id"] for each in seen] == list(range(1, 7))
    assert [each["previous_hash"] for each in seen[1:]] == [each["hash"] for each in seen[:-1]]


async def add_entry(connection: Any, entry: Entry) -> None:
    async with connection.transaction():
        await record(connection, entry, NOW)


def test_a_webhook_gets_events_of_devices_in_their_order(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    create(server, admin, kind="webhook", address=receiver.url, topics=["devices"])
    token = server.enrollment_token(use_limit=5)
    agent = {
        "username": "alice",
        "hostname": "laptop-7",
        "platform": "Linux",
        "agent_version": "0.1.0",
    }
    for number in range(2):
        body = {**agent, "agent_id": f"00000000-0000-4000-8000-00000000000{number}"}
        enrolled = server.request("POST", "/api/enroll", json=body, headers=bearer(token))
        assert enrolled.status_code == 201, enrolled.text
    server.check_alerts()
    first, second = server.rows("SELECT agent_id FROM agents ORDER BY agent_id")
    server.request("POST", f"/api/agents/{first[0]}/revoke", headers=admin)
    server.clock.pause(60)
    number = server.value("SELECT token_id FROM enrollment_tokens")
    path = f"/api/enrolment-tokens/{number}/revoke"
    revoked = server.request("POST", path, json={"with_agents": True}, headers=admin)
    assert revoked.status_code in (200, 204), revoked.text
    for _ in range(2):
        server.check_alerts()
        server.deliver()

    assert [each["type"] for each in events(receiver)] == [
        *["device.enrolled"] * 2,
        *["device.revoked"] * 2,
    ]
    assert [each["data"]["agent_id"] for each in events(receiver)] == [*first, *second] * 2
    assert events(receiver)[0]["data"] == {
        "agent_id": first[0],
        "employee_id": server.value("SELECT employee_id FROM employees"),
        "username": "alice",
        "hostname": "laptop-7",
        "by": f"enrollment_token:e{number}",
    }


def test_a_webhook_gets_approvals(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    create(server, admin, kind="webhook", address=receiver.url, topics=["devices"])
    server.sql(
        add_entry,
        Entry(
            actor="user:anna",
            action="enrolment.approve",
            details={"username": "eve", "hostname": "eve-pc"},
        ),
    )
    server.check_alerts()
    server.deliver()

    (event,) = events(receiver)
    assert event["type"] == "device.approved"
    assert (event["data"]["username"], event["data"]["by"]) == ("eve", "user:anna")


def test_a_webhook_gets_the_audit_log_without_a_gap_after_an_outage(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    create(server, admin, kind="webhook", address=receiver.url, topics=["audit"])
    receiver.status = 500
    for number in range(3):
        server.sql(add_entry, Entry(actor="user:anna", action=f"test.{number}"))
        server.check_alerts()
        server.deliver()
    receiver.status = 200
    receiver.requests.clear()
    server.clock.time += timedelta(hours=1)
    server.deliver()

    numbers = [
        entry["audit_id"] for event in events(receiver) for entry in event["data"]["entries"]
    ]
    # The first entry is that of the channel itself.
    assert numbers == [1, 2, 3, 4]


def test_a_webhook_gets_alerts_as_data(
    server: TestServer, admin: dict[str, str], receiver: WebhookReceiver
) -> None:
    create(server, admin, kind="webhook", address=receiver.url, topics=["alerts"])
    server.check_alerts({"geoip": "It cannot be read."})
    server.check_alerts()
    server.deliver()

    raised, resolved = events(receiver)
    assert (raised["type"], resolved["type"]) == ("alert.raised", "alert.resolved")
    assert raised["data"] == {
        "alert_id": raised["data"]["alert_id"],
        "kind": "server",
        "text": "It cannot be read.",
        "employee": None,
        "device": None,
        "raised_at": "2026-11-23T12:00:00Z",
        "resolved_at": None,
    }
    assert resolved["data"]["resolved_at"] == "2026-11-23T12:00:00Z"
