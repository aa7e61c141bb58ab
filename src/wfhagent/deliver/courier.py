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
from wfhagent.deliver.enroll import Enroller, Names
from wfhagent.deliver.identity import Identity, IdentityKeeper
from wfhagent.deliver.parcels import parcel_of
from wfhagent.deliver.rename import Renamed, rename
from wfhagent.deliver.standing import Outcome, Standing
from wfhagent.errors import KeyringDeniedError, KeyringError
from wfhagent.outbox.entry import SLOT_TAKEN, Entry, EntryKind, is_whole
from wfhagent.outbox.reserve import is_unwritable
from wfhagent.outbox.store import Outbox
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
KEYRING_AGAIN_SECONDS = 60.0
KEYRING_DENIED_AGAIN_SECONDS = 3600.0
"""Asking again may open the same dialog again."""
KEYRING_GIVE_UP_SECONDS = 86_400.0
"""A keyring that gave nothing for a day is lost, and the device enrolls again."""


class Courier:
    """Delivers what waits in an outbox. One process per outbox runs one."""

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
        self._transport = transport
        self.keeper = keeper
        self._enroller = enroller
        self._clock = clock
        self._standing = Standing(clock, rng)
        self._identity: Identity | None = None
        self._loaded = False
        self._load_not_before = -math.inf
        self._locked_since: float | None = None
        self._enroll_not_before = -math.inf
        self._batch = BATCH

    @property
    def outcome(self) -> Outcome:
        """How delivery stands."""
        return self._standing.outcome

    def run(self, workday: date, *, until: float = math.inf) -> None:
        """Deliver what waits, in order, until it is all gone or something stands in the way.

        No parcel is begun after *until*, in elapsed seconds: then the next heartbeat is due.
        """
        give_up = min(until, self._clock.elapsed() + RUN_SECONDS)
        for _ in range(PARCELS_PER_RUN):
            if not self._standing.may_try() or self._clock.elapsed() >= give_up:
                return
            oldest = self._outbox.oldest()
            if oldest is None or self.waits_for_keyring():
                return
            entries = self._next_entries()
            if entries:
                self._deliver(entries, workday)
            elif not self._take_names(_names(oldest), workday):
                return

    def identity(self) -> Identity | None:
        """Return who this machine is to the configured server.

        None before enrolment, and while `waits_for_keyring`.
        """
        if not self._loaded:
            self._load()
        if self._identity is None or self._identity.server_url != self._transport.server.url:
            return None
        return self._identity

    def names(self) -> Names | None:
        """Return the names under which this device is enrolled; None where `identity` is."""
        identity = self.identity()
        return None if identity is None else _names(identity)

    def reload_identity(self) -> None:
        """Read the identity again when it is next asked for: another process has stored one."""
        self._loaded = False

    def waits_for_keyring(self) -> bool:
        """Tell whether this machine is enrolled, and its token is in a keyring that is closed."""
        self.identity()
        return not self._loaded

    def _load(self) -> None:
        elapsed = self._clock.elapsed()
        if elapsed < self._load_not_before:
            return
        try:
            self._identity = self.keeper.load()
        except KeyringError as error:
            if self._locked_since is None:
                self._locked_since = elapsed
            if elapsed - self._locked_since < KEYRING_GIVE_UP_SECONDS:
                denied = isinstance(error, KeyringDeniedError)
                pause = KEYRING_DENIED_AGAIN_SECONDS if denied else KEYRING_AGAIN_SECONDS
                self._load_not_before = elapsed + pause
                self._standing.fail(
                    "keyring_closed",
                    f"This machine's token cannot be read now: {error}. Entries wait in the outbox"
                    " until it can.",
                )
                return
            log.warning("The token could not be read for a day; the agent enrolls again")
        self._locked_since = None
        self._loaded = True

    def token(self) -> str:
        """Return the machine's token, empty before enrolment."""
        identity = self.identity()
        return "" if identity is None else identity.token

    def enroll(self, names: Names, workday: date, *, anew: bool = False) -> bool:
        """Exchange the enrolment token for one of this machine's own, under *names*.

        A device with another name than before is renamed first. With *anew*, or where it cannot be,
        it becomes a new agent.
        """
        if not self._enroller.auth_token:
            self._standing.fail(
                "", "[server] auth_token is empty and this machine is not enrolled yet."
            )
            return False
        if self._clock.elapsed() < self._enroll_not_before:
            return False
        known = None if anew else self.identity()
        if known is not None and names != _names(known):
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
        self._standing.succeed()
        log.info("Enrolled as %s on %s", names.username, names.hostname)
        return True

    def _take_names(self, names: Names, workday: date) -> bool:
        """Become the agent of *names*: renamed if that is all, else enrolled."""
        known = self.identity()
        renamed = Renamed.ENROLL if known is None else self._rename(known, names)
        if renamed is not Renamed.ENROLL:
            return renamed is Renamed.YES
        return self.enroll(names, workday, anew=True)

    def _rename(self, known: Identity, names: Names) -> Renamed:
        renaming = rename(self._transport, known, names)
        if renaming.delivery is not None:
            self._observe(renaming.delivery)
        if renaming.identity is not None:
            log.info("Renamed from %s to %s", known.hostname, names.hostname)
            self._become(renaming.identity)
            self._standing.succeed()
        elif renaming.outcome is Renamed.LATER and renaming.delivery is not None:
            if decide(renaming.delivery) is Action.KEEP:
                self._standing.back_off(renaming.delivery)
            else:
                self._wait_an_hour(renaming.delivery)
        return renaming.outcome

    def _become(self, identity: Identity) -> None:
        # Stored before the old token is forgotten: a power cut here leaves one that works.
        try:
            self.keeper.save(identity)
        except OSError as error:
            # It works until the next start, which is better than to ask for one every minute.
            log.error("The token of this machine cannot be kept: %s", error)  # noqa: TRY400
        self._identity = identity
        self._loaded = True
        self._enroller.done()

    def _enrollment_refused(self, delivery: Delivery) -> None:
        if decide(delivery) is Action.NEW_IDENTITY:
            # Another machine has this identity: the next try is made as a new agent.
            self._identity = None
        if decide(delivery) is not Action.KEEP:
            self._enroll_not_before = self._clock.elapsed() + ENROLL_AGAIN_SECONDS
        self._standing.back_off(delivery)

    def _next_entries(self) -> Sequence[Entry]:
        """Return the next heartbeats, or the next log, recorded under the enrolled names.

        An entry under other names belongs to another agent: the machine was renamed or cloned.
        None is left under the old names before the machine enrols under the new ones.
        """
        identity = self.identity()
        if identity is None:
            return []
        names = {"username": identity.username, "hostname": identity.hostname}
        are_dated = self._date_entries()
        beats = self._outbox.waiting(EntryKind.HEARTBEAT, limit=self._batch, **names)
        if beats or not are_dated:
            return beats
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
        parcel = parcel_of(entries, identity.token, self._clock.now(), ask=ask)
        delivery = carry(self._transport, parcel)
        self._observe(delivery)
        match decide(delivery):
            case Action.DONE:
                self._done(entries, delivery, ask)
            case Action.SPLIT | Action.SET_ASIDE:
                self._split(entries, delivery)
            case Action.ENROLL:
                self._standing.fail(delivery.code, delivery.detail)
                self._enroll_again(identity, workday)
            case Action.NEW_IDENTITY:
                self._standing.fail(delivery.code, delivery.detail)
                self._enroll_again(identity, workday, anew=True)
            case Action.WAIT:
                self._wait_an_hour(delivery)
            case Action.KEEP:
                if delivery.code == WORKDAY_AHEAD:
                    # Made by hand meanwhile, by a clock that the server has not set.
                    self._are_dated = False
                self._standing.back_off(delivery)

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
        self._batch = min(BATCH, self._batch * 2)
        self._standing.succeed()

    def take_day_report(self) -> DayReport | None:
        """Return what the server said of a workday since this was asked last."""
        report, self._day_report = self._day_report, None
        return report

    def _wait_an_hour(self, delivery: Delivery) -> None:
        self._standing.back_off(delivery)
        self._standing.wait_until(self._clock.elapsed() + ENROLL_AGAIN_SECONDS)

    def _enroll_again(self, identity: Identity, workday: date, *, anew: bool = False) -> None:
        if not self.enroll(_names(identity), workday, anew=anew):
            self._standing.wait_until(self._enroll_not_before)
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


def _names(of: Entry | Identity) -> Names:
    return Names(username=of.username, hostname=of.hostname)
