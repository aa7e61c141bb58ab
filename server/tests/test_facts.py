"""Facts that plugins declare are columns: listed, filtered, counted, over time, within rights."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from server.tests.fact_plugins import DISK, DISK_FACTS

from wfhserver.models.users import Role
from wfhserver.retention.run import RetentionResult
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body, log_request

Company = Callable[..., dict[str, str]]


def beat(name: str, token: str, facts: Any = None, **fields: Any) -> dict[str, Any]:
    extra = {"disk": facts} if facts else None
    names = {"username": name, "hostname": f"{name}-pc"}
    body = heartbeat_body(extra=extra, **names, **fields)
    return {"url": "/api/heartbeat", "json": body, "headers": bearer(token)}


def log(name: str, token: str, facts: Any, **fields: Any) -> dict[str, Any]:
    names = {"username": name, "hostname": f"{name}-pc", "extra": {"disk": facts}}
    return {"url": "/api/log", **log_request(token, None, **names, **fields)}


def send(server: TestServer, *requests: dict[str, Any]) -> None:
    async def scenario(client: httpx.AsyncClient) -> None:
        for request in requests:
            answer = await client.post(**request)
            assert answer.status_code in (200, 201), answer.text

    server.run(scenario)


@pytest.fixture
def company(server: TestServer, enroll: Company) -> TestServer:
    """Alice of Sales has an encrypted disk, bob has not, and of carol nothing is known."""
    tokens = enroll("alice", "bob", "carol", "dave")
    server.admin = server.signed_in()
    send(
        server,
        beat("alice", tokens["alice"], {"encrypted": True, "free": 5_000_000_000}, plugins=[DISK]),
        log("alice", tokens["alice"], {"wifi": "Home", "free": 1, "method": "luks"}),
        beat("bob", tokens["bob"], {"encrypted": False, "free": 900}, plugins=[DISK]),
        beat("carol", tokens["carol"], plugins=[DISK]),
        beat("dave", tokens["dave"], plugins=[]),
    )
    return server


def get_all(server: TestServer, path: str, queries: list[dict[str, Any]]) -> list[httpx.Response]:
    headers = server.admin

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(path, params=query, headers=headers) for query in queries]

    found: list[httpx.Response] = server.run(scenario)
    return found


def get(server: TestServer, path: str, session: Any = None, **query: Any) -> httpx.Response:
    headers = session or server.admin
    return server.request("GET", path, params=query, headers=headers)


def names_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["username"] for row in answer.json()["rows"]]


def actions(server: TestServer) -> list[tuple[Any, ...]]:
    return server.rows(
        "SELECT action, employee_ids FROM audit WHERE action LIKE 'fact.%' ORDER BY audit_id"
    )


def test_the_newest_value_of_each_fact_is_a_column(company: TestServer) -> None:
    found = get(company, "/api/facts/devices", plugin="disk").json()

    cells = {row["username"]: row["cells"] for row in found["rows"]}
    assert [column["fact"] for column in found["columns"]] == [
        "disk.encrypted",
        "disk.free",
        "disk.method",
        "disk.booted",
        "disk.wifi",
    ]
    assert [cell.get("value") for cell in cells["alice"]] == [
        True,
        5_000_000_000,
        "luks",
        None,
        "Home",
    ]
    assert cells["carol"][0] == {"missing": "Not collected yet."}
    assert found["count"] == 3
    assert "dave" not in cells


FILTERS: list[tuple[list[str], list[str]]] = [
    (["disk.encrypted is false"], ["bob"]),
    (["disk.encrypted is not false"], ["alice"]),
    (["disk.encrypted is missing"], ["carol"]),
    (["disk.encrypted is known"], ["alice", "bob"]),
    (["disk.encrypted = TRUE"], ["alice"]),
    (["disk.free >= 4.9 GB"], ["alice"]),
    (["disk.free is below 1 kB"], ["bob"]),
    (["disk.method is luks"], ["alice"]),
    (["disk.method contains UK"], ["alice"]),
    (["disk.wifi contains ho"], ["alice"]),
    (['disk.wifi is "; DROP TABLE x'], []),
    (["disk.wifi contains ("], []),
    (["disk.booted is after 7 days ago"], []),
    (["disk.encrypted is known", "disk.free is at least 1000"], ["alice"]),
]


def test_filters_compare_values(company: TestServer) -> None:
    queries = [{"fact": "disk.free", "where": filters} for filters, _ in FILTERS]

    found = get_all(company, "/api/facts/devices", queries)

    assert [names_of(each) for each in found] == [names for _, names in FILTERS]


def test_times_compare_in_utc(company: TestServer) -> None:
    tokens = company.agent_token("erin", "erin-pc")
    booted = (NOW - timedelta(days=9)).isoformat()
    send(company, beat("erin", tokens, {"booted": booted}, plugins=[DISK]))
    query = {"plugin": "disk", "search": "erin"}

    older = get(company, "/api/facts/devices", where="disk.booted is before 7 days ago", **query)
    newer = get(company, "/api/facts/devices", where="disk.booted is after 7 days ago", **query)
    day = get(company, "/api/facts/devices", where="disk.booted is after 2026-11-01", **query)

    assert (names_of(older), names_of(newer), names_of(day)) == (["erin"], [], ["erin"])


UNASKABLE: list[tuple[dict[str, Any], str]] = [
    ({"where": "disk.encryptd is false"}, "Did you mean 'disk.encrypted'?"),
    ({"where": "disk.encrypted"}, "has no comparison"),
    ({"where": "disk.encrypted is"}, "needs a value"),
    ({"where": "disk.encrypted is maybe"}, "true or false"),
    ({"where": "disk.encrypted > true"}, "has no order"),
    ({"where": "disk.free is 5 parsecs"}, "a size such as '5 GB'"),
    ({"where": "disk.free is " + "9" * 200}, "a size such as"),
    ({"where": "disk.free contains 5"}, "is for text"),
    ({"where": "disk.method is aes"}, "one of luks, bitlocker"),
    ({"where": "disk.booted is after 999999999 days ago"}, "7 days ago"),
    ({"where": "disk.booted is missing today"}, "takes nothing"),
    ({"fact": "disk.😀.x"}, "No device has the fact"),
    ({"plugin": "disc"}, "Did you mean 'disk'?"),
    ({"plugin": "", "fact": []}, "No device has the plugin"),
    ({"where": ["disk.free is 1"] * 11}, "at most 10"),
]


def test_what_cannot_be_asked_gets_a_sentence(company: TestServer) -> None:
    queries = [{"plugin": "disk"} | query for query, _ in UNASKABLE]

    found = get_all(company, "/api/facts/devices", queries)

    assert [each.status_code for each in found] == [422] * len(UNASKABLE)
    for answer, (_, sentence) in zip(found, UNASKABLE, strict=True):
        assert sentence in answer.json()["detail"]


def test_pages_follow_each_other(company: TestServer) -> None:
    first = get(company, "/api/facts/devices", plugin="disk", limit=2).json()
    second = get(company, "/api/facts/devices", plugin="disk", limit=2, page=first["next_page"])

    assert [row["username"] for row in first["rows"]] == ["alice", "bob"]
    assert first["count"] == 3
    assert names_of(second) == ["carol"]
    assert second.json()["next_page"] is None


def test_a_manager_sees_and_counts_only_their_teams(company: TestServer) -> None:
    manager = company.signed_in(Role.MANAGER, "mia")
    company.execute(
        "INSERT INTO team_managers SELECT user_id, team_id FROM users, teams WHERE username = 'mia'"
    )

    plugins = get(company, "/api/facts", manager).json()["plugins"]
    free = get(company, "/api/facts/distribution/disk.free", manager).json()
    bob = company.value("SELECT agent_id FROM agents WHERE hostname = 'bob-pc'")

    assert names_of(get(company, "/api/facts/devices", manager, plugin="disk")) == ["alice"]
    assert [each["devices"] for each in plugins] == [1]
    assert free["devices"] == 1
    assert get(company, f"/api/facts/devices/{bob}/disk.free", manager).status_code == 404


def test_only_what_is_personal_is_on_record(company: TestServer) -> None:
    people = dict(company.rows("SELECT username, employee_id FROM employees"))
    get(company, "/api/facts/devices", fact="disk.free")
    get(company, "/api/facts/distribution/disk.free")
    before = actions(company)
    get(
        company,
        "/api/facts/devices",
        fact="disk.wifi",
        where="disk.wifi is Home",
        reason="Ticket 7",
    )
    get(company, "/api/facts/devices", fact="disk.free", where="disk.wifi is known")
    get(company, "/api/facts/distribution/disk.wifi")

    assert before == []
    assert actions(company) == [
        ("fact.list", [people["alice"]]),
        ("fact.list", [people["alice"]]),
        ("fact.distribution", sorted(people[each] for each in ("alice", "bob", "carol"))),
    ]
    # What somebody searched for may be personal, and could not be erased there.
    assert company.value("SELECT count(*) FROM audit WHERE details LIKE '%Home%'") == 0


def test_a_distribution_counts_values_or_ranges(company: TestServer) -> None:
    encrypted = get(company, "/api/facts/distribution/disk.encrypted").json()
    free = get(company, "/api/facts/distribution/disk.free").json()

    assert {each["value"]: each["devices"] for each in encrypted["values"]} == {True: 1, False: 1}
    assert (encrypted["devices"], encrypted["missing"]) == (3, 1)
    assert (free["least"], free["most"], free["missing"]) == (900, 5_000_000_000, 1)
    assert [each["devices"] for each in free["ranges"]] == [1, *[0] * 8, 1]


def test_history_is_that_of_the_detailed_logs(company: TestServer) -> None:
    alice = company.value("SELECT agent_id FROM agents WHERE hostname = 'alice-pc'")

    found = get(company, f"/api/facts/devices/{alice}/disk.free").json()

    assert [point["value"] for point in found["points"]] == [1]
    assert found["row"]["cells"][0]["value"] == 5_000_000_000


def test_a_key_of_the_scope_reads_facts_and_nothing_else(company: TestServer) -> None:
    made = company.request(
        "POST",
        "/api/keys",
        json={"label": "inventory", "scope": "facts", "expires_days": 30},
        headers=company.admin,
    ).json()
    key = bearer(made["key"])

    assert names_of(
        get(
            company,
            "/api/facts/devices",
            key,
            where="disk.encrypted is false",
            fact="disk.encrypted",
        )
    ) == ["bob"]
    assert get(company, "/api/exports/logs.csv", key).status_code == 401


def test_a_plugin_that_was_removed_is_no_column_any_more(company: TestServer) -> None:
    tokens = company.agent_token("frank", "frank-pc")
    send(company, beat("frank", tokens, {"encrypted": False}, plugins=[DISK], seq=1))
    before = names_of(get(company, "/api/facts/devices", plugin="disk", search="frank"))
    send(company, beat("frank", tokens, plugins=[], seq=2))

    assert before == ["frank"]
    assert names_of(get(company, "/api/facts/devices", plugin="disk", search="frank")) == []


def test_a_fact_that_changes_its_type_says_so_and_costs_nothing(company: TestServer) -> None:
    other = DISK | {"facts": [DISK_FACTS[0] | {"type": "text"}], "sha256": "b" * 64}
    token = company.agent_token("gina", "gina-pc")
    send(company, beat("gina", token, {"encrypted": "yes"}, plugins=[other]))

    column = get(company, "/api/facts").json()["plugins"][0]["facts"][0]
    found = get(
        company, "/api/facts/devices", fact="disk.encrypted", where="disk.encrypted is true"
    )

    assert (column["type"], column["devices"], column["differs"]) == ("bool", 4, 1)
    assert names_of(found) == ["alice"]


def test_the_facts_of_a_later_log_replace_those_of_an_earlier_one(company: TestServer) -> None:
    token = company.agent_token("hana", "hana-pc")
    send(company, beat("hana", token, plugins=[DISK]))
    day = NOW.date() - timedelta(days=1)
    send(company, log("hana", token, {"free": 2}, slot=2))
    send(
        company,
        log("hana", token, {"free": 1}, slot=1, workday=f"{day}", timestamp=f"{day}T09:00:00Z"),
    )
    send(company, log("hana", token, {"free": 3}, slot=0))

    found = get(company, "/api/facts/devices", fact="disk.free", search="hana").json()

    assert found["rows"][0]["cells"][0]["value"] == 2


def test_facts_of_logs_go_with_their_day(own_server: TestServer, forget: Any) -> None:
    token = own_server.agent_token("alice", "alice-pc")
    send(own_server, beat("alice", token, plugins=[DISK]))
    send(own_server, log("alice", token, {"free": 1}))
    own_server.clock.time = NOW + timedelta(days=31)
    send(own_server, beat("alice", token, timestamp=own_server.clock.time.isoformat(), seq=9))
    result: RetentionResult = forget(own_server)

    assert result.failures == {}
    assert own_server.value("SELECT count(*) FROM agent_log_facts") == 0
    assert own_server.value("SELECT count(*) FROM plugin_sets") == 1


def test_a_csv_has_the_same_columns_filters_and_rights(company: TestServer) -> None:
    token = company.agent_token("=ivy", "ivy-pc")
    sent = heartbeat_body(
        username="=ivy",
        hostname="ivy-pc",
        plugins=[DISK],
        extra={"disk": {"encrypted": False, "free": -5, "wifi": "@home"}},
    )
    company.request("POST", "/api/heartbeat", json=sent, headers=bearer(token))

    answer = get(
        company,
        "/api/exports/facts.csv",
        fact=["disk.free", "disk.wifi"],
        where="disk.encrypted is false",
        zone="Europe/Vienna",
    )
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))

    assert answer.headers["x-rows"] == "2"
    assert rows == [
        ["employee", "hostname", "last_seen Europe/Vienna", "disk.free", "disk.wifi"],
        ["'=ivy", "ivy-pc", "2026-11-23 13:00:00", "-5", "'@home"],
        ["bob", "bob-pc", "2026-11-23 13:00:00", "900", ""],
    ]
    details = company.value("SELECT details FROM audit WHERE action = 'export.csv'")
    assert json.loads(details) == {
        "what": "facts",
        "facts": ["disk.free", "disk.wifi"],
        "where": ["disk.encrypted is"],
        "rows": 2,
    }


def alert_states(server: TestServer) -> list[tuple[Any, ...]]:
    return server.rows(
        "SELECT hostname, raised_at IS NOT NULL, resolved_at IS NOT NULL"
        " FROM fact_alerts JOIN agents USING (agent_id) ORDER BY alert_id"
    )


def test_a_rule_raises_an_alert_after_its_time_and_resolves_it(company: TestServer) -> None:
    rule = {"name": "Unencrypted", "where": "disk.encrypted is false", "hours": 24}
    made = company.request("POST", "/api/fact-rules", json=rule, headers=company.admin)
    company.check_rules()
    early = alert_states(company)
    company.clock.pause(24 * 3600)
    company.check_rules()
    company.check_rules()
    company.admin = company.signed_in(username="later")
    raised = get(company, "/api/fact-alerts").json()["alerts"]
    # Of what is missing nothing is known; it neither raises nor resolves.
    set_fact(company, "bob-pc", None)
    company.check_rules()
    missing = alert_states(company)
    set_fact(company, "bob-pc", {"encrypted": True})
    company.check_rules()

    assert made.status_code == 201, made.text
    assert early == [("bob-pc", False, False)]
    assert [(each["username"], each["rule"]) for each in raised] == [("bob", "Unencrypted")]
    assert missing == [("bob-pc", True, False)]
    assert alert_states(company) == [("bob-pc", True, True)]
    assert get(company, "/api/fact-alerts").json()["alerts"] == []
    assert len(get(company, "/api/fact-alerts", resolved="true").json()["alerts"]) == 1
    assert company.rows("SELECT action FROM audit") == [("fact_rule.create",)]


def set_fact(server: TestServer, host: str, facts: Any) -> None:
    server.execute(
        "UPDATE agent_presence SET extra = $2::jsonb WHERE agent_id ="
        " (SELECT agent_id FROM agents WHERE hostname = $1)",
        host,
        json.dumps({"disk": facts} if facts else {}),
    )


def test_what_ends_before_its_time_raises_nothing(company: TestServer) -> None:
    rule = {"name": "Unencrypted", "where": "disk.encrypted is false", "hours": 24}
    company.request("POST", "/api/fact-rules", json=rule, headers=company.admin)
    company.check_rules()
    set_fact(company, "bob-pc", {"encrypted": True})
    company.check_rules()

    assert alert_states(company) == []


def test_an_alert_of_a_device_that_was_revoked_or_a_plugin_that_is_gone_is_resolved(
    company: TestServer,
) -> None:
    rule = {"name": "Low", "where": "disk.free is known", "hours": 0}
    company.request("POST", "/api/fact-rules", json=rule, headers=company.admin)
    company.check_rules()
    company.execute("UPDATE agents SET revoked_at = now() WHERE hostname = 'bob-pc'")
    company.check_rules()
    revoked = alert_states(company)
    company.execute("DELETE FROM agent_plugins")
    company.check_rules()
    rules = get(company, "/api/fact-rules").json()

    assert revoked == [("alice-pc", True, False), ("bob-pc", True, True)]
    assert alert_states(company) == [("alice-pc", True, True), ("bob-pc", True, True)]
    assert rules["unusable"] == [rules["rules"][0]["rule_id"]]


def test_a_rule_is_refused_with_a_sentence_and_deleted_with_its_alerts(company: TestServer) -> None:
    def add(**rule: Any) -> httpx.Response:
        return company.request(
            "POST", "/api/fact-rules", json={"name": "x"} | rule, headers=company.admin
        )

    wrong = add(where="disk.encryptd is false")
    made = add(where="disk.encrypted is false", hours=0)
    again = add(where="disk.encrypted is false")
    company.check_rules()
    number = made.json()["rule_id"]
    gone = company.request("DELETE", f"/api/fact-rules/{number}", headers=company.admin)

    assert "Did you mean" in wrong.json()["detail"]
    assert (again.status_code, gone.status_code) == (409, 204)
    assert alert_states(company) == []


def test_a_saved_view_belongs_to_its_user(company: TestServer) -> None:
    manager = company.signed_in(Role.MANAGER, "mia")
    view = {"name": "Unencrypted", "plugin": "disk", "where": ["disk.encrypted is false"]}

    def save(**fields: Any) -> httpx.Response:
        return company.request("POST", "/api/fact-views", json=view | fields, headers=company.admin)

    saved, again = save(), save(fact=["disk.free"])
    wrong = save(where=["disk.encrypted maybe"])
    found = get(company, "/api/fact-views").json()["views"]
    number = saved.json()["view_id"]
    others = [
        company.request("DELETE", f"/api/fact-views/{number}", headers=each).status_code
        for each in (manager, company.admin, company.admin)
    ]

    assert again.json()["view_id"] == number
    assert [(each["name"], each["fact"]) for each in found] == [("Unencrypted", ["disk.free"])]
    assert wrong.status_code == 422
    assert get(company, "/api/fact-views", manager).json()["views"] == []
    assert others == [404, 204, 404]


def test_logs_have_facts_as_columns_and_filters_and_what_they_mean(company: TestServer) -> None:
    query = {"fact": ["disk.free", "disk.wifi"], "where": "disk.method is luks"}
    found = get(company, "/api/logs", **query).json()
    none = get(company, "/api/logs", where=["disk.method is luks", "disk.free is above 5"]).json()
    wrong = get(company, "/api/logs", where="disk.fre is 1")
    detail = get(company, f"/api/logs/{found['rows'][0]['log_id']}").json()
    answer = get(company, "/api/exports/logs.csv", **query)
    exported = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))

    assert [row["facts"] for row in found["rows"]] == [{"disk.free": 1, "disk.wifi": "Home"}]
    assert (found["count"], none["rows"]) == (1, [])
    assert "Did you mean" in wrong.json()["detail"]
    assert [(each["column"]["what"], each["value"]) for each in detail["declared"]] == [
        ("Free space", 1),
        ("Method", "luks"),
        ("Wi-Fi", "Home"),
    ]
    assert [(row["disk.free"], row["disk.wifi"]) for row in exported] == [("1", "Home")]
    # No value is on record: it may be personal.
    assert company.value("SELECT count(*) FROM audit WHERE details LIKE '%is luks%'") == 0
    assert company.value("SELECT count(*) FROM audit WHERE details LIKE '%disk.method is%'") == 2


def test_a_fact_that_a_log_lacks_is_missing_there(company: TestServer) -> None:
    found = get(company, "/api/logs", where="disk.booted is missing", fact="disk.booted").json()
    other = get(company, "/api/logs", where="disk.booted is known").json()

    assert [row["facts"] for row in found["rows"]] == [{}]
    assert other["rows"] == []


def test_devices_have_facts_as_columns_and_filters(company: TestServer) -> None:
    # One that is asked for twice is one column.
    columns = ["disk.free", "disk.wifi", "disk.free"]
    query = {"where": "disk.encrypted is false", "fact": columns}
    found = get(company, "/api/agents", **query).json()["rows"]
    known = get(company, "/api/agents", where="disk.encrypted is known").json()["rows"]
    usual = get(company, "/api/agents").json()["rows"]

    assert [(row["username"], row["facts"]) for row in found] == [("bob", {"disk.free": 900})]
    assert [row["username"] for row in known] == ["alice", "bob"]
    assert [row["facts"] for row in usual] == [{}] * 4
    # The Wi-Fi is personal, and who is encrypted is not.
    assert [action for action, _ in actions(company)] == ["fact.list"]


def test_now_has_facts_that_are_not_personal(company: TestServer) -> None:
    query = {"where": "disk.encrypted is known", "fact": "disk.free"}
    found = get(company, "/api/presence", **query).json()
    names = {row["agent_id"]: row["username"] for row in found["rows"]}
    refused = get(company, "/api/presence", fact="disk.wifi")

    assert sorted(names.values()) == ["alice", "bob"]
    assert sum(found["counts"].values()) == 2
    assert {names[int(agent)]: facts for agent, facts in found["facts"].items()} == {
        "alice": {"disk.free": 5_000_000_000},
        "bob": {"disk.free": 900},
    }
    assert (refused.status_code, actions(company)) == (422, [])
    assert "no facts about persons" in refused.json()["detail"]


def test_what_has_a_field_of_the_protocol_is_no_column(company: TestServer) -> None:
    place = {"name": "location", "what": "Place", "why": "Help", "personal": "direct"}
    other = DISK | {"name": "geoip", "facts": [place]}
    send(company, beat("ines", company.agent_token("ines", "ines-pc"), plugins=[other]))

    found = {each["plugin"]: each["facts"] for each in get(company, "/api/facts").json()["plugins"]}

    assert found["geoip"] == []
    assert len(found["disk"]) == len(DISK_FACTS)
