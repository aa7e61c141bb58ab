"""What a command typed by a person needs to observe, record and deliver like the agent."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

from wfhagent.agent.names import last_names, names_from
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock, SystemClock
from wfhagent.collect.gather import CollectedFacts
from wfhagent.collect.runner import CollectorRunner
from wfhagent.deliver.courier import Courier
from wfhagent.errors import AlreadyRunningError, LockedError, OutboxError
from wfhagent.messages import _
from wfhagent.outbox.entry import EntryState
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Names
from wfhagent.status import read_status
from wfhagent.system.lock import hold
from wfhagent.system.user_agents import only_agent, running_agent
from wfhagent.system.zone import local_zone

AGENT_SECONDS = 60.0
"""A running agent looks at its outbox every 30 s."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """The open parts. *delivers* is false while a running agent does it."""

    assembly: Assembly
    clock: Clock
    outbox: Outbox
    courier: Courier
    runner: CollectorRunner
    delivers: bool

    @property
    def server(self) -> str:
        """The address of the server."""
        return self.assembly.settings.server.url

    @property
    def elsewhere(self) -> str:
        """Where the transport sends to, if that is not `server`; else empty."""
        place = self.assembly.destination()
        return "" if place == self.server else place

    def workday(self) -> date:
        """Return today's date as the agent counts days."""
        zone = local_zone(self.assembly.settings.detailed_log.time_zone)
        return self.clock.now().astimezone(zone).date()

    def names(self, facts: CollectedFacts) -> Names:
        """Return user and host as the agent would report them.

        Raises:
            PluginError: no collector gives them and they were never known.
        """
        known = self.courier.device.names() or last_names(self.assembly.paths.status)
        return names_from(facts, known)

    def require_lock(self) -> None:
        """Raise AlreadyRunningError when somebody else delivers the outbox."""
        if not self.delivers:
            text = _("The agent is running ({lock}). Stop it to enroll again.")
            raise AlreadyRunningError(text.format(lock=self.assembly.paths.delivery_lock))

    def enroll_first(self, names: Names) -> None:
        """Enroll a machine that is not yet: without a token the server cannot say where it is."""
        if not self.delivers:
            self._wait_until(self._agent_is_enrolled)
            self.courier.device.reload()
        elif self.courier.identity() is None and not self.courier.device.waits_for_keyring():
            self.courier.enroll(names, self.workday())

    def _agent_is_enrolled(self) -> bool:
        status = read_status(self.assembly.paths.status)
        return status is not None and status.enrolled

    def deliver(self, entry_id: int) -> tuple[EntryState, str]:
        """Deliver the outbox, or let the running agent do it; return what became of the entry."""
        if self.delivers:
            self.courier.run(self.workday())
            state = self.outbox.state(entry_id)
            problem = self.courier.state.problem
            return (EntryState.QUEUED, problem) if state is None or not state[1] else state
        return self._wait_for_agent(entry_id)

    def _wait_for_agent(self, entry_id: int) -> tuple[EntryState, str]:
        def is_decided() -> bool:
            state = self.outbox.state(entry_id)
            return state is not None and state[0] is not EntryState.QUEUED

        self._wait_until(is_decided)
        state = self.outbox.state(entry_id)
        if state is not None and state[0] is not EntryState.QUEUED:
            return state
        return EntryState.QUEUED, _(
            "the running agent has not delivered it yet; see `wfhagent status`"
        )

    def _wait_until(self, done: Callable[[], bool]) -> None:
        """Look twice a second whether the running agent is *done*, for as long as it may take."""
        never = threading.Event()
        give_up = self.clock.elapsed() + AGENT_SECONDS
        while not done() and self.clock.elapsed() < give_up:
            self.clock.wait(never, 0.5)


def _be_an_agent(held: ExitStack, assembly: Assembly, clock: Clock) -> None:
    """Be on record as an agent of this user, unless the one that runs has the same data folder.

    Raises:
        AlreadyRunningError: the agent that runs is another one.
    """
    agent = assembly.as_user_agent(clock, by_hand=True)
    try:
        held.enter_context(only_agent(agent))
    except AlreadyRunningError:
        other = running_agent()
        if other is not None and other.data_directory != agent.data_directory:
            raise


@contextmanager
def by_hand(assembly: Assembly) -> Iterator[Hand]:
    """Open outbox and transport; deliver, when nobody else does."""
    clock = SystemClock()
    transport = assembly.transport()
    with ExitStack() as held:
        held.callback(transport.close)
        _be_an_agent(held, assembly, clock)
        try:
            held.enter_context(hold(assembly.paths.delivery_lock))
        except LockedError:
            delivers = False
        else:
            delivers = True
        file = assembly.paths.outbox
        try:
            outbox = held.enter_context(Outbox(file, now=clock.now(), alone=delivers))
            courier = assembly.courier(outbox, transport, clock, SystemRandom())
            yield Hand(
                assembly=assembly,
                clock=clock,
                outbox=outbox,
                courier=courier,
                runner=CollectorRunner(assembly, clock=clock, token=courier.device.token),
                delivers=delivers,
            )
        except sqlite3.Error as error:
            raise OutboxError(
                _("The outbox {file} cannot be used: {error}. See `wfhagent doctor`.").format(
                    file=file, error=error
                )
            ) from error
