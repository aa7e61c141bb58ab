"""The one place that knows the order: wait, what is due, collect, outbox, deliver."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from secrets import SystemRandom
from types import TracebackType
from typing import Self

from wfhagent import __version__
from wfhagent.agent.heartbeat_taker import HeartbeatTaker
from wfhagent.agent.log_taker import LogTaker
from wfhagent.agent.parts import make_parts
from wfhagent.agent.status_of import Moment, status_of
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.runner import CollectorRunner
from wfhagent.deliver.day_report import DayReport
from wfhagent.errors import DamagedOutboxError, PluginError, ReopenOutboxError
from wfhagent.notice.announce import Notification
from wfhagent.notice.announcement import start_notification
from wfhagent.notice.person import Person, nobody
from wfhagent.notice.policy import Notice
from wfhagent.os_session.watch import Ending, NoWatch, SessionWatch
from wfhagent.outbox.damage import is_damage
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.schedule.rng import Random
from wfhagent.status import Status, StatusFile
from wfhagent.system.page_file import forget_pages

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 30.0
"""The loop looks at the clock this often, so that sleep and clock jumps are noticed."""
SHORTEST_WAIT_SECONDS = 0.1
ASLEEP_SECONDS = 60.0
"""A look that comes later than planned by more means that the machine slept."""
TRIM_SECONDS = 3600.0
REOPEN_SECONDS = 600.0
"""An outbox is not opened again more often than this, whatever the disk says."""
_UNPREDICTABLE = SystemRandom()


class Agent:
    """The resident agent. `tick` does all that is due; `run` repeats it."""

    def __init__(  # noqa: PLR0913 -- a simulation brings four of them
        self,
        assembly: Assembly,
        clock: Clock,
        *,
        session: SessionWatch | None = None,
        rng: Random = _UNPREDICTABLE,
        make_runner: Callable[..., CollectorRunner] = CollectorRunner,
        person: Callable[[Assembly], Person] = nobody,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        """Open outbox and transport; raises what `make_parts` raises.

        *session* announces the end of the session. A simulation brings its own *rng* and
        *make_runner*. Without a *person* nobody is notified.
        """
        self._assembly = assembly
        self._clock = clock
        self._parts = make_parts(assembly, clock, rng, make_runner=make_runner, person=person)
        parts = self._parts
        self._transport, self._outbox, self._courier = parts.transport, parts.outbox, parts.courier
        self._heartbeats = parts.heartbeats
        self._workdays, self._working_time = parts.workdays, parts.working_time
        self._gate, self._start, self._slots = parts.gate, parts.start, parts.slots
        self._session = session if session is not None else NoWatch()
        self._longest_wait = longest_wait_seconds
        self._heartbeat_taker = HeartbeatTaker(assembly, parts, clock)
        self._logs = LogTaker(parts, self._heartbeat_taker.known_names)
        self._problem = ""
        self._status_file = StatusFile(assembly.paths.status)
        self._wakeup = threading.Event()
        self._stopping = False
        self._look_expected_at: float | None = None
        self._dark = False
        self._resting = False
        self._calendar: CompanyCalendar | None = None
        self._trim_at = clock.elapsed()
        self._reopen_at = clock.elapsed() + REOPEN_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._write_status(ended=True)
        self._session.close()
        self._transport.close()
        self._outbox.close()

    @property
    def notice(self) -> Notice:
        """What the person at this device sees, and what is collected."""
        return self._gate.notice

    def run(self) -> None:
        """Work until `stop`.

        Raises:
            DamagedOutboxError: the next agent sets the file aside and goes on.
            ReopenOutboxError: the next agent opens the file as usual.
        """
        log.info("wfhagent %s reports to %s", __version__, self._assembly.destination())
        self._session.start(self._wakeup.set)
        while not self._stopping:
            self._wakeup.clear()
            self.tick()
            if not self._stopping:
                self._clock.wait(self._wakeup, self.pause_seconds())
        log.info("Stopped")

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler."""
        self._stopping = True
        self._wakeup.set()

    def pause_seconds(self) -> float:
        """Return how long to wait before the next look at the clock."""
        waits = [self._longest_wait]
        if not (self._dark or self._resting):
            waits.append(self._heartbeats.next_at - self._clock.elapsed())
            if self._workdays.next_log_at is not None:
                waits.append((self._workdays.next_log_at - self._clock.now()).total_seconds())
        pause = max(SHORTEST_WAIT_SECONDS, min(waits))
        self._look_expected_at = self._clock.elapsed() + pause
        return pause

    def tick(self) -> None:
        """Do all that is due now; raises what `run` raises."""
        self._problem = ""
        try:
            self._work()
        except (PluginError, sqlite3.Error, OSError) as error:
            if is_damage(error):
                raise DamagedOutboxError(
                    f"{self._outbox.file}: the outbox is damaged: {error}."
                ) from error
            # A full disk or a broken plugin is reported, and the next tick tries again.
            log.warning("This tick failed: %s", error, exc_info=not isinstance(error, OSError))
            self._problem = f"{type(error).__name__}: {error}"
        self._write_status()
        if self._clock.elapsed() >= self._reopen_at and self._outbox.has_room_again:
            raise ReopenOutboxError(f"{self._outbox.file}: the disk has room again.")

    def _write_status(self, *, ended: bool = False) -> None:
        try:
            self._status_file.write(self._status(ended=ended))
        except (OSError, sqlite3.Error) as error:
            log.warning("The status cannot be written: %s", error)

    def _work(self) -> None:
        elapsed = self._clock.elapsed()
        expected = self._look_expected_at
        if expected is not None and elapsed - expected > ASLEEP_SECONDS:
            self._heartbeats.resumed(elapsed)
        ending = self._session.ending()
        self._dark = ending is None and self._session.is_dark()
        if self._dark:
            # The lid is closed: nobody is at work, and "online" would be wrong.
            return
        now = self._clock.now()
        if (ending is not None or self._heartbeats.is_due(elapsed)) and self._is_left_alone():
            return
        self._use_calendar()
        self._workdays.note_awake(now, trusted=self._clock.skew() is not None)
        if ending is not None:
            self._end_session(ending, now)
        if self._rests(now, elapsed):
            self._start.show_if_due(self._announcement, now, elapsed)
            self._trim_if_due(now, elapsed)
            return
        self._heartbeat_if_due()
        slot = self._workdays.due_slot(now)
        if slot is not None and not self._is_left_alone():
            self._start.show_if_due(self._announcement, now, elapsed, at_once=True)
            self._take_logs(now, [slot])
            # A screenshot takes up to half a minute.
            self._heartbeat_if_due()
        self._courier.run(self._working_time.today(now), until=self._heartbeats.next_at)
        self._learn(self._courier.take_day_report())
        if not self._courier.state.problem:
            self._parts.company_calendar.renew(self._courier.take_calendar_offered())
        self._start.show_if_due(self._announcement, now, elapsed)
        self._trim_if_due(now, elapsed)

    def _rests(self, now: datetime, elapsed: float) -> bool:
        """Tell whether nothing is collected or sent now, because it is no working time."""
        rests = self._working_time.rests(now)
        if self._resting and not rests:
            # Not all laptops of a company in the minute in which its working hours begin.
            self._heartbeats.begin_anywhere(elapsed)
        self._resting = rests
        return rests

    def _use_calendar(self) -> None:
        current = self._parts.company_calendar.current
        if current is not self._calendar:
            self._calendar = current
            self._working_time.use(current)
            self._courier.calendar_in_use = 0 if current is None else current.revision

    def _trim_if_due(self, now: datetime, elapsed: float) -> None:
        if elapsed >= self._trim_at:
            self._trim_at = elapsed + TRIM_SECONDS
            self._outbox.trim(self._assembly.bounds(), now=now, today=self._working_time.today(now))
            forget_pages(self._assembly.paths.pages.values(), now)

    def _is_left_alone(self) -> bool:
        """Tell whether the employee has logged out, and end: the next log-in starts an agent."""
        if self._session.attended():
            return False
        log.info("The employee is not logged in: the agent ends")
        self._session.done()
        self.stop()
        return True

    def _learn(self, report: DayReport | None) -> None:
        """Take over the server's answer about a workday."""
        if report is None:
            return
        self._slots.answered(report.workday, report.slots)
        if report.retention_days is not None:
            self._outbox.remember_retention(report.retention_days)

    def _heartbeat_if_due(self) -> None:
        if self._heartbeats.due(self._clock.elapsed()):
            self._heartbeat_taker.take(
                failing_for_logs=self._logs.failing, unset_at=self._unset_at()
            )

    def _end_session(self, ending: Ending, now: datetime) -> None:
        """Take what is still owed, and let the system go on as soon as it is on the disk."""
        try:
            powered_off = ending is not Ending.SUSPEND
            owed = self._workdays.owed_at_end(now, powered_off=powered_off)
            if owed:
                log.info("The session ends (%s)", ending)
                self._take_logs(now, owed, hurry=True)
        finally:
            self._session.done()

    def _unset_at(self) -> float | None:
        """Return the elapsed seconds while no server has set the clock; None when one has."""
        return self._clock.elapsed() if self._clock.skew() is None else None

    def _take_logs(self, now: datetime, slots: Sequence[int], *, hurry: bool = False) -> None:
        try:
            self._logs.take(now, slots, unset_at=self._unset_at(), hurry=hurry)
        except sqlite3.Error:
            # Room may be made at the next look.
            self._trim_at = self._clock.elapsed()
            raise

    def _announcement(self) -> Notification:
        """Return what is shown at the start."""
        return start_notification(self._assembly, self._gate.open_changes(self._clock.now()))

    def _status(self, *, ended: bool) -> Status:
        return status_of(
            self._assembly,
            self._parts,
            self._clock,
            Moment(
                names=self._heartbeat_taker.names,
                problem=self._problem,
                failing=self._heartbeat_taker.all_failing(self._logs.failing),
                ended=ended,
            ),
        )
