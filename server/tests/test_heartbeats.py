"""Heartbeats in PostgreSQL: history, presence, and nothing twice."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from wfhserver.models.users import Role
from wfhserver.storage.interface import HeartbeatChanges, PresenceChange
from wfhserver.storage.postgres.storage import PostgresStorage
from wfhserver.testing import (
    NOW,
    Send,
    TestServer,
    bearer,
    heartbeat_body,
    log_request,
    screenshot_bytes,
)
from wfhserver.tokens import hash_of

PRESENCE = """
SELECT p.last_seen, s.name, p.last_seq, p.skew_seconds, p.agent_version, p.health, p.extra,
       p.time_zone
  FROM agent_presence AS p LEFT JOIN heartbeat_statuses AS s USING (status)
"""

_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE pid <> pg_backend_pid() AND application_name = 'wfhserver' AND datname = current_database()
"""


@pytest.fixture
def send(server: TestServer) -> Send:
    """Send heartbeats of alice."""
    headers = bearer(server.agent_token())
    return lambda heartbeats: server.request(
        "POST", "/api/heartbeat", json=heartbeats, headers=headers
    )


def test_the_view_shows_the_history_flat(server: TestServer, send: Send) -> None:
    send(heartbeat_body(status="idle", timestamp="2026-11-23T10:00:00+01:00"))

    assert server.rows(
        'SELECT username, hostname, status, "timestamp" FROM heartbeats_by_employee'
    ) == [("alice", "laptop-7", "idle", NOW - timedelta(hours=3))]


def test_presence_is_computed_with_the_servers_clock(server: TestServer, send: Send) -> None:
    ahead = (NOW + timedelta(seconds=30)).isoformat()

    send(
        heartbeat_body(
            timestamp=ahead, queued_seconds=10, seq=7, agent_version="1", health={"queued": 0}
        )
    )

    [(seen, status, seq, skew, version, health, extra, zone)] = server.rows(PRESENCE)
    assert seen == NOW - timedelta(seconds=10)
    assert (status, seq, skew, version, extra, zone) == ("online", 7, 40.0, "1", None, None)
    assert json.loads(health) == {"queued": 0}


def test_a_backlog_fills_the_history_and_moves_presence_nowhere(
    server: TestServer, send: Send
) -> None:
    send(heartbeat_body(status="online", seq=10, health={"queued": 1}))
    before = server.rows(PRESENCE)

    send([heartbeat_body(status="idle", seq=11, queued_seconds=600, health={"queued": 9})])

    assert server.value("SELECT count(*) FROM employee_heartbeats") == 2
    assert [row[:2] + row[3:] for row in server.rows(PRESENCE)] == [
        row[:2] + row[3:] for row in before
    ]
    assert server.rows(PRESENCE)[0][2] == 11


def test_within_one_array_the_latest_heartbeat_is_the_presence(
    server: TestServer, send: Send
) -> None:
    send(
        [
            heartbeat_body(status="locked", seq=1, queued_seconds=5),
            heartbeat_body(status="online", seq=2, queued_seconds=900, extra={"idle": {"s": 1}}),
        ]
    )

    [(seen, status, seq, *_, extra, _zone)] = server.rows(PRESENCE)
    assert (seen, status, seq) == (NOW - timedelta(seconds=5), "locked", 2)
    assert json.loads(extra) == {"idle": {"s": 1}}


def test_the_zone_is_the_newest_one_and_stays_when_none_is_sent(
    server: TestServer, send: Send
) -> None:
    def zone() -> Any:
        return server.rows(PRESENCE)[0][-1]

    send(heartbeat_body(time_zone="Europe/Lisbon"))
    assert zone() == "Europe/Lisbon"
    send(heartbeat_body(queued_seconds=600, time_zone="Asia/Tokyo"))
    send(heartbeat_body())
    assert zone() == "Europe/Lisbon"
    # Of the shape of a name, and in no list of this server's: the agent's list may be newer.
    send(
        [
            heartbeat_body(time_zone="Mars/Olympus_Mons"),
            heartbeat_body(queued_seconds=60, time_zone="+05:45"),
        ]
    )
    assert zone() == "Mars/Olympus_Mons"


