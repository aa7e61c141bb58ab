"""Asks a transport to carry what waits, and acts on the answers."""

import logging
import math
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from wfhagent.clock import Clock
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.backoff import Uniform
from wfhagent.deliver.carry import carry
from wfhagent.deliver.day_report import DayReport, report_of
from wfhagent.deliver.delivery_state import DeliveryState, DeliveryTracker
from wfhagent.deliver.device_identity import DeviceIdentity, names_of
from wfhagent.deliver.enroll import Enroller
from wfhagent.deliver.identity import Identity, IdentityKeeper
from wfhagent.deliver.parcels import parcel_of
from wfhagent.deliver.rename import Renamed, rename
from wfhagent.outbox.entry import SLOT_TAKEN, Entry, EntryKind, is_whole
from wfhagent.outbox.memory_spill import is_unwritable
from wfhagent.outbox.store import Outbox
from wfhagent.payload import Names
from wfhagent.plugin import Delivery, Transport

log = logging.getLogger(__name__)

BATCH = 100
"""Heartbeats in one request: a backlog of a day in three requests, none above 100 kB."""
PARCELS_PER_RUN = 20
"""Requests in one run: caps what one laptop asks of a server that comes back."""
RUN_SECONDS = 60.0
"""A slow server must not keep the agent from its next heartbeat."""
ENROLL_AGAIN_SECONDS = 3600.0
DAMAGED = "damaged on this machine's disk"
WORKDAY_AHEAD = "workday_ahead"


