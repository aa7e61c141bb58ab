"""The second factor: in force once confirmed, each code good for one time."""

from datetime import timedelta
from functools import cache
from typing import Any

import httpx
import pyotp
import pytest

from wfhserver.accounts.passwords import hash_password
from wfhserver.accounts.users import UserChanges
from wfhserver.testing import NOW, StillClock, TestServer

WHO = {"username": "anna", "password": "correct horse battery"}


@cache
def hashed() -> str:
    return hash_password(WHO["password"])


@pytest.fixture
def anna(server: TestServer) -> dict[str, str]:
    """The headers of anna's session, whose password is known."""
    headers = server.signed_in(username="anna")
    server.execute("UPDATE users SET password_hash = $1", hashed())
    return headers


def begin(server: TestServer, anna: dict[str, str]) -> pyotp.TOTP:
    setup = server.request("POST", "/api/second-factor", headers=anna).json()
    assert setup["uri"].startswith("otpauth://totp/wfhserver:anna?")
    return pyotp.TOTP(setup["secret"])


def confirm(server: TestServer, anna: dict[str, str], code: str) -> httpx.Response:
    return server.request("POST", "/api/second-factor/confirm", json={"code": code}, headers=anna)


def sign_in(server: TestServer, code: str | None = None) -> Any:
    body = WHO if code is None else {**WHO, "code": code}
    answer = server.request("POST", "/api/session", json=body)
    return answer.status_code if answer.status_code == 200 else answer.json()["code"]


@pytest.fixture
def app(server: TestServer, anna: dict[str, str], clock: StillClock) -> pyotp.TOTP:
    """The app of codes, half a minute after it was confirmed."""
    app = begin(server, anna)
    assert confirm(server, anna, app.at(clock.now())).status_code == 200
    clock.time += timedelta(seconds=30)
    return app


def test_an_unconfirmed_secret_changes_nothing(server: TestServer, anna: dict[str, str]) -> None:
    begin(server, anna)
    wrong = confirm(server, anna, "000000")

    assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
    assert sign_in(server) == 200


def test_it_is_known_whether_one_is_set_up(
    server: TestServer, anna: dict[str, str], clock: StillClock
) -> None:
    def is_set_up() -> bool:
        answer = server.request("GET", "/api/second-factor", headers=anna)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["is_set_up"])

    assert not is_set_up()
    app = begin(server, anna)
    assert not is_set_up()
    confirm(server, anna, app.at(clock.now()))
    assert is_set_up()


def test_a_confirmed_one_is_asked_for_and_each_code_is_taken_once(
    server: TestServer, clock: StillClock, app: pyotp.TOTP
) -> None:
    code = app.at(clock.now())

    assert sign_in(server) == "second_factor_required"
    assert sign_in(server, "000000") == "login_failed"
    assert sign_in(server, code) == 200
    assert sign_in(server, code) == "login_failed"
    # The code that confirmed it was taken, too.
    assert sign_in(server, app.at(clock.now() - timedelta(seconds=30))) == "login_failed"


@pytest.mark.parametrize(("seconds", "outcome"), [(30, 200), (90, "login_failed")])
def test_a_phone_may_be_half_a_minute_off(
    server: TestServer, clock: StillClock, app: pyotp.TOTP, seconds: int, outcome: Any
) -> None:
    assert sign_in(server, app.at(clock.now() + timedelta(seconds=seconds))) == outcome


def test_a_wrong_password_does_not_tell_that_there_is_a_second_factor(
    server: TestServer, app: pyotp.TOTP
) -> None:
    wrong = {**WHO, "password": "wrong horse battery"}

    assert server.request("POST", "/api/session", json=wrong).json()["code"] == "login_failed"


def test_a_recovery_code_opens_once_and_is_kept_as_a_hash(
    server: TestServer, anna: dict[str, str], clock: StillClock
) -> None:
    app = begin(server, anna)
    codes = confirm(server, anna, app.at(clock.now())).json()["recovery_codes"]

    assert len(set(codes)) == 10
    assert codes[0] not in str(server.rows("SELECT * FROM recovery_codes"))
    assert sign_in(server, codes[0]) == 200
    assert sign_in(server, codes[0]) == "login_failed"
    assert sign_in(server, codes[1]) == 200


def test_it_is_removed_with_a_code_only(
    server: TestServer, anna: dict[str, str], clock: StillClock, app: pyotp.TOTP
) -> None:
    def remove(code: str) -> int:
        body = {"code": code}
        answer = server.request("DELETE", "/api/second-factor", json=body, headers=anna)
        return answer.status_code

    again = server.request("POST", "/api/second-factor", headers=anna)

    assert again.status_code == 409
    assert remove("123456") == 422
    assert remove(app.at(clock.now())) == 204
    assert sign_in(server) == 200


def test_a_stolen_session_cannot_guess_codes_without_end(
    server: TestServer, anna: dict[str, str], app: pyotp.TOTP
) -> None:
    statuses = [
        server.request(
            "DELETE", "/api/second-factor", json={"code": f"{n:06}"}, headers=anna
        ).status_code
        for n in range(6)
    ]

    assert statuses[-1] == 429
    assert statuses[:4] == [422] * 4


def test_an_administrator_removes_what_was_lost(server: TestServer, app: pyotp.TOTP) -> None:
    async def remove(connection: Any) -> None:
        await UserChanges(connection, actor="cli:root", at=NOW).remove_second_factor("anna")

    server.sql(remove)

    assert sign_in(server) == 200
    assert server.value("SELECT count(*) FROM recovery_codes") == 0
    assert server.value("SELECT action FROM audit WHERE actor = 'cli:root'") == (
        "user.remove_second_factor"
    )


@pytest.mark.parametrize(
    "written",
    ["{0} {1}", "{0}-{1}", " {0}\N{NO-BREAK SPACE}{1}\n", "{0}\N{NARROW NO-BREAK SPACE}{1}"],
)
def test_a_code_may_be_typed_as_the_app_shows_it(
    server: TestServer, clock: StillClock, app: pyotp.TOTP, written: str
) -> None:
    clock.time += timedelta(minutes=2)
    code = app.at(clock.now())

    assert sign_in(server, written.format(code[:3], code[3:])) == 200


@pytest.mark.parametrize("wrong", ["{0}", "{0}{1}0", "a{0}{1}", "{0}{1}x", "", "  "])
def test_nothing_but_all_digits_of_a_code_is_that_code(
    server: TestServer, clock: StillClock, app: pyotp.TOTP, wrong: str
) -> None:
    clock.time += timedelta(minutes=2)
    code = app.at(clock.now())

    assert sign_in(server, wrong.format(code[:3], code[3:])) != 200


def test_a_recovery_code_may_be_typed_as_it_was_written_down(
    server: TestServer, anna: dict[str, str], clock: StillClock
) -> None:
    app = pyotp.TOTP(server.request("POST", "/api/second-factor", headers=anna).json()["secret"])
    codes = confirm(server, anna, app.at(clock.now())).json()["recovery_codes"]
    written = " ".join((codes[0][:5].upper(), codes[0][5:10], codes[0][10:]))

    assert sign_in(server, written) == 200
