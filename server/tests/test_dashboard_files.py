"""How the built dashboard is served: what may be kept, what may run, and what stays an error."""

import re
from pathlib import Path

import httpx
import pytest

from wfhserver.testing import TestServer

_PAGE = '<meta property="csp-nonce" nonce="CSP_NONCE"><script src="/assets/a-1.js"></script>'


@pytest.fixture(autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text(_PAGE)
    (folder / "icon.svg").write_text("<svg/>")
    for suffix, content in {"": b"as it is", ".br": b"in br", ".gz": b"in gzip"}.items():
        (folder / "assets" / f"a-1.js{suffix}").write_bytes(content)
    monkeypatch.setattr("wfhserver.app.FOLDER", folder)
    return folder


@pytest.mark.parametrize("path", ["/", "/logs", "/employees/7", "/%3Cscript%3E", "/a//b"])
def test_any_address_of_a_page_is_the_page(server: TestServer, path: str) -> None:
    answer = server.request("GET", path)

    assert answer.status_code == 200
    assert "/assets/a-1.js" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nothing"),
        ("GET", "/assets/nothing.js"),
        ("GET", "/favicon.ico"),
        ("GET", "/../app.py"),
        ("GET", "/assets/%2e%2e/%2e%2e/app.py"),
        ("POST", "/logs"),
    ],
)
def test_what_is_no_page_stays_a_problem(server: TestServer, method: str, path: str) -> None:
    answer = server.request(method, path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_file_comes_in_the_best_form_that_the_browser_takes(server: TestServer) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[tuple[str | None, bytes]]:
        found = []
        for accepted in ("gzip, deflate, br;q=1.0", "gzip", "identity"):
            request = client.stream("GET", "/assets/a-1.js", headers={"Accept-Encoding": accepted})
            async with request as answer:
                assert answer.headers["content-type"].startswith("text/javascript")
                assert "immutable" in answer.headers["cache-control"]
                assert answer.headers["vary"] == "Accept-Encoding"
                content = b"".join([part async for part in answer.aiter_raw()])
                found.append((answer.headers.get("content-encoding"), content))
        return found

    assert server.run(scenario) == [("br", b"in br"), ("gzip", b"in gzip"), (None, b"as it is")]


def test_what_keeps_its_name_is_not_kept_for_ever(server: TestServer) -> None:
    answer = server.request("GET", "/icon.svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert "immutable" not in answer.headers["cache-control"]


def test_no_inline_script_may_run_and_each_page_has_a_nonce_of_its_own(server: TestServer) -> None:
    nonces = set()
    for _ in range(2):
        answer = server.request("GET", "/")
        policy = answer.headers["content-security-policy"]
        rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == "'self'"
        assert "unsafe" not in policy
        found = re.search(r'nonce="([^"]+)"', answer.text)
        assert found is not None
        assert f"'nonce-{found[1]}'" in rules["style-src"]
        nonces.add(found[1])

    assert len(nonces) == 2


def test_only_the_first_page_of_somebody_with_a_session_requests_the_presence_at_once(
    server: TestServer,
) -> None:
    cookie = server.signed_in()
    links = [
        server.request("GET", path, headers=headers).headers.get("link")
        for path, headers in (("/", cookie), ("/", {}), ("/logs", cookie))
    ]

    assert links == ["</api/presence>; rel=preload; as=fetch; crossorigin", None, None]


def test_the_state_of_the_server_has_an_address_of_its_own(server: TestServer) -> None:
    answer = server.request("GET", "/status")

    assert "Ready: it can store" in answer.text
    assert '<a href="/">sign in</a>' in answer.text


@pytest.mark.parametrize("path", ["/", "/logs", "/employees/7"])
def test_before_the_build_a_page_says_so_and_reloads_itself(
    server: TestServer, built: Path, path: str
) -> None:
    (built / "index.html").unlink()

    answer = server.request("GET", path)

    assert answer.status_code == 503
    assert "The dashboard is not built yet" in answer.text
    assert '<meta http-equiv="refresh" content="2">' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_running_server_shows_the_dashboard_as_soon_as_it_is_built(
    server: TestServer, built: Path
) -> None:
    (built / "index.html").unlink()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        before = [await client.get("/"), await client.get("/status")]
        (built / "index.html").write_text(_PAGE)
        after = [await client.get(path) for path in ("/", "/icon.svg", "/status")]
        return [*before, *after, await client.get("/api/nothing"), await client.post("/logs")]

    answers = server.run(scenario)
    waiting, early, page, script, state, nothing, posted = answers
    assert waiting.status_code == 503
    assert "not built yet" in early.text
    assert "/assets/a-1.js" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert script.status_code == 200
    assert '<a href="/">sign in</a>' in state.text
    assert nothing.json()["code"] == posted.json()["code"] == "not_found"


def test_without_a_database_there_is_no_dashboard(memory_server: TestServer) -> None:
    answer = memory_server.request("GET", "/")

    assert "Ready: it can store" in answer.text
    assert memory_server.request("GET", "/logs").status_code == 404
