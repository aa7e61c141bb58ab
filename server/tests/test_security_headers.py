"""Every answer carries the headers that browsers obey, and no page has a foreign host in it."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route
from swagger_ui_bundle import swagger_ui_path

from wfhserver.api.security_headers import SECURITY_HEADERS
from wfhserver.app import create_app
from wfhserver.settings import Settings
from wfhserver.testing import TestServer, bearer, heartbeat_body

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def hold_to_headers(answer: httpx.Response) -> None:
    where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
    missing = [name for name in SECURITY_HEADERS if name not in answer.headers]
    assert not missing, (where, missing)
    doubled = [name for name in SECURITY_HEADERS if len(answer.headers.get_list(name)) != 1]
    assert not doubled, (where, doubled)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'"), (where, policy)
    assert "http" not in policy
    assert "*" not in policy


def paths() -> list[str]:
    """Return an address of every route."""
    app = create_app(Settings(database_url="postgresql://nowhere/nothing"))
    found = {route.path for route in app.routes if isinstance(route, Route)}
    assert len(found) == len({getattr(route, "path", None) for route in app.routes})
    return sorted(re.sub(r"\{[^}]*\}", "7", path) for path in found)


async def every(client: httpx.AsyncClient, addresses: list[str]) -> list[httpx.Response]:
    return [
        await client.request(method, path, headers={"If-None-Match": "*"})
        for path in addresses
        for method in METHODS
    ]


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dashboard of a file of each kind."""
    folder = tmp_path_factory.mktemp("dashboard")
    for name in ("index.html", "icon.svg", "robots.txt", "assets/a-1.js", "assets/a-1.js.br"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("<p>")
    monkeypatch.setattr("wfhserver.app.FOLDER", folder)
    return folder


def test_every_route_every_method_and_every_error_has_them(server: TestServer, built: Path) -> None:
    known = paths()
    assert "/docs/swagger-ui/swagger-ui.css" in known
    files = ["/icon.svg", "/assets/a-1.js"]
    wrong = ["/api/nothing", "/assets/nothing.js", "/docs/nothing", "/a/page/of/the/dashboard"]

    answers = server.run(lambda client: every(client, [*known, *files, *wrong]))

    assert {answer.status_code for answer in answers} >= {200, 401, 404, 405}
    for answer in answers:
        hold_to_headers(answer)


def test_every_file_of_the_api_page_is_one_that_the_page_names(memory_server: TestServer) -> None:
    folder = Path(swagger_ui_path)
    files = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]

    async def scenario(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        names = [each.as_posix() for each in files]
        return {name: await client.get(f"/docs/swagger-ui/{name}") for name in ["", *names]}

    answers = memory_server.run(scenario)

    served = {name for name, answer in answers.items() if answer.status_code == 200}
    assert served == {"swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"}
    for answer in answers.values():
        hold_to_headers(answer)


@pytest.mark.parametrize("path", ["/", "/status", "/docs", "/docs/start.js", "/status.css"])
def test_no_page_names_a_foreign_host(memory_server: TestServer, path: str) -> None:
    answer = memory_server.request("GET", path)

    assert answer.status_code == 200
    assert "//" not in re.sub(r"/\*.*?\*/", "", answer.text, flags=re.DOTALL)
    hold_to_headers(answer)


def test_heartbeats_and_mistakes_of_the_server_have_them_too(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = bearer(memory_server.agent_token())

    async def fail(*_: Any) -> None:
        raise RuntimeError

    stored = memory_server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=headers)
    refused = memory_server.request("POST", "/api/heartbeat", json={}, headers=headers)
    monkeypatch.setattr("wfhserver.monitoring.readiness.Readiness.report", fail)
    failed = memory_server.request("GET", "/status")

    assert [each.status_code for each in (stored, refused, failed)] == [200, 422, 500]
    for answer in (stored, refused, failed):
        hold_to_headers(answer)
