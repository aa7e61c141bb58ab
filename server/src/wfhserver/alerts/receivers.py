"""Who gets a message about an alert, and when: channels, subscribed users, the employee."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from wfhserver.alerts.working_hours import WorkingHours
from wfhserver.models.alerts import (
    AlertRule,
    Channel,
    ChannelKind,
    OpenAlert,
    Subscriber,
    Topic,
)


class Receiver(msgspec.Struct, frozen=True):
    """*key* tells receivers apart. Without *channel* it is a person, who gets an e-mail.

    *is_employee* is the one whom the alert is about. Nothing is sent before *not_before*.
    """

    key: str
    name: str
    not_before: datetime
    channel: Channel | None = None
    email: str | None = None
    is_employee: bool = False


HoursOf = Callable[[int | None], WorkingHours]
"""Gives the working hours of an employee; of the company for None."""


class Receivers:
    """Finds the receivers of each alert."""

    def __init__(
        self,
        channels: Sequence[Channel],
        subscribers: Sequence[Subscriber],
        hours_of: HoursOf,
        now: datetime,
    ) -> None:
        self._channels = [each for each in channels if Topic.ALERTS in each.topics]
        self._subscribers = [each for each in subscribers if each.alerts]
        self._hours_of = hours_of
        self._now = now

    def of(self, alert: OpenAlert, rule: AlertRule) -> Mapping[str, Receiver]:
        """Return who gets a message about *alert*, each once: a person has one address."""
        found: dict[str, Receiver] = {}
        for channel in self._channels:
            if channel.team_id is None or channel.team_id in alert.team_ids:
                receiver = self._channel(channel)
                found[receiver.key] = receiver
        if rule.notifies_employee and alert.email and alert.employee_id is not None:
            begin = self._hours_of(alert.employee_id).next_moment(self._now)
            name = alert.username or ""
            own = Receiver(_mail(alert.email), name, begin, None, alert.email, is_employee=True)
            found[own.key] = own
        for subscriber in self._subscribers:
            if _may_know(subscriber, alert):
                receiver = self._person(subscriber)
                found.setdefault(receiver.key, receiver)
        return found

    def _channel(self, channel: Channel) -> Receiver:
        begin = self._now
        if channel.working_hours_only and channel.kind is not ChannelKind.WEBHOOK:
            begin = self._hours_of(None).next_moment(begin)
        return Receiver(f"channel:{channel.channel_id}", channel.name, begin, channel)

    def _person(self, subscriber: Subscriber) -> Receiver:
        begin = self._hours_of(subscriber.employee_id).next_moment(self._now)
        return Receiver(_mail(subscriber.email), subscriber.username, begin, None, subscriber.email)


def _mail(address: str) -> str:
    return f"mail:{address.casefold()}"


def _may_know(subscriber: Subscriber, alert: OpenAlert) -> bool:
    if subscriber.team_ids is None:
        return True
    return not set(subscriber.team_ids).isdisjoint(alert.team_ids)
