"""The one place that knows the order: wait, what is due, collect, outbox, deliver."""

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from secrets import SystemRandom, token_hex
from types import TracebackType
from typing import Self

from wfhagent import __version__
from wfhagent.agent.health import health_of
from wfhagent.agent.slot_guard import SlotGuard
from wfhagent.agent.workdays import Workdays
from wfhagent.assembly import Assembly
from wfhagent.clock import Clock
from wfhagent.collect.calendars import Calendars
from wfhagent.collect.payload_builder import last_names, make_heartbeat, make_log, names_from
from wfhagent.collect.runner import Observer
from wfhagent.deliver.day_report import DayReport
from wfhagent.deliver.enroll import Names
from wfhagent.errors import DamagedOutboxError, PluginError, ReopenOutboxError
from wfhagent.html.files import forget_pages
from wfhagent.identity.store import KeyringKeeper
from wfhagent.notice.announce import Notification
from wfhagent.notice.announcement import start_notification
from wfhagent.notice.gate import Gate
from wfhagent.notice.person import Person, nobody
from wfhagent.notice.policy import Notice, current_notice
from wfhagent.os_session.watch import Ending, NoWatch, SessionWatch
from wfhagent.outbox.damage import is_damage
from wfhagent.outbox.reserve import DISK_FULL
from wfhagent.outbox.store import Outbox
from wfhagent.plugin import Occasion
from wfhagent.schedule.heartbeat import HeartbeatSchedule
from wfhagent.schedule.rng import Random
from wfhagent.status import Status, StatusFile

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 30.0
"""The loop looks at the clock this often, so that sleep and clock jumps are noticed."""
SHORTEST_WAIT_SECONDS = 0.1
ASLEEP_SECONDS = 60.0
"""A look that comes later than planned by more means that the machine slept."""
TRIM_SECONDS = 3600.0
EXPECTED_INTERVAL_SECONDS = 300.0
"""What a server takes for the interval of an agent that names none."""
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
        make_observer: Callable[..., Observer] = Observer,
        person: Callable[[Assembly], Person] = nobody,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        """Open outbox and transport.

        *session* announces the end of the session. A simulation brings an *rng* that it can
        replay and its own *make_observer*, and looks at its clock less often. Without a
        *person* nobody is notified.

        Raises:
            SettingsError: the transport cannot be used with `[server]`.
            OutboxError: the outbox cannot be opened.
        """
        self._assembly, settings = assembly, assembly.settings
        self._clock = clock
        self._transport = assembly.transport()
        self._outbox = Outbox(assembly.paths.outbox, now=clock.now())
        self._courier = assembly.courier(self._outbox, self._transport, clock, rng)
        self._session = session if session is not None else NoWatch()
        self._longest_wait = longest_wait_seconds
        self._observer = make_observer(assembly, clock=clock, token=self._courier.token)
        self._beats = HeartbeatSchedule(settings.heartbeat.interval_seconds, rng)
        self._calendars = Calendars(assembly, clock)
        told = person(assembly)
        self._gate = Gate(current_notice(assembly), told.register)
        self._start = told.start
        self._slots = SlotGuard(self._outbox.days, assembly.slot_ledger(self._outbox))
        self._workdays = Workdays(
            settings.detailed_log,
            self._outbox.days,
            rng,
            self._calendars,
            held=self._gate.reason,
            slots=self._slots,
        )
        self._names: Names | None = None
        self._run_id = token_hex(8)
        self._failing: dict[Occasion, Mapping[str, str]] = {}
        self._problem = ""
        self._said = StatusFile(assembly.paths.status)
        self._wakeup = threading.Event()
        self._stopping = False
        self._look_expected_at: float | None = None
        self._dark = False
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
        self._say_status(ended=True)
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
            DamagedOutboxError: an agent that is made anew sets the file aside and goes on.
            ReopenOutboxError: an agent that is made anew opens the file for everybody.
        """
        log.info("wfhagent %s reports to %s", __version__, self._assembly.settings.server.url)
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
        if not self._dark:
            waits.append(self._beats.next_at - self._clock.elapsed())
        if self._workdays.next_log_at is not None and not self._dark:
            waits.append((self._workdays.next_log_at - self._clock.now()).total_seconds())
        pause = max(SHORTEST_WAIT_SECONDS, min(waits))
        self._look_expected_at = self._clock.elapsed() + pause
        return pause

    def tick(self) -> None:
        """Do all that is due now; that the outbox is to be opened anew is raised, as for `run`."""
        self._problem = ""
        try:
            self._work()
        except (PluginError, sqlite3.Error, OSError) as error:
            if is_damage(error):
                raise DamagedOutboxError(
                    f"{self._outbox.file}: the outbox is damaged: {error}."
                ) from error
            # A full disk or a broken plugin is said, and the next tick tries again.
            log.warning("This tick failed: %s", error, exc_info=not isinstance(error, OSError))
            self._problem = f"{type(error).__name__}: {error}"
        self._say_status()
        if self._clock.elapsed() >= self._reopen_at and self._outbox.has_room_again:
            raise ReopenOutboxError(f"{self._outbox.file}: the disk has room again.")

    def _say_status(self, *, ended: bool = False) -> None:
        try:
            self._said.say(self._status(ended=ended))
        except (OSError, sqlite3.Error) as error:
            log.warning("The status cannot be written: %s", error)

    def _work(self) -> None:
        elapsed = self._clock.elapsed()
        expected = self._look_expected_at
        if expected is not None and elapsed - expected > ASLEEP_SECONDS:
            self._beats.resumed(elapsed)
        ending = self._session.ending()
        self._dark = ending is None and self._session.is_dark()
        if self._dark:
            # The lid is closed: nobody is at work, and "online" would be wrong.
            return
        now = self._clock.now()
        if (ending is not None or self._beats.is_due(elapsed)) and self._is_left_alone():
            return
        self._workdays.note_awake(now, trusted=self._clock.skew() is not None)
        if ending is not None:
            self._end_session(ending, now)
        self._beat_if_due()
        slot = self._workdays.due_slot(now)
        if slot is not None and not self._is_left_alone():
            self._start.show_if_due(self._announcement, now, elapsed, at_once=True)
            self._take_logs(now, [slot])
            # A picture takes up to half a minute.
            self._beat_if_due()
        self._courier.run(self._workdays.today(now), until=self._beats.next_at)
        self._learn(self._courier.take_day_report())
        self._start.show_if_due(self._announcement, now, elapsed)
        if elapsed >= self._trim_at:
            self._trim_at = elapsed + TRIM_SECONDS
            self._outbox.trim(self._assembly.bounds(), now=now, today=self._workdays.today(now))
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
        """Take over what the server said of a workday."""
        if report is None:
            return
        self._slots.answered(report.workday, report.slots)
        if report.retention_days is not None:
            self._outbox.remember_retention(report.retention_days)

    def _beat_if_due(self) -> None:
        if not self._beats.due(self._clock.elapsed()):
            return
        now = self._clock.now()
        gathered = self._observer.observe(Occasion.HEARTBEAT)
        self._failing[Occasion.HEARTBEAT] = gathered.failures
        self._names = names_from(gathered, self._known_names())
        beat = make_heartbeat(
            gathered,
            self._names,
            now=now,
            health=health_of(
                self._outbox,
                skew=self._clock.skew(),
                failing=self._all_failing(),
                outcome=self._courier.outcome,
                notice=self._gate.told(now),
                further={
                    "collected": self._gate.collected(now),
                    "start_notice": self._start.told(),
                    "run_id": self._run_id,
                    "heartbeat_seconds": self._unusual_interval(),
                    **self._workdays.described(now),
                },
            ),
            missed=self._outbox.days.unreported(),
        )
        self._outbox.add_heartbeat(beat, unset_at=self._unset_at())

    def _unusual_interval(self) -> float | None:
        """Return the seconds between heartbeats where they are not those that a server expects."""
        interval = self._assembly.settings.heartbeat.interval_seconds
        return None if interval == EXPECTED_INTERVAL_SECONDS else interval

    def _end_session(self, ending: Ending, now: datetime) -> None:
        """Take what is still owed, and let the system go on as soon as it is on the disk."""
        try:
            powered_off = ending is not Ending.SUSPEND
            owed = self._workdays.owed_at_end(now, powered_off=powered_off)
            if owed:
                log.info("The session ends (%s)", ending)
                self._take_logs(now, owed)
        finally:
            self._session.done()

    def _unset_at(self) -> float | None:
        """Return the elapsed seconds while no server has set the clock; None when one has."""
        return self._clock.elapsed() if self._clock.skew() is None else None

    def _take_logs(self, now: datetime, slots: Sequence[int]) -> None:
        """Observe once, and store a log for each of *slots* that nobody else has claimed."""
        workday = self._workdays.today(now)
        claimed = [slot for slot in slots if self._slots.claim(workday, slot)]
        if not claimed:
            if not self._outbox.days.get(workday).slots.issuperset(slots):
                self._workdays.postpone(now, "no record of it could be written")
            return
        try:
            self._take_claimed(now, workday, claimed)
        except (PluginError, sqlite3.Error, OSError):
            stored = self._outbox.days.get(workday).slots
            for slot in claimed:
                if slot not in stored:
                    self._slots.release(workday, slot)
            raise

    def _take_claimed(self, now: datetime, workday: date, slots: Sequence[int]) -> None:
        unset_at = self._unset_at()
        gathered = self._observer.observe(Occasion.DETAILED_LOG)
        self._failing[Occasion.DETAILED_LOG] = gathered.failures
        names = names_from(gathered, self._known_names())
        for slot in slots:
            record = make_log(gathered, names, now=now, workday=workday, slot=slot)
            try:
                stored = self._outbox.add_log(record.log, record.picture, unset_at=unset_at)
            except sqlite3.Error as error:
                self._workdays.postpone(now, f"it could not be stored: {error}")
                self._trim_at = self._clock.elapsed()
                raise
            if stored is None:
                log.error("Slot %d of %s was already filled; this log is dropped", slot, workday)
                continue
            self._workdays.filled(now)
            log.info("Took log %d of %s", slot, workday)

    def _announcement(self) -> Notification:
        """Return what is shown at the start."""
        return start_notification(self._assembly, self._gate.open_changes(self._clock.now()))

    def _all_failing(self) -> Mapping[str, str]:
        """Return one sentence for each plugin that is not used, or did not do its part last."""
        return {
            **self._assembly.unused(),
            **self._failing.get(Occasion.DETAILED_LOG, {}),
            **self._failing.get(Occasion.HEARTBEAT, {}),
            **self._calendars.failing,
        }

    def _known_names(self) -> Names | None:
        """Return the names of before, also while a keyring is closed."""
        known = self._names or self._courier.names()
        return known or last_names(self._assembly.paths.status)

    def _waits_in_memory(self) -> str:
        why = self._outbox.unwritable
        if not why:
            return ""
        folder = self._outbox.file.parent
        cause = (
            f"The disk of {folder} takes nothing; free some of it."
            if why == DISK_FULL
            else f"The outbox in {folder} cannot be written: {why}. End that program."
        )
        return f"{cause} What is recorded waits in memory, and is sent from there."

    def _status(self, *, ended: bool) -> Status:
        now = self._clock.now()
        skew = self._clock.skew()
        outcome = self._courier.outcome
        totals = self._outbox.totals()
        keeper = self._courier.keeper
        today: date = self._workdays.today(now)
        return Status(
            pid=os.getpid(),
            version=__version__,
            server=self._assembly.settings.server.url,
            updated_at=now.astimezone(UTC),
            next_heartbeat_in_seconds=max(0.0, self._beats.next_at - self._clock.elapsed()),
            username="" if self._names is None else self._names.username,
            hostname="" if self._names is None else self._names.hostname,
            enrolled=self._courier.identity() is not None or self._courier.waits_for_keyring(),
            token_kept_in=keeper.where if isinstance(keeper, KeyringKeeper) else "file",
            delivered_at=outcome.delivered_at,
            problem=self._problem or outcome.problem or self._waits_in_memory(),
            problem_code=outcome.code,
            workday=today,
            slots_today=tuple(sorted(self._outbox.days.get(today).slots)),
            tests_today=self._slots.tests_taken(now),
            queued_heartbeats=totals.queued_heartbeats,
            queued_logs=totals.queued_logs,
            refused=totals.refused,
            dropped_heartbeats=totals.dropped_heartbeats,
            dropped_logs=totals.dropped_logs,
            clock_skew_seconds=None if skew is None else round(skew.total_seconds(), 3),
            failing=self._all_failing(),
            day_off=self._workdays.day_off(now),
            outside_window=self._workdays.outside_window(now),
            notice=self._gate.state(now),
            notice_version=self._gate.notice.version,
            open_changes=self._gate.open_changes(now),
            start_shown_at=self._start.shown_at,
            start_problem=self._start.problem,
            logs_held=self._gate.reason(now),
            ended=ended,
        )
