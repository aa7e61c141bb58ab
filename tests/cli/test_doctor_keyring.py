"""What `doctor` reports about the keyring."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Laptop
from tests.os_session.private_bus import PrivateBus

from wfhagent.assembly import Assembly
from wfhagent.doctor.finding import Finding
from wfhagent.doctor.identity import check_keyring, find_identity


def keyring_of(assembly: Assembly) -> Finding:
    (finding,) = check_keyring(assembly, find_identity(assembly))
    return finding


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    """The bus of a desktop that cannot start any service."""
    # The path of a socket is limited to 108 bytes; pytest's own folders can be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        bus = PrivateBus(Path(folder))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        bus.start()
        yield bus
        bus.stop()


def test_a_keyring_that_agent_toml_excludes_is_no_fault(laptop: Laptop):
    finding = keyring_of(laptop.assembly())

    assert finding.ok
    assert "[agent] keyring = false" in finding.detail


def test_a_session_that_cannot_be_asked_is_a_fault(laptop: Laptop):
    laptop.configure("agent", keyring=True)

    finding = keyring_of(laptop.assembly())

    assert not finding.ok
    assert "not used: there is no session bus" in finding.detail
    assert "credentials.json" in finding.detail
    assert "[agent] keyring = false" in finding.advice


@pytest.mark.usefixtures("session_bus")
def test_a_desktop_without_a_keyring_is_no_fault_and_the_file_is_named(laptop: Laptop):
    laptop.configure("agent", keyring=True)

    finding = keyring_of(laptop.assembly())

    assert finding.ok
    assert "this desktop has none" in finding.detail
    assert "credentials.json" in finding.detail
