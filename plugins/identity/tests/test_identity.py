"""Names and time zone come from the system, not from variables that a user may set."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tzlocal
from tests.linux_only import not_windows

import wfhagent_identity
from wfhagent.plugin import Absent, Context, Occasion
from wfhagent.testing import check_collector, make_context
from wfhagent_identity import Identity, IdentityConfig, host


def name_of_user() -> str:
    """Return the system's name for the user who runs the tests."""
    if sys.platform == "win32":
        return os.getlogin()
    import pwd  # noqa: PLC0415 -- Windows has none

    return pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return a function that sets the time zone of this process to a value of TZ."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows has no tzset: its zone changes for all users at once")

    def go(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            tzlocal.reload_localzone()
        except LookupError:
            # A zone without a name. The cache would have the zone of another test.
            monkeypatch.setattr("tzlocal.unix._cache_tz", None)

    yield go
    monkeypatch.undo()
    time.tzset()
    tzlocal.reload_localzone()


def test_its_declarations_are_in_order():
    assert check_collector(Identity) == []


@pytest.mark.parametrize("occasion", list(Occasion))
def test_it_gives_both_names_and_the_zone_on_every_occasion(
    in_zone: Callable[[str], None], occasion: Occasion
):
    in_zone("Europe/Lisbon")

    assert occasion in Identity.occasions
    assert Identity(IdentityConfig()).collect(make_context(occasion)) == {
        "username": name_of_user(),
        "hostname": host.static_name(),
        "time_zone": "Europe/Lisbon",
    }


def test_environment_variables_cannot_change_the_name(monkeypatch: pytest.MonkeyPatch):
    for variable in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(variable, "mallory")

    assert Identity(IdentityConfig()).collect(make_context())["username"] != "mallory"


@not_windows("it has no user numbers")
def test_a_user_whom_the_directory_does_not_know_has_a_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)

    assert Identity(IdentityConfig()).collect(make_context())["username"] == "uid-4000000001"


@pytest.mark.parametrize("zone", ["NPT-5:45", ":/unnamed"])
def test_a_zone_without_a_name_is_reported_as_its_offset(
    in_zone: Callable[[str], None], tmp_path: Path, zone: str
):
    file = tmp_path / "unnamed"
    file.write_bytes(Path("/usr/share/zoneinfo/Asia/Kathmandu").read_bytes())
    in_zone(zone.replace("/unnamed", str(file)))

    assert Identity(IdentityConfig()).collect(make_context())["time_zone"] == "+05:45"


def test_the_zone_stays_here_where_the_company_does_not_want_it():
    facts = Identity(IdentityConfig(time_zone=False)).collect(make_context())

    assert set(facts) == {"username", "hostname"}


@not_windows("its names are UTF-16")
def test_a_name_that_is_no_text_travels_all_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host, "static_name", lambda: os.fsdecode(b"caf\xe9"))

    assert Identity(IdentityConfig()).collect(make_context())["hostname"] == r"caf\udce9"


@pytest.mark.parametrize("fails", ["username", "hostname", "time_zone"])
def test_each_fact_fails_alone(fails: str, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_arguments: object) -> str:
        raise OSError(5, "Input/output error")

    where = {
        "username": (wfhagent_identity, "_username"),
        "hostname": (wfhagent_identity.host, "static_name"),
        "time_zone": (Context, "time_zone"),
    }
    monkeypatch.setattr(*where[fails], refuse)

    facts = Identity(IdentityConfig()).collect(make_context())

    assert facts[fails] == Absent("OSError: [Errno 5] Input/output error")
    assert [name for name, fact in facts.items() if isinstance(fact, Absent)] == [fails]
