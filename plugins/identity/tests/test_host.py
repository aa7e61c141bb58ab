"""A device has one name in every network."""

import socket
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from tests.linux_only import linux_only

from wfhagent_identity import host

pytestmark = linux_only("/etc/hostname")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the /etc of a device that its network calls `localhost`."""
    monkeypatch.setattr(host, "HOSTNAME", tmp_path / "hostname")
    monkeypatch.setattr(host, "MACHINE_ID", tmp_path / "machine-id")
    monkeypatch.setattr(socket, "gethostname", lambda: "localhost")
    (tmp_path / "machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    return tmp_path


@pytest.mark.parametrize("today", ["laptop7.fritz.box", "localhost", "dhcp-23"])
def test_the_network_does_not_rename_a_machine(
    machine: Path, monkeypatch: pytest.MonkeyPatch, today: str
):
    (machine / "hostname").write_text("laptop7\n")
    monkeypatch.setattr(socket, "gethostname", lambda: today)

    assert host.static_name() == "laptop7"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("laptop7.corp.example\n", "laptop7"),
        ("# set by IT\n\n laptop7 \n", "laptop7"),
        ("192.168.1.20\n", "192.168.1.20"),
        ("7\n", "7"),
        ("", "lan-name"),
        ("localhost.localdomain\n", "lan-name"),
        ("LOCALHOST\n", "lan-name"),
    ],
)
def test_the_first_label_of_the_name_in_its_file_counts(
    machine: Path, monkeypatch: pytest.MonkeyPatch, text: str, name: str
):
    (machine / "hostname").write_text(text)
    monkeypatch.setattr(socket, "gethostname", lambda: "lan-name.example")

    assert host.static_name() == name


def test_a_machine_without_any_name_is_not_called_localhost(machine: Path):
    first, second = host.static_name(), host.static_name()

    (machine / "machine-id").write_text("fedcba9876543210fedcba9876543210\n")
    other = host.static_name()

    assert first == second != other
    assert first.startswith("unnamed-")


def test_without_name_and_number_it_is_reported(machine: Path):
    (machine / "machine-id").unlink()

    with pytest.raises(OSError, match="machine-id"):
        host.static_name()


class SystemConfiguration:
    """Replaces the library: names by pointer, and what was released."""

    def __init__(self, local: str, computer: str) -> None:
        self.names = {1: local, 2: computer}
        self.released: list[int] = []

        def read(string: int, buffer: Any, _size: int, _encoding: int) -> int:
            buffer.value = self.names[string].encode()
            return 1

        self.SCDynamicStoreCopyLocalHostName = MagicMock(return_value=1 if local else None)
        self.SCDynamicStoreCopyComputerName = MagicMock(return_value=2 if computer else None)
        self.CFStringGetCString = MagicMock(side_effect=read)
        self.CFRelease = MagicMock(side_effect=self.released.append)


@pytest.mark.parametrize(
    ("local", "computer", "name"),
    [
        ("Annas-MacBook", "Anna MacBook", "Annas-MacBook"),
        ("", "Anna MacBook", "Anna MacBook"),
        ("", "", ""),
    ],
)
def test_a_mac_has_the_name_of_its_owner_and_never_that_of_dhcp(
    local: str, computer: str, name: str
):
    library = SystemConfiguration(local, computer)

    assert host.mac_name(library) == name
    copied = [number for number, text in ((1, local), (2, computer)) if text]
    assert set(library.released) <= set(copied)
    assert not name or library.released
