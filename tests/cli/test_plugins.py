"""`wfhagent plugins` lists the origin and declarations of each plugin, or why it is not used."""

import json
from contextlib import closing
from typing import Any

import pytest
from tests.cli.conftest import Laptop
from tests.cli.test_doctor import status_of
from tests.drop_ins import ABORTED, calendar, collector, drop

from wfhagent.errors import SettingsError
from wfhagent.status import write_status

SETTABLE = collector().replace(
    "class Gauge(Collector[Config])",
    "from typing import Annotated, Literal\n"
    "from wfhagent.plugin import Meta\n\n"
    "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
    '    unit: Annotated[Literal["percent", "hours"], Meta(description="What it is in.")]\n'
    '    least: Annotated[int, Meta(ge=0, le=100, description="Below, it warns.")] = 5\n\n'
    "class Gauge(Collector[GaugeConfig])",
)


@pytest.fixture
def with_drop_ins(laptop: Laptop) -> Laptop:
    plugins = laptop.folder / "plugins"
    drop(plugins, "battery.py", SETTABLE)
    drop(plugins, "broken.py", "1 / 0")
    drop(plugins, "holidays.py", calendar())
    laptop.configure("plugins.battery", unit="hours")
    return laptop


def rows(laptop: Laptop) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(laptop.run("plugins", "--json").stdout)}


def test_people_read_it(with_drop_ins: Laptop):
    text = with_drop_ins.run("plugins").stdout
    battery = with_drop_ins.folder / "plugins" / "battery.py"

    assert f"battery (drop-in, {battery})\n  collects for every heartbeat and detailed log" in text
    assert "    percent: Charge in percent. To plan updates. Personal: no.\n" in text
    assert '    unit (one of "hours", "percent"; required): What it is in.\n' in text
    assert "    least (whole number, at least 0, at most 100; 5): Below, it warns.\n" in text
    assert "broken.py: ZeroDivisionError: division by zero (broken.py, line 1)." in text
    assert "  provides days off, as calendar 'holidays'" in text
    assert "  sends all data, as transport 'https'" in text
    assert text.endswith(f"Drop-ins are loaded from {battery.parent}.\n")


def test_programs_read_it(with_drop_ins: Laptop):
    found = rows(with_drop_ins)

    (declared,) = found["battery"]["declares"]["collectors"]
    assert declared["facts"][0]["name"] == "percent"
    assert declared["about"] == "Knows the charge."
    assert found["battery"]["origin"] == "drop-in"
    assert found["battery"]["problem"] == ""
    assert "ZeroDivisionError" in found["broken"]["problem"]
    assert found["holidays"]["calendars"] == ["holidays"]
    assert found["https"]["transports"] == ["https"]


def test_failures_in_the_running_agent_are_shown(with_drop_ins: Laptop):
    failing = {"battery": "gave nothing within 5 s"}
    write_status(with_drop_ins.data / "status.json", status_of(failing=failing))

    assert "  last time: gave nothing within 5 s" in with_drop_ins.run("plugins").stdout
    assert rows(with_drop_ins)["battery"]["failing"] == failing


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "[plugins.battery] unit is missing. (Allowed: one of"),
        ({"unit": "volts"}, '(Allowed: one of "hours", "percent". What it is in.)'),
        ({"unit": "hours", "least": 101}, "least: Expected `int` <= 100. (Allowed: whole number"),
        ({"unit": "hours", "leest": 1}, "unknown key 'leest'; did you mean least?"),
    ],
)
def test_a_wrong_table_of_a_drop_in_stops_with_file_key_and_what_is_allowed(
    laptop: Laptop, keys: dict[str, Any], sentence: str
):
    drop(laptop.folder / "plugins", "battery.py", SETTABLE)
    laptop.configure("plugins.battery", **keys)

    with pytest.raises(SettingsError) as raised:
        laptop.assembly()

    assert str(raised.value).startswith(f"{laptop.file}: [plugins.battery] ")
    assert sentence in str(raised.value)


def test_a_table_of_no_plugin_names_the_nearest_drop_in(laptop: Laptop):
    drop(laptop.folder / "plugins", "battery.py", collector())
    laptop.configure("plugins.batery", least=1)

    with pytest.raises(SettingsError, match=r"no such plugin; did you mean battery\?"):
        laptop.assembly()


def test_drop_ins_are_next_to_agent_toml_by_default(laptop: Laptop):
    del laptop.settings["plugins"]
    laptop.configure("plugins")
    drop(laptop.folder / "plugins", "battery.py", collector())

    assert "battery" in laptop.assembly().catalog.collectors


def test_preview_shows_a_drop_in_and_names_what_was_dropped(laptop: Laptop):
    body = "return {'percent': 7, 'history': []}"
    drop(laptop.folder / "plugins", "battery.py", collector(body=body))

    output = laptop.run("preview", "--only", "battery").stdout

    assert '"percent": 7' in output
    assert '"dropped, because it is not declared"' in output
    assert "'history'" in output


def test_doctor_names_a_drop_in_that_is_not_used(laptop: Laptop):
    drop(laptop.folder / "plugins", "dies.py", collector("dies", at_import="import os; os.abort()"))

    assert f"cannot be imported: its process {ABORTED}" in laptop.run("doctor").stdout


TRANSPORT = """
from wfhagent.plugin import Config, Delivery, Transport, hookimpl

class Paper(Transport[Config]):
    name = "paper"

    def send(self, parcel):
        return Delivery(status=200)

@hookimpl
def register_transports():
    return [Paper]
"""


def test_a_drop_in_may_be_the_transport(laptop: Laptop):
    drop(laptop.folder / "plugins", "paper.py", TRANSPORT)
    laptop.configure("agent", transport="paper")

    with closing(laptop.assembly().transport()) as transport:
        assert transport.name == "paper"
        assert transport.server.url == "https://127.0.0.1:9"
