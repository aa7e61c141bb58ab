"""`check_plugin` fails a plugin's test where the agent would drop data."""

import inspect
from textwrap import dedent
from types import ModuleType

import pytest
from tests.drop_ins import calendar, collector

from wfhagent import plugin as public
from wfhagent.plugins.registered import registered
from wfhagent.testing import LOOPBACK, check_plugin, check_transport

SETTABLE = collector().replace(
    "class Gauge(Collector[Config])",
    "class GaugeConfig(Config, frozen=True, kw_only=True):\n"
    "    unit: str\n\n"
    "class Gauge(Collector[GaugeConfig])",
)


def plugin(source: str) -> ModuleType:
    module = ModuleType("battery")
    exec(source, module.__dict__)
    return module


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (collector(body="return 80"), "Gauge.collect: TypeError: collect must return the facts"),
        (collector(body="return {'color': 1}"), "Gauge gives 'color' and does not declare it"),
        (calendar(body="return True"), "Holidays.day_off: TypeError: day_off(2026-11-23) gave"),
        (calendar(body="raise OSError('no file')"), "Holidays.day_off: OSError: no file"),
        (collector(at_registration="return 5"), "battery: register_collectors must return a list"),
        (SETTABLE, "agent.toml: [plugins.battery] unit is missing."),
    ],
)
def test_what_the_agent_would_refuse_or_drop_is_a_sentence(source: str, expected: str):
    problems = check_plugin(plugin(source))

    assert any(problem.startswith(expected) for problem in problems), problems


@pytest.mark.parametrize("documented", [public, public.Calendar, public.Transport])
def test_the_examples_of_the_public_module_are_plugins(documented: object):
    lines = (inspect.getdoc(documented) or "").splitlines()
    example = dedent("\n".join(line for line in lines if line.startswith("    ") or not line))

    module = plugin(f"from datetime import date\nfrom wfhagent.plugin import *\n{example}")

    assert check_plugin(module) == []
    for made in registered(module, "").transports:
        assert check_transport(made(public.Config(), LOOPBACK)) == []


def test_what_is_in_order_is_none():
    assert check_plugin(plugin(collector())) == []
    assert check_plugin(plugin(calendar(body="return 'National Day'"))) == []
    assert check_plugin(plugin(SETTABLE), {"battery": {"unit": "hours"}}) == []
