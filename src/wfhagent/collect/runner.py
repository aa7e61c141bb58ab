"""Asks every collector that is due for an occasion."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.cooldown import Cooldown
from wfhagent.collect.gather import CollectedFacts, gather
from wfhagent.collect.in_child import Request, read_in_child
from wfhagent.collect.in_thread import ThreadRunner
from wfhagent.collect.plugin_folders import folders_of, open_folders
from wfhagent.collect.reading import Reading
from wfhagent.identity.questions import answers
from wfhagent.notice.announce import Notification, show_in_child
from wfhagent.plugin import KNOWN_FACTS, Collector, Context, Occasion, Whereami
from wfhagent.plugins.declared import AnyCollector, CollectorDeclaration
from wfhagent.schedule.pause import Pause

log = logging.getLogger(__name__)

SCREENSHOT = "screenshot"
NOT_ASKED = "the server is not asked for a heartbeat"
HEARTBEAT_LIMIT_SECONDS = 5.0
"""A child has the two seconds of a heartbeat, and some more to start."""
HURRY_SECONDS = 3.0
"""At the end of a session, of a collector of further facts: systems wait as little as 5 seconds,
and a fact that is missing costs less than a log."""
AT_ONCE = 4
"""Children of one observation: a hung one must not make the others late."""

CollectorT = TypeVar("CollectorT")


class CollectorRunner:
    """Gathers what the collectors give.

    First-party ones are asked in threads for a heartbeat; third-party ones, and all for a detailed
    log, in child processes. *token* returns the machine's token, empty before
    enrollment. With *may_ask* someone waits at the screen for questions of the system.
    """

    def __init__(
        self,
        assembly: Assembly,
        *,
        clock: Clock,
        token: Callable[[], str],
        may_ask: bool = False,
    ) -> None:
        self._may_ask = may_ask
        self._assembly = assembly
        self._clock = clock
        self._token = token
        self._threads = ThreadRunner()
        self._cooldown = Cooldown()
        self._hurry = False
        self._whereami: Callable[[], Whereami] = _not_asked

    def pauses(self) -> Mapping[str, Pause]:
        """Return the collectors that are left alone now, by name."""
        return self._cooldown.pauses(self._clock.elapsed())

    def run(self, occasion: Occasion, only: str = "", *, hurry: bool = False) -> CollectedFacts:
        """Ask the collectors that are due for *occasion*, or the one named *only*.

        In a *hurry*, none of a detailed log's further facts takes longer than a few seconds.
        """
        self._hurry = hurry
        due = {
            name: collector
            for name, collector in self._assembly.catalog.collectors.items()
            if occasion in collector.occasions and only in {"", name}
        }
        if occasion is Occasion.HEARTBEAT:
            given = self._heartbeat_readings(list(due.values()))
        else:
            self._whereami = self._assembly.whereami(self._token())
            given = _at_once(self._in_child, list(due.values()))
        declared = {
            name: frozenset(fact.name for fact in collector.facts)
            for name, collector in due.items()
        }
        facts = gather(dict(zip(due, given, strict=True)), declared)
        self._notify_of_screenshot(facts, due)
        return facts

    def _notify_of_screenshot(self, facts: CollectedFacts, due: Mapping[str, AnyCollector]) -> None:
        """Show a notification of a screenshot that a third-party collector took.

        The collector that comes with the agent shows its own; whether another one does, the agent
        cannot know.
        """
        third_party = [
            name
            for name, one in due.items()
            if isinstance(one, CollectorDeclaration)
            and any(fact.name == SCREENSHOT for fact in one.facts)
        ]
        if SCREENSHOT not in facts.attachments or not third_party:
            return
        server = urlsplit(self._assembly.settings.server.url).hostname
        problem = show_in_child(self._assembly.program)(
            Notification(
                title="A screenshot was taken",
                text=f"The plugin {' or '.join(third_party)} took it, for the log to {server}.",
                symbol="camera-photo",
            )
        )
        if problem:
            log.warning("Nobody could be notified that a screenshot was taken: %s", problem)
        if isinstance(facts.known.get(SCREENSHOT), dict):
            facts.known[SCREENSHOT]["notified"] = not problem

    def _heartbeat_readings(self, collectors: Sequence[AnyCollector]) -> Sequence[Reading]:
        third_party = [one for one in collectors if isinstance(one, CollectorDeclaration)]
        from_children = iter(_at_once(self._heartbeat_reading, third_party))
        return [
            self._in_thread(one) if isinstance(one, type) else next(from_children)
            for one in collectors
        ]

    def _heartbeat_reading(self, collector: CollectorDeclaration) -> Reading:
        cooling = self._cooldown.reason(collector.name, self._clock.elapsed())
        if cooling:
            return Reading(failure=cooling)
        reading = self._heartbeat_reading_in_child(collector)
        if reading.hurt:
            self._cooldown.begin(collector.name, reading.failure, self._clock.elapsed())
        return reading

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
            ask_whereami=_not_asked,
            folders=open_folders(self._assembly, name),
        )

    def _heartbeat_reading_in_child(self, collector: CollectorDeclaration) -> Reading:
        request = self._request(collector, Occasion.HEARTBEAT)
        return read_in_child(
            request,
            program=self._assembly.program,
            limit_seconds=HEARTBEAT_LIMIT_SECONDS,
            reply=answers(request.table, self._assembly.read_keyring, _not_asked),
        )

    def _in_child(self, collector: AnyCollector) -> Reading:
        request = self._request(collector, Occasion.DETAILED_LOG)
        return read_in_child(
            request,
            program=self._assembly.program,
            limit_seconds=self._limit_seconds(collector),
            reply=answers(request.table, self._assembly.read_keyring, self._whereami),
        )

    def _limit_seconds(self, collector: AnyCollector) -> float:
        has_field = any(fact.name in KNOWN_FACTS for fact in collector.facts)
        if has_field or not self._hurry:
            return collector.time_limit_seconds
        return min(collector.time_limit_seconds, HURRY_SECONDS)

    def _request(self, collector: AnyCollector, occasion: Occasion) -> Request:
        settings = self._assembly.settings
        name = collector.name
        state, cache = folders_of(self._assembly, name)
        return Request(
            source=self._assembly.catalog.sources[name],
            collector=name,
            table=msgspec.to_builtins(settings.plugin_tables.get(name, {})),
            config_file=str(settings.file),
            occasion=occasion,
            now=self._clock.now(),
            server_url=settings.server.url,
            state=str(state),
            cache=str(cache),
            may_ask=self._may_ask,
        )


def _not_asked() -> Whereami:
    return Whereami(absent=dict.fromkeys(("public_ip", "location"), NOT_ASKED))


def _at_once(
    ask: Callable[[CollectorT], Reading], collectors: Sequence[CollectorT]
) -> Sequence[Reading]:
    if len(collectors) < 2:  # noqa: PLR2004 -- nothing to do at once
        return [ask(collector) for collector in collectors]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- for children only

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, collectors))
