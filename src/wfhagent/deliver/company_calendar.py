"""Gets the company's calendar for this employee from the server, and keeps it for days offline."""

import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from wfhagent.clock import Clock
from wfhagent.deliver.answers import Action, decide
from wfhagent.deliver.carry import carry
from wfhagent.deliver.identity import Identity
from wfhagent.plugin import Delivery, Parcel, ParcelKind, Transport
from wfhagent.schedule.company_calendar import CompanyCalendar
from wfhagent.system.private import replace_private

log = logging.getLogger(__name__)

RENEW_AFTER = timedelta(days=1)
"""A calendar reaches sixty days ahead, and the company may have begun to use one."""
AGAIN_SECONDS = 300.0
REFUSED_AGAIN_SECONDS = 86_400.0
"""A server, or a transport, that has no calendars is asked again after so long."""


class StoredCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar, whose it is, and when it came."""

    server_url: str
    username: str
    fetched_at: datetime
    calendar: CompanyCalendar


class CalendarKeeper:
    """The calendar in *file*, which *transport* renews for the identity that *identity* returns."""

    def __init__(
        self,
        file: Path,
        transport: Transport[Any],
        identity: Callable[[], Identity | None],
        clock: Clock,
    ) -> None:
        self._file = file
        self._transport = transport
        self._identity = identity
        self._clock = clock
        self._stored: StoredCalendar | None = None
        self._offered: int | None = None
        self._not_before = -math.inf
        self._load()

    def _load(self) -> None:
        try:
            self._stored = msgspec.json.decode(self._file.read_bytes(), type=StoredCalendar)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            # The next answer to a heartbeat says that there is one.
            log.warning("%s: the company's calendar cannot be read: %s", self._file, error)

    @property
    def current(self) -> CompanyCalendar | None:
        """The calendar of the employee at this device; None when the server knows none."""
        stored, identity = self._stored, self._identity()
        if stored is None:
            return None
        if identity is not None and (identity.server_url, identity.username) != (
            stored.server_url,
            stored.username,
        ):
            return None
        return stored.calendar

    @property
    def revision(self) -> int:
        """The number of the current calendar; 0 when there is none."""
        current = self.current
        return 0 if current is None else current.revision

    def renew(self, offered: int | None) -> None:
        """Get the calendar if that is due.

        *offered* is the revision that the server named in an answer; None when it named none.
        """
        if offered is not None:
            self._offered = offered
        identity = self._identity()
        if identity is None or not self._is_due() or self._clock.elapsed() < self._not_before:
            return
        self._not_before = self._clock.elapsed() + AGAIN_SECONDS
        parcel = Parcel(kind=ParcelKind.CALENDAR, token=identity.token)
        self._take(carry(self._transport, parcel), identity)

    def _is_due(self) -> bool:
        if self._stored is None or self.current is None:
            return True
        if self._offered is not None and self._offered != self.revision:
            return True
        return abs(self._clock.now() - self._stored.fetched_at) >= RENEW_AFTER

    def _take(self, delivery: Delivery, identity: Identity) -> None:
        if decide(delivery) is not Action.DONE:
            if delivery.status is not None:
                self._not_before = self._clock.elapsed() + REFUSED_AGAIN_SECONDS
            log.info("The company's calendar was not renewed: %s", delivery.detail or delivery.code)
            return
        try:
            calendar = msgspec.convert(delivery.body, CompanyCalendar)
        except msgspec.ValidationError as error:
            # A transport into a folder or a queue accepts everything, and has no answers.
            self._not_before = self._clock.elapsed() + REFUSED_AGAIN_SECONDS
            log.info("The answer holds no calendar of this protocol: %s", error)
            return
        self._offered = calendar.revision
        self._stored = StoredCalendar(
            server_url=identity.server_url,
            username=identity.username,
            fetched_at=self._clock.now(),
            # The same object where nothing changed: who uses it has nothing to do.
            calendar=calendar if self.current is None or calendar != self.current else self.current,
        )
        self._store(self._stored)

    def _store(self, stored: StoredCalendar) -> None:
        try:
            replace_private(self._file, msgspec.json.encode(stored), durable=False)
        except OSError as error:
            # It is in memory, and comes again after a restart.
            log.warning("%s cannot be written: %s", self._file, error)
