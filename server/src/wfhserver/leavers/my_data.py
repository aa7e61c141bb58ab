"""Their own data, for somebody who left: a link that an administrator hands over."""

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.employees.my_sessions import MyDataLink
from wfhserver.errors import Code, Refusal
from wfhserver.models.urls import Urls
from wfhserver.models.users import User
from wfhserver.storage.postgres import departures, my_sessions
from wfhserver.storage.postgres.connection import Database
from wfhserver.tokens import hash_of, new_session_token


class LeaverLinks:
    """Makes links to "My data" that work until the time that the departure allows."""

    def __init__(self, database: Database, clock: Clock, urls: Urls) -> None:
        self._database = database
        self._clock = clock
        self._urls = urls

    async def make(self, admin: User, employee_id: int) -> MyDataLink:
        """Return a new link, which ends an earlier one; Refusal when there is no access."""
        code = new_session_token()
        async with self._database.transaction() as connection:
            departure = await departures.find(connection, employee_id)
            until = None if departure is None else departure.my_data_until
            now = self._clock.now()
            if until is None or until <= now:
                raise Refusal(
                    Code.CONFLICT,
                    "This employee has no access to their own data any more. Choose for how long"
                    " the access lasts, and try again.",
                )
            agent_id = await departures.newest_agent(connection, employee_id)
            if agent_id is None:
                raise Refusal(Code.CONFLICT, "This employee had no device: there is no data.")
            await my_sessions.replace_reusable_link(connection, agent_id, hash_of(code), until)
            entry = Entry(actor=admin.actor, action="my_data.link", employee_ids=[employee_id])
            await record(connection, entry, now)
        return MyDataLink(self._urls.my_data(code), until)
