"""The audit: one chain for all writers, every tampering found, shown to the person concerned."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from wfhserver.audit.log import Audit, Entry, Verdict, has_hash, record, remove_before, verify
from wfhserver.models.users import Role
from wfhserver.storage.postgres.connection import Database
from wfhserver.testing import NOW, TestServer, bearer

FORMULA = '=HYPERLINK("https://evil.example")'
HTML = "<script>alert(1)</script>"
SQL = "'; DROP TABLE audit; --"


def write(server: TestServer, *entries: Entry) -> None:
    async def all_of_them(connection: Any) -> None:
        for entry in entries:
            async with connection.transaction():
                await record(connection, entry, server.clock.now())

    server.sql(all_of_them)


def verdict_of(server: TestServer) -> Verdict:
    verdict: Verdict = server.sql(verify)
    return verdict


def viewed(*employee_ids: int, actor: str = "user:anna") -> Entry:
    return Entry(actor=actor, action="screenshot.view", employee_ids=list(employee_ids))


@pytest.fixture
def alice(server: TestServer) -> int:
    """The number of the employee alice."""
    server.agent_token("alice")
    number: int = server.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    return number


def test_many_writers_at_once_make_one_chain(server: TestServer) -> None:
    async def at_once() -> None:
        one = Database(server.url or "", connections=5)
        two = Database(server.url or "", connections=5)
        await asyncio.gather(one.open(), two.open())
        audits = [Audit(one, server.clock), Audit(two, server.clock)]
        await asyncio.gather(*(audits[n % 2].record(viewed(n)) for n in range(40)))
        await asyncio.gather(one.close(), two.close())

    asyncio.run(at_once())

    verdict = verdict_of(server)
    assert (verdict.rows, verdict.last_id, verdict.problem) == (40, 40, None)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET actor = 'user:eve' WHERE audit_id = 3", "Row 3 was changed"),
        ("UPDATE audit SET reason = 'x' WHERE audit_id = 3", "Row 3 was changed"),
        ("UPDATE audit SET employee_ids = '{}' WHERE audit_id = 3", "Row 3 was changed"),
        ("UPDATE audit SET at = at + interval '1 us' WHERE audit_id = 3", "Row 3 was changed"),
        ("""UPDATE audit SET details = '{"a": 1}' WHERE audit_id = 3""", "Row 3 was changed"),
        ("DELETE FROM audit WHERE audit_id = 1", "Row 1 is missing"),
        ("DELETE FROM audit WHERE audit_id = 3", "Row 3 is missing"),
        ("DELETE FROM audit WHERE audit_id = 5", "The chain ends at row 4"),
        ("DELETE FROM audit", "The chain ends at row 0"),
        (
            (
                "UPDATE audit SET audit_id = 9 WHERE audit_id = 2;"
                "UPDATE audit SET audit_id = 2 WHERE audit_id = 3;"
                "UPDATE audit SET audit_id = 3 WHERE audit_id = 9"
            ),
            "Row 2 does not follow",
        ),
        (
            (
                "INSERT INTO audit SELECT 6, at, actor, action, employee_ids, reason, details,"
                " hash, hash FROM audit WHERE audit_id = 5"
            ),
            "Row 6 was changed",
        ),
    ],
)
def test_what_was_done_to_the_record_is_found(
    server: TestServer, tampering: str, found: str
) -> None:
    write(server, *(viewed(n) for n in range(1, 6)))
    assert verdict_of(server).problem is None

    server.execute(tampering)

    assert found in (verdict_of(server).problem or "")


def test_a_rewritten_chain_is_not_the_one_that_was_noted(server: TestServer) -> None:
    write(server, viewed(1), viewed(2))
    noted = bytes.fromhex(verdict_of(server).last_hash)
    server.execute("DELETE FROM audit; UPDATE audit_head SET last_id = 0, last_hash = ''")
    write(server, viewed(1), viewed(3))

    assert verdict_of(server).problem is None
    assert server.sql(has_hash, 2, noted) is False


def test_what_is_forgotten_by_its_age_breaks_nothing(server: TestServer) -> None:
    write(server, viewed(1), viewed(2))
    noted = bytes.fromhex(verdict_of(server).last_hash)
    server.clock.time += timedelta(days=400)
    write(server, viewed(3))

    forgotten = server.sql(remove_before, NOW + timedelta(days=1), server.clock.now())
    write(server, viewed(4))

    assert forgotten == 2
    verdict = verdict_of(server)
    assert (verdict.rows, verdict.removed, verdict.problem) == (3, 2, None)
    assert server.rows("SELECT actor, action FROM audit WHERE audit_id = 4") == [
        ("server", "audit.retention")
    ]
    assert server.sql(has_hash, 2, noted) is True
    server.execute("DELETE FROM audit WHERE audit_id = 3")
    assert "Row 3 is missing" in (verdict_of(server).problem or "")


def test_a_change_and_its_row_are_stored_together_or_not_at_all(server: TestServer) -> None:
    headers = server.signed_in()
    body = {"username": "bert", "password": "long enough for it", "role": "auditor"}

    added = server.request("POST", "/api/users", json=body, headers=headers)
    again = server.request("POST", "/api/users", json=body, headers=headers)

    assert (added.status_code, again.status_code) == (201, 409)
    assert server.rows("SELECT actor, action, details FROM audit") == [
        ("user:admin", "user.add", '{"user":"bert","role":"auditor"}')
    ]
    assert "long enough" not in str(server.rows("SELECT * FROM audit"))


def test_people_see_who_looked_at_their_own_data_and_nothing_of_others(server: TestServer) -> None:
    tokens = {name: server.agent_token(name) for name in ("alice", "bob")}
    ids = dict(server.rows("SELECT username, employee_id FROM employees"))
    write(
        server,
        viewed(ids["alice"]),
        viewed(ids["bob"], actor="user:bert"),
        Entry(
            actor="user:anna",
            action="export.csv",
            employee_ids=list(ids.values()),
            reason="payroll",
            details={"names": ["alice", "bob"]},
        ),
    )

    rows = server.request("GET", "/api/audit/mine", headers=bearer(tokens["alice"])).json()["rows"]

    assert [(row["actor"], row["action"], row["reason"]) for row in rows] == [
        ("user:anna", "export.csv", "payroll"),
        ("user:anna", "screenshot.view", None),
    ]
    assert "bob" not in str(rows)


def test_auditors_read_page_after_page(server: TestServer, alice: int) -> None:
    headers = server.signed_in(Role.AUDITOR)
    write(server, *(viewed(alice if n % 2 else 99) for n in range(1, 8)))

    async def scenario(client: httpx.AsyncClient) -> list[list[int]]:
        pages, before = [], {}
        while True:
            wanted = {"employee_id": alice, "limit": 3, **before}
            page = (await client.get("/api/audit", params=wanted, headers=headers)).json()
            pages.append([row["audit_id"] for row in page["rows"]])
            if page["next_before"] is None:
                return pages
            before = {"before": page["next_before"]}

    assert server.run(scenario) == [[7, 5, 3], [1]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "ann"}, [4, 3, 1]),
        ({"person": "ANN", "as": "viewer"}, [3, 1]),
        ({"person": "anna", "as": "viewed"}, [4]),
        ({"person": "boss", "as": "viewer"}, [4]),
        ({"person": "bob"}, [3]),
        ({"person": "bob", "as": "viewer"}, []),
        ({"person": "ann", "action": "log.view"}, [4, 3]),
        ({"person": "user"}, []),
        ({"person": "%"}, []),
    ],
)
def test_a_person_is_found_by_a_part_of_the_name_as_viewer_and_as_viewed(
    server: TestServer, query: dict[str, str], found: list[int]
) -> None:
    for name in ("joanna", "bob"):
        server.agent_token(name, hostname=f"{name}-pc")
    numbers = dict(server.rows("SELECT username, employee_id FROM employees"))
    write(
        server,
        Entry(actor="user:anna", action="team.add"),
        Entry(actor="cli:root", action="user.add"),
        Entry(actor="user:anna", action="log.view", employee_ids=[numbers["bob"]]),
        Entry(actor="user:boss", action="log.view", employee_ids=[numbers["joanna"]]),
    )

    answer = server.request("GET", "/api/audit", params=query, headers=server.signed_in())

    assert [row["audit_id"] for row in answer.json()["rows"]] == found


def test_the_dashboard_has_words_for_every_action_that_is_put_on_record() -> None:
    sources = Path(__file__).parents[1]
    words = (sources / "dashboard/src/lib/actions.ts").read_text("utf-8")
    written = "\n".join(path.read_text("utf-8") for path in (sources / "src").rglob("*.py"))
    known = set(re.findall(r'"([a-z_]+\.[a-z_]+)":', words))
    # An action is a noun and a verb; other dotted words of these nouns are names of files.
    nouns = "|".join({action.partition(".")[0] for action in known})
    actions = set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', written))
    actions |= set(re.findall(rf'"((?:{nouns})\.(?!toml|json|log|status)[a-z_]+)"', written))

    assert "log.view" in actions
    assert actions - known == set()


def test_managers_do_not_read_the_audit(server: TestServer) -> None:
    answer = server.request("GET", "/api/audit", headers=server.signed_in(Role.MANAGER))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_whatever_a_name_holds_it_is_text(server: TestServer) -> None:
    names = [FORMULA, HTML, SQL]
    for name in names:
        server.agent_token(name, hostname=name)
    ids = [row[0] for row in server.rows("SELECT employee_id FROM employees ORDER BY 1")]
    write(server, Entry(actor=f"user:{HTML}", action="log.view", employee_ids=ids, reason=SQL))

    headers = server.signed_in()
    actor = {"actor": f"user:{HTML}"}
    answer = server.request("GET", "/api/audit", params=actor, headers=headers)

    (row,) = answer.json()["rows"]
    assert answer.headers["content-type"] == "application/json"
    assert [each["username"] for each in row["employees"]] == names
    assert (row["actor"], row["reason"]) == (f"user:{HTML}", SQL)
    assert verdict_of(server).problem is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"before": "9" * 5000}, "before"),
        ({"before": "-1"}, "before"),
        ({"employee_id": "²"}, "employee_id"),
        ({"actor": "\0"}, "actor"),
        ({"action": "x" * 256}, "action"),
    ],
)
def test_an_odd_query_is_refused_with_its_name(
    server: TestServer, query: dict[str, str], field: str
) -> None:
    answer = server.request("GET", "/api/audit", params=query, headers=server.signed_in())

    assert (answer.status_code, answer.json()["field"]) == (422, field)
