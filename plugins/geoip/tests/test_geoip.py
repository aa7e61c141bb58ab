"""An approximate location from the configured provider."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Self

import maxminddb
import pytest
import trustme
from plugins.https.tests.remote import HOST

from wfhagent.errors import SettingsError
from wfhagent.plugin import Absent, Whereami
from wfhagent.settings import convert_table
from wfhagent.testing import check_collector, make_context
from wfhagent_geoip import service
from wfhagent_geoip.collector import GeoIP, GeoIPConfig

GRAZ = {"country": "AT", "city": "Graz", "latitude": 47.07069, "longitude": 15.43849}


def locate(config: GeoIPConfig, where: Whereami) -> object:
    return GeoIP(config).collect(make_context(whereami=where))["location"]


def test_its_declarations_are_in_order():
    assert check_collector(GeoIP) == []


def test_the_servers_place_is_taken_and_made_coarse():
    place = locate(GeoIPConfig(decimals=1), Whereami(location={**GRAZ, "accuracy_km": None}))

    assert place == {"country": "AT", "city": "Graz", "latitude": 47.1, "longitude": 15.4}


def test_the_servers_reason_is_passed_on():
    where = Whereami(absent={"location": "no GeoIP database is configured"})

    assert locate(GeoIPConfig(), where) == Absent("no GeoIP database is configured")


class Reader:
    """A replacement for a city database: none can be made here without a network."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def get(self, ip: str) -> object:
        if ip != "203.0.113.7":
            return None
        return {
            "country": {"iso_code": "AT"},
            "city": {"names": {"en": "Graz", "de": "Graz"}},
            "location": {"latitude": 47.07069, "longitude": 15.43849, "accuracy_radius": 20},
        }


def test_a_local_database_is_asked_with_the_public_address(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(maxminddb, "open_database", lambda file: Reader())

    place = locate(
        GeoIPConfig(provider="database", database="city.mmdb"), Whereami(public_ip="203.0.113.7")
    )

    assert place == {
        "country": "AT",
        "city": "Graz",
        "latitude": 47.07,
        "longitude": 15.44,
        "accuracy_km": 20,
        "source": "database",
    }


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            {"country": "AT", "city": "Graz", "lat": "47.07", "lon": "15.44"},
            {"country": "AT", "city": "Graz", "latitude": 47.07, "longitude": 15.44},
        ),
        (
            {"country_code": "AT", "country": "Austria", "city": ["Graz"], "latitude": 1},
            {"country": "AT"},
        ),
        (
            {"country": {"iso_code": "AT"}, "location": {"latitude": "n", "accuracy_radius": -1}},
            {"country": "AT"},
        ),
        ({"autonomous_system_number": 64496}, None),
        ({"country": 7, "city": {"names": "Graz"}, "location": "here"}, None),
        ("Graz", None),
    ],
)
def test_other_layouts_are_read_and_one_without_places_is_reported(
    monkeypatch: pytest.MonkeyPatch, record: object, expected: dict[str, object] | None
):
    monkeypatch.setattr(Reader, "get", lambda *_: record)
    monkeypatch.setattr(maxminddb, "open_database", lambda file: Reader())

    place = locate(
        GeoIPConfig(provider="database", database="city.mmdb"), Whereami(public_ip="203.0.113.7")
    )

    if expected is None:
        assert place == Absent("city.mmdb holds no place of 203.0.113.7: name a city database")
    else:
        assert place == {**expected, "source": "database"}


def test_an_address_that_the_database_does_not_know_is_reported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(maxminddb, "open_database", lambda file: Reader())

    place = locate(
        GeoIPConfig(provider="database", database="city.mmdb"), Whereami(public_ip="198.51.100.1")
    )

    assert place == Absent("city.mmdb does not know 198.51.100.1")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "No such file"), (b"no database", "is no .mmdb database")],
)
def test_a_bad_database_file_is_reported(tmp_path: Path, content: bytes | None, sentence: str):
    file = tmp_path / "city.mmdb"
    if content is not None:
        file.write_bytes(content)

    place = locate(
        GeoIPConfig(provider="database", database=str(file)), Whereami(public_ip="203.0.113.7")
    )

    assert isinstance(place, Absent)
    assert sentence in place.reason


def test_no_database_configured_is_reported():
    place = locate(GeoIPConfig(provider="database"), Whereami(public_ip="203.0.113.7"))

    assert place == Absent("[plugins.geoip] database is empty: name an .mmdb file")


def test_without_a_public_address_nobody_is_asked():
    where = Whereami(absent={"public_ip": "a private address"})
    config = GeoIPConfig(provider="url", url="https://geo.example.com/{ip}")

    assert locate(config, where) == Absent("a private address")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"country_code":"AT","country":"Austria","city":"Graz","lat":47.1,"lon":15.4}', 47.1),
        (b'{"country":"AT","city":"Graz","loc":"47.1,15.4"}', 47.1),
        (b'{"countryCode":"AT","city":"Graz","latitude":"47.1","longitude":"15.4"}', 47.1),
    ],
)
def test_the_answers_of_well_known_services_are_understood(body: bytes, expected: float):
    place = service.parse(body, "geo.example.com")

    assert place["country"] == "AT"
    assert (place["city"], place["latitude"]) == ("Graz", expected)
    assert place["source"] == "geo.example.com"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error": true}', b'{"latitude": "north"}'])
def test_an_answer_without_a_place_is_refused(body: bytes):
    with pytest.raises(ValueError, match=r"geo\.example\.com|could not convert"):
        service.parse(body, "geo.example.com")


@pytest.fixture
def web_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/json/203.0.113.7"
            body = b'{"country_code": "AT", "city": "Graz", "lat": 47.07069, "lon": 15.43849}'
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(body * (1 if found else 2000))

        def log_message(self, template: str, *args: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"https://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_web_service_is_asked_over_https(web_service: str):
    config = GeoIPConfig(provider="url", url=f"{web_service}/json/{{ip}}")

    assert locate(config, Whereami(public_ip="203.0.113.7")) == {
        "country": "AT",
        "city": "Graz",
        "latitude": 47.07,
        "longitude": 15.44,
        "source": HOST,
    }


def test_a_web_service_that_does_not_know_is_reported(web_service: str):
    config = GeoIPConfig(provider="url", url=f"{web_service}/other/{{ip}}")

    assert locate(config, Whereami(public_ip="203.0.113.7")) == Absent(f"{HOST} answered 404")


def test_an_address_in_the_clear_is_refused_in_the_settings():
    with pytest.raises(SettingsError, match=r"\[plugins.geoip\] url"):
        convert_table(
            {"url": "http://geo.example.com/{ip}"},
            GeoIPConfig,
            file=Path("agent.toml"),
            table="plugins.geoip",
        )
