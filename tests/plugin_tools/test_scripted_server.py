"""The server for tests of transports says what a transport does wrong."""

import http.client
import json

import pytest

from wfhagent.plugin import ParcelKind
from wfhagent.testing import ScriptedServer, scripted_server

TOKEN = {"Authorization": "Bearer wfha_test"}


def ask(
    server: ScriptedServer, method: str, path: str, body: bytes = b"", *, token: bool = True
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection(server.settings.url.removeprefix("http://"))
    connection.request(method, path, body, TOKEN if token else {})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def test_calls_of_the_protocol_are_answered_and_listed():
    with scripted_server() as server:
        assert ask(server, "POST", "/api/enroll", b"{}")[1]["token"]
        assert ask(server, "GET", "/api/whereami")[0] == 200

    assert [call.kind for call in server.calls] == [ParcelKind.ENROLL, ParcelKind.WHEREAMI]
    assert [call.problem for call in server.calls] == ["", ""]


@pytest.mark.parametrize(
    ("method", "path", "body", "token", "status", "problem"),
    [
        ("POST", "/enroll", b"{}", True, 404, "The protocol has no call POST /enroll."),
        ("GET", "/api/log", b"", True, 404, "The protocol has no call GET /api/log."),
        ("POST", "/api/heartbeat", b"[]", False, 401, "needs the parcel's token"),
        ("POST", "/api/heartbeat", b"?", True, 400, "needs the parcel's body, which is JSON"),
        ("POST", "/api/log", b"{}", True, 400, "needs the parts `log` and `screenshot`"),
    ],
)
def test_a_request_that_is_wrong_has_a_sentence(
    method: str, path: str, body: bytes, token: bool, status: int, problem: str
):
    with scripted_server() as server:
        answered, answer = ask(server, method, path, body, token=token)

    assert answered == status
    assert problem in str(answer["detail"])
    assert [call.problem for call in server.calls] == [answer["detail"]]


def test_a_server_without_its_database_stores_nothing():
    with scripted_server() as server:
        server.available = False

        assert ask(server, "POST", "/api/heartbeat", b"[]")[0] == 503
