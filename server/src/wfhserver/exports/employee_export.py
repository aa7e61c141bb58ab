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
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.postgres import employee_data
from wfhserver.storage.postgres.connection import Database

README = """\
What is recorded of {username}, as of {moment}.

index.html        all of it but single heartbeats, to be read in a browser

access.json       for how many days data are kept, and accounts of which role may see the person
employee.json     the person as the server knows them: teams, machines, the last state of each
                  machine, a legal hold if there is one, requests to enroll a machine
heartbeats.json   every "this machine is on": moment, machine, status
logs.json         the detailed logs: addresses, approximate place, what plugins said, and what of
                  it is absent and why. "workday" and "slot" say which of the day's two logs it is
                  (slot 0 is a test); "received_at" is the server's time, "timestamp" the machine's
missed_logs.json  logs that a day did not have, and why
audit.json        who looked at or changed what of it, in which role, when and why, this file
                  included. "log" is the "log_id" of logs.json: that log or its screenshot was
                  looked at; a row about several people names none
screenshots/      the pictures that logs.json names, as they were sent
missing.txt       pictures that a log names and that are not there any more; usually empty

All moments are in UTC. Small copies of the pictures (thumbnails) are made of them and not in here;
neither are the tokens of the machines, of which the server keeps a hash only.
Heartbeats, logs and screenshots are deleted after {retention_days} days, rows of the audit after
{audit_days} days, and later under a legal hold.
"""


_SEES = {
    "admin": "may see everybody and change settings",
    "auditor": "may see everybody",
    "manager": "may see the members of their teams, of which you are one",
}


class Periods(NamedTuple):
    """For how many days data and rows of the audit are kept."""

    retention_days: int = 30
    audit_days: int = 365


class EmployeeExport:
    """Makes a zip while it is read; memory holds one picture at most."""

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
            raise Refusal(Code.NOT_FOUND, "There is no employee with this number.")
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
                {"role": role, "accounts": accounts, "sees": _SEES[role]}
                for role, accounts in roles.items()
            ],
        }

    async def _parts(self, employee_id: int, name: str, person: str) -> AsyncGenerator[bytes, None]:
        now = self._clock.now()
        stream, moment = ZipStream(now), f"{now:%Y-%m-%d %H:%M} UTC"
        readme = README.format(username=name, moment=moment, **self._periods._asdict())
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
        async with aclosing(self._pictures(stream, employee_id)) as pieces:
            async for piece in pieces:
                yield piece
        yield stream.end()

    async def _pictures(self, stream: ZipStream, employee_id: int) -> AsyncGenerator[bytes, None]:
        async with self._database.connection() as connection:
            names = await employee_data.screenshots(connection, employee_id)
        missing = []
        for key, name in names.items():
            try:
                picture = await self._store.get(key)
            except (FileNotFoundError, ValueError):
                missing.append(f"{name}\n")
                continue
            async for piece in stream.add(name, _once(picture), compress=False):
                yield piece
        async for piece in stream.add("missing.txt", _once("".join(missing)), compress=True):
            yield piece


_SOURCES = {
    "days": employee_data.days,
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
