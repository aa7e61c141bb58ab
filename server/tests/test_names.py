"""Names: what looks the same is the same, and nothing invisible gets in."""

import csv
import io
import unicodedata
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfhserver.errors import Refusal
from wfhserver.models.users import Role
from wfhserver.names import normalize_name, stored_name
from wfhserver.testing import TestServer, bearer, heartbeat_body, log_request

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"
LOOK_LIKE_SAM = (
    *("sam", "sam ", " sam", f"sam{ZERO_WIDTH}", f"{OVERRIDE}sam", "s\x07am", "sam\x00"),
    *("sa\u0085m".replace("\u0085", "\u0081"), "sam\N{NO-BREAK SPACE}", "\N{SOFT HYPHEN}sam"),
    *("sa\N{VARIATION SELECTOR-1}m", "sam\N{HANGUL FILLER}", "sam\U000e0041", "\ud800sam"),
)


@pytest.mark.parametrize("name", LOOK_LIKE_SAM)
def test_names_that_look_the_same_are_stored_the_same(name: str) -> None:
    assert normalize_name(name) == "sam"


def test_a_decomposed_name_and_a_composed_one_are_one() -> None:
    assert normalize_name("Zoe\N{COMBINING DIAERESIS}") == normalize_name("Zoë") == "Zoë"
    assert normalize_name("e\N{COMBINING GRAPHEME JOINER}\N{COMBINING DIAERESIS}") == "ë"


def test_white_space_of_any_kind_is_one_space() -> None:
    assert normalize_name("Ada\t\n King\N{EM SPACE}\N{LINE SEPARATOR}Lovelace") == (
        "Ada King Lovelace"
    )


@pytest.mark.parametrize(
    "name", ["Łukasz", "O'Brien", "山田太郎", "मोहन", "محمد", "a-b_c.d@e", "😀"]
)
def test_names_of_people_stay_as_they_are(name: str) -> None:
    assert normalize_name(name) == name


def test_no_control_or_format_character_is_left_in_a_name() -> None:
    for number in range(0x110000):
        character = chr(number)
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert normalize_name(f"a{character}") == "a", hex(number)


@given(st.text())
def test_a_name_that_was_normalized_stays_as_it_is(name: str) -> None:
    assert normalize_name(normalize_name(name)) == normalize_name(name)


@pytest.mark.parametrize("name", ["", " ", ZERO_WIDTH, "\n\t", "x" * 256])
def test_a_name_of_which_nothing_can_be_seen_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="can be seen"):
        stored_name(name, field="username")


def enroll(server: TestServer, username: str, hostname: str = "laptop-7") -> dict[str, str]:
    """Enroll a device as an agent would; return its identity as it sends it, with its token."""
    body = {"agent_id": str(uuid4()), "username": username, "hostname": hostname,
            "platform": "Linux", "agent_version": "0.1.0"}  # fmt: skip
    answer = server.request(
        "POST", "/api/enroll", json=body, headers=bearer(server.enrollment_token())
    )
    assert answer.status_code == 201, answer.text
    return {"username": username, "hostname": hostname, "token": answer.json()["token"]}


def send(server: TestServer, device: dict[str, str], **changed: str) -> list[int]:
    """Send a heartbeat and a log under the names of *device*, some of them changed."""
    names = {name: device[name] for name in ("username", "hostname")} | changed
    heartbeat = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(**names), headers=bearer(device["token"])
    )
    logging = server.request("POST", "/api/log", **log_request(device["token"], **names))
    return [heartbeat.status_code, logging.status_code]


def test_devices_under_names_that_look_the_same_are_of_one_employee(server: TestServer) -> None:
    names = ("sam", "sam ", f"sam{ZERO_WIDTH}")
    devices = [enroll(server, name, f"{n}{OVERRIDE}-pc ") for n, name in enumerate(names)]

    assert [send(server, device) for device in devices] == [[200, 201]] * 3
    assert server.rows("SELECT username FROM employees") == [("sam",)]
    hostnames = server.rows("SELECT hostname FROM agents ORDER BY hostname")
    assert hostnames == [("0-pc",), ("1-pc",), ("2-pc",)]


