"""Signing in: who gets in, for how long, and what a page of another site cannot do."""

import asyncio
from datetime import timedelta
from functools import cache
from ipaddress import ip_network
from typing import Any

import argon2
import httpx
import pytest

from wfhserver.accounts.passwords import hash_password
from wfhserver.accounts.users import UserChanges
from wfhserver.models.users import Role
from wfhserver.testing import StillClock, TestServer, log_request, screenshot_bytes

PASSWORD = "correct horse battery"


@cache
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def anna(server: TestServer) -> dict[str, str]:
    """What anna, an administrator, signs in with."""
    server.add_user("anna", Role.ADMIN, password_hash=hashed())
    return {"username": "anna", "password": PASSWORD}


def sign_in(server: TestServer, who: dict[str, str], **options: Any) -> httpx.Response:
    headers = options.pop("headers", {})
    answer: httpx.Response = server.run(
        lambda client: client.post("/api/session", json=who, headers=headers), **options
    )
    return answer


def test_who_signs_in_is_known_until_signing_out(server: TestServer, anna: dict[str, str]) -> None:
    async def scenario(client: httpx.AsyncClient) -> Any:
        first = await client.post("/api/session", json=anna)
        cookie = {"Cookie": "wfh_session=" + client.cookies["wfh_session"]}
        known = await client.get("/api/session")
        csrf = {"X-CSRF-Token": first.json()["csrf_token"]}
        out = await client.delete("/api/session", headers=csrf)
        again = await client.get("/api/session", headers=cookie)
        return first, known, out, again

    first, known, out, again = server.run(scenario)

    assert first.status_code == 200
    assert known.json() == first.json()
    assert (known.json()["username"], known.json()["role"]) == ("anna", "admin")
    assert known.json()["expires_at"] == "2026-11-24T00:00:00Z"
    assert (out.status_code, again.status_code) == (204, 401)
    assert again.json()["code"] == "session_missing"


def test_the_cookie_is_closed_to_scripts_and_to_plain_http_where_there_is_tls(
    server: TestServer, anna: dict[str, str]
) -> None:
    proxy = {"headers": {"X-Forwarded-Proto": "https"}}
    plain = sign_in(server, anna).headers["set-cookie"]
    believed = sign_in(server, anna, trusted_proxies=(ip_network("127.0.0.0/8"),), **proxy)
    invented = sign_in(server, anna, **proxy)
    in_a_row = {"headers": {"X-Forwarded-Proto": "HTTPS , http"}}
    trusted = (ip_network("127.0.0.0/8"),)
    first_over_tls = sign_in(server, anna, trusted_proxies=trusted, **in_a_row)
    over_a_socket = sign_in(server, anna, peer="", trusted_proxies=("unix",), **proxy)

    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))
    assert "Secure" not in plain
    assert "Secure" in believed.headers["set-cookie"]
    assert "Secure" in first_over_tls.headers["set-cookie"]
    assert "Secure" in over_a_socket.headers["set-cookie"]
    assert "Secure" not in invented.headers["set-cookie"]


def test_neither_cookie_nor_password_can_be_read_from_the_database(
    server: TestServer, anna: dict[str, str]
) -> None:
    token = sign_in(server, anna).cookies["wfh_session"]

    stored = str(server.rows("SELECT * FROM sessions") + server.rows("SELECT * FROM users"))

    assert token not in stored
    assert token.encode().hex() not in stored
    assert PASSWORD not in stored
    assert "$argon2id$" in stored


def test_a_guess_at_a_stolen_password_costs_64_mib(hasher: argon2.PasswordHasher) -> None:
    costs = argon2.extract_parameters(hasher.hash(PASSWORD))

    assert (costs.type, costs.memory_cost) == (argon2.Type.ID, 64 * 1024)
    assert costs.time_cost >= 3


@pytest.mark.parametrize(
    "who",
    [
        {"username": "anna", "password": "wrong horse battery"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "' OR 1=1 --", "password": "' OR 1=1 --"},
    ],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    server: TestServer, anna: dict[str, str], who: dict[str, str]
) -> None:
    answer = sign_in(server, who)

    assert (answer.status_code, answer.json()["code"]) == (401, "login_failed")
    assert answer.json()["detail"] == "The user name or password is wrong."
    assert "set-cookie" not in answer.headers


def test_guessing_ends_after_five_and_then_the_pauses_grow_to_a_quarter_of_an_hour(
    server: TestServer, clock: StillClock, anna: dict[str, str]
) -> None:
    wrong = {**anna, "password": "a guess"}

    async def guess_together(first: httpx.AsyncClient, second: httpx.AsyncClient) -> Any:
        return await asyncio.gather(
            *(client.post("/api/session", json=wrong) for client in [first, second] * 4)
        )

    guesses = sorted(answer.status_code for answer in server.run_two(guess_together))
    locked = sign_in(server, anna)
    pauses = []
    for _ in range(6):
        begun = clock.time
        while sign_in(server, wrong).status_code == 429:
            clock.time += timedelta(minutes=1)
        pauses.append((clock.time - begun).total_seconds() / 60)
    clock.time += timedelta(minutes=15)
    after = sign_in(server, anna)
    forgiven = [sign_in(server, wrong).status_code for _ in range(5)]

    assert guesses == [401] * 5 + [429] * 3
    assert (locked.status_code, locked.json()["code"]) == (429, "too_many_logins")
    assert "Try again in a minute." in locked.json()["detail"]
    assert locked.headers["retry-after"] == "60"
    assert pauses == [1, 2, 4, 8, 15, 15]
    assert after.status_code == 200
    assert forgiven == [401] * 5


