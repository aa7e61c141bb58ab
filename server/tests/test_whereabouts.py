"""Where a caller is: proxies, private addresses, and the GeoIP database."""

import asyncio
import gzip
import http.server
import os
import re
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import maxminddb
import pytest
import uvicorn

from wfhserver.app import create_app
from wfhserver.errors import GeoIpError
from wfhserver.geoip.lookup import caller_address, parsed_address
from wfhserver.geoip.update import update
from wfhserver.settings import Settings, from_environment
from wfhserver.testing import TestServer, bearer

GRAZ = {
    "city": {"names": {"en": "Graz"}},
    "country": {"iso_code": "AT"},
    "location": {"latitude": 47.07, "longitude": 15.44, "accuracy_radius": 20},
}


# The reader insists on the widths that the format's description names.
_UINT16, _UINT32, _UINT64, _ARRAY = 5, 6, 9, 11
_WIDTHS = {"node_count": _UINT32, "build_epoch": _UINT64}


def _encoded(value: Any, kind: int = _UINT16) -> bytes:
    """Encode *value* as the MaxMind DB format does: type and size, then the bytes."""
    if isinstance(value, str):
        return _control(2, len(value)) + value.encode()
    if isinstance(value, float):
        return _control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return _control(kind, len(raw)) + raw
    if isinstance(value, list):
        return _control(_ARRAY, len(value)) + b"".join(map(_encoded, value))
    pairs = [
        _encoded(key) + _encoded(each, _WIDTHS.get(key, _UINT16)) for key, each in value.items()
    ]
    return _control(7, len(value)) + b"".join(pairs)


def _control(kind: int, size: int) -> bytes:
    small, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    if kind <= 7:
        return bytes([kind << 5 | small]) + more
    return bytes([small, kind - 7]) + more


def tiny_mmdb(network: str, record: Any) -> bytes:
    """Return a database that knows one IPv4 network; the search tree is a single path."""
    known = ip_network(network)
    bits = f"{int(known.network_address):032b}"[: known.prefixlen]
    nodes = len(bits)
    tree = b""
    for depth, bit in enumerate(bits):
        onward = depth + 1 if depth + 1 < nodes else nodes + 16
        pair = (nodes, onward) if bit == "1" else (onward, nodes)
        tree += b"".join(each.to_bytes(3, "big") for each in pair)
    about = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1795425242,
        "database_type": "Test-City",
        "description": {"en": "one network"},
        "ip_version": 4,
        "languages": ["en"],
        "node_count": nodes,
        "record_size": 24,
    }
    return tree + bytes(16) + _encoded(record) + b"\xab\xcd\xefMaxMind.com" + _encoded(about)


def test_the_tiny_database_is_one_that_the_reader_reads(tmp_path: Path) -> None:
    path = tmp_path / "tiny.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", GRAZ))

    with maxminddb.open_database(path) as reader:
        assert reader.get("203.0.113.7") == GRAZ
        assert reader.get("198.51.100.1") is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", ["198.51.100.1:5000"], "198.51.100.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("", ["198.51.100.1"], "None"),
    ],
)
def test_only_trusted_proxies_are_believed_from_the_right(
    peer: str, forwarded: list[str], seen: str
) -> None:
    address = caller_address(peer, forwarded, [ip_network("10.0.0.0/8")])

    assert str(address) == seen


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        (["unix"], ["198.51.100.1"], "198.51.100.1"),
        (["unix"], ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        (["unix", ip_network("10.0.0.0/8")], ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        (["unix"], [], "None"),
        (["unix"], ["unknown"], "None"),
        ([ip_network("0.0.0.0/0")], ["198.51.100.1"], "None"),
    ],
)
@pytest.mark.parametrize("peer", [None, ""])
def test_a_socket_file_is_a_proxy_only_where_the_settings_say_so(
    peer: str | None, trusted: list[Any], forwarded: list[str], seen: str
) -> None:
    assert str(caller_address(peer, forwarded, trusted)) == seen


def test_behind_a_proxy_over_a_socket_file_the_callers_address_is_known(
    memory_server: TestServer, tmp_path: Path
) -> None:
    token = memory_server.agent_token()
    path = str(tmp_path / "server.sock")

    async def main(**chosen: Any) -> Any:
        settings = Settings(**{**memory_server.settings, **chosen})
        app = create_app(settings, clock=memory_server.clock, storage=memory_server.memory)
        server = uvicorn.Server(uvicorn.Config(app, uds=path, log_config=None))
        running = asyncio.create_task(server._serve())
        while not server.started:  # noqa: ASYNC110 -- of the server, which tells nobody
            await asyncio.sleep(0)
        transport = httpx.AsyncHTTPTransport(uds=path)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            headers = {**bearer(token), "X-Forwarded-For": "198.51.100.1"}
            answer = await client.get("/api/whereami", headers=headers)
        server.should_exit = True
        await running
        return answer.json()["public_ip"]

    chosen = from_environment({"WFHSERVER_TRUSTED_PROXIES": "unix"}).trusted_proxies

    assert asyncio.run(main(trusted_proxies=chosen)) == "198.51.100.1"
    assert asyncio.run(main()) is None


