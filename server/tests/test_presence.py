"""Who is here now: derived from the last heartbeat, limited by role, and cheap to poll."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from wfhserver import background
from wfhserver.days import RetentionCalendar
from wfhserver.models.users import Role
from wfhserver.payload import LatestFacts
from wfhserver.presence.attention import (
    Health,
    attention_of,
    clock_of,
    health_of,
    queued_of,
    silence_of,
)
from wfhserver.presence.overview import PresenceOverview
from wfhserver.presence.rows import PresenceRow
from wfhserver.presence.states import State, limits, state_of
from wfhserver.storage.postgres.connection import Database
from wfhserver.testing import NOW, StillClock, TestServer, bearer, heartbeat_body, log_request

MINUTE = timedelta(minutes=1)
MANY = """
WITH people AS (INSERT INTO employees (username, created_at)
                SELECT 'user-' || n, now() FROM generate_series(1, 300) AS n
                RETURNING employee_id, username),
     machines AS (INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version,
                                      token_hash, enrolled_at)
                  SELECT gen_random_uuid(), employee_id, 'pc', '', '',
                         sha256(username::bytea), now() FROM people RETURNING agent_id)
INSERT INTO agent_presence (agent_id) SELECT agent_id FROM machines
"""
ASK = "Ask the employee, or revoke the device."
HTML = '"><img src=x onerror=alert(1)>'


@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (timedelta(0), State.ONLINE),
        (6 * MINUTE, State.ONLINE),
        (6 * MINUTE + timedelta(seconds=1), State.OVERDUE),
        (16 * MINUTE, State.OVERDUE),
        (16 * MINUTE + timedelta(seconds=1), State.OFFLINE),
        (-timedelta(hours=1), State.ONLINE),
    ],
)
def test_a_machine_is_online_for_an_interval_and_its_grace(ago: timedelta, state: State) -> None:
    assert state_of(NOW - ago, limits(NOW, MINUTE)) is state
    assert state_of(None, limits(NOW, MINUTE)) is State.NEVER


@pytest.mark.parametrize(
    "text", ["[]", '"text"', "null", '{"queued": {"a": 1}}', '{"refused": "9"}']
)
def test_counters_of_another_kind_count_nothing(text: str) -> None:
    health = health_of(text)

    assert (queued_of(health), attention_of(health)) == (0, [])


def test_what_is_wrong_on_a_machine_is_a_sentence() -> None:
    health = Health(
        queued_logs=1, queued_heartbeats=2, dropped_logs=3, failing={"geoip": "No file."}
    )

    assert queued_of(health) == 3
    assert attention_of(health) == [
        "3 detailed logs were dropped: the outbox was full. Free some of the device's disk.",
        "geoip fails: No file.",
    ]


@pytest.mark.parametrize(
    ("seen", "working_days", "sentence"),
    [
        # NOW is a Monday: these are Friday before, a week of work ago, and a month ago.
        (NOW - timedelta(days=3), None, None),
        (NOW - timedelta(days=7), None, None),
        (
            NOW - timedelta(days=10),
            None,
            "No heartbeat for 5 working days. Ask the employee, or revoke the device.",
        ),
        (
            NOW - timedelta(days=31),
            None,
            "No heartbeat for 20 working days. Ask the employee, or revoke the device.",
        ),
        (
            NOW - timedelta(days=31),
            ["sat", "sun"],
            "No heartbeat for 10 working days. Ask the employee, or revoke the device.",
        ),
        (NOW - timedelta(days=14), ["mon"], None),
        (
            NOW - timedelta(days=10),
            ["nonsense", 7],
            "No heartbeat for 5 working days. Ask the employee, or revoke the device.",
        ),
        (
            None,
            None,
            f"No heartbeat since it was enrolled 21 working days ago. {ASK}",
        ),
    ],
)
def test_a_long_silence_on_working_days_needs_attention(
    seen: datetime | None, working_days: Any, sentence: str | None
) -> None:
    health, enrolled_at = Health(working_days=working_days), NOW - timedelta(days=32)

    found = silence_of(seen, enrolled_at, health, limits(NOW, MINUTE))

    assert found == ([] if sentence is None else [sentence])


@pytest.mark.parametrize(
    ("skew", "sentences"),
    [
        (None, []),
        (120.0, []),
        (-600.0, ["Its clock is 10 minutes behind the server's. Have the system set it."]),
        (7200.0, ["Its clock is 120 minutes ahead of the server's. Have the system set it."]),
    ],
)
def test_a_wrong_clock_needs_attention(skew: float | None, sentences: list[str]) -> None:
    assert clock_of(skew) == sentences


def test_a_silent_device_is_named_in_both_lists_and_as_the_days_go_by(
    server: TestServer, enroll: Callable[..., dict[str, str]]
) -> None:
    token = enroll("alice", "bob")["alice"]
    server.clock.time += timedelta(days=8)
    headers = server.signed_in()
    server.clock.time -= timedelta(days=8)
    # It works on one day of the week only, and has reported so.
    heartbeat = heartbeat_body(
        username="alice", hostname="alice-pc", health={"working_days": ["mon"]}
    )

    async def scenario(client: httpx.AsyncClient) -> list[list[list[str]]]:
        async def attention() -> list[list[str]]:
            now = (await client.get("/api/presence", headers=headers)).json()["rows"]
            agents = (await client.get("/api/agents", headers=headers)).json()["rows"]
            assert [row["attention"] for row in now] == [row["attention"] for row in agents]
            return [row["attention"] for row in now]

        await client.post("/api/heartbeat", json=heartbeat, headers=bearer(token))
        found = [await attention()]
        server.clock.time += timedelta(hours=11, days=7)
        found.append(await attention())
        # Nothing but the date is another one.
        server.clock.time += timedelta(hours=2)
        found.append(await attention())
        return found

    at_once, late, a_day_later = server.run(scenario)

    assert at_once == [[], []]
    assert late == [[], []]
    never = f"No heartbeat since it was enrolled 5 working days ago. {ASK}"
    assert a_day_later == [[], [never]]


def test_a_row_ends_with_the_latest_facts_in_the_order_of_the_columns() -> None:
    names = LatestFacts.__struct_fields__

    assert PresenceRow.__struct_fields__[-len(names) :] == names


@pytest.fixture
def office(server: TestServer, enroll: Callable[..., dict[str, str]]) -> TestServer:
    """Three people: alice of Sales is here, bob of no team was, carl was never seen."""
    tokens = enroll("alice", "bob", "carl")

    async def scenario(client: httpx.AsyncClient) -> None:
        for name, waited in (("alice", 0), ("bob", 1000)):
            body = heartbeat_body(username=name, hostname=f"{name}-pc", queued_seconds=waited)
            if name == "alice":
                body["time_zone"] = "Europe/Lisbon"
            body["health"] = {"queued_logs": 1, "failing": {"screenshot": HTML}}
            await client.post("/api/heartbeat", json=body, headers=bearer(tokens[name]))
        log = log_request(tokens["alice"], username="alice", hostname="alice-pc")
        await client.post("/api/log", **log)

    server.run(scenario)
    server.add_user("mia", Role.MANAGER)
    return server


def ask(server: TestServer, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = server.request("GET", "/api/presence", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_everybody_is_there_with_a_state(office: TestServer) -> None:
    page = ask(office, office.signed_in())

    assert page["counts"] == {"online": 1, "overdue": 0, "offline": 1, "never": 1}
    alice, bob, carl = page["rows"]
    assert [row["username"] for row in page["rows"]] == ["alice", "bob", "carl"]
    assert [row["time_zone"] for row in page["rows"]] == ["Europe/Lisbon", None, None]
    assert (alice["state"], alice["teams"], alice["logs_today"]) == ("online", ["Sales"], 1)
    assert (bob["state"], bob["last_seen"]) == ("offline", "2026-11-23T11:43:20Z")
    assert (carl["state"], carl["last_seen"], carl["status"]) == ("never", None, None)
    # Whatever a device reports about itself is text.
    assert (alice["queued"], alice["attention"]) == (1, [f"screenshot fails: {HTML}"])


def test_a_search_a_team_and_a_state_narrow_the_rows(office: TestServer) -> None:
    headers = office.signed_in()
    team = office.value("SELECT team_id FROM teams")

    def names(**query: Any) -> list[str]:
        return [row["username"] for row in ask(office, headers, **query)["rows"]]

    assert names(search="ALI") == ["alice"]
    assert names(search="b-pc") == ["bob"]
    assert names(search="%") == []
    assert names(team=team) == ["alice"]
    assert names(state="never") == ["carl"]
    assert ask(office, headers, state="never")["counts"]["online"] == 1
    odd = office.request("GET", "/api/presence", params={"state": "here"}, headers=headers)
    assert (odd.status_code, odd.json()["field"]) == (422, "state")


def test_a_manager_sees_only_their_own_team(office: TestServer) -> None:
    headers = office.signed_in(Role.MANAGER)
    assert ask(office, headers)["rows"] == []

    office.execute(
        "INSERT INTO team_managers SELECT u.user_id, t.team_id FROM users AS u, teams AS t"
        " WHERE u.username = 'manager'"
    )

    page = ask(office, headers)
    assert [row["username"] for row in page["rows"]] == ["alice"]
    assert sum(page["counts"].values()) == 1


def test_a_revoked_machine_is_nobody(office: TestServer) -> None:
    office.execute("UPDATE agents SET revoked_at = now() WHERE hostname = 'bob-pc'")

    assert [row["username"] for row in ask(office, office.signed_in())["rows"]] == ["alice", "carl"]


def test_an_unchanged_page_is_answered_with_not_modified(office: TestServer) -> None:
    headers = office.signed_in()
    first = office.request("GET", "/api/presence", headers=headers)
    office.clock.time += timedelta(seconds=10)
    known = {**headers, "If-None-Match": first.headers["etag"]}

    again = office.request("GET", "/api/presence", headers=known)
    office.clock.time += 10 * MINUTE
    later = office.request("GET", "/api/presence", headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert (later.status_code, later.json()["counts"]["overdue"]) == (200, 1)
    assert first.headers["cache-control"] == "private, no-cache"


# Each of these changes what the page shows; another connection commits it.
CHANGES = (
    (
        "UPDATE agent_presence SET last_seen = '2026-11-23T12:00:30Z', status = 1"
        " WHERE agent_id = (SELECT max(agent_id) FROM agents)"
    ),
    """UPDATE agent_presence SET health = '{"refused": 2}'""",
    "UPDATE agent_presence SET time_zone = 'Asia/Tokyo'",
    "UPDATE agents SET revoked_at = now() WHERE hostname = 'bob-pc'",
    "UPDATE agents SET revoked_at = NULL",
    # Another device of somebody who has one; it sorts behind the first.
    """WITH added AS (INSERT INTO agents (agent_uuid, employee_id, hostname, platform,
                                         agent_version, token_hash, enrolled_at)
              SELECT gen_random_uuid(), employee_id, 'alice-laptop', 'Linux', '', '', now()
                FROM employees WHERE username = 'alice' RETURNING agent_id)
       INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added""",
    "UPDATE agents SET hostname = 'carl-laptop' WHERE hostname = 'carl-pc'",
    # One is erased and another enrolled: as many agents as before.
    """WITH erased AS (DELETE FROM agent_presence WHERE agent_id = (
                         SELECT agent_id FROM agents WHERE hostname = 'alice-laptop')
                       RETURNING agent_id)
       DELETE FROM agents WHERE agent_id IN (SELECT agent_id FROM erased);
       WITH added AS (INSERT INTO agents (agent_uuid, employee_id, hostname, platform,
                                          agent_version, token_hash, enrolled_at)
              SELECT gen_random_uuid(), employee_id, 'bob-laptop', 'Linux', '', '', now()
                FROM employees WHERE username = 'bob' RETURNING agent_id)
       INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added""",
    "UPDATE employees SET username = 'zoe' WHERE username = 'alice'",
    "UPDATE employees SET username = username || '.new'",
    "UPDATE teams SET name = 'Marketing'",
    (
        "INSERT INTO team_members SELECT employee_id, team_id FROM employees, teams"
        " WHERE username = 'bob.new'"
    ),
    "DELETE FROM team_members",
    "DELETE FROM employee_logs",
    (
        "DELETE FROM agent_presence WHERE agent_id = (SELECT min(agent_id) FROM agents);"
        " DELETE FROM agents WHERE agent_id = (SELECT min(agent_id) FROM agents)"
    ),
)


def test_what_is_kept_between_two_questions_is_what_the_database_has(office: TestServer) -> None:
    headers = office.signed_in()

    async def scenario(client: httpx.AsyncClient) -> None:
        async def current(**query: str) -> dict[str, Any]:
            answer = await client.get("/api/presence", params=query, headers=headers)
            found: dict[str, Any] = answer.json()
            return found

        before = await current()
        for change in CHANGES:
            await asyncio.to_thread(office.execute, change)
            cached = await current()
            # A search is answered without the cache, and "" is in every name.
            assert cached == await current(search=""), change
            assert cached != before, change
            before = cached
        office.clock.time += 10 * MINUTE
        later = await current()
        assert later == await current(search="")
        assert later["counts"] != before["counts"]

    office.run(scenario)


def test_a_worker_starts_and_goes_on_while_the_database_is_away() -> None:
    async def main() -> None:
        database = Database("postgresql://nobody@127.0.0.1:1/nothing", connections=1)
        await database.open()
        calendar = RetentionCalendar(clock=StillClock(), zone=UTC, retention_days=30)
        overview = PresenceOverview(database, calendar, MINUTE)
        reading = asyncio.create_task(overview.run())

        await overview.first_read()

        assert not reading.done()
        await background.end([reading])
        await database.close()

    asyncio.run(main())


def test_what_is_committed_late_is_seen(office: TestServer) -> None:
    headers = office.signed_in()
    write = "UPDATE agent_presence SET skew_seconds = {} WHERE agent_id = (SELECT {}(agent_id)"
    write += " FROM agents)"

    async def scenario(client: httpx.AsyncClient) -> list[list[float | None]]:
        async def skews() -> list[float | None]:
            rows = (await client.get("/api/presence", headers=headers)).json()["rows"]
            return [row["skew_seconds"] for row in rows]

        slow, quick = await asyncpg.connect(office.url), await asyncpg.connect(office.url)
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(write.format(1, "min"))
        # Later, and committed first.
        await quick.execute(write.format(2, "max"))
        during = await skews()
        await transaction.commit()
        after = await skews()
        for connection in (slow, quick):
            await connection.close()
        return [during, after]

    during, after = office.run(scenario)

    assert (during[0], during[-1]) == (0.0, 2.0)
    assert (after[0], after[-1]) == (1.0, 2.0)


def test_a_large_answer_goes_out_smaller(office: TestServer) -> None:
    headers = office.signed_in()
    office.execute(MANY)

    small = office.request("GET", "/api/presence", headers=headers)
    plain = office.request(
        "GET", "/api/presence", headers={**headers, "Accept-Encoding": "identity"}
    )

    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 5
    assert "content-encoding" not in plain.headers
    assert small.json() == plain.json()
    assert small.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_the_grace_can_be_set(office: TestServer) -> None:
    headers = office.signed_in()

    async def scenario(client: httpx.AsyncClient) -> Any:
        return (await client.get("/api/presence", headers=headers)).json()["counts"]

    assert office.run(scenario, presence_grace=700)["online"] == 2
