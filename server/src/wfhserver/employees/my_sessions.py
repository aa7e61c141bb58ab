"""How employees open their own data: the agent asks for a link, and the link opens a session."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.identity_check import check_identity
from wfhserver.models.agents import KnownAgent
from wfhserver.models.urls import Urls
from wfhserver.models.users import MySession
from wfhserver.storage.postgres import my_sessions
from wfhserver.storage.postgres.connection import Database
from wfhserver.tokens import hash_of, new_session_token

LINK_LENGTH: Final = timedelta(minutes=5)
SESSION_LENGTH: Final = timedelta(hours=1)
# For this long, the server still reports that a link was used or has expired.
_REMEMBERED = timedelta(days=1)


class MyDataLink(msgspec.Struct, frozen=True):
    """Opens the page "My data" once; the code behind `#` reaches no log of any server."""

    url: str
    expires_at: datetime


class MySessions:
    """Makes links, and the sessions that they open."""

    def __init__(self, database: Database, audit: Audit, clock: Clock, urls: Urls) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._urls = urls

    async def link(self, agent: KnownAgent) -> MyDataLink:
        """Return a new link for the user of that agent; Refusal `identity_uncertain`."""
        code, expires_at = new_session_token(), self._clock.now() + LINK_LENGTH
        async with self._database.connection() as connection:
            await check_identity(connection, agent)
            await my_sessions.add_link(connection, agent.agent_id, hash_of(code), expires_at)
        return MyDataLink(self._urls.my_data(code), expires_at)

    async def begin(self, code: str) -> tuple[str, MySession]:
        """Return token and session for a code, on record; Refusal that says what is wrong."""
        token, now = new_session_token(), self._clock.now()
        expires_at, hashed = now + SESSION_LENGTH, hash_of(code)
        async with self._database.transaction() as connection:
            agent_id = await my_sessions.use_link(connection, hashed, now, now - _REMEMBERED)
            if agent_id is None:
                raise _refusal(await my_sessions.find_link(connection, hashed, now), now)
            await my_sessions.add(connection, hash_of(token), agent_id, expires_at, now)
            session = await my_sessions.find(connection, hash_of(token), now)
            if session is None:
                raise _refusal(None, now)
            concerned = [session.employee_id]
            entry = Entry(actor=session.actor, action="my_data.open", employee_ids=concerned)
            await self._audit.record(entry, within=connection)
        return token, session

    async def find(self, token: str) -> MySession:
        """Return the session of *token*; Refusal `my_session_missing` when it has ended."""
        async with self._database.connection() as connection:
            session = await my_sessions.find(connection, hash_of(token), self._clock.now())
        if session is None:
            raise Refusal(
                Code.MY_SESSION_MISSING,
                "This page is closed. It stays open for an hour at most, and only while the agent"
                " that opened it may show your data. Open it again from the agent's menu, or with"
                " `wfhagent my-data`.",
            )
        return session

    async def end(self, token: str) -> None:
        """End a session; nothing happens when it has ended already."""
        async with self._database.connection() as connection:
            await my_sessions.end(connection, hash_of(token))


def _refusal(link: my_sessions.LinkState | None, now: datetime) -> Refusal:
    again = "Open a new one from the agent's menu, or with `wfhagent my-data`."
    if link is None:
        return Refusal(Code.MY_LINK_UNKNOWN, f"This link was not made by this server. {again}")
    if link.used_at is not None:
        return Refusal(
            Code.MY_LINK_USED, f"This link has already been used; it opens the page once. {again}"
        )
    if link.expires_at > now and not link.may_see:
        return Refusal(
            Code.IDENTITY_UNCERTAIN,
            "The agent that made this link can no longer show your data: it was revoked, or"
            " another device has your name. Ask IT.",
        )
    return Refusal(Code.MY_LINK_EXPIRED, f"This link has expired. {again}")
