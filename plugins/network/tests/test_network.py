"""The local address is that of the route to the server. The server reports the public one."""

import socket
from ipaddress import ip_address

import psutil
import pytest

import wfhagent_network
from wfhagent.plugin import Absent, Config, Whereami
from wfhagent.testing import check_collector, make_context
from wfhagent_network import Network


def collect(**context: object) -> dict[str, object]:
    return dict(Network(Config()).collect(make_context(**context)))  # type: ignore[arg-type]


def test_its_declarations_are_in_order():
    assert check_collector(Network) == []


def test_the_public_address_is_what_the_server_sees():
    facts = collect(whereami=Whereami(public_ip="203.0.113.7"))

    assert facts["public_ip"] == "203.0.113.7"


def test_without_a_public_address_the_servers_reason_is_given():
    facts = collect(whereami=Whereami(absent={"public_ip": "a loopback address"}))

    assert facts["public_ip"] == Absent("a loopback address")


def test_the_local_address_is_that_of_the_route_to_the_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        wfhagent_network,
        "_source_address",
        lambda family, host: "10.8.0.2" if host == "198.51.100.9" else "192.168.1.20",
    )

    facts = collect(server_url="https://198.51.100.9")

    assert facts["local_ip"] == "10.8.0.2"
    assert facts["interface"] == Absent("no interface has this address any more")


def test_the_address_found_is_one_of_this_machine():
    found = wfhagent_network._source_address(socket.AF_INET, "127.0.0.1")

    assert found == "127.0.0.1"
    assert wfhagent_network._interface("127.0.0.1") in psutil.net_if_addrs()


def test_a_server_on_this_machine_does_not_make_loopback_the_local_address():
    facts = collect(server_url="https://127.0.0.1:8443")

    local = facts["local_ip"]
    # A device without any network reports that it has no address.
    assert isinstance(local, Absent) or not ip_address(str(local)).is_loopback


def test_without_a_network_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wfhagent_network, "_source_address", lambda family, host: None)

    facts = collect(server_url="https://no-such-host.invalid")

    assert facts["local_ip"] == Absent("there is no route to any network")
    assert facts["interface"] == Absent("there is no route to any network")


def test_the_zone_of_an_ipv6_link_local_address_is_left_out(monkeypatch: pytest.MonkeyPatch):
    class Probe(socket.socket):
        def connect(self, address: object) -> None:
            pass

        def getsockname(self) -> tuple[str, int, int, int]:
            return ("fe80::1%eth0", 0, 0, 2)

    monkeypatch.setattr(socket, "socket", Probe)

    assert wfhagent_network._source_address(socket.AF_INET, "server") == "fe80::1"


def refuse(*_arguments: object) -> object:
    raise PermissionError(13, "Permission denied")


def test_interfaces_that_cannot_be_listed_cost_no_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wfhagent_network, "_source_address", lambda *_asked: "192.168.1.20")
    monkeypatch.setattr(psutil, "net_if_addrs", refuse)

    facts = collect(whereami=Whereami(public_ip="203.0.113.7"))

    assert (facts["local_ip"], facts["public_ip"]) == ("192.168.1.20", "203.0.113.7")
    assert facts["interface"] == Absent("PermissionError: [Errno 13] Permission denied")


def test_a_route_that_cannot_be_asked_for_costs_no_public_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wfhagent_network, "local_address", refuse)

    facts = collect(whereami=Whereami(public_ip="203.0.113.7"))

    assert facts["public_ip"] == "203.0.113.7"
    assert facts["local_ip"] == Absent("PermissionError: [Errno 13] Permission denied")


def test_a_system_without_ipv6_still_has_an_address(monkeypatch: pytest.MonkeyPatch):
    usual = socket.socket

    def without_ipv6(family: int = -1, *options: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return usual(family, *options)

    monkeypatch.setattr(socket, "socket", without_ipv6)

    assert wfhagent_network._source_address(socket.AF_INET6, "2001:db8::1") is None
    assert wfhagent_network._source_address(socket.AF_INET, "127.0.0.1") == "127.0.0.1"
