"""State, signal and name of the Wi-Fi; the name only where IT wants it."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import wfhagent_wifi
from wfhagent.plugin import Absent, AbsentError
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent_wifi import READERS, Wifi, WifiConfig, linux, macos, windows
from wfhagent_wifi.link import Link, percent_of

NMCLI = " :64:FRITZ!Box 7590\n*:72:Gast: 2. Stock\n :31:\n"
IW = """\
Connected to 3c:a6:2f:11:22:33 (on wlp3s0)
\tSSID: Gast: 2. Stock
\tfreq: 5180
\tRX: 184210123 bytes (201432 packets)
\tsignal: -62 dBm
\trx bitrate: 780.0 MBit/s
"""
NETSH = """
There is 1 interface on the system:

    Name                   : Wi-Fi
    Description            : Intel(R) Wi-Fi 6 AX201 160MHz
    State                  : connected
    SSID                   : Gast: 2. Stock
    AP BSSID               : 3c:a6:2f:11:22:33
    Radio type             : 802.11ax
    Receive rate (Mbps)    : 780
    Signal                 : 89%
    Profile                : Gast: 2. Stock

    Hosted network status  : Not available
"""
NETSH_IN_FRENCH = """
    Nom                    : Wi-Fi
    \xc9tat                   : connect\xe9
    SSID                   : Gast: 2. Stock
    BSSID                  : 3c:a6:2f:11:22:33
    Signal                 : 89 %