@pytest.mark.parametrize(
    ("timestamp", "queued", "stored"),
    [
        ("2026-10-24T00:00:00Z", None, NOW - timedelta(days=30, hours=12)),
        ("2026-10-23T23:59:59Z", None, NOW),
        ("2026-11-24T12:00:00Z", None, NOW + timedelta(days=1)),
        ("2026-11-24T12:00:01Z", None, NOW),
        ("1970-01-01T00:00:00Z", 60, NOW - timedelta(seconds=60)),
        ("0001-01-01T00:00:00+14:00", 1e300, NOW),
        ("9999-12-31T23:59:59-14:00", 0, NOW),
    ],
)
def test_a_moment_outside_the_kept_days_is_replaced_by_the_servers(
    server: TestServer, send: Send, timestamp: str, queued: float | None, stored: Any
) -> None:
    waited = {} if queued is None else {"queued_seconds": queued}

    answer = send(heartbeat_body(timestamp=timestamp, **waited))

    assert answer.status_code == 200
    assert server.rows('SELECT "timestamp" FROM employee_heartbeats') == [(stored,)]


@pytest.mark.parametrize("wrong_by", [timedelta(days=-1), timedelta(days=1), timedelta(hours=2)])
def test_a_laptop_whose_clock_is_wrong_was_on_when_it_was(
    server: TestServer, send: Send, wrong_by: timedelta
) -> None:
    waited = timedelta(minutes=10)
    claimed = NOW + wrong_by - waited

    send(heartbeat_body(timestamp=claimed.isoformat(), queued_seconds=waited.total_seconds()))

    assert server.rows('SELECT "timestamp" FROM employee_heartbeats') == [(NOW - waited,)]
    assert server.rows(PRESENCE)[0][3] == wrong_by.total_seconds()


def test_missed_slots_are_kept_once_with_their_last_reason(server: TestServer, send: Send) -> None:
    slot = {"workday": "2026-11-20", "slot": 2, "reason": "off"}

    send(heartbeat_body(missed=[slot, {**slot, "reason": "asleep from 17:02"}]))
    # Of the others, the first is no longer kept, and the second would be kept for ever.
    others = [{**slot, "workday": day} for day in ("2020-01-01", "9999-12-31")]
    # Of a laptop whose clock was ahead when it took them: that day will have no others.
    refused = {**slot, "workday": "2026-11-26", "reason": "refused by the server"}
    send(heartbeat_body(missed=[{**slot, "reason": "off from 17:02"}, refused, *others]))

    assert server.rows(
        "SELECT workday::text, slot, reason FROM employee_missed_logs ORDER BY 1"
    ) == [
        ("2026-11-20", 2, "off from 17:02"),
        ("2026-11-26", 2, "refused by the server"),
    ]


def test_a_slot_whose_log_is_here_is_not_missed(server: TestServer) -> None:
    token = server.agent_token()
    slot = {"workday": "2026-11-20", "reason": "off"}
    server.request("POST", "/api/log", **log_request(token, workday=slot["workday"], slot=2))

    missed = [{**slot, "slot": 1}, {**slot, "slot": 2}]
    answer = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(missed=missed), headers=bearer(token)
    )

    assert answer.status_code == 200
    assert server.rows("SELECT slot FROM employee_missed_logs") == [(1,)]


