"""What administrators do with the pages, and what auditors only see."""

import re
from collections.abc import Callable
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.models.users import Role
from wfhserver.testing import NOW, bearer, heartbeat_body

SignIn = Callable[..., None]


def actions(server: ThreadedServer) -> list[str]:
    """Return what is on record, oldest first, but for who signed in."""
    rows = server.rows("SELECT action FROM audit WHERE action <> 'session.begin' ORDER BY audit_id")
    return [action for (action,) in rows]


def test_a_user_is_invited_and_disabled(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/users")
    page.get_by_role("button", name="Invite user").click()
    dialog = page.get_by_role("dialog", name="Invite user")
    dialog.get_by_label("Username").fill("berta")
    dialog.get_by_label("Auditor").check()
    dialog.get_by_role("button", name="Invite").click()
    page.get_by_role("button", name="I have saved it").click()

    row = page.get_by_role("row").filter(has_text="berta")
    expect(row).to_contain_text("Auditor")
    row.get_by_role("button", name="Edit berta").click()
    page.get_by_label("Can sign in").uncheck(force=True)
    page.get_by_role("button", name="Save").click()

    expect(row).to_contain_text("disabled")
    stored = server.rows("SELECT role, disabled_at IS NOT NULL FROM users WHERE username = 'berta'")
    assert stored == [("auditor", True)]
    assert actions(server) == ["user.invite", "user.disable"]


def test_a_refused_user_is_explained_in_the_dialog(page: Page, sign_in: SignIn) -> None:
    sign_in(at="/users")
    page.get_by_role("button", name="Invite user").click()
    page.get_by_label("Username").fill("anna")
    page.get_by_role("button", name="Invite", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("already")


def test_a_team_gets_its_members_and_goes(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("alice")
    server.agent_token("bob", "laptop-8")
    sign_in(at="/teams")
    page.get_by_role("button", name="Add team").click()
    page.get_by_label("Name").fill("Support")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Edit Support").click()
    members = page.get_by_role("combobox", name="Members")
    members.fill("ali")
    page.get_by_role("option", name="alice").click()
    members.press("Escape")
    page.get_by_role("button", name="Save").click()

    row = page.get_by_role("row").filter(has_text="Support")
    expect(row.get_by_role("cell").nth(1)).to_have_text("1")
    assert server.rows("SELECT username FROM team_members JOIN employees USING (employee_id)") == [
        ("alice",)
    ]

    page.get_by_role("button", name="Delete Support").click()
    page.get_by_role("button", name="Delete team").click()
    expect(page.get_by_role("heading", name="No teams yet")).to_be_visible()


def test_a_token_is_shown_once_enrolls_and_is_revoked_with_its_machines(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/tokens")
    page.get_by_role("button", name="Create token").click()
    page.get_by_label("Label").fill("Vienna office")
    page.get_by_label("Device limit").fill("5")
    page.get_by_role("button", name="Create", exact=True).click()
    token = page.get_by_role("dialog").locator("pre").text_content() or ""
    page.get_by_role("button", name="I have saved it").click()

    machine = {"agent_id": str(uuid4()), "username": "alice", "hostname": "laptop-7"}
    enrolled = server.request(
        "POST",
        "/api/enroll",
        json={**machine, "platform": "linux", "agent_version": "0.1.0"},
        headers=bearer(token),
    )
    assert enrolled.status_code == 201
    page.reload()
    row = page.get_by_role("row").filter(has_text="Vienna office")
    expect(row).to_contain_text("1 of 5")
    assert token not in page.content()

    page.get_by_role("button", name="Revoke Vienna office").click()
    page.get_by_label("Also revoke the 1 device").check(force=True)
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(row).to_contain_text("revoked")
    answer = server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(enrolled.json()["token"])
    )
    assert answer.json()["code"] == "token_revoked"


def test_a_key_is_shown_once_and_revoked(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/keys")
    page.get_by_role("button", name="Create API key").click()
    page.get_by_label("Label").fill("SIEM")
    page.get_by_label("Audit log").check()
    page.get_by_role("button", name="Create", exact=True).click()
    key = page.get_by_role("dialog").locator("pre").text_content() or ""
    page.get_by_role("button", name="I have saved it").click()

    assert server.request("GET", "/api/audit", headers=bearer(key)).status_code == 200
    page.get_by_role("button", name="Revoke SIEM").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="SIEM")).to_contain_text("revoked")
    assert server.request("GET", "/api/audit", headers=bearer(key)).status_code == 401


def test_a_waiting_machine_is_let_in_and_an_agent_is_revoked(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    token = server.enrollment_token()
    server.execute("UPDATE enrollment_tokens SET needs_approval = true")
    machine = {"agent_id": str(uuid4()), "username": "carol", "hostname": "laptop-9"}
    body = {**machine, "platform": "win32", "agent_version": "0.1.0"}
    server.request("POST", "/api/enroll", json=body, headers=bearer(token))
    sign_in(at="/agents")
    page.get_by_role("button", name="Approve laptop-9").click()
    expect(page.get_by_text("approved, enrolls at its next attempt")).to_be_visible()
    assert (
        server.request("POST", "/api/enroll", json=body, headers=bearer(token)).status_code == 201
    )

    page.reload()
    page.get_by_role("button", name="Revoke laptop-9 of carol").click()
    page.get_by_role("button", name="Revoke", exact=True).click()

    expect(page.get_by_role("heading", name="No devices yet")).to_be_visible()
    assert server.value("SELECT revoked_at FROM agents") == NOW


def test_a_revoked_device_is_blocked_until_somebody_unblocks_it(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("carol", "laptop-9")
    body = {"agent_id": str(uuid4()), "username": "carol", "hostname": "laptop-9"}
    body |= {"platform": "win32", "agent_version": "0.1.0"}
    headers = bearer(server.enrollment_token())
    sign_in(at="/agents")

    page.get_by_role("button", name="Revoke laptop-9 of carol").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("it can come back as a new device")
    dialog.get_by_label("No, block laptop-9 of carol").check()
    dialog.get_by_role("button", name="Revoke", exact=True).click()
    blocked = page.get_by_role("table", name="Blocked devices and employees")
    expect(blocked).to_contain_text("laptop-9")
    refused = server.request("POST", "/api/enroll", json=body, headers=headers)
    page.get_by_role("button", name="Unblock laptop-9 of carol").click()
    expect(blocked).to_have_count(0)

    assert (refused.status_code, refused.json()["code"]) == (403, "agent_blocked")
    assert server.request("POST", "/api/enroll", json=body, headers=headers).status_code == 201


def test_an_agent_is_found_by_the_number_that_its_user_sees(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    for host in ("laptop-9", "laptop-10"):
        body = {"agent_id": str(uuid4()), "username": "carol", "hostname": host}
        body |= {"platform": "win32", "agent_version": "0.1.0"}
        answer = server.request(
            "POST", "/api/enroll", json=body, headers=bearer(server.enrollment_token())
        )
    server.agent_token("dave", "laptop-11")
    token = answer.json()["token"]
    link = server.request("POST", "/api/my-data-link", headers=bearer(token)).json()
    (number,) = set(re.findall(r"\ba[0-9]+\b", link["detail"]))
    sign_in(at="/agents")
    rows = page.get_by_role("table", name="Devices", exact=True).get_by_role("row")

    page.get_by_label("Search by employee").fill(number.upper())
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("laptop-10")
    expect(rows.last).to_contain_text(number)
    page.get_by_label("Search by employee").fill("")
    page.get_by_role("combobox", name="Filter devices").click()
    page.get_by_role("option", name="Duplicates").click()
    expect(rows).to_have_count(3)


def test_a_second_machine_under_a_name_is_confirmed(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("carol", "laptop-9")
    machine = {"agent_id": str(uuid4()), "username": "carol", "hostname": "laptop-10"}
    body = {**machine, "platform": "win32", "agent_version": "0.1.0"}
    server.request("POST", "/api/enroll", json=body, headers=bearer(server.enrollment_token()))
    sign_in(at="/agents")
    rows = page.get_by_role("row").filter(has_text="carol")
    expect(rows.filter(has_text="Several machines bear this name")).to_have_count(1)

    page.get_by_role("button", name="Confirm laptop-10 of carol").click()
    page.get_by_role("button", name="Confirm", exact=True).click()

    expect(rows.filter(has_text="Several machines bear this name")).to_have_count(0)
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    assert actions(server) == ["agent.enroll", "agent.confirm"]


def test_a_hold_is_placed_and_ended(page: Page, sign_in: SignIn, server: ThreadedServer) -> None:
    server.agent_token("alice")
    sign_in(at="/retention")
    expect(page.get_by_text("30 days", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add legal hold").click()
    page.get_by_role("combobox", name="Employee").fill("ali")
    page.get_by_role("option", name="alice").click()
    page.get_by_label("Reason").fill("Case 7")
    page.get_by_role("button", name="Add hold").click()

    row = page.get_by_role("row").filter(has_text="Case 7")
    expect(row).to_contain_text("anna")
    row.get_by_role("button", name="End the legal hold on alice").click()
    page.get_by_role("button", name="End hold", exact=True).click()
    expect(row).to_be_hidden()
    assert actions(server) == ["hold.place", "hold.release"]


def test_the_audit_shows_who_looked_and_is_filtered(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    sign_in(at="/teams")
    page.get_by_role("button", name="Add team").click()
    page.get_by_label("Name").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="<img src=x")).to_be_visible()
    page.goto("/audit?action=team.add")

    row = page.get_by_role("row").filter(has_text="added a team")
    expect(row).to_contain_text("<img src=x onerror=alert(1)>")
    expect(row).to_contain_text("anna")
    page.goto("/audit?action=user.add")
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(row).to_be_visible()


def test_the_audit_is_searched_by_the_name_of_a_viewer_or_of_an_employee(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("alice")
    employee = server.value("SELECT employee_id FROM employees")
    sign_in(at=f"/employees/{employee}")
    expect(page.get_by_role("heading", name="alice", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Monday 23 November")).to_be_visible()
    page.goto("/audit")
    rows = page.get_by_role("table", name="Audit log").locator("tbody tr")

    page.get_by_label("Search by name").fill("ALI")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("viewed a day")
    page.get_by_role("combobox", name="Match name of").click()
    page.get_by_role("option", name="Actor only").click()
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()
    page.get_by_label("Search by name").fill("anna")
    expect(rows.filter(has_text="viewed a day")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/audit\?as=viewer&person=anna$|person=anna&as=viewer$"))


def test_a_search_of_agents_without_a_hit_knows_its_filter(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    server.agent_token("alice")
    sign_in(at="/agents?search=nobody")
    expect(page.get_by_role("heading", name="No devices match these filters")).to_be_visible()

    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_role("row").filter(has_text="alice")).to_be_visible()


def test_older_rows_of_the_audit_come_when_they_are_asked_for(
    page: Page, sign_in: SignIn, server: ThreadedServer
) -> None:
    for number in range(1, 104):
        at = NOW - timedelta(minutes=104 - number)
        server.execute(
            "INSERT INTO audit VALUES ($1, $2, 'cli:root', 'agent.create', '{}', $3, '{}', '', '')",
            number,
            at.astimezone(UTC),
            f"reason {number}",
        )
    server.execute("UPDATE audit_head SET last_id = 103")
    sign_in(at="/audit")
    expect(page.get_by_text("reason 103")).to_be_visible()
    expect(page.get_by_text("reason 3", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Load older entries").click()

    expect(page.get_by_text("reason 3", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Load older entries")).to_be_hidden()


@pytest.mark.parametrize("path", ["/users", "/teams", "/tokens", "/keys", "/agents"])
def test_an_auditor_is_offered_no_change(
    page: Page, sign_in: SignIn, server: ThreadedServer, path: str
) -> None:
    server.agent_token("alice")
    server.enrollment_token()
    sign_in(Role.AUDITOR, "otto", at=path)
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()

    changing = re.compile("^(Add|Make|Create|Revoke|Change|Delete|Let|Turn|Place)")
    expect(page.get_by_role("main").get_by_role("button", name=changing)).to_have_count(0)


def test_retention_is_the_administrators_page(page: Page, sign_in: SignIn) -> None:
    sign_in(Role.AUDITOR, "otto", at="/retention")

    expect(page.get_by_role("heading", name="You do not have access to this page")).to_be_visible()