def test_what_is_no_address_is_none() -> None:
    assert parsed_address("laptop-7") is None


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "fe80::1", "fd00::1", "100.64.0.1"])
def test_a_private_address_tells_no_place_and_says_why(
    memory_server: TestServer, peer: str
) -> None:
    found = ask(memory_server, peer)

    assert (found["public_ip"], found["location"]) == (None, None)
    assert "private" in found["absent"]["public_ip"]
    assert "private" in found["absent"]["location"]


@pytest.mark.parametrize(
    ("peer", "seen"), [("10.0.0.1", "198.51.100.1"), ("203.0.113.7", "203.0.113.7")]
)
def test_the_server_believes_the_proxies_of_its_settings_only(
    memory_server: TestServer, peer: str, seen: str
) -> None:
    settings = from_environment({"WFHSERVER_TRUSTED_PROXIES": "10.0.0.0/8"})

    found = ask(
        memory_server,
        peer,
        forwarded={"X-Forwarded-For": "198.51.100.1"},
        trusted_proxies=settings.trusted_proxies,
    )

    assert found["public_ip"] == seen


def ask(
    server: TestServer, peer: str, *, forwarded: Mapping[str, str] | None = None, **settings: Any
) -> dict[str, Any]:
    headers = {**bearer(server.agent_token()), **(forwarded or {})}
    answer = server.run(
        lambda client: client.get("/api/whereami", headers=headers), peer=peer, **settings
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_without_a_database_the_place_is_absent_with_its_reason(memory_server: TestServer) -> None:
    found = ask(memory_server, "203.0.113.7")

    assert (found["public_ip"], found["location"]) == ("203.0.113.7", None)
    assert found["absent"] == {"location": "no GeoIP database is configured on the server"}


def test_a_known_address_gets_its_place(memory_server: TestServer) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", GRAZ))

    found = ask(memory_server, "203.0.113.7")

    assert found["location"] == {
        "country": "AT",
        "city": "Graz",
        "latitude": 47.07,
        "longitude": 15.44,
        "accuracy_km": 20.0,
        "source": "server",
    }
    assert found["absent"] == {}
    assert ask(memory_server, "198.51.100.1")["absent"] == {
        "location": "the GeoIP database does not know this address"
    }


def test_a_broken_database_costs_the_place_alone(memory_server: TestServer) -> None:
    (memory_server.settings["data_directory"] / "geoip.mmdb").write_bytes(b"nonsense")

    assert "cannot be read" in ask(memory_server, "203.0.113.7")["absent"]["location"]


LAYOUTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"country": "AT", "city": "Graz", "lat": "47.07", "lon": "15.44"},
        {"country": "AT", "city": "Graz", "latitude": 47.07, "longitude": 15.44},
    ),
    (
        {"country_code": "AT", "country": "Austria", "city": "Graz", "latitude": 47.07, "lng": "x"},
        {"country": "AT", "city": "Graz", "latitude": None, "longitude": None},
    ),
    (
        {"country": "AT", "city": "Graz", "loc": "47.07,15.44", "region": "Styria"},
        {"country": "AT", "city": "Graz", "latitude": 47.07, "longitude": 15.44},
    ),
    (
        {"country": {"iso_code": "AT"}, "city": {"names": {"de": "Graz"}}},
        {"country": "AT", "city": "Graz", "latitude": None, "longitude": None},
    ),
    (
        {"country": {"iso_code": "AT"}, "city": 7, "location": {"latitude": "n", "longitude": 999}},
        {"country": "AT", "city": None, "latitude": None, "longitude": None},
    ),
    (
        {"country": "AT", "city": "G\n=1", "location": "47.07", "latitude": "nan", "longitude": 1},
        {"country": "AT", "city": None, "latitude": None, "longitude": None},
    ),
]


@pytest.mark.parametrize(("record", "place"), LAYOUTS)
def test_other_layouts_are_read_and_a_wrong_part_leaves_the_others_alone(
    memory_server: TestServer, record: dict[str, Any], place: dict[str, Any]
) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", record))

    found = ask(memory_server, "203.0.113.7")

    location = {key: value for key, value in found["location"].items() if value is not None}
    known = {key: value for key, value in place.items() if value is not None}
    assert location == {**known, "source": "server"}
    assert found["absent"] == {}


@pytest.mark.parametrize(
    "record",
    [
        {"autonomous_system_number": 64496, "autonomous_system_organization": "Example"},
        {"is_anonymous": 1},
        {"country": 7, "city": ["Graz"], "location": "here"},
        {},
        {"x\x07": "y"},
        "Graz",
        ["Graz"],
        7,
    ],
)
def test_a_database_without_places_is_named_and_costs_the_place_alone(
    memory_server: TestServer, record: Any
) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", record))

    found = ask(memory_server, "203.0.113.7")
    ready = memory_server.request("GET", "/readyz").json()

    assert (found["public_ip"], found["location"]) == ("203.0.113.7", None)
    assert "install a city database" in found["absent"]["location"]
    assert "Test-City" in ready["geoip"]


