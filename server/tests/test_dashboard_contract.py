"""Every route of the dashboard, held by schemathesis against what the document says of it."""

import asyncio
import runpy
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import assume, given, settings
from server.tests.answers import GENERATED, hold_to_document

from wfhserver.testing import TestServer

EXAMPLES = 10
ROOT = Path(__file__).parents[2]


@pytest.fixture
def document(server: TestServer) -> dict[str, Any]:
    found: dict[str, Any] = server.request("GET", "/openapi.json").json()
    return found


def test_every_call_of_the_dashboard_answers_as_the_document_says(
    server: TestServer, document: dict[str, Any]
) -> None:
    headers = server.signed_in()
    own_id = server.value("SELECT user_id FROM users")
    schema = schemathesis.openapi.from_dict(document)
    calls = [
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "dashboard" in operation["tags"]
    ]

    async def enter() -> httpx.AsyncClient:
        return await context.__aenter__()

    context = server.client()
    with asyncio.Runner() as runner:
        client = runner.run(enter())
        for method, path in calls:
            if (method, path) != ("delete", "/api/session"):
                operation = schema[path][method.upper()]
                _try_call(runner, client, headers, operation, document, own_id)
        after = runner.run(client.get("/api/session", headers=headers))
        runner.run(context.__aexit__(None, None, None))

    assert len(calls) >= 12
    # Whatever was tried, it was tried by somebody who was signed in.
    assert after.status_code == 200


def _try_call(
    runner: asyncio.Runner,
    client: httpx.AsyncClient,
    headers: dict[str, str],
    operation: Any,
    document: dict[str, Any],
    own_id: int,
) -> None:
    @settings(GENERATED, max_examples=EXAMPLES)
    @given(case=operation.as_strategy())
    def every(case: Any) -> None:
        # A new password for oneself would end the session for all that follows.
        assume((case.path_parameters or {}).get("user_id") != own_id)
        request = case.as_transport_kwargs(base_url="http://server")
        arguments = {key: request[key] for key in ("json", "data", "params") if key in request}
        if isinstance(arguments.get("data"), bytes | str):
            arguments["content"] = arguments.pop("data")
        answer = runner.run(
            client.request(case.method, request["url"], headers=headers, **arguments)
        )
        responses = document["paths"][case.path][case.method.lower()]["responses"]
        # An export that is turned away because others run is no mistake of the server.
        assert answer.status_code < 500 or answer.json()["code"] == "too_many_requests", answer.text
        assert str(answer.status_code) in responses, answer.text
        if answer.status_code >= 400:
            assert f"`{answer.json()['code']}`" in responses[str(answer.status_code)]["description"]

    every()


def test_no_call_of_the_dashboard_answers_without_a_session(
    server: TestServer, document: dict[str, Any]
) -> None:
    calls = [
        (method, path)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if {"session": []} in operation.get("security", [])
    ]

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.request(method, path.replace("{", "").replace("}", ""))
            for method, path in calls
        ]
        return [answer.status_code for answer in answers]

    assert set(server.run(scenario)) == {401}
    assert len(calls) >= 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"today": 7}, "not of type"),
        ({"today": "yesterday"}, "not a"),
        ({"rows": [{"agent_id": 1}]}, "is a required property"),
        ({"secret": "never promised"}, "Additional properties"),
    ],
)
def test_an_answer_that_is_not_as_promised_fails_the_test(
    server: TestServer, change: dict[str, Any], complaint: str
) -> None:
    right = server.request("GET", "/api/presence", headers=server.signed_in())
    wrong = httpx.Response(200, json={**right.json(), **change}, request=right.request)

    with pytest.raises(AssertionError, match=complaint):
        asyncio.run(hold_to_document(wrong))


def test_the_page_of_the_calls_is_made_of_the_document(document: dict[str, Any]) -> None:
    script = runpy.run_path(str(ROOT / "packaging" / "render_dashboard_api.py"))
    page = (ROOT / "docs" / "dashboard-api.md").read_text(encoding="utf-8")

    assert script["render"](document) == page, "see packaging/render_dashboard_api.py"
