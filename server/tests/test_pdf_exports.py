"""PDF of detailed logs: made in the background, read back with another library."""

import asyncio
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pypdf
import pytest

from wfhserver.exports import pdf_exports
from wfhserver.exports.pdf.__main__ import make
from wfhserver.exports.pdf.letters import Letters
from wfhserver.exports.pdf.order import Block, Order
from wfhserver.models.users import Role
from wfhserver.sample.company import Plan
from wfhserver.screenshots.store import thumbnail_key
from wfhserver.testing import NOW, TestServer, log_request, screenshot_bytes

NAMES = ("alice", "Олена", "山田.太郎", "김.민준", "王伟", "<b>bold</b>", "a\nb", "हिन्दी")


@pytest.fixture
def office(server: TestServer) -> TestServer:
    """A log with a screenshot of each of the names."""
    tokens = {name: server.agent_token(name, "pc") for name in NAMES}

    async def scenario(client: httpx.AsyncClient) -> None:
        for name, token in tokens.items():
            zone = {NAMES[0]: "Europe/Lisbon", NAMES[1]: "+05:45", NAMES[2]: "Mars/Base"}.get(name)
            names = {"username": name, "hostname": "pc", "time_zone": zone}
            sent = log_request(token, screenshot_bytes(size=(640, 360)), **names)
            assert (await client.post("/api/log", **sent)).status_code == 201

    server.run(scenario)
    return server


async def finished(client: httpx.AsyncClient, headers: dict[str, str], job: dict[str, Any]) -> Any:
    while job["state"] == "working":
        # Each question waits for the database, and the PDF is drawn meanwhile.
        answer = await client.get(f"/api/exports/{job['job_id']}", headers=headers)
        assert answer.status_code in (200, 503), answer.text
        # A database that is busy is asked again.
        job = answer.json() if answer.status_code == 200 else job
    return job


def export(server: TestServer, headers: dict[str, str], **order: Any) -> tuple[Any, bytes]:
    async def scenario(client: httpx.AsyncClient) -> tuple[Any, bytes]:
        begun = await client.post("/api/exports/pdf", json=order, headers=headers)
        assert begun.status_code == 202, begun.text
        job = await finished(client, headers, begun.json())
        assert job["state"] == "done", job
        return job, (await client.get(job["file_url"], headers=headers)).content

    job, content = server.run(scenario)
    return job, content


def screenshots(page: pypdf.PageObject) -> int:
    """Return how many are drawn; one that is drawn twice is in the file once."""
    contents = page.get_contents()
    return 0 if contents is None else contents.get_data().count(b" Do")


def test_a_pdf_says_in_its_properties_what_it_is_who_made_it_and_when(office: TestServer) -> None:
    _, content = export(office, office.signed_in(), zone="Europe/Vienna")

    found = pypdf.PdfReader(io.BytesIO(content)).metadata
    assert found is not None
    assert found.title == "Detailed logs, 2026-11-23 13:00"
    assert (found.author, found.creator) == ("admin", "wfhserver")
    assert found.creation_date == found.modification_date == NOW
    assert b"anonymous" not in content


def test_a_pdf_has_every_log_with_its_thumbnail_and_says_who_made_it(office: TestServer) -> None:
    job, content = export(office, office.signed_in(), zone="Europe/Vienna", reason="payroll")

    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    text = page.extract_text()
    assert screenshots(page) == len(NAMES)
    assert "Filters: none. Times are in Europe/Vienna. 8 logs, newest first." in text
    assert "2026-11-23 12:40:12 CET (11:40 in Europe/Lisbon)   workday 2026-11-23" in text
    assert text.count("2026-11-23 12:40:12 CET (17:25 in +05:45)") == 1
    assert text.count("2026-11-23 12:40:12 CET   workday") == len(NAMES) - 2
    assert "workday 2026-11-23, log 1 of 2" in text
    assert "local 192.168.1.20, public 203.0.113.7" in text
    assert "Graz, AT" in text
    assert "Exported by admin at 2026-11-23 13:00 CET" in text
    assert "Page 1 of 1" in text
    assert (job["rows_found"], job["rows_taken"], job["rows_done"]) == (8, 8, 8)
    assert job["size_bytes"] == len(content)


