"""Asks every collector that is due for an occasion."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.gather import Gathered, gather
from wfhagent.collect.in_child import Request, read_in_child
from wfhagent.collect.in_thread import ThreadRunner
from wfhagent.collect.reading import Reading
from wfhagent.plugin import Collector, Context, Occasion, Server, Whereami

NOT_ASKED = "the server is not asked for a heartbeat"


class Observer:
    """Gathers what the collectors give.

    *token* returns the machine's token, empty before enrolment.
    """

    def __init__(self, assembly: Assembly, *, clock: Clock, token: Callable[[], str]) -> None:
        self._assembly = assembly
        self._clock = clock
        self._token = token
        self._threads = ThreadRunner()

    def observe(self, occasion: Occasion, only: str = "") -> Gathered:
        """Ask the collectors that are due for *occasion*, or the one named *only*."""
        due = {
            name: collector
            for name, collector in self._assembly.catalog.collectors.items()
            if occasion in collector.occasions and only in {"", name}
        }
        read = self._in_thread if occasion is Occasion.HEARTBEAT else self._in_child
        readings = {name: read(collector) for name, collector in due.items()}
        declared = {
            name: frozenset(fact.name for fact in collector.facts)
            for name, collector in due.items()
        }
        return gather(readings, declared)

    def _in_thread(self, collector: type[Collector[Any]]) -> Reading:
        return self._threads.read(
            collector(self._assembly.configs[collector.name]), lambda: self._context(collector.name)
        )

    def _context(self, name: str) -> Context:
        return Context(
            occasion=Occasion.HEARTBEAT,
            now=self._clock.now(),
            server_url=self._assembly.settings.server.url,
            log=logging.getLogger(f"wfhagent.plugins.{name}"),
            ask_whereami=lambda: Whereami(
                absent=dict.fromkeys(("public_ip", "location"), NOT_ASKED)
            ),
        )

    def _in_child(self, collector: type[Collector[Any]]) -> Reading:
        settings = self._assembly.settings
        request = Request(
            collector=collector.name,
            config=msgspec.to_builtins(self._assembly.configs[collector.name]),
            occasion=Occasion.DETAILED_LOG,
            now=self._clock.now(),
            server=msgspec.convert(
                {name: getattr(settings.server, name) for name in Server.__struct_fields__}, Server
            ),
            transport=settings.agent.transport,
            transport_config=msgspec.to_builtins(self._assembly.configs[settings.agent.transport]),
            token=self._token(),
            drop_ins=str(self._assembly.drop_ins),
            trusted=settings.plugins.trusted,
            disabled=settings.plugins.disabled,
        )
        return read_in_child(
            request, program=self._assembly.program, limit_seconds=collector.time_limit_seconds
        )
