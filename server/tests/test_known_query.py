"""A key of a query or a body that a call does not have is refused, on every call."""

import re
from functools import cache
from typing import Any

import httpx
import pytest

from wfhserver.api.openapi import Document
from wfhserver.app import create_app
from wfhserver.settings import Settings
from wfhserver.testing import TestServer, bearer, heartbeat_body

# An identity provider may add to its answer what it likes.
LENIENT = ("GET", "/api/oidc/callback")


@cache
def document() -> dict[str, Any]:
    app = create_app(Settings(database_url="postgresql://nowhere/nothing"))
    made: dict[str, Any] = Document(app).build()
    return made


@cache
def calls() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return method, address and known keys of every call."""
    found = [
        (
            method.upper(),
            re.sub(r"\{[^}]*\}", "7", path),
            tuple(x["name"] for x in operation.get("parameters", []) if x["in"] == "query"),
        )
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    ]
    return [*found, ("GET", "/openapi.json", ())]


def refused(answer: httpx.Response, field: str) -> str:
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field"), answer.url
    assert answer.json()["field"] == field
    detail: str = answer.json()["detail"]
    return detail


def test_every_call_refuses_a_key_that_it_does_not_have(server: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.request(method, f"{path}?wrong=1")
            for method, path, _ in calls()
            if (method, path) != LENIENT
        ]

    answers = server.run(scenario)

    assert len(answers) == len(calls()) - 1
    for answer in answers:
        refused(answer, "wrong")


def test_a_misspelled_key_gets_a_suggestion_and_a_repeated_key_is_refused(
    server: TestServer,
) -> None:
    cases = [
        (method, path, key)
        for method, path, keys in calls()
        for key in keys
        # That a fact or a filter of one comes twice is their use.
        if (method, path) != LENIENT and key[:-1] not in keys and key not in ("fact", "where")
    ]

    async def scenario(client: httpx.AsyncClient) -> list[tuple[httpx.Response, ...]]:
        return [
            (
                await client.request(method, f"{path}?{key}x=1"),
                await client.request(method, f"{path}?{key}=1&{key}=2"),
            )
            for method, path, key in cases
        ]

    for (_, _, key), (misspelled, twice) in zip(cases, server.run(scenario), strict=True):
        assert f"Did you mean '{key}'?" in refused(misspelled, f"{key}x")
        assert "once only" in refused(twice, key)


def bodies() -> list[tuple[str, str, list[str]]]:
    """Return method, address and known keys of every call with a body, but for those of agents."""
    found = []
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            if "dashboard" in operation["tags"] and reference:
                schema = document()["components"]["schemas"][reference.rpartition("/")[2]]
                address = re.sub(r"\{[^}]*\}", "7", path)
                found.append((method.upper(), address, list(schema["properties"])))
    return found


def test_a_misspelled_key_of_a_body_gets_a_suggestion(server: TestServer) -> None:
    headers = server.signed_in()
    cases = [(method, path, key) for method, path, keys in bodies() for key in keys]

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.request(method, path, json={f"{key}x": 1}, headers=headers)
            for method, path, key in cases
        ]

    for (_, _, key), misspelled in zip(cases, server.run(scenario), strict=True):
        assert f"Did you mean '{key}'?" in refused(misspelled, f"{key}x")
    assert {path for _, path, _ in cases} >= {"/api/teams", "/api/exports/pdf", "/api/session"}
    assert len(bodies()) == sum("requestBody" in each for each in _of_the_dashboard())


def _of_the_dashboard() -> list[dict[str, Any]]:
    operations = [each for path in document()["paths"].values() for each in path.values()]
    return [each for each in operations if "dashboard" in each["tags"]]


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("logs.csv?employe=alice", "employe"),
        ("logs.csv?Employee=alice", "Employee"),
        ("logs.csv?limit=3", "limit"),
        ("logs.csv?employee=alice&employee=bob", "employee"),
        ("heartbeats.csv?place=Graz", "place"),
        ("heartbeats.csv?screenshot=taken", "screenshot"),
        ("pdf?employee=alice", "employee"),
        ("logs.csv?=1", ""),
        ("logs.csv?%00=1", "\0"),
    ],
)
def test_no_export_begins_and_none_is_on_record_with_a_filter_that_is_not_applied(
    server: TestServer, address: str, field: str
) -> None:
    method = "POST" if address.startswith("pdf") else "GET"

    answer = server.request(method, f"/api/exports/{address}", headers=server.signed_in())

    refused(answer, field)
    assert server.value("SELECT count(*) FROM audit WHERE action LIKE 'export%'") == 0


def test_heartbeats_are_refused_before_they_are_stored(memory_server: TestServer) -> None:
    headers = bearer(memory_server.agent_token())

    answer = memory_server.request(
        "POST", "/api/heartbeat?x=1", json=heartbeat_body(), headers=headers
    )

    refused(answer, "x")
    assert memory_server.memory is not None
    assert memory_server.memory.heartbeat_rows == []


def test_addresses_of_the_dashboard_keep_what_is_behind_the_question_mark(
    server: TestServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "index.html").write_text("<p>")
    monkeypatch.setattr("wfhserver.app.FOLDER", tmp_path)

    assert server.request("GET", "/logs?employee=alice&whatever=1").status_code == 200