def guess(server: TestServer, who: dict[str, str], times: int, **options: Any) -> list[int]:
    """Guess the password of *who* so often; the statuses of the answers."""
    wrong = {**who, "password": "a guess"}
    return [sign_in(server, wrong, **options).status_code for _ in range(times)]


@pytest.mark.parametrize("name", ["anna", "anna ", "an\N{ZERO WIDTH SPACE}na"])
def test_who_guesses_elsewhere_locks_nobody_out(
    server: TestServer, anna: dict[str, str], name: str
) -> None:
    guesses = guess(server, {**anna, "username": name}, 6, peer="203.0.113.9")

    assert guesses == [401] * 5 + [429]
    assert sign_in(server, anna, peer="203.0.113.8").status_code == 200


def test_a_browser_that_is_known_gets_in_whatever_others_do_from_its_address(
    server: TestServer, anna: dict[str, str]
) -> None:
    device = sign_in(server, anna).cookies["wfh_device"]
    known = {"headers": {"Cookie": f"wfh_device={device}"}}
    guess(server, anna, 6)
    server.execute(
        "INSERT INTO login_attempts SELECT unnest(ARRAY['address:127.0.0.1', 'name:anna']), $1"
        " FROM generate_series(1, 500)",
        server.clock.now(),
    )

    assert sign_in(server, anna).status_code == 429
    again = sign_in(server, anna, **known)
    assert again.status_code == 200
    assert again.cookies["wfh_device"] == device


def test_a_known_browser_is_limited_by_itself_and_for_its_own_user_only(
    server: TestServer, anna: dict[str, str]
) -> None:
    server.add_user("bert", Role.MANAGER, password_hash=hashed())
    device = sign_in(server, anna).cookies["wfh_device"]
    known = {"headers": {"Cookie": f"wfh_device={device}"}}
    bert = {**anna, "username": "bert"}
    guess(server, bert, 5)

    assert guess(server, anna, 6, **known) == [401] * 5 + [429]
    assert guess(server, bert, 1, **known) == [429]
    assert sign_in(server, anna).status_code == 200


def test_the_cookie_of_a_known_browser_is_closed_to_scripts_and_opens_nothing(
    server: TestServer, anna: dict[str, str]
) -> None:
    answer = sign_in(server, anna)
    device = answer.cookies["wfh_device"]
    lines = [line for line in answer.headers.get_list("set-cookie") if "wfh_device" in line]

    assert {"HttpOnly", "SameSite=lax", "Path=/api/session"} <= set(lines[0].split("; "))
    for name in ("wfh_device", "wfh_session", "wfh_my_session"):
        seen = server.request("GET", "/api/session", headers={"Cookie": f"{name}={device}"})
        assert seen.status_code == 401
    stored = str(server.rows("SELECT * FROM known_devices"))
    assert device not in stored
    assert device.encode().hex() not in stored


@pytest.mark.parametrize("cookie", ["", "x", "\xe4", "'; DROP TABLE users; --"])
def test_an_odd_cookie_is_no_known_browser(
    server: TestServer, anna: dict[str, str], cookie: str
) -> None:
    headers = {"Cookie": f"wfh_device={cookie}".encode("latin-1")}
    answer = sign_in(server, anna, headers=headers)

    assert answer.status_code == 200
    assert answer.cookies["wfh_device"] != cookie


def test_a_known_browser_is_forgotten_after_half_a_year_and_when_its_user_is_disabled(
    server: TestServer, clock: StillClock, anna: dict[str, str]
) -> None:
    device = sign_in(server, anna).cookies["wfh_device"]
    known = {"headers": {"Cookie": f"wfh_device={device}"}}
    clock.time += timedelta(days=180, seconds=1)
    guess(server, anna, 5)

    assert sign_in(server, anna, **known).status_code == 429


def test_an_administrator_unlocks_a_name(server: TestServer, anna: dict[str, str]) -> None:
    server.add_user("bert", Role.MANAGER, password_hash=hashed())
    guess(server, anna, 6)
    guess(server, {**anna, "username": "bert"}, 6)
    server.execute(
        "INSERT INTO login_attempts SELECT unnest(ARRAY['address:127.0.0.1', 'name:anna']), $1"
        " FROM generate_series(1, 500)",
        server.clock.now(),
    )

    async def unlock(connection: Any) -> None:
        await UserChanges(connection, actor="cli:root", at=server.clock.now()).unlock("anna")

    server.sql(unlock)

    assert sign_in(server, anna).status_code == 200
    assert sign_in(server, {**anna, "username": "bert"}).status_code == 429
    assert ("cli:root", "user.unlock") in server.rows("SELECT actor, action FROM audit")


