"""Signing in through an OpenID provider, which is another process here, with TLS and keys."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from server.tests.openid_provider import CLIENT
from server.tests.running_provider import HERE, Provider

from wfhserver.app import create_app
from wfhserver.errors import SettingsError
from wfhserver.models.users import Role
from wfhserver.settings import Settings, from_environment
from wfhserver.testing import NOW, TestServer

# One that the sign-in never knew.
FORGED = "x" * 43


async def go_to_provider(client: httpx.AsyncClient, provider: Provider) -> dict[str, str]:
    """Begin, and return what the browser brings back from the provider."""
    started = await client.get("/api/oidc/start")
    assert started.status_code == 303, started.text
    assert started.headers["location"].startswith(f"{provider.issuer}/authorize?tenant=7&")
    async with httpx.AsyncClient(verify=provider.trust) as browser:
        back = urlsplit((await browser.get(started.headers["location"])).headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{HERE}/api/oidc/callback"
    return {name: values[0] for name, values in parse_qs(back.query).items()}


async def come_back(client: httpx.AsyncClient, **brought: str) -> httpx.Response:
    answer = await client.get("/api/oidc/callback", params=brought)
    assert answer.status_code == 303
    return answer


def sign_in(server: TestServer, provider: Provider, **settings: Any) -> tuple[str, Any]:
    """Sign in and return where that leads to and, when it is the dashboard, who is signed in."""

    async def scenario(client: httpx.AsyncClient) -> tuple[str, Any]:
        answer = await come_back(client, **await go_to_provider(client, provider))
        known = await client.get("/api/session")
        return answer.headers["location"], known.json() if known.is_success else None

    found: tuple[str, Any] = server.run(scenario, **provider.settings(**settings))
    return found


def test_who_signs_in_at_the_provider_is_made_a_user_and_signed_in(
    server: TestServer, provider: Provider
) -> None:
    where, known = sign_in(server, provider)
    again, _ = sign_in(server, provider)

    assert (where, again) == ("/", "/")
    assert (known["username"], known["role"]) == ("jane", "admin")
    assert server.rows("SELECT username, role, oidc_subject FROM users") == [
        ("jane", "admin", f"{provider.issuer} 248289761001")
    ]
    assert server.rows("SELECT actor, action FROM audit ORDER BY audit_id") == [
        ("oidc", "user.add"),
        ("user:jane", "session.begin"),
        ("user:jane", "session.begin"),
    ]
    assert server.value("SELECT count(*) FROM oidc_attempts") == 0


def test_the_sign_in_page_can_ask_whether_there_is_a_provider(
    server: TestServer, provider: Provider
) -> None:
    def get(**settings: Any) -> Any:
        return server.run(lambda client: client.get("/api/oidc"), **settings).json()

    assert get()["enabled"] is False
    assert get(**provider.settings(oidc_name="Example SSO"))["name"] == "Example SSO"
    assert server.request("GET", "/api/oidc/start").status_code == 404
    assert server.request("GET", "/api/oidc/callback").status_code == 404


def test_the_cookies_are_closed_to_scripts_and_for_tls_where_there_is_tls(
    server: TestServer, provider: Provider
) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[str]:
        started = await client.get("/api/oidc/start")
        state = parse_qs(urlsplit(started.headers["location"]).query)["state"][0]
        plain = started.headers["set-cookie"]
        assert f"wfh_oidc={state}" in plain
        client.base_url = httpx.URL("https://server")
        secure = (await client.get("/api/oidc/start")).headers["set-cookie"]
        return [plain, secure]

    plain, secure = server.run(scenario, **provider.settings())

    for cookie in (plain, secure):
        assert {"HttpOnly", "Path=/api/oidc", "SameSite=lax"} <= set(cookie.split("; "))
    assert ("Secure" in plain, "Secure" in secure) == (False, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"nonce": FORGED}},
        {"claims": {"nonce": None}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "another program"}},
        {"claims": {"aud": [CLIENT, "another program"]}},
        {"claims": {"aud": [CLIENT, "another program"], "azp": "another program"}},
        {"claims": {"azp": "another program"}},
        {"claims": {"exp": int(NOW.timestamp()) - 61}},
        {"claims": {"exp": None}},
        {"claims": {"iat": int(NOW.timestamp()) + 3600}},
        {"claims": {"iat": None}},
        {"claims": {"sub": None}},
        {"claims": {"sub": 7}},
        {"claims": {"preferred_username": None}},
        {"claims": {"preferred_username": ["jane"]}},
        {"signature": "none"},
        {"signature": "another key"},
        {"signature": "public key as a secret"},
        {"no token": True},
        {"status": 400},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(
    server: TestServer, provider: Provider, wrong: dict[str, Any]
) -> None:
    provider.says(**wrong)

    assert sign_in(server, provider) == ("/sign-in?refused=oidc_failed", None)
    assert server.value("SELECT count(*) FROM users") == 0
    assert server.value("SELECT count(*) FROM sessions") == 0


def test_a_token_for_several_programs_is_taken_when_it_was_made_for_this_one(
    server: TestServer, provider: Provider
) -> None:
    provider.says(claims={"aud": [CLIENT, "another program"], "azp": CLIENT})

    assert sign_in(server, provider)[0] == "/"


@pytest.mark.parametrize("case", ["wrong state", "no cookie", "another browser", "no code"])
def test_only_the_browser_that_began_comes_back(
    server: TestServer, provider: Provider, case: str
) -> None:
    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        brought = await go_to_provider(client, provider)
        if case == "wrong state":
            brought["state"] = FORGED
        elif case == "no code":
            brought = {"state": brought["state"], "error": "access_denied"}
        elif case == "no cookie":
            client.cookies.clear()
        else:
            client.cookies.clear()
            await client.get("/api/oidc/start")
        return await come_back(client, **brought)

    answer = server.run(scenario, **provider.settings())

    assert answer.headers["location"] == "/sign-in?refused=oidc_failed"
    assert "wfh_session" not in answer.headers["set-cookie"]


def test_a_sign_in_is_good_for_once_and_for_ten_minutes(
    server: TestServer, provider: Provider
) -> None:
    async def twice(client: httpx.AsyncClient) -> list[str]:
        brought = await go_to_provider(client, provider)
        cookie = {"Cookie": f"wfh_oidc={brought['state']}"}
        answers = [
            await client.get("/api/oidc/callback", params=brought, headers=cookie) for _ in range(2)
        ]
        return [answer.headers["location"] for answer in answers]

    async def late(client: httpx.AsyncClient) -> str:
        brought = await go_to_provider(client, provider)
        server.clock.time += timedelta(minutes=10)
        return str((await come_back(client, **brought)).headers["location"])

    assert server.run(twice, **provider.settings()) == ["/", "/sign-in?refused=oidc_failed"]
    assert server.run(late, **provider.settings()) == "/sign-in?refused=oidc_failed"


def test_a_code_is_worth_nothing_without_the_secret_of_its_sign_in(
    server: TestServer, provider: Provider
) -> None:
    async def scenario(client: httpx.AsyncClient) -> str:
        stolen = await go_to_provider(client, provider)
        client.cookies.clear()
        own = await go_to_provider(client, provider)
        answer = await come_back(client, state=own["state"], code=stolen["code"])
        return str(answer.headers["location"])

    assert server.run(scenario, **provider.settings()) == "/sign-in?refused=oidc_failed"


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["wfh-managers"], Role.MANAGER),
        ("team leads", Role.MANAGER),
        (["works council", "wfh-managers"], Role.AUDITOR),
        (["wfh-managers", "wfh-admins"], Role.ADMIN),
    ],
)
def test_the_groups_of_the_settings_make_the_role_and_of_several_the_one_that_sees_most(
    server: TestServer, provider: Provider, groups: Any, role: Role
) -> None:
    provider.says(claims={"groups": groups})

    assert sign_in(server, provider)[1]["role"] == role


@pytest.mark.parametrize("groups", [["everybody"], [], None, "", {"wfh-admins": True}, [["x"]]])
def test_who_is_in_no_group_of_the_settings_becomes_no_user(
    server: TestServer, provider: Provider, groups: Any
) -> None:
    provider.says(claims={"groups": groups})

    assert sign_in(server, provider) == ("/sign-in?refused=not_allowed", None)
    assert server.value("SELECT count(*) FROM users") == 0


def test_roles_may_lie_deeper_or_under_a_name_with_dots(
    server: TestServer, provider: Provider
) -> None:
    server.add_user("root", Role.ADMIN)
    provider.says(claims={"groups": None, "realm_access": {"roles": ["works council"]}})
    deeper = sign_in(server, provider, oidc_roles_claim="realm_access.roles")
    provider.says(claims={"groups": None, "https://x.example/roles": ["wfh-managers"]})
    dotted = sign_in(server, provider, oidc_roles_claim="https://x.example/roles")

    assert (deeper[1]["role"], dotted[1]["role"]) == ("auditor", "manager")


def test_a_role_that_changes_at_the_provider_changes_here_and_one_that_ends_ends_all_sessions(
    server: TestServer, provider: Provider
) -> None:
    server.add_user("root", Role.ADMIN)
    sign_in(server, provider)
    provider.says(claims={"groups": ["wfh-managers"], "preferred_username": "jane.doe"})
    changed = sign_in(server, provider)
    provider.says(claims={"groups": []})
    refused = sign_in(server, provider)

    assert (changed[1]["username"], changed[1]["role"]) == ("jane", "manager")
    assert refused == ("/sign-in?refused=not_allowed", None)
    assert server.value("SELECT count(*) FROM sessions") == 0
    assert server.rows("SELECT action FROM audit ORDER BY audit_id DESC LIMIT 3") == [
        ("session.refuse",),
        ("session.begin",),
        ("user.set_role",),
    ]


def test_groups_of_the_provider_choose_the_teams_of_a_manager(
    server: TestServer, provider: Provider
) -> None:
    for team in ("IT", "Sales", "Support"):
        server.execute("INSERT INTO teams (name, created_at) VALUES ($1, now())", team)
    teams = (("sales-leads", "Sales"), ("it", "IT"), ("it", "Nobody's"))

    def managed(*groups: str) -> Any:
        provider.says(claims={"groups": ["wfh-managers", *groups]})
        _, known = sign_in(server, provider, oidc_teams=teams)
        return known["teams"]

    assert managed("sales-leads", "it") == ["IT", "Sales"]
    # Chosen on the page Teams: the settings do not name it.
    server.execute(
        "INSERT INTO team_managers (user_id, team_id) SELECT user_id, team_id FROM users, teams"
        " WHERE name = 'Support'"
    )
    assert managed("it") == ["IT", "Support"]
    assert managed("it") == ["IT", "Support"]
    assert managed() == ["Support"]
    details = server.rows(
        "SELECT actor, details FROM audit WHERE action = 'user.set_teams' ORDER BY audit_id"
    )
    assert [actor for actor, _ in details] == ["oidc"] * 3
    assert [json.loads(text)["ended"] for _, text in details] == [[], ["Sales"], ["IT"]]


@pytest.mark.parametrize("value", ["sales", "=Sales", "sales="])
def test_teams_of_groups_are_pairs(value: str) -> None:
    with pytest.raises(SettingsError, match="WFHSERVER_OIDC_TEAMS"):
        from_environment({"WFHSERVER_OIDC_TEAMS": value})


def test_the_name_of_a_user_with_a_password_is_not_taken_over(
    server: TestServer, provider: Provider
) -> None:
    server.add_user("jane", Role.AUDITOR)

    assert sign_in(server, provider) == ("/sign-in?refused=conflict", None)
    assert server.rows("SELECT role, oidc_subject FROM users") == [("auditor", None)]


def test_a_disabled_user_stays_out(server: TestServer, provider: Provider) -> None:
    server.add_user("root", Role.ADMIN)
    sign_in(server, provider)
    server.execute("UPDATE users SET disabled_at = $1 WHERE username = 'jane'", NOW)
    server.execute("DELETE FROM sessions")

    assert sign_in(server, provider) == ("/sign-in?refused=not_allowed", None)
    assert server.value("SELECT count(*) FROM sessions") == 0


def test_no_password_opens_the_account_of_a_provider(
    server: TestServer, provider: Provider
) -> None:
    sign_in(server, provider)

    answer = server.request("POST", "/api/session", json={"username": "jane", "password": "none"})

    assert answer.json()["code"] == "login_failed"
    assert server.value("SELECT password_hash FROM users").startswith("$argon2id$")


def test_a_new_key_of_the_provider_is_found_after_a_minute(
    server: TestServer, provider: Provider
) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[str]:
        places = []
        for minutes in (0, 0, 2):
            server.clock.time += timedelta(minutes=minutes)
            brought = await go_to_provider(client, provider)
            places.append((await come_back(client, **brought)).headers["location"])
            if len(places) == 1:
                provider.says(rotate=True, claims={"exp": int(NOW.timestamp()) + 3600})
        return places

    assert server.run(scenario, **provider.settings()) == [
        "/",
        "/sign-in?refused=oidc_failed",
        "/",
    ]


def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(
    server: TestServer, provider: Provider
) -> None:
    provider.says(methods=["client_secret_post", "client_secret_basic"])

    assert sign_in(server, provider)[0] == "/"


def test_a_wrong_secret_lets_nobody_in(server: TestServer, provider: Provider) -> None:
    assert sign_in(server, provider, oidc_client_secret="wrong")[0].endswith("oidc_failed")


def test_a_provider_that_is_away_untrusted_or_another_is_reported(
    server: TestServer, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(**settings: Any) -> tuple[int, str]:
        answer = server.run(lambda client: client.get("/api/oidc/start"), **settings)
        return answer.status_code, answer.json()["code"]

    away = start(**provider.settings(oidc_issuer="https://127.0.0.1:9"))
    another = start(**provider.settings(oidc_issuer=f"{provider.issuer}/"))
    monkeypatch.delenv("SSL_CERT_FILE")
    untrusted = start(**provider.settings())

    assert away == another == untrusted == (503, "oidc_unavailable")


def test_sign_ins_that_never_come_back_are_bounded_and_forgotten(
    server: TestServer, provider: Provider
) -> None:
    # PostgreSQL plans for what it found when it last looked: a table whose rows were all deleted.
    server.execute("INSERT INTO oidc_attempts VALUES ('x', '', '', $1)", NOW)
    server.execute("DELETE FROM oidc_attempts")
    server.execute("ANALYZE oidc_attempts")
    server.execute(
        "INSERT INTO oidc_attempts SELECT sha256(n::text::bytea), '', '', $1"
        " FROM generate_series(1, 10000) AS n",
        NOW + timedelta(minutes=9),
    )

    def start() -> int:
        answer = server.run(lambda client: client.get("/api/oidc/start"), **provider.settings())
        return int(answer.status_code)

    full = start()
    server.clock.time += timedelta(minutes=10)
    later = start()
    server.execute(
        "INSERT INTO login_attempts SELECT 'oidc:127.0.0.1', $1 FROM generate_series(1, 100)",
        server.clock.now(),
    )
    of_one_address = start()

    assert (full, later, of_one_address) == (429, 303, 429)
    assert server.value("SELECT count(*) FROM oidc_attempts") == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"oidc_client_id": None}, "WFHSERVER_OIDC_CLIENT_ID is not"),
        ({"oidc_client_secret": None}, "WFHSERVER_OIDC_CLIENT_SECRET is not"),
        ({"public_url": None}, "WFHSERVER_PUBLIC_URL is not"),
        (
            {"oidc_admins": (), "oidc_managers": (), "oidc_auditors": ()},
            "WFHSERVER_OIDC_ADMINS",
        ),
    ],
)
def test_half_a_setting_stops_the_start(
    provider_process: Provider, changed: dict[str, Any], words: str
) -> None:
    settings = Settings(database_url="postgresql://x@y/z", **provider_process.settings(**changed))

    with pytest.raises(SettingsError, match=re.escape(words)):
        create_app(settings)


@pytest.mark.parametrize("url", ["http://id.example.com", "id.example.com", "https://", "ftp://x"])
def test_a_provider_without_tls_is_no_provider(url: str) -> None:
    with pytest.raises(SettingsError, match="WFHSERVER_OIDC_ISSUER cannot be used"):
        from_environment({"WFHSERVER_OIDC_ISSUER": url})


def test_the_name_that_a_provider_gives_is_stored_under_what_can_be_seen(
    server: TestServer, provider: Provider
) -> None:
    server.add_user("root", Role.ADMIN)
    claims = {"preferred_username": "\N{RIGHT-TO-LEFT OVERRIDE}ja\N{ZERO WIDTH SPACE}ne\t"}
    provider.says(claims=claims)
    _, known = sign_in(server, provider)
    provider.says(claims={"preferred_username": "\N{ZERO WIDTH SPACE}", "sub": "another"})
    where, _ = sign_in(server, provider)

    assert known["username"] == "jane"
    assert where == "/sign-in?refused=oidc_failed"


def test_who_is_in_no_group_any_more_loses_the_api_keys_too(
    server: TestServer, provider: Provider
) -> None:
    server.add_user("root", Role.ADMIN)
    sign_in(server, provider)
    server.execute(
        "INSERT INTO api_keys (key_hash, user_id, label, scope, created_at, expires_at)"
        " SELECT 'x', user_id, 'payroll', 'export', $1, $2 FROM users WHERE username = 'jane'",
        NOW,
        NOW + timedelta(days=30),
    )
    provider.says(claims={"groups": []})

    assert sign_in(server, provider)[0] == "/sign-in?refused=not_allowed"
    assert server.value("SELECT revoked_at FROM api_keys") == NOW


UNUSABLE_KEYS = (
    {"kty": "EC", "crv": "BP-256", "x": "AA", "y": "AA", "kid": "1"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "2"},
    {"kty": "RSA", "kid": "3"},
    {"kty": "RSA", "n": "!!", "e": "AQAB", "kid": "4"},
    {"kty": "OKP", "crv": "Ed9", "x": "A", "kid": "5"},
    {"kty": "oct", "k": "AAAA", "kid": "6"},
    {"kty": ["RSA"], "kid": 7},
    *({}, [], "a key", 5, None),
)


def test_keys_that_cannot_be_used_keep_nobody_out(server: TestServer, provider: Provider) -> None:
    provider.says(keys=UNUSABLE_KEYS)

    assert sign_in(server, provider)[0] == "/"


def test_a_token_that_names_no_key_is_tried_with_all(
    server: TestServer, provider: Provider
) -> None:
    other = RSAKey.generate_key(2048, parameters={"kid": "other"}).as_dict(private=False)
    provider.says(**{"no kid": True, "keys": [other]})
    right, _ = sign_in(server, provider)
    provider.says(**{"no kid": True, "keys": [other], "signature": "another key"})
    wrong, _ = sign_in(server, provider)

    assert (right, wrong) == ("/", "/sign-in?refused=oidc_failed")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"claims": {"aud": "another"}}, "it is for 'another', WFHSERVER_OIDC_CLIENT_ID is 'wfh"),
        ({"claims": {"iss": "https://x.example"}}, "it is of 'https://x.example', WFHSERVER_OIDC"),
        ({"claims": {"iat": int(NOW.timestamp()) + 90}}, "its times are iat +90 s, exp +300 s"),
        ({"claims": {"exp": int(NOW.timestamp()) - 90}}, "exp -90 s; set both clocks"),
        ({"claims": {"nonce": "x"}}, "Invalid claim: 'nonce'"),
        ({"signature": "another key"}, "ad_signature"),
        ({"no token": True}, "has no ID token"),
        ({"claims": {"groups": ["staff"]}}, "the claim groups is ['staff'], and the settings name"),
        ({"claims": {"groups": None}}, "the claim groups is missing, and the settings name"),
        ({"claims": {"preferred_username": None}}, "no claim preferred_username"),
    ],
)
def test_the_journal_says_why_nobody_was_let_in(
    server: TestServer,
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    answers: dict[str, Any],
    reason: str,
) -> None:
    provider.says(**answers)

    assert sign_in(server, provider)[1] is None
    assert reason in caplog.text


def test_groups_and_name_are_asked_for_where_the_token_has_none(
    server: TestServer, provider: Provider
) -> None:
    none = {"groups": None, "preferred_username": None}
    userinfo = {"sub": "248289761001", "groups": ["works council"], "preferred_username": "june"}
    provider.says(claims=none, userinfo=userinfo)
    server.add_user("root", Role.ADMIN)

    _, known = sign_in(server, provider)

    assert (known["username"], known["role"]) == ("june", "auditor")


@pytest.mark.parametrize(
    ("userinfo", "refused"),
    [
        ({"sub": "somebody else", "groups": ["wfh-admins"]}, "oidc_failed"),
        ({"groups": ["wfh-admins"]}, "oidc_failed"),
        ({"sub": "248289761001", "groups": ["staff"]}, "not_allowed"),
        (["no object"], "not_allowed"),
    ],
)
def test_what_the_userinfo_endpoint_tells_of_somebody_else_lets_nobody_in(
    server: TestServer, provider: Provider, userinfo: Any, refused: str
) -> None:
    provider.says(claims={"groups": None}, userinfo=userinfo)

    assert sign_in(server, provider) == (f"/sign-in?refused={refused}", None)


def test_what_the_signed_token_says_is_not_replaced(server: TestServer, provider: Provider) -> None:
    userinfo = {"sub": "248289761001", "groups": ["wfh-admins"]}
    provider.says(claims={"groups": ["staff"]}, userinfo=userinfo)

    assert sign_in(server, provider) == ("/sign-in?refused=not_allowed", None)