class Courier:
    """Delivers what waits in an outbox. One process per outbox runs one.

    Attributes:
        device: who this device is to the server.
        calendar_in_use: the revision of the company's calendar that the server is to know of.
    """

    def __init__(  # noqa: PLR0913 -- the parts that it joins
        self,
        *,
        outbox: Outbox,
        transport: Transport[Any],
        keeper: IdentityKeeper,
        enroller: Enroller,
        clock: Clock,
        rng: Uniform,
        set_dates: Callable[[], None] = lambda: None,
    ) -> None:
        """*set_dates* dates what waits, once the server's answer has set the clock."""
        self._outbox = outbox
        self._set_dates = set_dates
        self._are_dated = False
        self._day_report: DayReport | None = None
        self._asked_for: date | None = None
        self._calendar_offered: int | None = None
        self.calendar_in_use = 0
        self._transport = transport
        self._enroller = enroller
        self._clock = clock
        self._tracker = DeliveryTracker(clock, rng)
        self.device = DeviceIdentity(
            keeper, url=transport.server.url, clock=clock, fail=self._tracker.fail
        )
        self._enroll_not_before = -math.inf
        self._batch = BATCH

    @property
    def state(self) -> DeliveryState:
        """The state of delivery."""
        return self._tracker.state

    def run(self, workday: date, *, until: float = math.inf) -> None:
        """Deliver what waits, in order, until it is all gone or something blocks it.

        No parcel is begun after *until*, in elapsed seconds: then the next heartbeat is due.
        """
        give_up = min(until, self._clock.elapsed() + RUN_SECONDS)
        for _ in range(PARCELS_PER_RUN):
            if not self._tracker.may_try() or self._clock.elapsed() >= give_up:
                return
            oldest = self._outbox.oldest()
            if oldest is None or self.device.waits_for_keyring():
                return
            entries = self._next_entries()
            if entries:
                self._deliver(entries, workday)
            elif not self._take_names(names_of(oldest), workday):
                return

    def identity(self) -> Identity | None:
        """Return who this device is to the configured server; None where `device.get` is."""
        return self.device.get()

    def enroll(self, names: Names, workday: date, *, as_new: bool = False) -> bool:
        """Exchange the enrollment token for one of this machine's own, under *names*.

        A device with another name than before is renamed first. With *as_new*, or where that fails,
        it becomes a new agent.
        """
        if not self._enroller.auth_token:
            self._tracker.fail(
                "", "[server] auth_token is empty and this machine is not enrolled yet."
            )
            return False
        if self._clock.elapsed() < self._enroll_not_before:
            return False
        known = None if as_new else self.identity()
        if known is not None and names != names_of(known):
            renamed = self._rename(known, names)
            if renamed is Renamed.LATER:
                return False
            known = self.identity() if renamed is Renamed.YES else None
        enrolled = self._enroller.enroll(names, workday, known)
        if known is not None and decide(enrolled.delivery) is Action.NEW_IDENTITY:
            # The server does not believe that this device is that agent.
            enrolled = self._enroller.enroll(names, workday, None)
        self._observe(enrolled.delivery)
        if enrolled.identity is None:
            self._enrollment_refused(enrolled.delivery)
            return False
        self._become(enrolled.identity)
        for slot in enrolled.slots_taken:
            self._outbox.days.fill(workday, slot)
        self._tracker.succeed()
        log.info("Enrolled as %s on %s", names.username, names.hostname)
        return True

    def _take_names(self, names: Names, workday: date) -> bool:
        """Become the agent of *names*: renamed if that is all, else enrolled."""
        known = self.identity()
        renamed = Renamed.ENROLL if known is None else self._rename(known, names)
        if renamed is not Renamed.ENROLL:
            return renamed is Renamed.YES
        return self.enroll(names, workday, as_new=True)

    def _rename(self, known: Identity, names: Names) -> Renamed:
        renaming = rename(self._transport, known, names)
        if renaming.delivery is not None:
            self._observe(renaming.delivery)
        if renaming.identity is not None:
            log.info("Renamed from %s to %s", known.hostname, names.hostname)
            self._become(renaming.identity)
            self._tracker.succeed()
        elif renaming.outcome is Renamed.LATER and renaming.delivery is not None:
            if decide(renaming.delivery) is Action.KEEP:
                self._tracker.back_off(renaming.delivery)
            else:
                self._wait_an_hour(renaming.delivery)
        return renaming.outcome

    def _become(self, identity: Identity) -> None:
        self.device.store(identity)
        self._enroller.done()

    def _enrollment_refused(self, delivery: Delivery) -> None:
        if decide(delivery) is Action.NEW_IDENTITY:
            # Another machine has this identity: the next try is made as a new agent.
            self.device.forget()
        if decide(delivery) is not Action.KEEP:
            self._enroll_not_before = self._clock.elapsed() + ENROLL_AGAIN_SECONDS
        self._tracker.back_off(delivery)

    def _next_entries(self) -> Sequence[Entry]:
        """Return the next heartbeats, or the next log, recorded under the enrolled names.

        An entry under other names belongs to another agent: the machine was renamed or cloned.
        None is left under the old names before the machine enrolls under the new ones.
        """
        identity = self.identity()
        if identity is None:
            return []
        names = {"username": identity.username, "hostname": identity.hostname}
        are_dated = self._date_entries()
        heartbeats = self._outbox.waiting(EntryKind.HEARTBEAT, limit=self._batch, **names)
        if heartbeats or not are_dated:
            return heartbeats
        return self._outbox.waiting(EntryKind.LOG, limit=1, **names)

    def _date_entries(self) -> bool:
        """Date what waits, as soon as the clock is set; false while the disk does not take it.

        Then no log travels: it would take a slot of the wrong day.
        """
        if not self._are_dated and self._clock.skew() is not None:
            try:
                self._set_dates()
            except sqlite3.OperationalError as error:
                if not is_unwritable(error):
                    raise
                return False
            self._are_dated = True
        return True

    def _deliver(self, entries: Sequence[Entry], workday: date) -> None:
        identity = self.identity()
        if identity is None:
            return
        if self._set_damaged_aside(entries):
            return
        ask = workday if self._asked_for != workday else None
        parcel = parcel_of(
            *(entries, identity.token, self._clock.now()), ask=ask, calendar=self.calendar_in_use
        )
        delivery = carry(self._transport, parcel)
        self._observe(delivery)
        match decide(delivery):
            case Action.DONE:
                self._done(entries, delivery, ask)
            case Action.SPLIT | Action.SET_ASIDE:
                self._split(entries, delivery)
            case Action.ENROLL:
                self._tracker.fail(delivery.code, delivery.detail)
                self._enroll_again(identity, workday)
            case Action.NEW_IDENTITY:
                self._tracker.fail(delivery.code, delivery.detail)
                self._enroll_again(identity, workday, as_new=True)
            case Action.WAIT:
                self._wait_an_hour(delivery)
            case Action.KEEP:
                if delivery.code == WORKDAY_AHEAD:
                    # Made by hand meanwhile, by a clock that the server has not set.
                    self._are_dated = False
                self._tracker.back_off(delivery)

    def _done(self, entries: Sequence[Entry], delivery: Delivery, asked: date | None) -> None:
        ids = [entry.id for entry in entries]
        if delivery.body.get("reason") == SLOT_TAKEN:
            log.warning("The server did not store log %d: its slot is taken", ids[0])
            self._outbox.mark_slot_taken(ids, at=self._clock.now())
        else:
            self._outbox.mark_sent(ids, at=self._clock.now(), answer="stored")
        if asked is not None and entries[0].kind is EntryKind.HEARTBEAT:
            self._asked_for = asked
            self._day_report = report_of(delivery, asked)
        offered = delivery.body.get("calendar")
        if isinstance(offered, int):
            self._calendar_offered = offered
        self._batch = min(BATCH, self._batch * 2)
        self._tracker.succeed()

    def take_day_report(self) -> DayReport | None:
        """Return the server's answer about a workday since the last call."""
        report, self._day_report = self._day_report, None
        return report

    def take_calendar_offered(self) -> int | None:
        """Return the revision of another calendar that the server has named since the last call."""
        offered, self._calendar_offered = self._calendar_offered, None
        return offered

    def _wait_an_hour(self, delivery: Delivery) -> None:
        self._tracker.back_off(delivery)
        self._tracker.wait_until(self._clock.elapsed() + ENROLL_AGAIN_SECONDS)

    def _enroll_again(self, identity: Identity, workday: date, *, as_new: bool = False) -> None:
        if not self.enroll(names_of(identity), workday, as_new=as_new):
            self._tracker.wait_until(self._enroll_not_before)
            return
        # A second refusal within the hour is not answered with a third token.
        self._enroll_not_before = self._clock.elapsed() + ENROLL_AGAIN_SECONDS

    def _set_damaged_aside(self, entries: Sequence[Entry]) -> bool:
        """Refuse those of *entries* that the disk gives back as something else."""
        damaged = [entry for entry in entries if not is_whole(entry)]
        for entry in damaged:
            log.error("Entry %d is %s, and set aside", entry.id, DAMAGED)
            self._outbox.refuse(entry, at=self._clock.now(), answer=DAMAGED, why="not sent")
        return bool(damaged)

    def _split(self, entries: Sequence[Entry], delivery: Delivery) -> None:
        if len(entries) > 1:
            self._batch = len(entries) // 2
            return
        answer = f"{delivery.status} {delivery.code}: {delivery.detail}"
        log.error("The server will never take entry %d: %s", entries[0].id, answer)
        self._outbox.refuse(entries[0], at=self._clock.now(), answer=answer)

    def _observe(self, delivery: Delivery) -> None:
        if delivery.server_time is not None:
            self._clock.observe(delivery.server_time)
