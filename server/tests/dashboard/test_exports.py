"""Files that somebody takes out with the page of exports, read back with other programs."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Download, Page, expect
from server.tests.dashboard.conftest import ThreadedServer

from wfhserver.models.users import Role
from wfhserver.sample.company import Plan

SignIn = Callable[..., None]
STORED_LOGS = """
SELECT username, workday::text, slot::text,
       ("timestamp" AT TIME ZONE 'Europe/Vienna')::timestamp(0)::text
  FROM employee_logs JOIN agents USING (agent_id) JOIN employees USING (employee_id)
 WHERE workday BETWEEN $1::text::date AND $2::text::date
"""
STORED_HEARTBEATS = """
SELECT username, ("timestamp" AT TIME ZONE 'Europe/Vienna')::timestamp(0)::text
  FROM employee_heartbeats JOIN agents USING (agent_id) JOIN employees USING (employee_id)
"""
ALL = ("2026-11-01", "2026-11-30")


@pytest.fixture
def company(server: ThreadedServer) -> ThreadedServer:
    """Six people and the last days of theirs."""
    server.sample(Plan(people=6, days=5))
    return server


def read(download: Download) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    content = Path(download.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def taken(page: Page, button: str = "Download CSV") -> Download:
    """Press *button*; return the file that comes of it."""
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    return started.value


def records(server: ThreadedServer) -> list[tuple[Any, ...]]:
    """Return the exports that are on record."""
    return server.rows(
        "SELECT actor, action, reason, (details::json->>'rows')::int, cardinality(employee_ids)"
        " FROM audit WHERE action LIKE 'export.%' ORDER BY audit_id"
    )


def test_logs_as_csv_are_the_rows_of_the_database_and_on_record(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/exports")
    page.get_by_label("Reason").fill("Works council, item 4")
    download = taken(page)
    rows = read(download)

    stored = company.rows(STORED_LOGS, *ALL)
    exported = [
        (row["employee"], row["workday"], row["slot"], row["timestamp Europe/Vienna"])
        for row in rows
    ]
    assert sorted(exported) == sorted(stored)
    assert len(stored) > 20
    assert re.fullmatch(r"logs-.*\.csv", download.suggested_filename)
    expect(page.get_by_text(f"is saved: {len(rows)} rows")).to_be_visible()
    people = len({name for name, *_ in stored})
    assert records(company) == [
        ("user:anna", "export.csv", "Works council, item 4", len(rows), people)
    ]
    recent = page.get_by_role("region", name="Recent exports")
    expect(recent.get_by_role("listitem")).to_contain_text("Works council, item 4")


def test_heartbeats_as_csv_are_the_rows_of_the_database(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/exports")
    page.get_by_role("radio", name="Heartbeats").click()
    rows = read(taken(page))

    exported = [(row["employee"], row["timestamp Europe/Vienna"]) for row in rows]
    assert sorted(exported) == sorted(company.rows(STORED_HEARTBEATS))
    assert len(exported) > 200


def test_the_filters_of_the_page_of_logs_are_those_of_the_file(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    name, team = company.rows(
        "SELECT username, team_id FROM employees JOIN team_members USING (employee_id)"
        " JOIN agents USING (employee_id) JOIN employee_logs USING (agent_id) LIMIT 1"
    )[0]
    sign_in(at=f"/logs?employee={name}&team={team}&from=2026-11-20&to=2026-11-23&kind=any")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_label("Employee").first).to_have_value(name)
    rows = read(taken(page))

    stored = company.rows(STORED_LOGS, "2026-11-20", "2026-11-23")
    assert [row["employee"] for row in rows] == [name] * len(rows)
    assert len(rows) == len([each for each in stored if each[0] == name])


def test_logs_as_pdf_hold_every_log_of_the_database(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/exports?from=2026-11-19&to=2026-11-23")
    page.get_by_role("radio", name="Logs with screenshots").click()
    page.get_by_role("button", name="Create PDF").click()
    link = page.get_by_role("link", name="Download PDF")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as started:
        link.click()

    document = pypdf.PdfReader(started.value.path())
    text = "\n".join(each.extract_text() for each in document.pages)
    stored = company.rows(STORED_LOGS, "2026-11-19", "2026-11-23")
    assert len(stored) > 10
    for name in {each[0] for each in stored}:
        assert text.count(name) >= len([each for each in stored if each[0] == name])
    expect(page.get_by_text(f"{len(stored)} logs")).to_be_visible()
    assert [row[:2] for row in records(company)] == [("user:anna", "export.pdf")]
    page.reload()
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible()


def test_a_range_that_cannot_be_is_explained_at_its_field_and_exports_nothing(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(at="/exports?from=2026-11-20&to=2026-11-10")
    page.get_by_role("button", name="Download CSV").click()

    days = page.get_by_role("button", name="Days", exact=True)
    expect(page.get_by_text("ends before that")).to_be_visible()
    expect(days).to_be_focused()
    expect(days).to_have_accessible_description(re.compile("ends before that"))
    page.goto("/exports?file=pdf&from=2020-01-01&to=2020-01-31")
    page.get_by_role("button", name="Create PDF").click()
    expect(page.get_by_text("2020-01-01 is outside the retention period")).to_be_visible()
    assert records(company) == []


def test_a_manager_without_a_team_gets_nobodys_rows(
    page: Page, sign_in: SignIn, company: ThreadedServer
) -> None:
    sign_in(Role.MANAGER, at="/exports")

    assert read(taken(page)) == []
    expect(page.get_by_text("Recent exports")).to_have_count(0)
    assert [row[3:] for row in records(company)] == [(0, 0)]