def test_names_of_many_scripts_can_be_read(office: TestServer) -> None:
    _, content = export(office, office.signed_in())

    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()

    for name in ("alice", "Олена", "山田", "太郎", "김", "민준", "王伟", "<b>bold</b>", "a b"):
        assert name in text
    # `test_pdf_letters.py` has all scripts.
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_pages_are_counted_and_the_filters_are_listed(server: TestServer) -> None:
    server.sample(Plan(people=10, days=4))
    found = server.value("SELECT count(*) FROM employee_logs WHERE screenshot_path IS NOT NULL")
    filters = {"screenshot": "taken", "from": "2026-11-19"}

    job, content = export(server, server.signed_in(username="anna"), **filters)

    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    last = pages[-1].extract_text()
    assert f"Page {len(pages)} of {len(pages)}" in last
    assert len(pages) == -(-found // 9)
    assert f"Filters: from 2026-11-19, screenshot taken. Times are in UTC. {found} logs" in last
    assert "SAMPLE DATA: this company and its employees do not exist." in last
    assert sum(screenshots(page) for page in pages) == found
    assert job["rows_done"] == found


def test_logs_beyond_the_limit_are_cut_off_with_a_note(
    office: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_exports, "ROW_LIMIT", 3)

    job, content = export(office, office.signed_in())

    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert (job["rows_found"], job["rows_taken"], job["row_limit"]) == (8, 3, 3)
    assert "INCOMPLETE: these are the newest 3 of 8 logs." in text


def test_an_export_of_nothing_says_so(office: TestServer) -> None:
    _, content = export(office, office.signed_in(), place="nowhere")

    assert (
        "No logs match these filters."
        in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    )


def test_a_screenshot_that_is_gone_stops_nothing(office: TestServer) -> None:
    for file in office.files():
        file.unlink()

    _, content = export(office, office.signed_in())

    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    assert (screenshots(page), page.extract_text().count("no screenshot")) == (0, 8)


def test_every_worker_knows_how_far_it_is_and_has_the_file(office: TestServer) -> None:
    headers = office.signed_in()

    async def scenario(one: httpx.AsyncClient, two: httpx.AsyncClient) -> bytes:
        begun = await one.post("/api/exports/pdf", json={}, headers=headers)
        job = await finished(two, headers, begun.json())
        return (await two.get(job["file_url"], headers=headers)).content

    assert office.run_two(scenario).startswith(b"%PDF")


def test_an_export_is_on_record_and_only_its_makers(office: TestServer) -> None:
    job, _ = export(office, office.signed_in(), employee="alice", reason="payroll")
    other = office.signed_in(Role.AUDITOR)

    alice = office.value("SELECT employee_id FROM employees WHERE username = 'alice'")
    assert office.rows("SELECT action, employee_ids, reason, details FROM audit") == [
        ("export.pdf", [alice], "payroll", f'{{"employee":{alice},"rows":1}}')
    ]
    for path in (f"/api/exports/{job['job_id']}", job["file_url"]):
        assert office.request("GET", path, headers=other).status_code == 404


def test_an_export_expires(office: TestServer) -> None:
    headers = office.signed_in()
    job, _ = export(office, headers)
    office.clock.pause(51 * 60)

    answer = office.request("GET", job["file_url"], headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "expired" in answer.json()["detail"]


def test_a_worker_that_was_stopped_in_the_middle_is_reported(office: TestServer) -> None:
    headers = office.signed_in()
    user_id = office.value("SELECT user_id FROM users")
    job_id = UUID(int=7)
    office.execute(
        "INSERT INTO export_jobs (job_id, user_id, created_at, touched_at, state, rows_found,"
        " rows_taken) VALUES ($1, $2, $3, $3, 'working', 9, 9)",
        job_id,
        user_id,
        office.clock.now(),
    )
    office.clock.pause(180)

    job = office.request("GET", f"/api/exports/{job_id}", headers=headers).json()

    assert job["state"] == "failed"
    assert "Start the export again." in job["problem"]


def test_a_missing_font_is_reported(office: TestServer) -> None:
    headers = office.signed_in()

    async def scenario(client: httpx.AsyncClient) -> Any:
        begun = await client.post("/api/exports/pdf", json={}, headers=headers)
        return await finished(client, headers, begun.json())

    job = office.run(scenario, pdf_font=Path("/nowhere/font.ttf"))

    assert job["state"] == "failed"
    assert "/nowhere/font.ttf" in job["problem"]


def test_too_many_at_once_are_turned_away(office: TestServer) -> None:
    headers = office.signed_in()
    user_id = office.value("SELECT user_id FROM users")
    for number in range(4):
        office.execute(
            "INSERT INTO export_jobs (job_id, user_id, created_at, touched_at, state, rows_found,"
            " rows_taken) VALUES ($1, $2, $3, $3, 'working', 9, 9)",
            UUID(int=number),
            user_id,
            office.clock.now(),
        )

    answer = office.request("POST", "/api/exports/pdf", json={}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "too_many_requests")
    assert office.value("SELECT count(*) FROM audit") == 0


@pytest.mark.parametrize(
    "spoil",
    [
        "time_zone = '+99:99'",
        "time_zone = '-24:00'",
        "time_zone = ''",
        "time_zone = 'Etc'",
        "location = '{\"latitude\": 1000}'",
        "location = '[]'",
        "absent = '{\"location\": 7}'",
        "screenshot = '\"taken\"'",
        "\"timestamp\" = '2026-11-23 11:40:12+00', time_zone = 'x/' || repeat('y', 60)",
    ],
)
def test_whatever_is_in_one_row_the_others_are_exported(office: TestServer, spoil: str) -> None:
    office.execute(
        f"UPDATE employee_logs SET {spoil} WHERE agent_id = (SELECT min(agent_id) FROM agents)"
    )

    job, content = export(office, office.signed_in(), zone="Europe/Vienna")

    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    text = page.extract_text()
    assert job["rows_done"] == len(NAMES)
    assert "alice" in text
    assert text.count("workday 2026-11-23") + text.count("cannot be shown") == len(NAMES)


def test_damaged_thumbnails_and_screenshots_leave_the_text_and_the_other_screenshots(
    office: TestServer,
) -> None:
    path = office.value("SELECT screenshot_path FROM employee_logs ORDER BY agent_id LIMIT 1")
    shots = office.settings["data_directory"] / "screenshots"
    for key in (path, thumbnail_key(path)):
        (shots / key).write_bytes(b"RIFF\x10\0\0\0WEBPVP8L damaged")

    _, content = export(office, office.signed_in())

    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    assert screenshots(page) == len(NAMES) - 1
    assert "alice" in page.extract_text()


@pytest.mark.parametrize("error", [ValueError("+99:99"), RuntimeError, MemoryError, KeyError("x")])
def test_a_job_ends_at_once_with_the_reason_and_its_place_is_free(
    office: TestServer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    headers = office.signed_in()

    async def scenario(client: httpx.AsyncClient) -> list[Any]:
        jobs = []
        for _ in range(pdf_exports.AT_ONCE + 1):
            begun = await client.post("/api/exports/pdf", json={}, headers=headers)
            assert begun.status_code == 202, begun.text
            jobs.append(await finished(client, headers, begun.json()))
        return jobs

    monkeypatch.setattr(pdf_exports, "run", fail)

    for job in office.run(scenario):
        assert job["state"] == "failed"
        kind = error.__name__ if isinstance(error, type) else type(error).__name__
        assert kind in job["problem"]
        assert "Start the export again." in job["problem"]


def test_a_log_that_cannot_be_drawn_is_named_and_the_pages_stay_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = Letters.fit

    def fail(letters: Letters, text: str, size: float, width: float) -> str:
        if "broken" in text:
            raise ValueError(text)
        return fit(letters, text, size, width)

    monkeypatch.setattr(Letters, "fit", fail)
    texts = [["a broken first line"], *([f"log {number}", "text"] for number in range(9))]
    texts[5] = ["log 4", "a broken second line"]
    order = Order(
        title="Logs",
        author="anna",
        summary=[],
        made="",
        created_at=NOW,
        blocks=[Block(each, None) for each in texts],
        screenshots=str(tmp_path),
        font=None,
        output=str(tmp_path / "logs.pdf"),
    )

    asyncio.run(make(order))

    pages = [page.extract_text() for page in pypdf.PdfReader(order.output).pages]
    assert len(pages) == 2
    assert pages[0].count("This log cannot be shown (ValueError).") == 2
    assert all(f"log {number}" in "".join(pages) for number in range(9))


def test_a_browser_that_does_not_know_its_zone_gets_the_servers(office: TestServer) -> None:
    _, content = export(office, office.signed_in(), zone="Etc/Unknown")

    assert "Times are in UTC." in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