def test_a_name_of_which_nothing_can_be_seen_enrolls_nobody(server: TestServer) -> None:
    body = {"agent_id": str(uuid4()), "username": ZERO_WIDTH, "hostname": "laptop-7",
            "platform": "Linux", "agent_version": "0.1.0"}  # fmt: skip

    answer = server.request(
        "POST", "/api/enroll", json=body, headers=bearer(server.enrollment_token())
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "username")


def test_an_agent_that_was_stored_under_a_raw_name_goes_on_under_it(server: TestServer) -> None:
    token = server.agent_token("sam ", f"lap{OVERRIDE}top")
    device = {"username": "sam ", "hostname": f"lap{OVERRIDE}top", "token": token}

    assert send(server, device) == [200, 201]
    assert send(server, device, username="sam", hostname="laptop") == [200, 200]
    assert send(server, device, username="sama") == [403, 403]


def test_users_teams_labels_and_tokens_are_stored_under_what_can_be_seen(
    server: TestServer,
) -> None:
    headers = server.signed_in()

    def make(path: str, **body: Any) -> dict[str, Any]:
        answer = server.request("POST", path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    user = make("/api/users", username=f" be{ZERO_WIDTH}rt", password="long enough for it",
                role="auditor")  # fmt: skip
    team = make("/api/teams", name=f"{OVERRIDE}Sales\t")
    make("/api/keys", label=f"pay\x07roll{ZERO_WIDTH}", scope="export")
    make("/api/enrolment-tokens", label=f"  all  {OVERRIDE}laptops ")

    assert (user["username"], team["name"]) == ("bert", "Sales")
    assert server.rows("SELECT label FROM api_keys") == [("payroll",)]
    assert server.rows("SELECT label FROM enrollment_tokens") == [("all laptops",)]
    assert (
        server.request(
            "POST", "/api/teams", json={"name": f"Sa{ZERO_WIDTH}les"}, headers=headers
        ).status_code
        == 409
    )
    raw = [row for row in server.rows("SELECT details FROM audit") if ZERO_WIDTH in row[0]]
    assert raw == []


def test_a_place_that_an_agent_names_is_stored_under_what_can_be_seen(server: TestServer) -> None:
    token = server.agent_token()
    place = {"country": f"AT{ZERO_WIDTH}", "city": f"{OVERRIDE}Graz ", "source": ZERO_WIDTH}

    sent = server.request("POST", "/api/log", **log_request(token, location=place))

    assert sent.status_code == 201
    assert server.value("SELECT location FROM employee_logs") == '{"city": "Graz", "country": "AT"}'


@pytest.mark.parametrize("before", [ZERO_WIDTH, OVERRIDE, "\x07", "\u0085", "\ufeff \u2060"])
def test_a_formula_behind_something_invisible_is_text_in_a_csv(
    server: TestServer, before: str
) -> None:
    name = f"{before}=1+1"
    body = heartbeat_body(username=name, hostname=f"x;{before}@y")
    server.request(
        "POST",
        "/api/heartbeat",
        json=body,
        headers=bearer(server.agent_token(name, f"x;{before}@y")),
    )

    answer = server.request(
        "GET", "/api/exports/heartbeats.csv", headers=server.signed_in(Role.ADMIN)
    )
    text = answer.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))

    assert (row["employee"], row["hostname"]) == (f"'{name}", f"x;'{before}@y")


def test_a_reason_on_record_is_one_line_of_what_can_be_seen(server: TestServer) -> None:
    server.request("POST", "/api/log", **log_request(server.agent_token()))
    reason = f" pay{OVERRIDE}roll\n\x07October{ZERO_WIDTH} "

    headers = server.signed_in()
    answer = server.request(
        "GET", "/api/exports/logs.csv", params={"reason": reason}, headers=headers
    )

    assert answer.status_code == 200
    assert server.rows("SELECT reason FROM audit") == [("payroll October",)]
