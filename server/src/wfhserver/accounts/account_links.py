"""Links with which people set their own password: invitations, and resets by an administrator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from wfhserver.accounts.link_mail import LinkMail
from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.users import UserChanges
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.users import LinkKind, Role, User, UserAccount
from wfhserver.storage.postgres import account_links, login_attempts, teams, users
from wfhserver.storage.postgres.account_links import StoredLink
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.tokens import hash_of, new_password, new_session_token

LENGTHS: Final = {LinkKind.INVITATION: timedelta(days=7), LinkKind.RESET: timedelta(hours=24)}
# For this long, the server still says why a link has ended.
_REMEMBERED: Final = timedelta(days=30)
_USED_ACTIONS: Final = {
    LinkKind.INVITATION: "user.accept_invitation",
    LinkKind.RESET: "user.reset_password",
}
_NEW_ACTIONS: Final = {
    LinkKind.INVITATION: "user.renew_invitation",
    LinkKind.RESET: "user.create_reset_link",
}


class Invitation(msgspec.Struct, frozen=True):
    """Who is invited as what; *email* is where the link is sent, None for one that is copied."""

    username: str
    role: Role
    team_ids: Sequence[int]
    email: str | None


class CreatedLink(msgspec.Struct, frozen=True):
    """A new link; no other answer has it.

    *url* has a host where the server knows its public address. *mail_problem* says why the e-mail
    was not sent; *is_mailed* is false, too, where none was wanted.
    """

    user: UserAccount
    kind: LinkKind
    url: str
    expires_at: datetime
    is_mailed: bool
    mail_problem: str | None


class OpenLink(msgspec.Struct, frozen=True):
    """Whose password a link sets, and until when."""

    username: str
    kind: LinkKind
    expires_at: datetime


class AccountLinks:
    """Makes links, and sets the passwords of those who open them."""

    def __init__(
        self, database: Database, clock: Clock, passwords: Passwords, mail: LinkMail
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._mail = mail

    async def invite(self, admin: User, new: Invitation) -> CreatedLink:
        """Add a user without a password, and a link to set it; on record.

        Refusal when the name is taken, a team is unknown, or no e-mail can be sent.
        """
        _check_teams(new)
        self._mail.check(new.email)
        # Nobody knows this password. Without one, the response time would give the user away.
        hashed, now = await self._passwords.hash(new_password()), self._clock.now()
        async with self._database.transaction() as connection:
            changes = UserChanges(connection, actor=admin.actor, at=now)
            name = await changes.add(new.username, hashed, new.role, action="user.invite")
            account = await _account_named(connection, name)
            await users.set_invited(connection, account.user_id)
            await self._set_teams(connection, admin, name, new.team_ids)
            token, ends = await self._add(connection, account.user_id, LinkKind.INVITATION)
            account = await _account_named(connection, name)
        return await self._created(admin, account, LinkKind.INVITATION, token, ends, new.email)

    async def renew(self, admin: User, user_id: int, email: str | None) -> CreatedLink:
        """Make a new link, which replaces the last one: an invitation until a password is set.

        Refusal for a user who is disabled or signs in with a company account; on record.
        """
        self._mail.check(email)
        async with self._database.transaction() as connection:
            account = _existing(await users.find_account(connection, user_id))
            _check_may_have_link(account)
            kind = LinkKind.INVITATION if account.is_invited else LinkKind.RESET
            token, ends = await self._add(connection, user_id, kind)
            details = {"user": account.username}
            entry = Entry(actor=admin.actor, action=_NEW_ACTIONS[kind], details=details)
            await record(connection, entry, self._clock.now())
        return await self._created(admin, account, kind, token, ends, email)

    async def look(self, token: str) -> OpenLink:
        """Return whose password a link sets; Refusal says why it sets none."""
        async with self._database.transaction() as connection:
            link = await self._working(connection, token)
        return OpenLink(link.username, link.kind, link.expires_at)

    async def use(self, token: str, password: str) -> None:
        """Set the password, which ends sessions and the wait after failed attempts; on record.

        Refusal says why the link does not work. Of two at once, one wins.
        """
        await self.look(token)
        # It takes 64 MiB: only for somebody whose link works.
        hashed = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            link = await self._working(connection, token)
            await account_links.use(connection, hash_of(token))
            await login_attempts.unlock(connection, link.username)
            actor = f"user:{link.username}"
            changes = UserChanges(connection, actor=actor, at=self._clock.now())
            await changes.set_password(link.username, hashed, action=_USED_ACTIONS[link.kind])

    async def _working(self, connection: AnyConnection, token: str) -> StoredLink:
        link = await account_links.find(connection, hash_of(token))
        if link is None:
            raise _ended("This link is unknown, or its account is gone. Check that it is complete.")
        if link.is_disabled:
            raise _ended("The account of this link is disabled.")
        if link.ended_as == "used":
            raise _ended("This link has been used already. If that was not you, say so at once.")
        if link.ended_as is not None:
            raise _ended("A newer link or a new password has replaced this link.")
        if link.expires_at <= self._clock.now():
            raise _ended("This link has expired.")
        return link

    async def _add(
        self, connection: AnyConnection, user_id: int, kind: LinkKind
    ) -> tuple[str, datetime]:
        token, now = new_session_token(), self._clock.now()
        ends = now + LENGTHS[kind]
        await account_links.forget(connection, now - _REMEMBERED)
        await account_links.add(connection, hash_of(token), user_id, kind, ends)
        return token, ends

    async def _set_teams(
        self, connection: AnyConnection, admin: User, name: str, team_ids: Sequence[int]
    ) -> None:
        if not team_ids:
            return
        wanted = set(team_ids)
        known = await teams.list_teams(connection, None)
        names = [team.name for team in known if team.team_id in wanted]
        if len(names) != len(wanted):
            raise Refusal(Code.INVALID_FIELD, "Some of these teams are unknown.", field="team_ids")
        begun, _ = await teams.manage(connection, name, names, [])
        details: dict[str, Any] = {"username": name, "begun": begun, "ended": []}
        entry = Entry(actor=admin.actor, action="user.set_teams", details=details)
        await record(connection, entry, self._clock.now())

    async def _created(
        self,
        admin: User,
        user: UserAccount,
        kind: LinkKind,
        token: str,
        ends: datetime,
        email: str | None,
    ) -> CreatedLink:
        """Return the answer, after the e-mail was sent; the link is committed by now."""
        url, problem = self._mail.url(token), None
        if email is not None:
            open_link = (user.username, kind, url, ends)
            problem = await self._mail.send(email, admin.username, *open_link)
        is_mailed = email is not None and problem is None
        return CreatedLink(user, kind, url, ends, is_mailed, problem)


async def _account_named(connection: AnyConnection, name: str) -> UserAccount:
    found = await users.find(connection, name)
    return _existing(None if found is None else found.account)


def _existing(account: UserAccount | None) -> UserAccount:
    if account is None:
        raise Refusal(Code.NOT_FOUND, "User not found.")
    return account


def _check_teams(new: Invitation) -> None:
    if new.team_ids and new.role is not Role.MANAGER:
        raise Refusal(
            Code.INVALID_FIELD,
            "Only managers have teams. Choose the role manager, or no team.",
            field="team_ids",
        )


def _check_may_have_link(account: UserAccount) -> None:
    if account.is_company:
        raise Refusal(
            Code.CONFLICT,
            f"{account.username} signs in with a company account and has no password here.",
        )
    if account.disabled:
        raise Refusal(Code.CONFLICT, f"{account.username} is disabled. Let them sign in first.")


def _ended(why: str) -> Refusal:
    return Refusal(
        Code.ACCOUNT_LINK_ENDED, f"{why} Ask an administrator for a new link if you need one."
    )
