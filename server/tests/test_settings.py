"""Settings: read from the environment, wrong ones named with a way out."""

import re
import runpy
from dataclasses import fields
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wfhserver.app import create_app
from wfhserver.errors import SettingsError
from wfhserver.settings import Settings, from_environment

ROOT = Path(__file__).parents[2]


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({"PATH": "/bin"}) == Settings()
    assert Settings().time_zone is UTC
    assert Settings().screenshots_folder == Path("wfhserver-data/screenshots")


def test_the_page_for_administrators_has_every_setting_as_it_is_declared() -> None:
    script = runpy.run_path(str(ROOT / "packaging" / "render_server_settings.py"))
    page = (ROOT / "docs" / "server-operations.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))

    assert {field.name.upper() for field in fields(Settings)} - explained == set()
    assert script["render"](page) == page, "run `make server-settings`"


def test_every_setting_is_read() -> None:
    settings = from_environment(
        {
            "WFHSERVER_DATABASE_URL": "postgresql://u@h/d",
            "WFHSERVER_DATA_DIRECTORY": "/data",
            "WFHSERVER_SCREENSHOTS": "/pictures",
            "WFHSERVER_GEOIP_DATABASE": "/geo.mmdb",
            "WFHSERVER_GEOIP_URL": "http://x/{month}",
            "WFHSERVER_RETENTION_DAYS": "7",
            "WFHSERVER_TIME_ZONE": "Europe/Vienna",
            "WFHSERVER_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "WFHSERVER_DATABASE_CONNECTIONS": "3",
            "WFHSERVER_HEARTBEAT_QUEUE": "5000",
            "WFHSERVER_EMBEDDED_USER": "postgres",
            "WFHSERVER_LOG_FORMAT": "json",
            "WFHSERVER_METRICS_TOKEN": "0123456789abcdef",
        }
    )

    assert settings.time_zone == ZoneInfo("Europe/Vienna")
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert (settings.screenshots_folder, settings.geoip_file) == (
        Path("/pictures"),
        Path("/geo.mmdb"),
    )
    assert settings.retention_days == 7


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WFHSERVER_RETENTION_DAY", "30", "Did you mean WFHSERVER_RETENTION_DAYS"),
        ("WFHSERVER_retention_days", "30", "Did you mean WFHSERVER_RETENTION_DAYS"),
        ("WFHSERVER_RETENTION_DAYS", "0", "whole number from 1 to 3650"),
        ("WFHSERVER_RETENTION_DAYS", "a month", "whole number from 1 to 3650"),
        ("WFHSERVER_TIME_ZONE", "Vienna", "IANA time zone"),
        ("WFHSERVER_TIME_ZONE", "../../etc/passwd", "IANA time zone"),
        ("WFHSERVER_DATABASE_URL", "mysql://root:secret@x", "begin with postgresql://"),
        ("WFHSERVER_TRUSTED_PROXIES", "the proxy", "networks such as 10.0.0.0/8, or unix"),
        ("WFHSERVER_TRUSTED_PROXIES", "10.0.0.0/8, Unix", "networks such as 10.0.0.0/8, or unix"),
        ("WFHSERVER_DATA_DIRECTORY", " ", "it is empty"),
        ("WFHSERVER_SCREENSHOTS", "gs://bucket", "s3://bucket/prefix"),
        ("WFHSERVER_SCREENSHOTS", "s3://", "the name of a bucket"),
        ("WFHSERVER_SCREENSHOTS", "s3://key:secret@bucket", "the name of a bucket"),
    ],
)
def test_a_wrong_setting_is_named_with_its_problem(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        from_environment({name: value})

    assert words in str(raised.value)
    assert "unset it" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_an_app_without_a_database_says_what_to_set() -> None:
    with pytest.raises(SettingsError, match="WFHSERVER_DATABASE_URL"):
        create_app(Settings())


@pytest.mark.parametrize(
    "url",
    [
        "https://intranet.example.com/wfh",
        "https://intranet.example.com/wfh/",
        "https://user@wfh.example.com",
        "https://wfh.example.com/?x",
        "http://wfh.example.com",
    ],
)
def test_a_public_url_that_cannot_work_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="WFHSERVER_PUBLIC_URL"):
        from_environment({"WFHSERVER_PUBLIC_URL": url})


def test_a_public_url_may_end_with_a_slash() -> None:
    settings = from_environment({"WFHSERVER_PUBLIC_URL": "https://wfh.example.com:8443/"})

    assert settings.public_url == "https://wfh.example.com:8443"
