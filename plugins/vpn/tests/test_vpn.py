"""Whether a VPN is connected, by what each system shows of its interfaces."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.linux_only import linux_only

import wfhagent_vpn
from wfhagent.plugin import Absent, AbsentError, Config, Occasion
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent_vpn import READERS, Vpn, linux, macos, windows
from wfhagent_vpn.adapters import adapters
from wfhagent_vpn.windows import Adapter

UP, DOWN = "0x1003", "0x1002"
ETHERNET = {"type": "1", "flags": UP, "operstate": "up", "uevent": "INTERFACE=eth0\nIFINDEX=2"}
TUN = {
    "type": "65534",
    "flags": "0x11043",
    "operstate": "unknown",
    "tun_flags": "0x5001",
    "uevent": "INTERFACE=tun0\nIFINDEX=7",
}
WIREGUARD = {
    "type": "65534",
    "flags": "0x10091",
    "operstate": "unknown",
    "uevent": "DEVTYPE=wireguard\nINTERFACE=wg0\nIFINDEX=8",
}
PPP = {"type": "512", "flags": "0x10d1", "operstate": "unknown", "uevent": "INTERFACE=ppp0"}
NOBODY = "802-11-wireless:activated\nbridge:activated\nvpn:activating\n"


def no_network_manager(command: Sequence[str]) -> str:
    raise AbsentError("nmcli is not installed")


def connected(folder: Path, **interfaces: Mapping[str, str]) -> bool:
    for name, files in {"eth0": ETHERNET, **interfaces}.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(f"{text}\n")
    return linux.is_connected(folder, no_network_manager)


def collect() -> object:
    return Vpn(Config()).collect(make_context(Occasion.HEARTBEAT))["connected"]


def test_its_declarations_are_in_order():
    assert check_collector(Vpn) == []
    assert check_plugin(wfhagent_vpn) == []


@linux_only("the interfaces of the machine that runs the tests")
def test_this_machine_knows_whether_it_has_one():
    assert isinstance(collect(), bool)


def test_the_reader_of_the_system_is_asked(monkeypatch: pytest.MonkeyPatch):
    assert set(READERS) == {"linux", "darwin", "win32"}
    for platform in list(READERS):
        monkeypatch.setitem(READERS, platform, lambda: True)
        monkeypatch.setattr(sys, "platform", platform)
        assert collect() is True


def test_a_system_that_nobody_knows_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "freebsd14")

    assert collect() == Absent("it is not known how to ask this system for its VPN")


@pytest.mark.parametrize("vpn", [TUN, WIREGUARD, PPP])
def test_linux_knows_a_vpn_by_its_kind(tmp_path: Path, vpn: Mapping[str, str]):
    assert connected(tmp_path, any0=vpn) is True


@pytest.mark.parametrize(
    "other",
    [
        ETHERNET,
        {**TUN, "tun_flags": "0x5002"},  # tap, of a virtual machine
        {**TUN, "operstate": "down"},  # without its program
        {**WIREGUARD, "flags": DOWN},
        {**ETHERNET, "uevent": "DEVTYPE=bridge\nINTERFACE=docker0"},
    ],
)
def test_linux_has_other_interfaces(tmp_path: Path, other: Mapping[str, str]):
    assert connected(tmp_path, any0=other) is False


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        (NOBODY, False),
        (f"vpn:activated\n{NOBODY}", True),
        ("wireguard:activated\n", True),
        ("", False),
    ],
)
def test_network_manager_knows_a_vpn_without_interface(tmp_path: Path, printed: str, found: bool):
    assert linux.is_connected(tmp_path, lambda command: printed) is found


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        ({"utun3": ["fe80::ce81:b1c:bd2c:69e%utun3"]}, False),
        ({"utun4": ["10.8.0.6", "fe80::1%utun4"]}, True),
        ({"ppp0": ["172.16.4.2"]}, True),
        ({"ipsec0": ["fd00:42::7"]}, True),
        ({"en0": ["192.168.1.20", "3c:a6:2f:11:22:33"]}, False),
        ({"utun5": []}, False),
    ],
)
def test_macos_has_interfaces_of_its_own_with_addresses_of_the_link(
    addresses: Mapping[str, Sequence[str]], found: bool
):
    assert macos.has_vpn(addresses) is found


def test_macos_is_asked_through_psutil():
    assert macos.is_connected() in {True, False}


@pytest.mark.parametrize(
    ("adapter", "found"),
    [
        (Adapter("WAN Miniport (IKEv2)", 23, is_up=True), True),
        (Adapter("WireGuard Tunnel", 53, is_up=True), True),
        (Adapter("TAP-Windows Adapter V9", 6, is_up=True), True),
        (Adapter("TAP-Windows Adapter V9", 6, is_up=False), False),
        (Adapter("Cisco AnyConnect Virtual Miniport Adapter for Windows x64", 6, True), True),
        (Adapter("PANGP Virtual Ethernet Adapter Secure", 6, is_up=True), True),
        (Adapter("Intel(R) Wi-Fi 6 AX201 160MHz", 71, is_up=True), False),
        (Adapter("Hyper-V Virtual Ethernet Adapter", 6, is_up=True), False),
        (Adapter("Microsoft Teredo Tunneling Adapter", 131, is_up=True), False),
        (Adapter("Software Loopback Interface 1", 24, is_up=True), False),
    ],
)
def test_windows_knows_a_vpn_by_kind_or_driver(adapter: Adapter, found: bool):
    assert windows.has_vpn([adapter]) is found


@pytest.mark.skipif(sys.platform != "win32", reason="the adapters of Windows")
def test_windows_lists_its_adapters():
    found = adapters()

    assert found
    assert all(adapter.kind > 0 for adapter in found)
    assert isinstance(windows.is_connected(), bool)


@pytest.mark.skipif(sys.platform == "win32", reason="there it lists them")
def test_no_other_system_lists_adapters_that_way():
    with pytest.raises(AbsentError, match="only Windows"):
        windows.is_connected()