"""
NAMED = "Gast: 2. Stock"
NEEDS_LOCATION = (
    "netsh failed with 1: Network shell commands need location permission to access WLAN "
    "information."
)
OFF = Absent("`name` in [plugins.wifi] is off")
NOT_CONNECTED = Absent("Wi-Fi is not connected")
Answers = dict[str, str]


def collect(*, name: bool = False) -> dict[str, object]:
    return dict(Wifi(WifiConfig(name=name)).collect(make_context()))


def ask(answers: Answers) -> Callable[[Sequence[str]], str]:
    """Return what answers for the programs in *answers*; no other is installed."""

    def answer(command: Sequence[str]) -> str:
        if command[0] not in answers:
            raise AbsentError(f"{command[0]} is not installed")
        return answers[command[0]]

    return answer


@pytest.fixture
def interfaces(tmp_path: Path) -> Path:
    for name, state in (("lo", "unknown"), ("wlp3s0", "up")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "operstate").write_text(f"{state}\n")
    (tmp_path / "wlp3s0/phy80211").mkdir()
    return tmp_path


def report(**interface: Any) -> str:
    """Return the report of macOS about *interface*, and one for AirDrop."""
    both = [{"_name": "en0", **interface}, {"_name": "awdl0"}]
    return json.dumps({"SPAirPortDataType": [{"spairport_airport_interfaces": both}]})


def test_its_declarations_are_in_order_and_this_machine_has_facts_or_reasons():
    assert check_collector(Wifi) == []
    assert check_plugin(wfhagent_wifi) == []
    assert set(collect()) == {"connected", "signal", "name"}


def test_the_name_is_given_only_where_it_wants_it(monkeypatch: pytest.MonkeyPatch):
    link = Link(connected=True, signal=72, name=NAMED)
    for platform in ("linux", "darwin", "win32"):
        monkeypatch.setitem(READERS, platform, lambda: link)
        monkeypatch.setattr(sys, "platform", platform)

        assert collect() == {"connected": True, "signal": 72, "name": OFF}
        assert collect(name=True) == {"connected": True, "signal": 72, "name": NAMED}


def test_without_wifi_there_is_one_reason_for_what_was_wanted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "freebsd14")

    reason = Absent("it is not known how to ask this system for its Wi-Fi")
    assert collect() == {"connected": reason, "signal": reason, "name": OFF}
    assert collect(name=True)["name"] == reason


def test_without_a_connection_there_is_no_signal():
    assert Link(connected=False).facts() == {
        "connected": False,
        "signal": NOT_CONNECTED,
        "name": NOT_CONNECTED,
    }


@pytest.mark.parametrize(("dbm", "percent"), [(-30, 100), (-50, 100), (-62, 76), (-104, 0)])
def test_dbm_become_percent(dbm: float, percent: int):
    assert percent_of(dbm) == percent


@pytest.mark.parametrize(
    ("answers", "link"),
    [
        ({"nmcli": NMCLI, "iw": IW}, Link(connected=True, signal=72, name=NAMED)),
        ({"iw": IW}, Link(connected=True, signal=76, name=NAMED)),
        # NetworkManager is there, and another program manages the Wi-Fi.
        ({"nmcli": "", "iw": IW}, Link(connected=True, signal=76, name=NAMED)),
        ({}, Link(connected=True, reason="neither NetworkManager nor iw knows it")),
    ],
)
def test_linux_asks_network_manager_then_iw(interfaces: Path, answers: Answers, link: Link):
    assert linux.read(interfaces, ask(answers)) == link


def test_linux_asks_nobody_about_what_is_not_connected(interfaces: Path):
    (interfaces / "wlp3s0/operstate").write_text("dormant\n")

    assert linux.read(interfaces, ask({"nmcli": NMCLI})) == Link(connected=False)


def test_a_desktop_has_no_wifi(interfaces: Path):
    (interfaces / "wlp3s0/phy80211").rmdir()

    with pytest.raises(AbsentError, match="this device has no Wi-Fi"):
        linux.read(interfaces, ask({}))


@pytest.mark.parametrize(
    ("interface", "link"),
    [
        (
            {
                "spairport_status_information": "spairport_status_connected",
                "spairport_current_network_information": {
                    "_name": NAMED,
                    "spairport_signal_noise": "-62 dBm / -93 dBm",
                },
            },
            {"connected": True, "signal": 76, "name": NAMED},
        ),
        (
            {
                "spairport_status_information": "spairport_status_connected",
                "spairport_current_network_information": {"_name": "<redacted>"},
            },
            {
                "connected": True,
                "signal": Absent("macOS does not show it to this program"),
                "name": Absent("macOS does not show it to this program"),
            },
        ),
        (
            {"spairport_status_information": "spairport_status_off"},
            {"connected": False, "signal": NOT_CONNECTED, "name": NOT_CONNECTED},
        ),
    ],
)
def test_macos_reports_it(interface: dict[str, Any], link: dict[str, object]):
    assert macos.read(ask({"system_profiler": report(**interface)})).facts() == link


def test_a_mac_may_have_no_wifi():
    with pytest.raises(AbsentError, match="this device has no Wi-Fi"):
        macos.from_report('{"SPAirPortDataType": [{"spairport_airport_interfaces": []}]}')


@pytest.mark.parametrize("printed", [NETSH, NETSH_IN_FRENCH])
def test_windows_answers_in_each_language(printed: str):
    link = windows.read(lambda script: "states 2 1\r\n", ask({"netsh": printed}))

    assert link.facts() == {"connected": True, "signal": 89, "name": NAMED}


def test_windows_without_the_permission_for_the_location_still_knows_the_state():
    def refuse(command: Sequence[str]) -> str:
        raise AbsentError(NEEDS_LOCATION)

    link = windows.read(lambda script: "states 1\r\n", refuse)

    assert link.facts()["connected"] is True
    assert link.facts()["signal"] == Absent(NEEDS_LOCATION)


def test_windows_is_not_connected_or_has_no_wifi():
    assert windows.read(lambda script: "states 2\r\n", ask({})) == Link(connected=False)
    with pytest.raises(AbsentError, match="this device has no Wi-Fi"):
        windows.read(lambda script: "states \r\n", ask({}))


def test_a_powershell_that_answers_nothing_is_no_desktop_without_wifi():
    with pytest.raises(AbsentError, match="PowerShell gave no answer"):
        windows.read(lambda script: "", ask({}))
