"""All that is recorded of one employee, for the employee: GDPR, article 15."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, NamedTuple

from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.employees.page import page
from wfhserver.errors import Code, Refusal
from wfhserver.exports.zip_stream import ZipStream
from wfhserver.messages import N_, _
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.settings import Settings
from wfhserver.storage.postgres import employee_data
from wfhserver.storage.postgres.connection import Database

README = N_("""\
Recorded data of {username}, as of {moment}.

index.html        everything except single heartbeats, for a browser

access.json       for how many days data is kept, and which roles can see it
employee.json     the employee: name, e-mail address, teams, manager, devices, the last state of
                  each device, a legal hold if there is one, and devices that wait for approval.
                  "last_import" has what the last import of employees changed
heartbeats.json   every heartbeat: time, device, status
attendance.json   device activity by day of the time zone "zone": first and last heartbeat, and
                  "seconds" with heartbeats. It is counted from heartbeats, and is no record of
                  working time
logs.json         the detailed logs: addresses, approximate location, facts of plugins, and what is
                  missing and why. "workday" and "slot" name one of the two logs of a day (slot 0 is
                  a test). "received_at" is the time of the server, "timestamp" that of the device
missed_logs.json  logs that were not taken, and why
audit.json        who viewed or changed this data, in which role, when and why; this export too.
                  "log" is the "log_id" in logs.json of a log that was viewed, or whose screenshot
                  was. An entry about several employees names no log
screenshots/      the screenshots that logs.json names, as the device sent them
missing.txt       screenshots that a log names and that no longer exist; usually empty

All times are in UTC. Thumbnails are not included: the server makes them from the screenshots.
Device tokens are not included: the server stores only their hashes.
Heartbeats, device activity, logs and screenshots are deleted after {retention_days} days, and
audit entries after {audit_days} days. A legal hold keeps them longer.
""")
_SEES = {
    "admin": N_("can see everybody and change settings"),
    "auditor": N_("can see everybody"),
    "manager": N_("can see the members of their teams; you are a member of one"),
}


class Periods(NamedTuple):
    """For how many days data and rows of the audit are kept."""

    retention_days: int = 30
    audit_days: int = 365

    @classmethod
    def of(cls, settings: Settings) -> "Periods":
        """Return those that are set."""
        return cls(settings.retention_days, settings.audit_retention_days)


class EmployeeExport:
    """Makes a zip while it is read; memory holds one screenshot at most."""

    def __init__(
        self,
        database: Database,
        store: ScreenshotStore,
        clock: Clock,
        periods: Periods | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._clock = clock
        self._periods = periods or Periods()

    async def zip_of(self, employee_id: int, *, actor: str) -> AsyncGenerator[bytes, None]:
        """Put the export on record and return its bytes, to be read to the end.

        Refusal `not_found` when there is no such employee; nothing is on record then.
        """
        person = await employee_data.person(self._database, employee_id)
        name = await self._name_of(employee_id)
        if person is None or name is None:
            raise Refusal(Code.NOT_FOUND, _("No employee with this number was found."))
        entry = Entry(actor=actor, action="employee.export", employee_ids=[employee_id])
        await Audit(self._database, self._clock).record(entry)
        return self._parts(employee_id, name, person)

    async def _name_of(self, employee_id: int) -> str | None:
        async with self._database.connection() as connection:
            return await employee_data.name_of(connection, employee_id)

    async def _access(self, employee_id: int) -> dict[str, Any]:
        async with self._database.connection() as connection:
            roles = await employee_data.roles(connection, employee_id)
        return {
            "retention_days": self._periods.retention_days,
            "audit_retention_days": self._periods.audit_days,
            "roles": [
                {"role": role, "accounts": accounts, "sees": _(_SEES[role])}
                for role, accounts in roles.items()
            ],
        }

    async def _parts(self, employee_id: int, name: str, person: str) -> AsyncGenerator[bytes, None]:
        now = self._clock.now()
        stream, moment = ZipStream(now), f"{now:%Y-%m-%d %H:%M} UTC"
        readme = _(README).format(username=name, moment=moment, **self._periods._asdict())
        access = await self._access(employee_id)
        members = {
            "README.txt": _once(readme),
            "index.html": page(
                name,
                moment,
                {"person": json.loads(person), "access": access},
                {what: source(self._database, employee_id) for what, source in _SOURCES.items()},
            ),
            "access.json": _once(json.dumps(access)),
            "employee.json": _once(person),
            "heartbeats.json": _array(employee_data.heartbeats(self._database, employee_id)),
            **{
                f"{what}.json": _array(source(self._database, employee_id))
                for what, source in _SOURCES.items()
                if what != "days"
            },
        }
        for member, content in members.items():
            async with aclosing(stream.add(member, content, compress=True)) as pieces:
                async for piece in pieces:
                    yield piece
        async with aclosing(self._screenshots(stream, employee_id)) as pieces:
            async for piece in pieces:
                yield piece
        yield stream.end()

    async def _screenshots(
        self, stream: ZipStream, employee_id: int
    ) -> AsyncGenerator[bytes, None]:
        async with self._database.connection() as connection:
            names = await employee_data.screenshots(connection, employee_id)
        missing = []
        for key, name in names.items():
            try:
                screenshot = await self._store.get(key)
            except (FileNotFoundError, ValueError):
                missing.append(f"{name}\n")
                continue
            async for piece in stream.add(name, _once(screenshot), compress=False):
                yield piece
        async for piece in stream.add("missing.txt", _once("".join(missing)), compress=True):
            yield piece


_SOURCES = {
    "days": employee_data.days,
    "attendance": employee_data.attendance,
    "logs": employee_data.logs,
    "missed_logs": employee_data.missed,
    "audit": employee_data.audit_rows,
}


async def _once(content: str | bytes) -> AsyncGenerator[bytes, None]:
    yield content.encode() if isinstance(content, str) else content


async def _array(texts: AsyncGenerator[str, None]) -> AsyncGenerator[bytes, None]:
    """Yield a JSON array of texts that are JSON, one a line."""
    separator = b"[\n"
    async with aclosing(texts):
        async for text in texts:
            yield separator + text.encode()
            separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"
