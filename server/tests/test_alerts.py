"""Alerts: when each rule raises one and resolves it, and who gets which message when."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from server.tests.mail_catcher import MailCatcher, mail_catcher
from server.tests.test_planned_days import FULL_TIME

from wfhserver.alerts.server_checks import certificate_problem
from wfhserver.models.directory import Profile
from wfhserver.models.schedules import COMPANY
from wfhserver.models.users import Role
from wfhserver.storage.postgres import directory, leave, schedules
from wfhserver.testing import NOW, TestServer

HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)
COLLECTED = timedelta(minutes=10)


class Office:
    """A company over which time goes by: its devices report, or do not."""

    def __init__(self, server: TestServer, catcher: MailCatcher) -> None:
        self.server = server
        self.catcher = catcher
        self.admin = server.signed_in()

    def employ(self, *names: str, **profile: Any) -> None:
        for name in names:
            self.server.agent_token(name, f"{name}-pc")
            filled = {"email": f"{name}@example.com", "display_name": name.title(), **profile}
            number = self.number(name)
            self.server.sql(directory.write, {number: Profile(**filled)})
        self.seen(*names)

    def number(self, name: str) -> int:
        found: int = self.server.value(
            "SELECT employee_id FROM employees WHERE username = $1", name
        )
        return found

    def seen(self, *names: str) -> None:
        self.server.execute(
            "INSERT INTO agent_presence (agent_id, last_seen)"
            " SELECT agent_id, $2 FROM agents JOIN employees USING (employee_id)"
            "  WHERE username = ANY ($1::text[])"
            " ON CONFLICT (agent_id) DO UPDATE SET last_seen = excluded.last_seen",
            list(names),
            self.server.clock.time,
        )

    def full_time(self) -> None:
        assert self.server.sql(schedules.add, COMPANY, MONDAY - timedelta(days=60), FULL_TIME)

    def channel(self, **channel: Any) -> dict[str, Any]:
        channel = {"name": "IT", "kind": "email", "address": "it@example.com", **channel}
        made = self.server.request("POST", "/api/channels", json=channel, headers=self.admin)
        assert made.status_code == 201, made.text
        return dict(made.json()["channel"])

    def until(self, moment: datetime, step: timedelta = COLLECTED) -> None:
        """Let time go by, in which the server looks at the rules and delivers."""
        start = self.server.clock.time
        steps = -((start - moment) // step)
        self.server.check_alerts(at=[min(moment, start + n * step) for n in range(1, steps + 1)])
        self.server.deliver()

    def look(self) -> None:
        self.server.check_alerts()
        self.server.clock.time += COLLECTED
        self.server.check_alerts()
        self.server.deliver()

    @property
    def mails(self) -> list[tuple[str, str]]:
        return [
            (",".join(recipients), subject)
            for recipients, subject in zip(
                self.catcher.recipients, self.catcher.subjects, strict=True
            )
        ]

    def alerts(self) -> list[tuple[Any, ...]]:
        return self.server.rows(
            "SELECT kind, subject, resolved_at IS NOT NULL FROM alerts ORDER BY alert_id"
        )


@pytest.fixture
def office(server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """On Monday at 9:00 UTC, where the server is."""
    server.clock.time = at(MONDAY, 9)
    with mail_catcher(tmp_path) as catcher:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        server.settings |= {
            "smtp_host": "127.0.0.1",
            "smtp_port": catcher.port,
            "mail_from": "wfhserver@example.com",
        }
        yield Office(server, catcher)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, NOW.timetz()).replace(hour=hour, minute=minute)


def test_a_silent_device_is_one_message_to_it_and_to_the_employee_and_one_when_it_is_back(
    office: Office,
) -> None:
    office.channel()
    office.employ("alice")
    office.until(at(MONDAY, 12, 50))
    assert office.alerts() == []
    office.until(at(MONDAY, 16))
    raised = list(office.mails)
    texts = [str(each.get_content()) for each in office.catcher.mails]
    office.seen("alice")
    office.until(at(MONDAY, 16, 40))

    subject = "Device silent: Alice (alice-pc)"
    assert sorted(raised) == [("alice@example.com", subject), ("it@example.com", subject)]
    sentence = "The device alice-pc of Alice has not reported for 4 working hours."
    assert [text.splitlines()[0] for text in texts] == [sentence] * 2
    assert sorted(office.mails[2:]) == [
        ("alice@example.com", f"Resolved: {subject}"),
        ("it@example.com", f"Resolved: {subject}"),
    ]
    assert office.alerts() == [("device_silent", office.alerts()[0][1], True)]


def test_a_night_and_a_weekend_are_no_silence(office: Office) -> None:
    office.channel()
    office.employ("alice")
    friday = MONDAY + timedelta(days=4)
    office.server.clock.time = at(friday, 15)
    office.seen("alice")
    # Two hours on Friday, none at the weekend, two on Monday.
    office.until(at(friday + timedelta(days=3), 10, 50), timedelta(hours=1))
    assert office.alerts() == []
    office.until(at(friday + timedelta(days=3), 11, 20))
    assert [kind for kind, _, _ in office.alerts()] == ["device_silent"]


def test_hours_are_those_of_the_employee_s_time_zone(office: Office) -> None:
    office.channel()
    office.employ("bob", time_zone="America/New_York")
    # 9:00 in New York is 14:00 UTC.
    office.until(at(MONDAY, 17, 50))
    assert office.alerts() == []
    office.until(at(MONDAY, 18, 20))
    assert [kind for kind, _, _ in office.alerts()] == ["device_silent"]


def test_an_employee_who_is_expected_and_not_seen_is_an_alert_until_seen(office: Office) -> None:
    office.full_time()
    office.channel()
    office.employ("alice", "bob")
    office.until(at(MONDAY, 17), timedelta(hours=1))
    office.seen("alice", "bob")
    tuesday = MONDAY + timedelta(days=1)
    office.server.clock.time = at(tuesday, 9)
    office.seen("bob")
    office.until(at(tuesday, 10, 50))
    assert "Employee not seen: Alice" not in [subject for _, subject in office.mails]
    before = len(office.mails)
    office.until(at(tuesday, 11, 20))
    missing = sorted(office.mails[before:])
    # The device raises nothing more, and the next morning changes nothing.
    office.seen("bob")
    office.until(at(tuesday, 16, 50))
    office.seen("bob")
    office.until(at(tuesday + timedelta(days=1), 10), timedelta(hours=1))
    open_alerts = [row for row in office.alerts() if not row[2]]
    office.seen("alice", "bob")
    office.until(at(tuesday + timedelta(days=1), 10, 30))

    assert missing == [
        ("alice@example.com", "Employee not seen: Alice"),
        ("it@example.com", "Employee not seen: Alice"),
    ]
    assert open_alerts == [("employee_not_seen", f"employee:{office.number('alice')}", False)]
    assert office.mails[-1][1] == "Resolved: Employee not seen: Alice"
    assert len([each for each in office.mails if each[1].startswith("Employee")]) == 2


def test_leave_and_holidays_expect_nobody(office: Office) -> None:
    office.full_time()
    office.channel()
    office.employ("alice", "bob")
    office.seen("alice")
    tuesday = MONDAY + timedelta(days=1)
    office.server.sql(leave.add, [(office.number("alice"), tuesday, tuesday)])
    office.server.execute("UPDATE employees SET status = 'left' WHERE username = 'bob'")
    office.server.clock.time = at(MONDAY, 17)
    office.seen("alice")
    office.until(at(tuesday, 18), timedelta(hours=1))

    assert office.alerts() == []


def test_leave_that_is_entered_later_resolves_the_alert(office: Office) -> None:
    office.full_time()
    office.employ("alice")
    office.server.clock.time = at(MONDAY, 17)
    office.seen("alice")
    tuesday = MONDAY + timedelta(days=1)
    office.until(at(tuesday, 12), timedelta(hours=1))
    assert [row[2] for row in office.alerts()] == [False]
    office.server.sql(leave.add, [(office.number("alice"), tuesday, tuesday)])
    office.until(at(tuesday, 13))

    assert [row[2] for row in office.alerts()] == [True]


def test_logs_that_are_missed_on_three_working_days_in_a_row(office: Office) -> None:
    office.employ("alice", "bob")
    days = [MONDAY - timedelta(days=back) for back in (6, 5, 4, 3)]

    def miss(name: str, day: date, reason: str = "the screen was locked") -> None:
        office.server.execute(
            "INSERT INTO employee_missed_logs SELECT agent_id, $2, 1, $3 FROM agents"
            " JOIN employees USING (employee_id) WHERE username = $1",
            name,
            day,
            reason,
        )

    miss("alice", days[0])
    # A day off in between is no break.
    miss("alice", days[1], "no working day")
    for day in days[2:]:
        miss("alice", day)
        miss("bob", day)
    office.look()
    open_alerts = office.alerts()
    office.server.clock.time += timedelta(days=1)
    office.seen("alice", "bob")
    agent = office.server.value("SELECT min(agent_id) FROM agents")
    office.server.execute(
        "INSERT INTO employee_logs (agent_id, timestamp, received_at, workday, slot, screenshot,"
        " absent, extra) VALUES ($1, $2, $2, $3, 1, '{}', '{}', '{}')",
        agent,
        at(MONDAY, 12),
        MONDAY,
    )
    office.look()

    assert open_alerts == [("logs_missed", f"agent:{agent}", False)]
    assert [row[2] for row in office.alerts()] == [True]
    subjects = [subject for _, subject in office.mails]
    assert subjects == ["Logs missed: Alice (alice-pc)", "Resolved: Logs missed: Alice (alice-pc)"]


def test_an_office_without_a_network_is_one_message(office: Office) -> None:
    office.channel()
    names = [f"worker{number}" for number in range(30)]
    office.employ(*names)
    for number, name in enumerate(names):
        # Within two intervals of heartbeats.
        office.server.execute(
            "UPDATE agent_presence SET last_seen = last_seen + $2::int * interval '10 s'"
            " WHERE agent_id = (SELECT agent_id FROM agents WHERE hostname = $1)",
            f"{name}-pc",
            number,
        )
    office.until(at(MONDAY, 13, 40), timedelta(minutes=2))
    to_it = [subject for to, subject in office.mails if to == "it@example.com"]
    texts = [
        str(mail.get_content())
        for mail, to in zip(office.catcher.mails, office.catcher.recipients, strict=True)
        if to == ["it@example.com"]
    ]
    office.seen(*names)
    office.until(at(MONDAY, 14, 20), timedelta(minutes=2))

    assert to_it == ["Device silent (30)"]
    assert "- Worker0 (worker0-pc)" in texts[0]
    assert "and 10 more" in texts[0]
    after = [subject for to, subject in office.mails if to == "it@example.com"]
    assert after == ["Device silent (30)", "Resolved: Device silent (30)"]
    # There is nothing that each of the employees could do.
    assert {to for to, _ in office.mails} == {"it@example.com"}


def test_several_absent_employees_each_get_their_own_message(office: Office) -> None:
    office.channel()
    names = [f"worker{number}" for number in range(12)]
    office.employ(*names)
    for number, name in enumerate(names):
        # They stopped at different hours on Friday, and are not back on Monday.
        office.server.execute(
            "UPDATE agent_presence SET last_seen = $2 WHERE agent_id ="
            " (SELECT agent_id FROM agents WHERE hostname = $1)",
            f"{name}-pc",
            at(MONDAY - timedelta(days=3), 17) + number * timedelta(minutes=20),
        )
    office.until(at(MONDAY, 13, 40))

    to_it = [subject for to, subject in office.mails if to == "it@example.com"]
    assert to_it == ["Device silent (12)"]
    own = sorted(to for to, _ in office.mails if to != "it@example.com")
    assert own == sorted(f"{name}@example.com" for name in names)


def test_a_morning_without_a_network_is_one_message(office: Office) -> None:
    office.full_time()
    office.channel()
    names = [f"worker{number}" for number in range(12)]
    office.employ(*names)
    office.server.clock.time = at(MONDAY, 17)
    office.seen(*names)
    office.until(at(MONDAY + timedelta(days=1), 11, 40))

    assert office.mails == [("it@example.com", "Employee not seen (12)")]


def test_what_is_over_before_it_was_announced_is_no_message(office: Office) -> None:
    office.channel()
    office.employ("alice")
    office.until(at(MONDAY, 13))
    assert [row[2] for row in office.alerts()] == [False]
    office.seen("alice")
    office.until(at(MONDAY, 16))

    assert [row[2] for row in office.alerts()] == [True]
    assert office.mails == []


def test_outside_working_hours_a_person_gets_nothing_until_they_begin(office: Office) -> None:
    office.employ("alice")
    office.channel(name="Later", working_hours_only=True)
    tuesday = MONDAY + timedelta(days=1)
    office.server.clock.time = at(MONDAY, 20)
    office.server.check_alerts({"geoip": "The GeoIP database cannot be read."})
    office.server.clock.time = at(MONDAY, 20, 10)
    office.server.deliver()
    at_night = list(office.mails)
    office.server.clock.time = at(tuesday, 9)
    office.server.deliver()

    assert at_night == []
    assert office.mails == [("it@example.com", "Server needs attention")]


def test_what_was_resolved_at_night_wakes_nobody_in_the_morning(office: Office) -> None:
    office.channel(name="Later", working_hours_only=True)
    office.server.clock.time = at(MONDAY, 20)
    office.server.check_alerts({"geoip": "The GeoIP database cannot be read."})
    office.server.clock.time = at(MONDAY, 22)
    office.server.check_alerts()
    office.server.clock.time = at(MONDAY + timedelta(days=1), 9)
    office.server.check_alerts()
    office.server.deliver()

    assert office.mails == []
    assert [row[2] for row in office.alerts()] == [True]


def test_a_problem_of_the_server_is_one_message_and_its_end_another(office: Office) -> None:
    office.channel()
    for _ in range(3):
        office.server.check_alerts({"retention": "Nothing is deleted.", "backup": "It is old."})
        office.server.deliver()
        office.server.clock.time += COLLECTED
    office.server.check_alerts({"backup": "It is old."})
    office.server.check_alerts()
    office.server.deliver()

    assert [subject for _, subject in office.mails] == [
        *["Server needs attention"] * 2,
        *["Resolved: Server needs attention"] * 2,
    ]
    assert "Nothing is deleted." in office.catcher.mails[0].get_content()


def test_a_device_that_waits_for_approval_is_an_alert_until_it_is_approved(
    office: Office,
) -> None:
    office.channel()
    office.server.enrollment_token()
    office.server.execute(
        "INSERT INTO enrollment_requests (agent_uuid, token_id, username, hostname, platform,"
        " requested_at, asked_at) SELECT gen_random_uuid(), token_id, 'eve', 'eve-pc', 'Linux',"
        " $1, $1 FROM enrollment_tokens",
        office.server.clock.time,
    )
    office.look()
    office.server.execute("UPDATE enrollment_requests SET approved_at = $1", NOW)
    office.look()

    assert [subject for _, subject in office.mails] == [
        "Device waits for approval: eve-pc",
        "Resolved: Device waits for approval: eve-pc",
    ]
    assert "eve " not in office.catcher.mails[0].get_content()


def test_rules_on_facts_have_messages_too(office: Office) -> None:
    office.channel()
    office.employ("alice")
    office.server.execute(
        "INSERT INTO fact_rules (name, filter, after, created_at, created_by)"
        " VALUES ('Unencrypted', 'disk.encrypted is false', '1 day', $1, 'user:admin')",
        NOW,
    )
    office.server.execute(
        "INSERT INTO fact_alerts (rule_id, agent_id, since, raised_at)"
        " SELECT rule_id, agent_id, $1, $1 FROM fact_rules, agents",
        NOW,
    )
    office.look()
    office.server.execute("UPDATE fact_alerts SET resolved_at = $1", NOW)
    office.look()

    subject = "Rule on a fact: Alice (alice-pc)"
    assert [each for to, each in office.mails if to == "it@example.com"] == [
        subject,
        f"Resolved: {subject}",
    ]
    assert "The rule “Unencrypted” holds" in office.catcher.mails[0].get_content()


def test_a_manager_gets_alerts_of_own_teams_and_a_channel_those_of_its_team(
    office: Office, enroll: Callable[..., dict[str, str]]
) -> None:
    enroll("alice", "bob")
    office.seen("alice", "bob")
    team = office.server.value("SELECT team_id FROM teams")
    office.channel(name="Sales", address="sales@example.com", team_id=team)
    manager = office.server.signed_in(Role.MANAGER)
    office.server.execute("INSERT INTO team_managers SELECT user_id, $1 FROM users", team)
    wanted = {"email": "boss@example.com", "alerts": True}
    answer = office.server.request("PUT", "/api/subscription", json=wanted, headers=manager)
    assert answer.json() == {**wanted, "digest": "none"} | {
        "server_time": answer.json()["server_time"]
    }
    office.until(at(MONDAY, 13, 40))
    listed = office.server.request("GET", "/api/alerts", headers=manager)

    subject = "Device silent: alice (alice-pc)"
    assert sorted(office.mails) == [("boss@example.com", subject), ("sales@example.com", subject)]
    assert [each["username"] for each in listed.json()["rows"]] == ["alice"]
    office.server.check_alerts({"geoip": "It cannot be read."})
    office.server.deliver()
    assert len(office.mails) == 2


def test_a_person_with_two_roles_gets_one_message(office: Office) -> None:
    office.employ("alice")
    wanted = {"email": "Alice@example.com", "alerts": True}
    office.server.request("PUT", "/api/subscription", json=wanted, headers=office.admin)
    office.until(at(MONDAY, 13, 40))

    assert len(office.mails) == 1


def test_a_digest_comes_each_morning_and_has_own_teams_only(
    office: Office, enroll: Callable[..., dict[str, str]]
) -> None:
    enroll("alice", "bob")
    office.seen("alice", "bob")
    manager = office.server.signed_in(Role.MANAGER)
    office.server.execute("INSERT INTO team_managers SELECT user_id, team_id FROM users, teams")
    for headers, digest in ((manager, "daily"), (office.admin, "weekly")):
        wanted = {"email": f"{digest}@example.com", "digest": digest}
        made = office.server.request("PUT", "/api/subscription", json=wanted, headers=headers)
        assert made.status_code == 200, made.text
    office.until(at(MONDAY + timedelta(days=8), 8), timedelta(hours=1))

    to_manager = [subject for to, subject in office.mails if to == "daily@example.com"]
    # From Tuesday to Friday, and on Monday: nothing at the weekend.
    assert to_manager == ["wfhserver: 1 open alert"] * 5
    text = str(office.catcher.mails[0].get_content())
    assert "The device alice-pc of alice has not reported" in text
    assert "bob" not in text
    assert [subject for to, subject in office.mails if to == "weekly@example.com"] == [
        "wfhserver: 2 open alerts"
    ]


def test_a_rule_that_is_off_raises_nothing_and_ends_quietly(office: Office) -> None:
    office.channel()
    office.employ("alice")
    office.until(at(MONDAY, 13, 40))
    before = len(office.mails)
    path = "/api/alert-rules/device_silent"
    change = office.server.request(
        "PATCH", path, json={"enabled": False}, headers=office.server.signed_in(username="b")
    )
    office.until(at(MONDAY, 16))

    assert change.json()["enabled"] is False
    assert [row[2] for row in office.alerts()] == [True]
    assert len(office.mails) == before


def test_rules_are_changed_on_record_and_within_their_limits(office: Office) -> None:
    path = "/api/alert-rules/device_silent"
    for change, status in (
        ({"threshold": 2, "notifies_employee": False}, 200),
        ({"threshold": 0}, 422),
        ({"threshold": 41}, 422),
        ({"x": 1}, 422),
    ):
        answer = office.server.request("PATCH", path, json=change, headers=office.admin)
        assert answer.status_code == status, answer.text
    unknown = office.server.request(
        "PATCH", "/api/alert-rules/x", json={"enabled": True}, headers=office.admin
    )
    assert unknown.status_code in (404, 422)
    office.channel()
    office.employ("alice")
    office.until(at(MONDAY, 11, 20))

    assert office.mails == [("it@example.com", "Device silent: Alice (alice-pc)")]
    rules = office.server.request(
        "GET", "/api/alert-rules", headers=office.server.signed_in(Role.AUDITOR)
    ).json()["rules"]
    assert [each["kind"] for each in rules if each["threshold"] == 2] == [
        "device_silent",
        "employee_not_seen",
    ]
    actions = [row[0] for row in office.server.rows("SELECT action FROM audit")]
    assert actions.count("alert_rule.change") == 1


def test_after_a_restart_an_alert_is_not_raised_again(office: Office) -> None:
    office.channel()
    office.employ("alice")
    # Each look is by a new worker, as after a restart.
    office.until(at(MONDAY, 16), timedelta(minutes=2))

    assert len(office.alerts()) == 1
    assert len(office.mails) == 2


def test_a_certificate_that_expires_soon_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_catcher(tmp_path, tls="tls") as catcher:
        url = f"https://127.0.0.1:{catcher.port}"
        assert "not valid" in (certificate_problem(url, NOW) or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert certificate_problem(url, NOW) is None
        late = certificate_problem(url, datetime(9999, 1, 1, tzinfo=NOW.tzinfo))
        assert "expires on" in (late or "")
    assert certificate_problem(url, NOW) is None


def test_old_messages_and_resolved_alerts_are_deleted_but_for_a_legal_hold(
    office: Office, forget: Callable[..., Any]
) -> None:
    office.employ("alice", "bob")
    office.server.execute(
        "INSERT INTO legal_holds (employee_id, held_since, held_by, reason)"
        " SELECT employee_id, $1, 'user:admin', 'case 7' FROM employees WHERE username = 'bob'",
        NOW,
    )
    office.until(at(MONDAY, 13, 40))
    office.seen("alice", "bob")
    office.until(at(MONDAY, 14, 40))
    assert len(office.mails) == 4
    office.server.clock.time += timedelta(days=32)
    forget(office.server)

    kept = office.server.rows("SELECT DISTINCT recipient FROM messages")
    assert kept == [("bob",)]
    held = office.server.value("SELECT array_agg(employee_id) FROM alerts")
    assert held == [office.number("bob")]
