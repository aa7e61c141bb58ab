"""Detailed logs and their screenshots: whole, once, and nothing left over."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from wfhserver.errors import BatchRejectedError, DatabaseUnavailableError
from wfhserver.models.logs import LogOutcome
from wfhserver.storage.interface import LogRow
from wfhserver.storage.memory import MemoryStorage
from wfhserver.testing import Send, TestServer, bearer, log_request, screenshot_bytes


def test_a_log_is_stored_with_everything_it_says(server: TestServer, send_log: Send) -> None:
    image = screenshot_bytes("PNG")

    report = {
        "status": "taken",
        "width": 1600,
        "height": 900,
        "scale": 0.5,
        "monitors": 2,
        "black_monitors": 0,
        "blurred": True,
        "hidden_windows": 2,
        "hiding_failed": "a sentence",
        "notified": True,
    }

    send_log(image, local_ip="fe80::1%eth0", extra={"idle": {"seconds": 3}}, screenshot=report)

    row = server.rows(
        "SELECT workday::text, slot, host(local_ip), host(public_ip), location ->> 'city',"
        " screenshot, screenshot_path, encode(screenshot_sha256, 'hex'), extra,"
        " received_at FROM employee_logs"
    )[0]
    assert row[:5] == ("2026-11-23", 1, "fe80::1", "203.0.113.7", "Graz")
    assert json.loads(row[5]) == report
    assert json.loads(row[8]) == {"idle": {"seconds": 3}}
    assert row[9] == server.clock.now()
    assert row[6].endswith(".png")
    file = server.settings["data_directory"] / "screenshots" / row[6]
    assert file.read_bytes() == image
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_view_shows_a_log_flat(server: TestServer, send_log: Send) -> None:
    send_log(time_zone="Europe/Lisbon")

    assert server.rows(
        "SELECT username, hostname, workday::text, slot, screenshot_status, time_zone"
        " FROM logs_by_employee"
    ) == [("alice", "laptop-7", "2026-11-23", 2, "no_display", "Europe/Lisbon")]


def test_the_limits_of_the_parts_are_kept(send_log: Send) -> None:
    too_long = send_log(extra={"text": "x" * 300_000})
    too_large = send_log(screenshot_bytes() + bytes(11 * 1024 * 1024))

    assert (too_long.status_code, too_long.json()["field"]) == (413, "log")
    assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"),
    [
        ({"screenshot": {"status": "taken"}}, 422, "invalid_field", "screenshot.status"),
        ({"screenshot": {"status": "nice"}}, 422, "invalid_field", "screenshot.status"),
        ({"workday": "2026-10-23"}, 422, "outside_retention", "workday"),
        ({"workday": "2026-11-25"}, 422, "outside_retention", "workday"),
        ({"slot": 3}, 422, "invalid_field", "slot"),
        ({"local_ip": "nowhere"}, 422, "invalid_field", "local_ip"),
        ({"location": {"latitude": 91}}, 422, "invalid_field", "location.latitude"),
        ({"extra": {"a": "\0"}}, 422, "invalid_field", "extra.a"),
        ({"time_zone": "<script>"}, 422, "invalid_field", "time_zone"),
        ({"username": "eve"}, 403, "identity_conflict", "username"),
    ],
)
def test_a_bad_log_is_refused_with_its_reason_and_not_kept(
    server: TestServer,
    send_log: Send,
    fields: dict[str, Any],
    status: int,
    code: str,
    field: str | None,
) -> None:
    answer = send_log(**fields)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        status,
        code,
        field,
    )
    assert server.files() == []
    assert server.value("SELECT count(*) FROM employee_logs") == 0


@pytest.mark.parametrize("workday", ["2026-10-24", "2026-11-23"])
def test_the_first_and_the_last_kept_workday_are_taken(send_log: Send, workday: str) -> None:
    assert send_log(workday=workday).status_code == 201


def test_a_log_at_the_edge_of_the_calendar_is_no_error(send_log: Send) -> None:
    edges = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
             "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")  # fmt: skip

    answers = [send_log(slot=0, timestamp=edge) for edge in edges]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert answers[0].json()["field"] == "timestamp"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--edge",
        b"--edge\r\nno header\r\n\r\n",
        b'--edge\r\nContent-Disposition: form-data; name="log"\r\n\r\n{}',
    ],
)
def test_a_body_that_ends_too_early_is_incomplete(server: TestServer, body: bytes) -> None:
    headers = {
        **bearer(server.agent_token()),
        "Content-Type": "multipart/form-data; boundary=edge",
    }

    answer = server.request("POST", "/api/log", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "body_incomplete")


def test_a_part_that_comes_twice_is_refused(server: TestServer) -> None:
    files = [("log", (None, "{}")), ("log", (None, "{}"))]

    answer = server.request("POST", "/api/log", files=files, headers=bearer(server.agent_token()))

    assert (answer.status_code, answer.json()["field"]) == (422, "log")


def test_without_the_part_log_there_is_nothing_to_store(server: TestServer) -> None:
    answer = server.request(
        "POST", "/api/log", files={"other": (None, "x")}, headers=bearer(server.agent_token())
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "log")


def test_two_attempts_at_once_leave_one_row_and_its_file(server: TestServer) -> None:
    request = log_request(server.agent_token(), screenshot_bytes())

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(client.post("/api/log", **request) for _ in range(8)))

    answers = server.run(scenario)

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    path = server.value("SELECT screenshot_path FROM employee_logs")
    shots = server.settings["data_directory"] / "screenshots"
    assert server.files() == [shots / path]


def test_a_full_disk_is_reported_and_leaves_nothing(server: TestServer, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        request = log_request(
            server.agent_token(), screenshot_bytes("PNG", (4000, 4000), compress_level=1)
        )
        answer = server.run(lambda client: client.post("/api/log", **request), screenshots=small)
        left = [each for each in small.rglob("*") if each.is_file()]
    finally:
        subprocess.run(["umount", small], check=True)

    assert (answer.status_code, answer.json()["code"]) == (507, "screenshot_storage_full")
    assert answer.headers["retry-after"] == "60"
    assert left == []
    assert server.value("SELECT count(*) FROM employee_logs") == 0


def test_the_whole_file_is_there_before_its_row(memory_server: TestServer) -> None:
    image, found = screenshot_bytes(), []

    async def read_file(row: LogRow) -> LogOutcome:
        folder = memory_server.settings["data_directory"] / "screenshots"
        found.append((folder / str(row.screenshot_path)).read_bytes())
        return LogOutcome.STORED

    request = log_request(memory_server.agent_token(), image)
    memory_server.memory = _With(memory_server.memory, add_log=read_file)

    assert memory_server.request("POST", "/api/log", **request).status_code == 201
    assert found == [image]


def test_a_row_that_the_database_refuses_leaves_no_file(memory_server: TestServer) -> None:
    async def refuse(_: LogRow) -> LogOutcome:
        raise BatchRejectedError("no partition takes this row")

    request = log_request(memory_server.agent_token(), screenshot_bytes())
    memory_server.memory = _With(memory_server.memory, add_log=refuse)

    answer = memory_server.request("POST", "/api/log", **request)

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert "partition" not in answer.text
    assert memory_server.files() == []


def test_a_file_stays_when_nobody_knows_whether_its_row_does(memory_server: TestServer) -> None:
    storage = memory_server.memory

    async def lost(_: LogRow) -> LogOutcome:
        raise DatabaseUnavailableError("the answer to the commit was lost")

    request = log_request(memory_server.agent_token(), screenshot_bytes())
    memory_server.memory = _With(storage, add_log=lost)

    answer = memory_server.request("POST", "/api/log", **request)

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert len(memory_server.files()) == 1


class _With:
    """A storage with one of its methods replaced."""

    def __init__(self, storage: MemoryStorage, **methods: Any) -> None:
        self._storage = storage
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE agents; --", "../../etc/passwd", "<b>alice</b>", "Ünï ☂ 🙂", "%s {0}"]
)
def test_a_name_is_only_ever_text(server: TestServer, name: str) -> None:
    token = server.agent_token(name, name)

    answer = server.request(
        "POST", "/api/log", **log_request(token, screenshot_bytes(), username=name, hostname=name)
    )

    assert answer.status_code == 201
    assert server.rows("SELECT username, hostname FROM logs_by_employee") == [(name, name)]
    folder = server.settings["data_directory"] / "screenshots" / "2026-11-23"
    assert {file.parent for file in server.files()} == {folder}
