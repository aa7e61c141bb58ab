"""PUBLIC: the plugin author's test kit.

    from wfhagent.plugin import Config
    from wfhagent.testing import check_plugin, make_context

    import battery

    def test_the_agent_will_take_it() -> None:
        assert check_plugin(battery) == []

    def test_it_knows_the_charge() -> None:
        assert battery.Battery(Config()).collect(make_context()) == {"percent": 80}

A transport is tried with `check_transport`, against a `scripted_server`. `StaticClock` and
`FakeTransport` stand in for time and network where a test needs more of the agent.
"""

from wfhagent.testing.plugins import check_collector, check_plugin
from wfhagent.testing.scripted_server import Call, ScriptedServer, scripted_server
from wfhagent.testing.stand_ins import LOOPBACK, FakeTransport, StaticClock, make_context
from wfhagent.testing.transports import check_transport, sample_parcels

__all__ = [
    "LOOPBACK",
    "Call",
    "FakeTransport",
    "ScriptedServer",
    "StaticClock",
    "check_collector",
    "check_plugin",
    "check_transport",
    "make_context",
    "sample_parcels",
    "scripted_server",
]