def test_many_agents_at_once_are_few_transactions(server: TestServer) -> None:
    people = {name: server.agent_token(name) for name in (f"user{n}" for n in range(40))}
    before = server.value("SELECT count(DISTINCT xmin::text) FROM employee_heartbeats")

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(
            *(
                client.post(
                    "/api/heartbeat",
                    json=heartbeat_body(username=name, seq=1),
                    headers=bearer(token),
                )
                for name, token in people.items()
            )
        )

    answers = server.run(scenario)

    assert [answer.json()["accepted"] for answer in answers] == [1] * 40
    assert server.value("SELECT count(*) FROM employee_heartbeats") == 40
    commits = server.value("SELECT count(DISTINCT xmin::text) FROM employee_heartbeats") - before
    assert commits < 10


def test_one_bad_token_in_a_batch_spoils_nobody_elses_heartbeat(server: TestServer) -> None:
    good = server.agent_token()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        tokens = [good, "wfha_unknown", good]
        return await asyncio.gather(
            *(
                client.post("/api/heartbeat", json=heartbeat_body(seq=n + 1), headers=bearer(token))
                for n, token in enumerate(tokens)
            )
        )

    assert [answer.status_code for answer in server.run(scenario)] == [200, 401, 200]


def test_two_workers_with_the_same_retry_store_it_once(server: TestServer) -> None:
    headers = bearer(server.agent_token())
    heartbeats = [heartbeat_body(seq=n) for n in range(1, 21)]

    async def scenario(first: httpx.AsyncClient, second: httpx.AsyncClient) -> Any:
        clients = [first, second] * 10
        return await asyncio.gather(
            *(client.post("/api/heartbeat", json=heartbeats, headers=headers) for client in clients)
        )

    answers = server.run_two(scenario)

    assert sum(answer.json()["accepted"] for answer in answers) == 20
    assert server.value("SELECT count(*) FROM employee_heartbeats") == 20


def test_a_revoked_agent_is_refused_by_every_worker_at_once(server: TestServer) -> None:
    token = server.agent_token()

    async def scenario(*workers: httpx.AsyncClient) -> list[list[int]]:
        async def ask() -> list[int]:
            answers = [
                await worker.post("/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
                for worker in workers
            ]
            return [answer.status_code for answer in answers]

        before = await ask()
        await asyncio.to_thread(server.revoke, token)
        return [before, await ask()]

    assert server.run_two(scenario) == [[200, 200], [401, 401]]


HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows",
    "'; DROP TABLE agents; --",
    '=HYPERLINK("http://evil")',
    "<script>alert(1)</script>",
    "%00%2e%2e%2f",
    "\u202egnp.exe",
    "{{7*7}}${7*7}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_is_in_it(server: TestServer, name: str) -> None:
    enrollment = {
        "agent_id": str(uuid4()),
        "username": name,
        "hostname": name,
        "platform": name,
        "agent_version": name,
    }
    enrolled = server.request(
        "POST", "/api/enroll", json=enrollment, headers=bearer(server.enrollment_token())
    )
    token = enrolled.json()["token"]
    fields = {"username": name, "hostname": name}

    heartbeat = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(**fields), headers=bearer(token)
    )
    logged = server.request("POST", "/api/log", **log_request(token, screenshot_bytes(), **fields))

    assert (enrolled.status_code, heartbeat.status_code, logged.status_code) == (201, 200, 201)
    # Nothing of it is lost but what cannot be seen.
    shown = name.replace("\u202e", "")
    for view in ("heartbeats_by_employee", "logs_by_employee"):
        assert server.rows(f"SELECT username, hostname FROM {view}") == [(shown, shown)]
    folder = server.settings["data_directory"] / "screenshots"
    assert {path.parent for path in server.files()} == {folder / "2026-11-23"}
    page = server.request("GET", "/")
    assert "<script>alert" not in page.text


