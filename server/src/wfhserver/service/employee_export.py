"""All that is recorded of one employee, for the employee: GDPR, article 15."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.service.audit import Audit, Entry
from wfhserver.service.zip_stream import ZipStream
from wfhserver.storage.postgres import employee_data
from wfhserver.storage.postgres.connection import Database

README = """\
What is recorded of {username}, as of {moment}.

employee.json     the person as the server knows them: teams, machines, the last state of each
                  machine, a legal hold if there is one, requests to enrol a machine
heartbeats.json   every "this machine is on": moment, machine, status
logs.json         the detailed logs: addresses, approximate place, what plugins said, and what of
                  it is absent and why. "workday" and "slot" say which of the day's two logs it is
                  (slot 0 is a test); "received_at" is the server's time, "timestamp" the machine's
missed_logs.json  logs that a day did not have, and why
audit.json        who looked at or changed what of it, when and why, this file included
screenshots/      the pictures that logs.json names, as they were sent
missing.txt       pictures that a log names and that are not there any more; usually empty

All moments are in UTC. Small copies of the pictures (thumbnails) are made of them and not in here;
neither are the tokens of the machines, of which the server keeps a hash only.
Data are kept for the days that the company has set, and longer under a legal hold.
"""


class EmployeeExport:
    """Makes a zip while it is read; memory holds one picture at most."""

    def __init__(self, database: Database, store: ScreenshotStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

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

    async def _parts(self, employee_id: int, name: str, person: str) -> AsyncGenerator[bytes, None]:
        now = self._clock.now()
        stream, database = ZipStream(now), self._database
        readme = README.format(username=name, moment=f"{now:%Y-%m-%d %H:%M} UTC")
        members = {
            "README.txt": _once(readme),
            "employee.json": _once(person),
            "heartbeats.json": _array(employee_data.heartbeats(database, employee_id)),
            "logs.json": _array(employee_data.logs(database, employee_id)),
            "missed_logs.json": _array(employee_data.missed(database, employee_id)),
            "audit.json": _array(employee_data.audit_rows(database, employee_id)),
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
