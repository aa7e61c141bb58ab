"""SCIM 2.0: an identity provider keeps employees and teams, as RFC 7643 and RFC 7644 describe."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from scim2_client import BaseSyncSCIMClient
from scim2_tester import Status, check_server

from wfhserver.models.users import Scope
from wfhserver.testing import TestServer, bearer
from wfhserver.testing.browser import serving

USERS = "/scim/v2/Users"
GROUPS = "/scim/v2/Groups"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
COMPANY = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

Call = Callable[..., httpx.Response]


class Provider(BaseSyncSCIMClient):
    """A client of SCIM over httpx."""

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self._client = client

    def request(self, method: str, url: str, **request: Any) -> httpx.Response:
        return self._client.request(method, url, **request)

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return not endpoint.startswith("http")


@pytest.fixture
def admin(server: TestServer) -> dict[str, str]:
    return server.signed_in()


@pytest.fixture
def key(server: TestServer, admin: dict[str, str]) -> str:
    new = {"label": "Entra", "scope": Scope.SCIM}
    made = server.request("POST", "/api/keys", json=new, headers=admin)
    return str(made.json()["key"])


@pytest.fixture
def call(server: TestServer, key: str) -> Iterator[Call]:
    with serving(server) as address, httpx.Client(base_url=address, headers=bearer(key)) as client:

        def send(method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
            content = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/scim+json"}
            return client.request(method, path, content=content, headers=headers, params=query)

        yield send


def test_scim2_tester_finds_nothing_wrong(server: TestServer, key: str) -> None:
    with (
        serving(server) as address,
        httpx.Client(base_url=f"{address}/scim/v2", headers=bearer(key), timeout=60) as client,
    ):
        results = check_server(Provider(client))

    wrong = [each for each in results if each.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert [f"{each.title}: {each.reason}" for each in wrong] == []
    assert sum(each.status is Status.SUCCESS for each in results) > 40


def anna(**more: Any) -> dict[str, Any]:
    return {"schemas": [USER], "userName": "anna", "displayName": "Anna Gruber", **more}


def made(call: Call, **more: Any) -> str:
    answer = call("POST", USERS, anna(**more))
    assert answer.status_code == 201, answer.text
    return f"{USERS}/{answer.json()['id']}"


def patched(call: Call, path: str, *operations: dict[str, Any]) -> Any:
    answer = call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def audit(server: TestServer) -> list[tuple[str, str]]:
    rows = server.rows("SELECT actor, action FROM audit ORDER BY audit_id")
    return [(actor, action) for actor, action in rows if "key:" in actor]


def employee(server: TestServer, admin: dict[str, str], username: str = "anna") -> Any:
    rows = server.request("GET", "/api/employees", headers=admin).json()["rows"]
    return next(row for row in rows if row["username"] == username)


def test_a_provider_keeps_an_employee(
    server: TestServer, admin: dict[str, str], call: Call
) -> None:
    boss = call("POST", USERS, {"schemas": [USER], "userName": "boss"}).json()["id"]
    new = anna(
        externalId="7f1c",
        active=True,
        timezone="Europe/Vienna",
        emails=[
            {"value": "private@example.org", "type": "home"},
            {"value": "anna@example.com", "type": "work", "primary": True},
        ],
        addresses=[{"type": "work", "country": "at", "region": "AT-9", "locality": "Wien"}],
        title="Engineer",
        phoneNumbers=[{"value": "+43 1 234"}],
        **{COMPANY: {"manager": {"value": boss}, "department": "Sales"}},
    )

    made = call("POST", USERS, new)

    assert made.status_code == 201, made.text
    user = made.json()
    assert made.headers["location"] == user["meta"]["location"]
    assert made.headers["location"].endswith(f"{USERS}/{user['id']}")
    assert made.headers["content-type"].startswith("application/scim+json")
    assert (user["externalId"], user["active"]) == ("7f1c", True)
    assert user["emails"] == [{"value": "anna@example.com", "type": "work"}]
    assert user["addresses"] == [{"type": "work", "country": "AT", "region": "9"}]
    assert user[COMPANY]["manager"]["value"] == boss
    assert not {"title", "phoneNumbers", "department"} & {*user, *user[COMPANY]}
    row = employee(server, admin)
    assert (row["employee_id"], row["display_name"]) == (int(user["id"]), "Anna Gruber")
    assert (row["email"], row["manager"]) == ("anna@example.com", "boss")
    assert (row["time_zone"], row["country"], row["region"]) == ("Europe/Vienna", "AT", "9")
    assert audit(server)[-1] == ("user:admin key:Entra", "employee.add")
    assert call("GET", f"{USERS}/{user['id']}").json() == user


def test_a_deleted_user_has_left_and_comes_back_with_all_data(
    server: TestServer, admin: dict[str, str], call: Call
) -> None:
    server.agent_token("anna")
    path = f"{USERS}/{employee(server, admin)['employee_id']}"
    assert call("GET", path).json()["userName"] == "anna"

    assert call("DELETE", path).status_code == 204

    assert (employee(server, admin)["status"], employee(server, admin)["agents"]) == ("left", 1)
    assert call("GET", path).status_code == 404
    assert call("GET", USERS).json()["totalResults"] == 0
    assert call("DELETE", path).status_code == 404
    again = call("POST", USERS, anna(userName="Anna", displayName="Anna Huber"))
    assert (again.status_code, f"{USERS}/{again.json()['id']}") == (201, path)
    row = employee(server, admin)
    assert (row["status"], row["display_name"], row["agents"]) == ("active", "Anna Huber", 1)
    actions = [action for _, action in audit(server)]
    assert actions == [
        *("employee.change", "employee.scim_remove"),
        *("employee.change", "employee.scim_restore"),
    ]


def test_names_in_parts_are_the_display_name(call: Call) -> None:
    parts = {"givenName": "Anna", "familyName": "Gruber"}
    new = {"schemas": [USER], "userName": "anna", "name": parts}

    assert call("POST", USERS, new).json()["displayName"] == "Anna Gruber"


def test_put_leaves_alone_what_it_does_not_name(call: Call) -> None:
    path = made(call, emails=[{"value": "anna@example.com"}], timezone="Europe/Vienna")

    user = call("PUT", path, anna(displayName="Anna Huber", timezone=None)).json()

    assert (user["displayName"], user["emails"][0]["value"]) == ("Anna Huber", "anna@example.com")
    assert "timezone" not in user
    other = call("PUT", path, anna(userName="anna.huber"))
    assert (other.status_code, other.json()["scimType"]) == (400, "mutability")


def test_entra_deactivates_with_a_text_and_capital_letters(
    server: TestServer, admin: dict[str, str], call: Call
) -> None:
    path = made(call)

    off = patched(call, path, {"op": "Replace", "path": "active", "value": "False"})

    assert (off["active"], employee(server, admin)["status"]) == (False, "left")
    on = patched(call, path, {"op": "Replace", "path": "active", "value": "True"})
    assert (on["active"], employee(server, admin)["status"]) == (True, "active")


def test_somebody_on_leave_is_active_and_stays_on_leave(
    server: TestServer, admin: dict[str, str], call: Call
) -> None:
    path = made(call)
    server.execute("UPDATE employees SET status = 'on_leave'")

    user = patched(call, path, {"op": "replace", "path": "active", "value": True})

    assert (user["active"], employee(server, admin)["status"]) == (True, "on_leave")


def test_okta_changes_without_a_path(call: Call) -> None:
    path = made(call)

    user = patched(
        call,
        path,
        {
            "op": "replace",
            "value": {
                "id": path.rpartition("/")[2],
                "active": False,
                "displayName": "Anna Huber",
                "nickName": "Anni",
                "emails": [{"value": "huber@example.com", "primary": True, "type": "work"}],
                COMPANY: {"department": "Sales"},
            },
        },
    )

    assert (user["active"], user["displayName"]) == (False, "Anna Huber")
    assert user["emails"] == [{"value": "huber@example.com", "type": "work"}]


def test_entra_changes_by_paths_with_filters_and_of_unknown_attributes(call: Call) -> None:
    boss = call("POST", USERS, {"schemas": [USER], "userName": "boss"}).json()["id"]
    path = made(call)

    user = patched(
        call,
        path,
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "anna@example.com"},
        {"op": "Add", "path": 'emails[type eq "home"].value', "value": "home@example.com"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+43 1 234"},
        {"op": "Add", "path": 'addresses[type eq "work"].country', "value": "AT"},
        {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Wien"},
        {"op": "Add", "path": "name.givenName", "value": "Anna"},
        {"op": "Add", "path": f"{COMPANY}:manager", "value": boss},
        {"op": "Add", "path": f"{COMPANY}:department", "value": "Sales"},
        {"op": "Replace", "path": "userName", "value": "ANNA"},
    )

    assert user["emails"] == [{"value": "anna@example.com", "type": "work"}]
    assert user["addresses"] == [{"type": "work", "country": "AT"}]
    assert user[COMPANY]["manager"]["value"] == boss
    assert "department" not in user[COMPANY]
    gone = patched(
        call,
        path,
        {"op": "Remove", "path": 'emails[type eq "work"]'},
        {"op": "Remove", "path": f"{COMPANY}:manager"},
        {"op": "Remove", "path": "addresses"},
    )
    assert not {"emails", "addresses", COMPANY} & {*gone}


def test_users_are_found(call: Call) -> None:
    for name in ("Anna", "bob", "carl"):
        new = {
            "schemas": [USER],
            "userName": name,
            "externalId": f"x-{name}",
            "active": name != "bob",
        }
        assert call("POST", USERS, new).status_code == 201

    def found(text: str, **query: Any) -> list[str]:
        answer = call("GET", USERS, filter=text, **query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["totalResults"] >= page["itemsPerPage"]
        return [each["userName"] for each in page.get("Resources", [])]

    assert found('userName eq "ANNA"') == ["Anna"]
    assert found('userName eq "nobody"') == []
    assert found('externalId eq "x-bob"') == ["bob"]
    assert found('externalId eq "X-BOB"') == []
    assert found("active eq false") == ["bob"]
    assert found('userName sw "c" or externalId co "Anna"') == ["Anna", "carl"]
    assert found("userName pr", startIndex=2, count=1) == ["bob"]
    page = call("GET", USERS, startIndex=3, count=5, attributes="userName").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (3, 3, 1)
    assert {*page["Resources"][0]} == {"schemas", "id", "userName"}
    assert call("GET", USERS, count=0).json()["totalResults"] == 3
    body = {"filter": 'userName eq "bob"', "attributes": ["userName"], "count": 1}
    searched = call("POST", f"{USERS}/.search", body).json()
    assert [each["userName"] for each in searched["Resources"]] == ["bob"]


@pytest.mark.parametrize(
    "text",
    [
        f'userName eq "{"a" * 600}"',
        "not (" * 60 + "userName pr" + ")" * 60,
        "userName eq",
        "((((",
        'shoeSize eq "44"',
        "active gt 3",
    ],
)
def test_a_filter_that_cannot_be_used_is_refused(call: Call, text: str) -> None:
    answer = call("GET", USERS, filter=text)

    assert (answer.status_code, answer.json()["schemas"]) == (400, [ERROR])
    assert answer.json()["scimType"] == "invalidFilter"


@pytest.mark.parametrize("text", ['userName eq "\\u0000"', 'userName eq "a\x00"', "userName pr"])
def test_any_other_filter_finds_or_finds_nothing(call: Call, text: str) -> None:
    assert call("GET", USERS, filter=text).status_code in (200, 400)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"displayName": "x" * 10_001}, "displayName: String should have at most 255 characters."),
        ({"externalId": "x" * 10_001}, "externalId: must be one line of at most 255 characters."),
        ({"externalId": "a\0b"}, "externalId: must be one line of at most 255 characters."),
        ({"displayName": "Anna\r\nBcc: all@example.com"}, "displayName: Must be one line"),
        ({"emails": [{"value": "anna"}]}, "emails: “anna” is not an e-mail address."),
        ({"emails": [7]}, "emails"),
        ({"timezone": "Pacific"}, "timezone: “Pacific” is not a time zone."),
        ({"active": "perhaps"}, "active"),
        ({COMPANY: {"manager": "4711"}}, "manager: there is no user with the id “4711”."),
        ({"userName": ""}, "userName"),
        ({"userName": None}, "userName"),
        ({"userName": "x" * 300}, "userName"),
        ({"userName": "\u200b"}, "userName"),
    ],
)
def test_what_cannot_be_stored_is_named_and_stores_nothing(
    server: TestServer, call: Call, more: dict[str, Any], message: str
) -> None:
    answer = call("POST", USERS, anna(**more))

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue"), answer.text
    assert answer.json()["schemas"] == [ERROR]
    assert message in answer.json()["detail"]
    assert server.value("SELECT count(*) FROM employees") == 0


@pytest.mark.parametrize(
    ("operations", "scim_type"),
    [
        ([{"op": "replace", "path": "displayName", "value": "x" * 10_001}], "invalidValue"),
        ([{"op": "replace", "path": "userName", "value": "bob"}], "mutability"),
        ([{"op": "remove", "path": "userName"}], "mutability"),
        ([{"op": "paint", "path": "displayName", "value": "x"}], "invalidValue"),
        ([{"op": "replace", "path": "emails[[", "value": "x"}], "invalidPath"),
        ([{"op": "remove"}], "noTarget"),
        ([7], "invalidValue"),
        ([], "invalidValue"),
        (7, "invalidValue"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(
    call: Call, operations: Any, scim_type: str
) -> None:
    path = made(call)
    before = call("GET", path).json()

    answer = call("PATCH", path, {"schemas": [PATCH], "Operations": operations})

    assert (answer.status_code, answer.json()["scimType"]) == (400, scim_type), answer.text
    assert call("GET", path).json() == before


def test_a_user_name_is_there_once(call: Call) -> None:
    made(call)

    again = call("POST", USERS, anna(userName="ANNA"))

    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    assert (again.json()["status"], again.json()["schemas"]) == ("409", [ERROR])


def test_only_a_key_with_the_scope_scim_is_let_in(
    server: TestServer, admin: dict[str, str], key: str
) -> None:
    other = {"label": "siem", "scope": Scope.AUDIT}
    reading = server.request("POST", "/api/keys", json=other, headers=admin).json()["key"]
    for headers in ({}, admin, bearer("wfhx_wrong"), bearer(reading)):
        answer = server.request("GET", USERS, headers=headers)
        assert (answer.status_code, answer.json()["schemas"]) == (401, [ERROR])
        assert answer.headers["www-authenticate"] == "Bearer"
    assert server.request("GET", USERS, headers=bearer(key)).status_code == 200
    assert server.request("GET", "/api/employees", headers=bearer(key)).status_code == 401
    server.execute("UPDATE users SET role = 'auditor'")
    assert server.request("GET", USERS, headers=bearer(key)).status_code == 403


def test_other_calls_are_refused_in_the_form_of_scim(
    call: Call, key: str, server: TestServer
) -> None:
    path = made(call)
    large = anna(nickName="x" * 300_000)
    answers = {
        call("POST", USERS, large).status_code: 413,
        call("POST", path, anna()).status_code: 405,
        call("GET", "/scim/v2/Bulk").status_code: 501,
        call("GET", "/scim/v2/Schemas", filter="id pr").status_code: 403,
        call("GET", f"{USERS}/{2**31}").status_code: 404,
    }
    assert [*answers] == [*answers.values()]
    for body in ("no JSON", "[]", "[" * 100_000):
        answer = server.request("POST", USERS, content=body, headers=bearer(key))
        assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")
    text = {**bearer(key), "Content-Type": "text/plain"}
    assert server.request("POST", USERS, content="{}", headers=text).status_code == 415


def test_a_provider_keeps_a_team(server: TestServer, admin: dict[str, str], call: Call) -> None:
    ids = [
        call("POST", USERS, {"schemas": [USER], "userName": name}).json()["id"]
        for name in ("anna", "bob", "carl")
    ]
    new = {
        "schemas": [GROUP],
        "displayName": "Sales",
        "externalId": "g-1",
        "members": [{"value": ids[0], "display": "Anna"}],
    }
    answer = call("POST", GROUPS, new)
    group = answer.json()
    path = f"{GROUPS}/{group['id']}"

    def members(*operations: dict[str, Any]) -> list[str]:
        changed = patched(call, path, *operations)
        return [each["value"] for each in changed.get("members", [])]

    assert answer.status_code == 201, answer.text
    assert group["members"][0]["$ref"].endswith(f"{USERS}/{ids[0]}")
    assert employee(server, admin)["teams"] == ["Sales"]
    assert members({"op": "Add", "path": "members", "value": [{"value": ids[1]}]}) == ids[:2]
    assert members({"op": "add", "value": {"members": [{"value": ids[2]}]}}) == ids
    assert members({"op": "remove", "path": f'members[value eq "{ids[0]}"]'}) == ids[1:]
    # As older versions of Entra do it.
    assert members({"op": "Remove", "path": "members", "value": [{"value": ids[1]}]}) == ids[2:]
    assert members({"op": "replace", "path": "members", "value": [{"value": ids[0]}]}) == ids[:1]
    renamed = {"id": group["id"], "displayName": "Sales DACH"}
    assert members({"op": "replace", "value": renamed}) == ids[:1]
    assert employee(server, admin)["teams"] == ["Sales DACH"]
    assert members({"op": "remove", "path": "members"}) == []

    found = call("GET", GROUPS, filter='displayName eq "sales dach"', excludedAttributes="members")
    assert [each["externalId"] for each in found.json()["Resources"]] == ["g-1"]
    again = call("POST", GROUPS, {"schemas": [GROUP], "displayName": "Sales DACH"})
    assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
    assert call("DELETE", path).status_code == 204
    assert call("GET", path).status_code == 404
    assert server.value("SELECT count(*) FROM employees") == 3
    actions = [action for _, action in audit(server)]
    assert actions[3:5] == ["team.add", "team.set_members"]
    assert actions[-3:] == ["team.rename", "team.set_members", "team.delete"]


@pytest.mark.parametrize(
    "member", [{"value": "999"}, {"value": "x"}, {"value": "1", "type": "Group"}, {}, 7]
)
def test_a_member_who_is_no_employee_is_refused(call: Call, member: Any) -> None:
    path = f"{GROUPS}/{call('POST', GROUPS, {'displayName': 'Sales'}).json()['id']}"
    add = {"op": "add", "path": "members", "value": [member]}

    answer = call("PATCH", path, {"schemas": [PATCH], "Operations": [add]})

    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert "members" in answer.json()["detail"]


def test_members_who_were_deleted_stay_in_the_team_out_of_sight(
    server: TestServer, admin: dict[str, str], call: Call
) -> None:
    bob = call("POST", USERS, {"schemas": [USER], "userName": "bob"}).json()["id"]
    path = made(call)
    ids = [path.rpartition("/")[2], bob]
    new = {"displayName": "Sales", "members": [{"value": each} for each in ids]}
    group = f"{GROUPS}/{call('POST', GROUPS, new).json()['id']}"

    call("DELETE", path)
    changed = patched(call, group, {"op": "remove", "path": f'members[value eq "{bob}"]'})

    assert "members" not in changed
    assert employee(server, admin)["teams"] == ["Sales"]