def test_what_another_worker_changed_meanwhile_is_decided_again(server: TestServer) -> None:
    token_hash = hash_of(server.agent_token())
    other_hash = hash_of(server.agent_token("bob"))

    async def main() -> tuple[set[int], set[int]]:
        one, two = (PostgresStorage(server.url or "", connections=1) for _ in range(2))
        hashes = [token_hash, other_hash]
        try:
            async with one.heartbeats() as slow:
                found = await slow.find_agents(hashes)
                async with two.heartbeats() as quick:
                    same = await quick.find_agents([token_hash])
                    await quick.apply(changes_of([same[token_hash].agent_id]))
                ids = sorted(found[each].agent_id for each in hashes)
                return await slow.apply(changes_of(ids)), {found[token_hash].agent_id}
        finally:
            await one.close()
            await two.close()

    stale, expected = asyncio.run(main())

    assert stale == expected
    assert server.rows("SELECT username FROM heartbeats_by_employee ORDER BY username") == [
        ("alice",),
        ("bob",),
    ]


def changes_of(agent_ids: list[int]) -> HeartbeatChanges:
    """Return the first heartbeat, with a seq, of each."""
    presence = [PresenceChange(each, NOW, "online", 0.0, last_seq=7) for each in agent_ids]
    count = len(agent_ids)
    return HeartbeatChanges([NOW] * count, agent_ids, ["online"] * count, presence, [], [])


def test_a_connection_lost_between_batches_costs_one_refusal_and_no_heartbeat(
    server: TestServer,
) -> None:
    headers = bearer(server.agent_token())

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        first = await client.post("/api/heartbeat", json=heartbeat_body(seq=1), headers=headers)
        await asyncio.to_thread(server.execute, _CUT)
        again = [
            await client.post("/api/heartbeat", json=heartbeat_body(seq=2), headers=headers)
            for _ in range(3)
        ]
        return [first, *again]

    answers = server.run(scenario)

    assert answers[-1].status_code == 200
    assert all(answer.status_code in (200, 503) for answer in answers)
    assert server.value("SELECT count(*) FROM employee_heartbeats") == 2


def test_a_flood_of_new_statuses_ends_as_other(server: TestServer, send: Send) -> None:
    send([heartbeat_body(status=f"s{n}", seq=n + 1) for n in range(999)])
    send([heartbeat_body(status=f"t{n}", seq=n + 1001) for n in range(999)])

    assert server.value("SELECT count(*) FROM heartbeat_statuses") == 1000
    other = "SELECT count(*) FROM heartbeats_by_employee WHERE status = 'other'"
    assert server.value(other) == 999 + 1
    assert send(heartbeat_body(status="online")).status_code == 200


def test_when_a_device_was_awake_on_a_day_without_its_logs_comes_back_as_moments(
    server: TestServer,
) -> None:
    awake = {"awake_from": "2026-11-20T09:02:00+01:00", "awake_until": "2026-11-20T11:36:00+01:00"}
    beyond = {"awake_from": "0001-01-01T00:00:00+14:00", "awake_until": "9999-12-31T23:59:59-14:00"}
    missed = [
        {"workday": "2026-11-20", "slot": 1, "reason": "off", **awake},
        {"workday": "2026-11-20", "slot": 2, "reason": "off", **beyond},
        {"workday": "2026-11-19", "slot": 1, "reason": "of an older agent"},
    ]
    token = server.agent_token()
    server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(missed=missed), headers=bearer(token)
    )
    headers = server.signed_in(Role.ADMIN)
    employee = server.value("SELECT employee_id FROM employees")

    page = server.request("GET", "/api/logs?kind=missed", headers=headers).json()["rows"]
    day = server.request(
        "GET", f"/api/employees/{employee}/days/2026-11-20", headers=headers
    ).json()

    found = [(row["workday"], row["slot"], row["awake_from"], row["awake_until"]) for row in page]
    assert found == [
        ("2026-11-20", 2, None, None),
        ("2026-11-20", 1, "2026-11-20T08:02:00Z", "2026-11-20T10:36:00Z"),
        ("2026-11-19", 1, None, None),
    ]
    slots = [(slot["awake_from"], slot["awake_until"]) for slot in day["agents"][0]["slots"]]
    assert slots == [("2026-11-20T08:02:00Z", "2026-11-20T10:36:00Z"), (None, None)]