def test_one_address_may_not_try_one_password_on_everybody(server: TestServer) -> None:
    server.execute(
        "INSERT INTO login_attempts SELECT 'address:203.0.113.9', $1 FROM generate_series(1, 30)",
        server.clock.now(),
    )
    who = {"username": "somebody", "password": "password1234"}

    assert sign_in(server, who, peer="203.0.113.9").status_code == 429
    assert sign_in(server, who, peer="203.0.113.8").status_code == 401


def test_all_addresses_of_a_network_of_ipv6_are_one(server: TestServer) -> None:
    who = {"username": "somebody", "password": "password1234"}
    server.execute(
        "INSERT INTO login_attempts SELECT 'address:2001:db8::/64', $1 FROM generate_series(1, 29)",
        server.clock.now(),
    )

    peers = ("2001:db8::7", "2001:db8::8", "2001:db8:0:1::7")
    answers = [sign_in(server, who, peer=peer) for peer in peers]

    assert [each.status_code for each in answers] == [401, 429, 401]


def test_a_session_ends_by_itself_and_when_its_user_is_disabled(
    server: TestServer, clock: StillClock
) -> None:
    anna, bert = server.signed_in(username="anna"), server.signed_in(username="bert")
    server.execute("UPDATE users SET disabled_at = now() WHERE username = 'bert'")

    before = server.request("GET", "/api/session", headers=anna)
    disabled = server.request("GET", "/api/session", headers=bert)
    clock.time += timedelta(hours=12)
    after = server.request("GET", "/api/session", headers=anna)

    assert [x.status_code for x in (before, disabled, after)] == [200, 401, 401]


@pytest.mark.parametrize(
    "change",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_a_page_of_another_site_changes_nothing(server: TestServer, change: dict[str, str]) -> None:
    headers = server.signed_in()

    refused = server.request("DELETE", "/api/session", headers={**headers, **change})
    own = server.request("GET", "/api/session", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert own.status_code == 200


@pytest.mark.parametrize(
    "sent", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_page_of_another_site_cannot_make_its_visitor_look(
    server: TestServer, sent: dict[str, str]
) -> None:
    server.request("POST", "/api/log", **log_request(server.agent_token(), screenshot_bytes()))
    path, headers = "/api/logs?reason=curiosity", server.signed_in()

    refused = server.request("GET", path, headers={**headers, **sent})
    on_record = server.value("SELECT count(*) FROM audit")
    own = server.request("GET", path, headers={**headers, "Sec-Fetch-Site": "same-origin"})

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert on_record == 0
    assert len(own.json()["rows"]) == 1


def test_nobody_can_be_signed_in_by_a_page_of_another_site(
    server: TestServer, anna: dict[str, str]
) -> None:
    answer = sign_in(server, anna, headers={"Origin": "https://evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize("cookie", ["", "wfh_session=", "wfh_session=x", "wfh_session=\xe4"])
def test_an_odd_cookie_is_nobody(server: TestServer, cookie: str) -> None:
    answer = server.request("GET", "/api/session", headers={"Cookie": cookie.encode("latin-1")})

    assert (answer.status_code, answer.json()["code"]) == (401, "session_missing")


@pytest.mark.parametrize(
    ("origin", "host", "public_url", "is_own"),
    [
        ("https://wfh.example.com:8443", "wfh.example.com", "https://wfh.example.com:8443", True),
        ("https://wfh.example.com:8443", "backend", "https://WFH.example.com:8443", True),
        ("https://wfh.example.com", "127.0.0.1:8000", "https://wfh.example.com/", True),
        ("https://wfh.example.com", "wfh.example.com:443", None, True),
        ("http://wfh.example.com", "wfh.example.com:80", None, True),
        ("https://[2001:db8::1]", "[2001:db8::1]:443", None, True),
        ("https://wfh.example.com:8443", "wfh.example.com", None, False),
        ("https://wfh.example.com:9", "wfh.example.com", "https://wfh.example.com:8443", False),
        ("http://wfh.example.com", "backend", "https://wfh.example.com", False),
        ("https://evil.example", "backend", "https://wfh.example.com", False),
        ("https://wfh.example.com.evil.example", "x", "https://wfh.example.com", False),
        ("null", "backend", "https://wfh.example.com", False),
        ("https://", "", None, False),
        ("https://a:b", "a:b", None, False),
    ],
)
def test_a_page_is_ours_by_the_host_header_or_by_the_public_url(
    server: TestServer,
    anna: dict[str, str],
    origin: str,
    host: str,
    public_url: str | None,
    is_own: bool,
) -> None:
    headers = {"Origin": origin, "Host": host}

    answer = sign_in(server, anna, headers=headers, public_url=public_url)

    assert answer.status_code == (200 if is_own else 403)
    if not is_own:
        assert "set WFHSERVER_PUBLIC_URL" in answer.json()["detail"]
