"""A connection is used again for as long as it can be, and costs no heartbeat when it cannot."""

import contextlib
import socket
import sys
from collections.abc import Callable

import pytest
from plugins.https.tests.remote import Remote

from wfhagent.plugin import Parcel, ParcelKind
from wfhagent_https import kept_connection

HEARTBEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="wfha_1", body=b'[{"username": "alice"}]')


def connections_of_two(
    remote: Remote,
    monkeypatch: pytest.MonkeyPatch,
    *,
    after: float,
    meanwhile: Callable[[], object] = lambda: None,
) -> int:
    """Return how many connections two heartbeats took, the second *after* seconds."""
    time = [1_000_000.0]
    monkeypatch.setattr(kept_connection, "_now", lambda: time[0])
    transport = remote.transport()
    with contextlib.closing(transport):
        first = transport.send(HEARTBEAT)
        time[0] += after
        meanwhile()
        second = transport.send(HEARTBEAT)
    assert [first.status, second.status] == [200, 200]
    return len(set(remote.ports))


@pytest.mark.parametrize(
    ("named", "after", "connections"),
    [
        ("timeout=310", 300, 1),
        ("max=5, timeout=310", 300, 1),
        ("timeout=310", 311, 2),
        ("timeout=310", -1, 2),
        ("timeout=0", 1, 2),
        ("timeout=soon", 300, 2),
        ("", 300, 2),
        ("", 1, 1),
    ],
)
def test_a_connection_is_used_again_for_as_long_as_the_server_keeps_it(
    remote: Remote, monkeypatch: pytest.MonkeyPatch, named: str, after: float, connections: int
):
    remote.headers = {"Keep-Alive": named} if named else {}

    assert connections_of_two(remote, monkeypatch, after=after) == connections


def test_in_another_network_the_connection_is_a_new_one(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    remote.headers = {"Keep-Alive": "timeout=310"}

    def move() -> None:
        monkeypatch.setattr(kept_connection, "_own_address", lambda _: "192.0.2.1")

    assert connections_of_two(remote, monkeypatch, after=300, meanwhile=move) == 2


def test_a_connection_that_ends_under_a_request_is_replaced_at_once(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    remote.headers = {"Keep-Alive": "timeout=310"}
    remote.hangs_up_on = {1}

    assert connections_of_two(remote, monkeypatch, after=300) == 2
    assert len(remote.ports) == 3


def test_a_connection_that_the_server_closes_with_its_answer_is_not_used_again(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
):
    remote.headers = {"Connection": "close"}

    assert connections_of_two(remote, monkeypatch, after=1) == 2


def test_a_new_connection_that_ends_under_a_request_is_no_answer(remote: Remote):
    remote.hangs_up_on = {0}

    with contextlib.closing(remote.transport()) as transport:
        assert transport.send(HEARTBEAT).status is None
    assert len(remote.ports) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="each system has its own names for it")
def test_the_system_looks_after_a_kept_connection(remote: Remote):
    with contextlib.closing(remote.transport()) as transport:
        transport.send(HEARTBEAT)
        (pooled,) = transport._client._transport._pool.connections
        kept = pooled._connection._network_stream.get_extra_info("socket")

        assert kept.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert kept.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
