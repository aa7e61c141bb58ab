"""The checklist of a new server: every step knows by itself whether it is done."""

from pathlib import Path
from typing import Any

import pytest
from server.tests.test_backup_check import made_by_older_version

from wfhserver.backup.records import record_verification
from wfhserver.testing import NOW, TestServer, bearer, heartbeat_body

STEPS = [
    "address",
    "enrollment_token",
    "notice",
    "device",
    "alerts",
    "backup",
    "geoip",
    "second_factor",
]


@pytest.fixture
def anna(server: TestServer) -> dict[str, str]:
    return server.signed_in(username="anna")


def problems(server: TestServer, headers: dict[str, str], **settings: Any) -> dict[str, Any]:
    """Return what is missing, by step."""
    answer = server.run(
        lambda client: client.get("/api/getting-started", headers=headers), **settings
    )
    return {step["step"]: step["problem"] for step in answer.json()["steps"]}


def test_an_empty_server_needs_everything(server: TestServer, anna: dict[str, str]) -> None:
    found = problems(server, anna)

    assert list(found) == STEPS
    assert found["address"] == "WFHSERVER_PUBLIC_URL is not set."
    assert found["backup"] == "No backup is known. WFHSERVER_BACKUP_DIRECTORY is not set."
    assert found["geoip"] == "No GeoIP database is configured on the server."
    assert found["second_factor"] == "Administrators who sign in with a password alone: anna."
    assert all(found.values())


def test_an_address_needs_tls_and_a_certificate_that_is_valid(
    server: TestServer, anna: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = {"https://good.example": None, "https://bad.example": "It expires on 2026-11-24."}
    monkeypatch.setattr(
        "wfhserver.alerts.server_checks.certificate_problem", lambda url, _: verdicts[url]
    )
    plain = problems(server, anna, public_url="http://wfh.example.com")["address"]

    assert plain == "WFHSERVER_PUBLIC_URL does not begin with https://."
    assert problems(server, anna, public_url="https://good.example")["address"] is None
    assert problems(server, anna, public_url="https://bad.example")["address"] == (
        "It expires on 2026-11-24."
    )


def test_a_token_a_device_and_its_notice_are_seen(server: TestServer, anna: dict[str, str]) -> None:
    server.enrollment_token(revoked=True)
    before = problems(server, anna)
    server.enrollment_token()
    with_token = problems(server, anna)
    token = server.agent_token()
    enrolled = problems(server, anna)
    server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(token))
    seen = problems(server, anna)
    body = heartbeat_body(seq=2, health={"notice": {"version": "5b0c", "required": False}})
    server.request("POST", "/api/heartbeat", json=body, headers=bearer(token))

    assert before["enrollment_token"] == "No enrollment token can be used."
    assert with_token["enrollment_token"] is None
    assert enrolled["device"] == "No heartbeat of a device has arrived yet."
    assert (seen["device"], seen["notice"]) == (
        None,
        "No device shows a notice of your company yet.",
    )
    assert problems(server, anna)["notice"] is None


def test_alerts_need_a_channel_and_mail_only_for_mail(
    server: TestServer, anna: dict[str, str]
) -> None:
    mail = {"smtp_host": "mail.example.com"}
    nothing, nobody = problems(server, anna), problems(server, anna, **mail)
    new = {"name": "IT", "kind": "email", "address": "it@example.com"}
    server.run(lambda client: client.post("/api/channels", json=new, headers=anna), **mail)

    assert "WFHSERVER_SMTP_HOST" in nothing["alerts"]
    assert nobody["alerts"] == "Alerts are not sent to anybody yet."
    assert problems(server, anna, **mail)["alerts"] is None
    assert problems(server, anna)["alerts"] is not None


def test_the_newest_complete_backup_and_the_last_verification_are_known(
    server: TestServer, anna: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / ".lock").touch()

    def found() -> tuple[str | None, Any]:
        answer = server.run(
            lambda client: client.get("/api/getting-started", headers=anna),
            backup_directory=folder,
        ).json()
        steps = {step["step"]: step["problem"] for step in answer["steps"]}
        return steps["backup"], answer["backup"]

    empty = found()
    old = made_by_older_version(folder, "2026-11-20T020000Z")
    only_old = found()
    new = made_by_older_version(folder, "2026-11-23T020000Z")
    record_verification(old, NOW, "database.dump is damaged.")
    damaged = found()
    record_verification(new, NOW, None)

    assert empty == (
        f"There is no complete backup in {folder}.",
        {"made_at": None, "verification": None},
    )
    assert only_old == (
        "The newest complete backup is of 2026-11-20 02:00 UTC.",
        {"made_at": "2026-11-20T02:00:00Z", "verification": None},
    )
    assert damaged[0] is not None
    assert damaged[0].endswith("failed: database.dump is damaged.")
    assert found() == (
        None,
        {
            "made_at": "2026-11-23T02:00:00Z",
            "verification": {
                "backup_made_at": "2026-11-23T02:00:00Z",
                "verified_at": "2026-11-23T12:00:00Z",
                "problem": None,
            },
        },
    )
    assert server.request("GET", "/api/getting-started", headers=anna).json()["backup"] is None


def test_every_administrator_with_a_password_needs_a_second_factor(
    server: TestServer, anna: dict[str, str]
) -> None:
    server.execute("UPDATE users SET totp_secret = 'secret'")
    alone = problems(server, anna)["second_factor"]
    server.signed_in(username="berta")
    two = problems(server, anna)["second_factor"]
    server.execute("UPDATE users SET oidc_subject = 'https://id x' WHERE username = 'berta'")

    assert alone is None
    assert two == "Administrators who sign in with a password alone: berta."
    assert problems(server, anna)["second_factor"] is None


def test_a_dismissed_step_stays_so_on_record_until_it_is_shown_again(
    server: TestServer, anna: dict[str, str]
) -> None:
    def send(dismissed: bool) -> int:
        body = {"steps": ["geoip"], "is_dismissed": dismissed}
        answer = server.request("PATCH", "/api/getting-started", json=body, headers=anna)
        return answer.status_code

    def dismissed() -> list[str]:
        steps = server.request("GET", "/api/getting-started", headers=anna).json()["steps"]
        return [step["step"] for step in steps if step["is_dismissed"]]

    assert [send(True), send(True)] == [204, 204]
    assert dismissed() == ["geoip"]
    assert send(False) == 204
    assert dismissed() == []
    entries = server.rows("SELECT actor, action, details FROM audit ORDER BY audit_id")
    assert entries == [
        ("user:anna", "checklist.dismiss", '{"steps":["geoip"]}'),
        ("user:anna", "checklist.restore", '{"steps":["geoip"]}'),
    ]


def test_a_step_that_does_not_exist_is_refused(server: TestServer, anna: dict[str, str]) -> None:
    body = {"steps": ["coffee"], "is_dismissed": True}

    answer = server.request("PATCH", "/api/getting-started", json=body, headers=anna)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