def test_a_database_of_ipv4_alone_says_so(memory_server: TestServer) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", GRAZ))

    found = ask(memory_server, "2001:db8::7")

    assert found["public_ip"] == "2001:db8::7"
    assert "knows no IPv6" in found["absent"]["location"]


def test_the_address_is_returned_whatever_goes_wrong_in_a_lookup(
    memory_server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("wfhserver.geoip.lookup.GeoIp.lookup", fail)

    found = ask(memory_server, "203.0.113.7")

    assert (found["public_ip"], found["location"]) == ("203.0.113.7", None)
    assert "KeyError" in found["absent"]["location"]


@pytest.mark.parametrize("end", [-1, -200, 40])
def test_a_database_that_was_cut_short_costs_the_place_alone(
    memory_server: TestServer, end: int
) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    path.write_bytes(tiny_mmdb("203.0.113.0/24", GRAZ)[:end])

    found = ask(memory_server, "203.0.113.7")

    assert (found["public_ip"], found["location"]) == ("203.0.113.7", None)
    assert found["absent"]["location"]


def test_a_replaced_database_is_taken_up_without_a_restart(memory_server: TestServer) -> None:
    path = memory_server.settings["data_directory"] / "geoip.mmdb"
    headers = bearer(memory_server.agent_token())

    async def scenario(client: Any) -> list[str]:
        cities = []
        for city in ("Graz", "Linz"):
            record = {**GRAZ, "city": {"names": {"en": city}}}
            fresh = path.with_suffix(".new")
            fresh.write_bytes(tiny_mmdb("203.0.113.0/24", record))
            os.replace(fresh, path)  # noqa: PTH105 -- the very call that makes it atomic
            answer = await client.get("/api/whereami", headers=headers)
            cities.append(answer.json()["location"]["city"])
        return cities

    assert memory_server.run(scenario, peer="203.0.113.7") == ["Graz", "Linz"]


@pytest.fixture
def download() -> Iterator[Callable[[bytes], str]]:
    """Serve bytes on loopback; the URL holds {month}, and only November answers."""
    bodies: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()

        def offer(body: bytes) -> str:
            bodies["/city-2026-11.mmdb.gz"] = body
            return f"http://127.0.0.1:{server.server_port}/city-{{month}}.mmdb.gz"

        yield offer
        server.shutdown()


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_an_update_fetches_this_months_database(
    tmp_path: Path, download: Callable[[bytes], str], pack: Callable[[bytes], bytes]
) -> None:
    content = tiny_mmdb("203.0.113.0/24", GRAZ)
    target = tmp_path / "new" / "geoip.mmdb"

    kind = update(download(pack(content)), target, date(2026, 11, 23))

    assert kind == "Test-City"
    assert target.read_bytes() == content
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", gzip.compress(b"nonsense", mtime=0), b"\x1f\x8bbroken"]
)
def test_an_update_that_cannot_be_read_leaves_the_old_one(
    tmp_path: Path, download: Callable[[bytes], str], body: bytes
) -> None:
    target = tmp_path / "geoip.mmdb"
    target.write_bytes(b"the old one")

    with pytest.raises(GeoIpError, match="no usable GeoIP database"):
        update(download(body), target, date(2026, 11, 23))

    assert target.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_an_update_to_a_database_without_places_leaves_the_old_one(
    tmp_path: Path, download: Callable[[bytes], str]
) -> None:
    target = tmp_path / "geoip.mmdb"
    target.write_bytes(b"the old one")
    providers = tiny_mmdb("203.0.113.0/24", {"autonomous_system_number": 64496})

    with pytest.raises(GeoIpError, match="install a city database"):
        update(download(providers), target, date(2026, 11, 23))

    assert target.read_bytes() == b"the old one"


def test_an_update_from_a_wrong_address_says_which(
    tmp_path: Path, download: Callable[[bytes], str]
) -> None:
    with pytest.raises(GeoIpError, match="city-2027-01"):
        update(download(b"x"), tmp_path / "geoip.mmdb", date(2027, 1, 1))


@pytest.mark.parametrize("password", ["zq/xk1vv", "zq@xk2vv", "zq[xk3]vv", "zq?xk4vv"])
def test_an_update_that_fails_shows_no_password_of_a_proxy_and_none_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("https_proxy", f"http://bob:{password}@127.0.0.1:9")
    url = "https://eve:k3yk3y@downloads.example.com/city-{month}.mmdb"

    with pytest.raises(GeoIpError) as raised:
        update(url, tmp_path / "geoip.mmdb", date(2026, 11, 23))

    message = str(raised.value)
    assert "https://***@downloads.example.com/city-2026-11.mmdb" in message
    for piece in ("k3yk3y", *re.findall(r"\w{2,}", password)):
        assert piece not in message.replace("downloads.example.com", "")
