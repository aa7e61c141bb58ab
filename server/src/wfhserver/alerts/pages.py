"""Alerts as users see them, and which e-mails each user gets."""

from typing import Annotated, Final

import msgspec
from pydantic import Field

from wfhserver.alerts import texts
from wfhserver.alerts.rules import read_rules
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input, Number, WholeNumber
from wfhserver.models.alerts import Alert, AlertKind, AlertRule, Digest, OpenAlert, Subscription
from wfhserver.models.users import User
from wfhserver.setting_values import read_mail_address
from wfhserver.storage.postgres import alerts, subscriptions
from wfhserver.storage.postgres.connection import Database

PAGE_LIMIT: Final = 200


class AlertPageQuery(Input):
    """Which alerts: open or resolved ones, older than *before*."""

    resolved: bool | None = None
    before: Number | None = None
    limit: Annotated[int, WholeNumber(PAGE_LIMIT)] = 50


class AlertPage(msgspec.Struct, frozen=True):
    """A page, newest first; *next_before* is `before` of the next page, null on the last one."""

    rows: list[Alert]
    next_before: int | None


class NewSubscription(Input):
    """Which e-mails a user wants; without *email* none."""

    email: Annotated[str, Field(max_length=255)] | None = None
    alerts: bool = False
    digest: Digest = Digest.NONE


class AlertPages:
    """Lists alerts; managers see those of their own teams."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, user: User, wanted: AlertPageQuery) -> AlertPage:
        """Return alerts that *user* may see."""
        async with self._database.connection() as connection:
            rules = await read_rules(connection)
            found = await alerts.page(
                connection,
                user.sees_teams_of,
                resolved=wanted.resolved,
                before=wanted.before,
                limit=wanted.limit,
            )
        is_full = len(found) == wanted.limit
        rows = [_row_of(each, rules) for each in found]
        return AlertPage(rows, found[-1].alert_id if is_full else None)


class Subscriptions:
    """Which e-mails a user gets about the employees whom they see."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of(self, user: User) -> Subscription:
        """Return what *user* gets."""
        async with self._database.connection() as connection:
            return await subscriptions.get(connection, user.user_id)

    async def change(self, user: User, new: NewSubscription) -> Subscription:
        """Store what *user* wants, on record; Refusal for what is no e-mail address."""
        wanted = Subscription(email=new.email, alerts=new.alerts, digest=new.digest)
        try:
            if wanted.email is not None:
                read_mail_address(wanted.email)
        except ValueError:
            detail = "Enter an e-mail address, such as anna@example.com."
            raise Refusal(Code.INVALID_FIELD, detail, field="email") from None
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await subscriptions.put(connection, user.user_id, wanted, now)
            entry = Entry(
                actor=user.actor,
                action="subscription.change",
                details=msgspec.to_builtins(wanted),
            )
            await record(connection, entry, now)
        return wanted


def _row_of(alert: OpenAlert, rules: dict[AlertKind, AlertRule]) -> Alert:
    return Alert(
        alert_id=alert.alert_id,
        kind=alert.kind,
        employee_id=alert.employee_id,
        username=alert.username,
        display_name=alert.display_name,
        agent_id=alert.agent_id,
        hostname=alert.hostname,
        text=texts.sentence_of(alert, rules[alert.kind]),
        raised_at=alert.raised_at,
        resolved_at=alert.resolved_at,
    )
