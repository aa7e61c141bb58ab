"""What is refused: each with its code, the field to blame, and never a 500."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from wfhserver.api.problem import STATUS, as_refusal
from wfhserver.errors import Code, DatabaseUnavailableError
from wfhserver.storage.memory import MemoryStorage
from wfhserver.testing import Send, TestServer, bearer, heartbeat_body

JSON = {"Content-Type": "application/json"}


def refused(answer: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, document["code"]) == (status, code)
    assert document.get("field") == field
    assert document["server_time"] == "2026-11-23T12:00:00Z"
    assert document["status"] == status
    assert {"type", "title", "detail"} <= document.keys()


@pytest.fixture
def heartbeat(memory_server: TestServer) -> Send:
    """Send *content* as a heartbeat of alice."""
    headers = {**bearer(memory_server.agent_token()), **JSON}

    def send(content: bytes, **more: str | bytes) -> httpx.Response:
        return memory_server.request(
            "POST", "/api/heartbeat", content=content, headers={**headers, **more}
        )

    return send


def kinds_of(error: type[Exception]) -> list[type[Exception]]:
    """Return *error* and all that derive from it."""
    return [error, *(kind for each in error.__subclasses__() for kind in kinds_of(each))]


@pytest.mark.parametrize("kind", kinds_of(DatabaseUnavailableError))
def test_each_kind_of_an_unavailable_database_is_answered_as_one(kind: type[Exception]) -> None:
    refusal = as_refusal(kind("Why."))

    assert (refusal.code, refusal.detail) == (Code.DATABASE_UNAVAILABLE, "Why.")


def test_every_code_has_a_status_and_a_title() -> None:
    assert set(STATUS) == set(Code)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"nonsense", b'{"a": NaN}', b"\xff\xfe", b'{"x":' + b"[" * 9000]
)
def test_a_body_that_is_not_json_is_refused(heartbeat: Send, content: bytes) -> None:
    refused(heartbeat(content), 400, "body_not_json")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": None}, "username"),
        ({"username": ""}, "username"),
        ({"hostname": "x" * 256}, "hostname"),
        ({"status": "On Line"}, "status"),
        ({"status": "online\n"}, "status"),
        ({"timestamp": "2026-11-23T09:14:02"}, "timestamp"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"seq": 0}, "seq"),
        ({"seq": 2**63}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"queued_seconds": -1}, "queued_seconds"),
        ({"agent_version": "x" * 65}, "agent_version"),
        ({"health": {"text": "x" * 16384}}, "health"),
        ({"extra": {"text": "x" * 65536}}, "extra"),
        ({"extra": {"a": json.loads("[" * 100 + "]" * 100)}}, "extra"),
        ({"time_zone": "<b>Europe/Lisbon</b>"}, "time_zone"),
        ({"time_zone": "Europe/Lisbon\n"}, "time_zone"),
        ({"time_zone": "A" * 1_000_000}, "time_zone"),
        ({"time_zone": "+0530"}, "time_zone"),
        ({"time_zone": "+99:99"}, "time_zone"),
        ({"time_zone": "-24:00"}, "time_zone"),
        ({"time_zone": "+05:60"}, "time_zone"),
        ({"time_zone": 60}, "time_zone"),
        ({"health": [1]}, "health"),
        ({"missed": [{"workday": "2026-11-20", "slot": 3, "reason": ""}]}, "missed[0].slot"),
        ({"username": "al\0ice"}, "username"),
        ({"extra": {"idle": {"note": "\0"}}}, "extra.idle.note"),
        ({"extra": {"no\0": 1}}, "extra"),
        ({"hostname": "\ud800"}, "hostname"),
    ],
)
def test_a_bad_field_of_a_heartbeat_is_named(
    heartbeat: Send, change: dict[str, Any], field: str | None
) -> None:
    refused(heartbeat(json.dumps(heartbeat_body(**change))), 422, "invalid_field", field)
    refused(
        heartbeat(json.dumps([heartbeat_body(), heartbeat_body(**change)])),
        422,
        "invalid_field",
        f"[1].{field}",
    )


def test_a_missing_field_is_named(heartbeat: Send) -> None:
    incomplete = heartbeat_body()
    del incomplete["status"]

    refused(heartbeat(json.dumps(incomplete)), 422, "invalid_field", "status")
    refused(heartbeat(json.dumps([incomplete])), 422, "invalid_field", "[0].status")


@pytest.mark.parametrize("depth", [65, 500, 900, *range(955, 975), 5000])
def test_no_depth_of_nesting_makes_the_server_fail(heartbeat: Send, depth: int) -> None:
    body = json.dumps(heartbeat_body(extra={"a": "deep"})).replace(
        '"deep"', "[" * depth + "]" * depth
    )

    assert heartbeat(body).json()["code"] in {"invalid_field", "body_not_json"}


@pytest.mark.parametrize("unknown", ["9" * 5000, "[" * 900 + "]" * 900])
def test_an_odd_unknown_field_hides_no_nul(heartbeat: Send, unknown: str) -> None:
    body = json.dumps({"unknown": "odd", **heartbeat_body(extra={"a": "\0"})}).replace(
        '"odd"', unknown
    )

    refused(heartbeat(body), 422, "invalid_field", "extra.a")


def test_an_odd_announced_length_is_no_error(heartbeat: Send) -> None:
    odd = {"Content-Length": b"\xb2"}

    assert heartbeat(json.dumps(heartbeat_body()), **odd).status_code == 200


def test_a_backslash_before_u0000_is_text_like_any_other(heartbeat: Send) -> None:
    assert heartbeat(json.dumps(heartbeat_body(extra={"a": "\\u0000"}))).status_code == 200


def test_an_array_holds_one_to_a_thousand(heartbeat: Send) -> None:
    refused(heartbeat(b"[]"), 422, "invalid_field")
    refused(heartbeat(json.dumps([heartbeat_body()] * 1001)), 413, "body_too_large")
    whole = json.dumps([heartbeat_body(seq=number) for number in range(1, 1001)])
    assert heartbeat(whole).json()["accepted"] == 1000


def test_a_body_is_read_no_further_than_its_limit(heartbeat: Send) -> None:
    chunks_read = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            chunks_read.append(1)
            yield b" " * 1024 * 1024

    refused(heartbeat(endless()), 413, "body_too_large")
    assert len(chunks_read) <= 6


def test_an_announced_length_over_the_limit_is_refused_unread(heartbeat: Send) -> None:
    refused(heartbeat(b"{}", **{"Content-Length": "99999999"}), 413, "body_too_large")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data"])
def test_another_type_of_body_is_not_supported(heartbeat: Send, kind: str) -> None:
    refused(heartbeat(b"{}", **{"Content-Type": kind}), 415, "unsupported_media_type")


def test_a_compressed_body_is_not_supported(heartbeat: Send) -> None:
    refused(heartbeat(b"{}", **{"Content-Encoding": "gzip"}), 415, "unsupported_media_type")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer " + "x" * 600])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/enroll"),
        ("POST", "/api/heartbeat"),
        ("POST", "/api/log"),
        ("GET", "/api/whereami"),
    ],
)
def test_a_request_without_a_token_is_refused(
    memory_server: TestServer, method: str, path: str, header: str
) -> None:
    answer = memory_server.request(method, path, headers={"Authorization": header})

    refused(answer, 401, "token_missing")


def test_a_token_that_nobody_has_is_unknown(memory_server: TestServer) -> None:
    answer = memory_server.request(
        "POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer("wfha_x")
    )

    refused(answer, 401, "token_unknown")


def test_a_token_of_odd_bytes_is_unknown_and_no_error(memory_server: TestServer) -> None:
    headers = {"Authorization": b"Bearer \xff\xfe"}

    refused(
        memory_server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=headers),
        401,
        "token_unknown",
    )


def test_other_paths_and_methods_get_problem_documents_too(memory_server: TestServer) -> None:
    refused(memory_server.request("GET", "/nothing"), 404, "not_found")
    refused(memory_server.request("GET", "/api/log/"), 404, "not_found")
    refused(memory_server.request("GET", "/docs/swagger-ui/../../etc/passwd"), 404, "not_found")
    answer = memory_server.request("GET", "/api/heartbeat")
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    refused(memory_server.request("DELETE", "/api/log"), 405, "method_not_allowed")


def test_a_mistake_of_the_server_tells_nothing_of_its_inside(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = memory_server.agent_token()
    monkeypatch.setattr(MemoryStorage, "find_agent", _broken)
    answer = memory_server.request("GET", "/api/whereami", headers=bearer(token))

    refused(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


async def _broken(_: MemoryStorage, __: bytes) -> None:
    raise ZeroDivisionError("secret of the inside")


def test_a_full_queue_turns_heartbeats_away_for_now(memory_server: TestServer) -> None:
    headers = bearer(memory_server.agent_token())

    answer = memory_server.run(
        lambda client: client.post("/api/heartbeat", json=[heartbeat_body()] * 11, headers=headers),
        heartbeat_queue=10,
    )

    refused(answer, 503, "too_many_requests")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize("change", [{"agent_id": "x"}, {"username": "\0"}, {"platform": None}])
def test_a_bad_field_of_an_enrollment_is_named(
    memory_server: TestServer, golden: Callable[[str], bytes], change: dict[str, Any]
) -> None:
    body = {**json.loads(golden("enroll")), **change}

    answer = memory_server.request(
        "POST", "/api/enroll", json=body, headers=bearer(memory_server.enrollment_token())
    )

    refused(answer, 422, "invalid_field", next(iter(change)))
