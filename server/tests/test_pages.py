"""The pages for people, and the OpenAPI document held against the server by schemathesis."""

import re
from copy import deepcopy
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server.tests.answers import GENERATED

from wfhserver.testing import TestServer, bearer


def test_the_status_page_says_whether_it_is_ready(memory_server: TestServer) -> None:
    page = memory_server.request("GET", "/")

    assert page.status_code == 200
    assert "Ready: it can store" in page.text
    assert "no GeoIP database is configured" in page.text
    assert "heartbeats_by_employee" in page.text
    assert 'href="/docs"' in page.text


def test_no_page_takes_anything_from_another_host(memory_server: TestServer) -> None:
    for path in ("/", "/docs"):
        page = memory_server.request("GET", path)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        for address in re.findall(r'(?:src|href)="([^"]*)"', page.text):
            assert address.startswith(("/", "data:"))


def test_everything_the_pages_ask_for_is_there(memory_server: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> dict[str, int]:
        answers = {}
        for page in ("/", "/docs"):
            for path in re.findall(r'(?:src|href)="(/[^"]*)"', (await client.get(page)).text):
                answers[path] = (await client.get(path)).status_code
        return answers

    answers = memory_server.run(scenario)

    assert "/docs/swagger-ui/swagger-ui-bundle.js" in answers
    assert answers.pop("/readyz") == 200
    assert set(answers.values()) == {200}


def test_the_document_names_every_call_of_the_protocol(memory_server: TestServer) -> None:
    document = memory_server.request("GET", "/openapi.json").json()

    assert set(document["paths"]) == {
        "/api/calendar",
        "/api/enroll",
        "/api/heartbeat",
        "/api/log",
        "/api/rename",
        "/api/whereami",
        "/healthz",
        "/metrics",
        "/readyz",
    }
    assert set(document["components"]["schemas"]["Heartbeat"]["required"]) == {
        "username",
        "hostname",
        "status",
        "timestamp",
    }
    names = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert names <= document["components"]["schemas"].keys()


CALLS = [
    "POST /api/enroll",
    "POST /api/heartbeat",
    "POST /api/log",
    "POST /api/rename",
    "GET /api/whereami",
    "GET /api/calendar",
    "GET /api/audit/mine",
    "POST /api/my-data-link",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
]


def test_no_call_of_the_document_is_left_out(server: TestServer) -> None:
    document = server.request("GET", "/openapi.json").json()

    # Those of the dashboard are tried in test_dashboard_contract.py.
    others = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "dashboard" not in operation["tags"]
    }
    assert others == set(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_whatever_is_sent_the_answer_is_one_the_document_names(
    request: pytest.FixtureRequest, call: str
) -> None:
    # Memory keeps no audit, and shows nobody anything.
    needs_postgres = "audit" in call or "my-data" in call
    server: TestServer = request.getfixturevalue("server" if needs_postgres else "memory_server")
    document = server.request("GET", "/openapi.json").json()
    method, path = call.split()
    operation = schemathesis.openapi.from_dict(_with_names_of_alice(document))[path][method]
    token = server.enrollment_token() if "enroll" in path else server.agent_token()

    @settings(GENERATED, max_examples=60)
    @given(case=operation.as_strategy())
    def every(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://server")
        supported = {"json", "data", "files", "params"}
        sent = {key: value for key, value in sent.items() if key in supported}
        answer = server.request(method, path, headers=bearer(token), **_for_httpx(sent))
        assert answer.status_code < 500
        assert str(answer.status_code) in document["paths"][path][method.lower()]["responses"]

    every()


def _with_names_of_alice(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with the enrolled names only: others would always be refused."""
    narrowed = deepcopy(document)
    for schema in narrowed["components"]["schemas"].values():
        if "username" in schema.get("properties", {}):
            schema["properties"]["username"] = {"type": "string", "enum": ["alice"]}
            schema["properties"]["hostname"] = {"type": "string", "enum": ["laptop-7"]}
    return narrowed


def _for_httpx(request: dict[str, Any]) -> dict[str, Any]:
    data = request.pop("data", None)
    if isinstance(data, bytes | str):
        request["content"] = data
    elif data is not None:
        request["data"] = data
    if "files" in request:
        request["files"] = [(name, _sendable(part)) for name, part in request["files"]]
    return request


def _sendable(part: Any) -> Any:
    """Return *part* of a form as bytes, as a browser would send a number: httpx takes no other."""
    if isinstance(part, tuple):
        return (part[0], _sendable(part[1]), *part[2:])
    return part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")


@given(body=st.binary(max_size=200), path=st.sampled_from(["/api/enroll", "/api/heartbeat"]))
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_bytes_make_the_server_fail(memory_server: TestServer, body: bytes, path: str) -> None:
    headers = {**bearer("wfha_x"), "Content-Type": "application/json"}

    answer = memory_server.request("POST", path, content=body, headers=headers)

    assert 400 <= answer.status_code < 500
