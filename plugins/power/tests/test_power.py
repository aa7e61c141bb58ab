"""Charge, mains and wear of the battery; what cannot be had has a reason."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import wfhagent_power
from wfhagent.plugin import Absent, AbsentError, Config
from wfhagent.testing import check_collector, check_plugin, make_context
from wfhagent_power import Power, health

APPLE_SILICON = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<array>
\t<dict>
\t\t<key>AppleRawCurrentCapacity</key><integer>3211</integer>
\t\t<key>AppleRawMaxCapacity</key><integer>3921</integer>
\t\t<key>CurrentCapacity</key><integer>82</integer>
\t\t<key>CycleCount</key><integer>311</integer>
\t\t<key>DesignCapacity</key><integer>4382</integer>
\t\t<key>ExternalConnected</key><true/>
\t\t<key>MaxCapacity</key><integer>100</integer>
\t</dict>
</array>
</plist>
"""
NO_DESIGN = "the battery does not know how much it held when it was new"


def collect() -> dict[str, object]:
    return dict(Power(Config()).collect(make_context()))


def supply(folder: Path, name: str, files: Mapping[str, str]) -> None:
    (folder / name).mkdir()
    for file, text in files.items():
        (folder / name / file).write_text(f"{text}\n")


@pytest.fixture
def half_full(monkeypatch: pytest.MonkeyPatch) -> None:
    battery = SimpleNamespace(percent=49.6, secsleft=7200, power_plugged=False)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)


def test_its_declarations_are_in_order_and_this_machine_has_facts_or_reasons():
    assert check_collector(Power) == []
    assert check_plugin(wfhagent_power) == []
    assert set(collect()) == {"battery_percent", "plugged_in", "battery_health"}


def test_charge_and_mains_come_from_the_system(half_full: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "of_battery", lambda platform: 91)

    assert collect() == {"battery_percent": 50, "plugged_in": False, "battery_health": 91}


def test_an_unknown_health_costs_no_charge(half_full: None, monkeypatch: pytest.MonkeyPatch):
    def refuse(platform: str) -> int:
        raise AbsentError("ioreg is not installed")

    monkeypatch.setattr(health, "of_battery", refuse)

    facts = collect()

    assert facts["battery_percent"] == 50
    assert facts["battery_health"] == Absent("ioreg is not installed")


def test_a_desktop_says_that_it_has_no_battery(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)

    assert set(collect().values()) == {Absent("this device has no battery")}


def test_linux_adds_two_batteries_and_leaves_out_a_mouse(tmp_path: Path):
    supply(tmp_path, "AC", {"type": "Mains", "online": "1"})
    for name, full in (("BAT0", "19980000"), ("BAT1", "41240000")):
        supply(
            tmp_path,
            name,
            {"type": "Battery", "energy_full": full, "energy_full_design": "36010000"},
        )
    mouse = {"type": "Battery", "scope": "Device", "charge_full": "1", "charge_full_design": "100"}
    supply(tmp_path, "hidpp_battery_0", mouse)

    assert health.from_supplies(tmp_path) == 85


def test_linux_counts_charge_where_a_battery_does(tmp_path: Path):
    files = {"type": "Battery", "charge_full": "4400000", "charge_full_design": "4300000"}
    supply(tmp_path, "BAT0", files)

    # It holds more than is printed on it.
    assert health.from_supplies(tmp_path) == 100


def test_linux_has_batteries_that_do_not_know(tmp_path: Path):
    supply(tmp_path, "BAT0", {"type": "Battery", "energy_full": "19980000"})

    with pytest.raises(AbsentError, match=NO_DESIGN):
        health.from_supplies(tmp_path)


def test_macos_has_it_in_its_registry():
    def ask(command: Sequence[str]) -> str:
        assert command[0] == "ioreg"
        return APPLE_SILICON

    assert health.from_ioreg(ask) == 89


def test_macos_prints_nothing_without_a_battery():
    with pytest.raises(AbsentError, match=NO_DESIGN):
        health.from_ioreg(lambda command: "")


@pytest.mark.parametrize(
    ("printed", "percent"),
    [
        ('{"full":47120,"design":57020}\r\n', 83),
        ('{"design":57020,"full":57020}\r\n', 100),
    ],
)
def test_windows_has_it_in_wmi(printed: str, percent: int):
    assert health.from_json(printed) == percent


def test_windows_has_batteries_that_do_not_know():
    with pytest.raises(AbsentError, match=NO_DESIGN):
        health.from_json('{"full":47120,"design":null}\r\n')
