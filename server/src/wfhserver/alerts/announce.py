"""Puts messages about alerts into the outbox: each alert once, and once when it is resolved.

What is raised within some minutes goes together, so that a line that is down is one message.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from wfhserver.alerts import texts
from wfhserver.alerts.receivers import Receiver, Receivers
from wfhserver.messages import _, ngettext
from wfhserver.models.alerts import AlertKind, AlertRule, NewMessage, OpenAlert
from wfhserver.notifications.compose import message_to
from wfhserver.storage.postgres import alerts, messages
from wfhserver.storage.postgres.connection import AnyConnection

FLOOD: Final = 5
"""So many alerts of one kind at once are one message."""
# Devices of one office fall silent within two intervals of heartbeats.
_COLLECTED_FOR: Final = timedelta(minutes=10)
# Of these there are never many.
_AT_ONCE: Final = frozenset({AlertKind.SERVER, AlertKind.SCREENSHOTS_FULL})
_LISTED: Final = 100
_TOGETHER: Final = 10
_TENTH: Final = 10
Rules = Mapping[AlertKind, AlertRule]


def outage_of(found: Sequence[OpenAlert], devices: int) -> set[int]:
    """Return the alerts that an outage explains, of *devices* in all.

    Those are ten or more devices that fell silent within ten minutes, and employees of whom a
    tenth of the company is missing at once.
    """
    if found[0].kind is AlertKind.EMPLOYEE_NOT_SEEN:
        is_outage = len(found) >= _TOGETHER and len(found) * _TENTH > devices
        return {each.alert_id for each in found} if is_outage else set()
    seen = sorted(
        (each.last_seen, each.alert_id)
        for each in found
        if each.kind is AlertKind.DEVICE_SILENT and each.last_seen is not None
    )
    together: set[int] = set()
    for first in range(len(seen) - _TOGETHER + 1):
        window = seen[first : first + _TOGETHER]
        if window[-1][0] - window[0][0] <= _COLLECTED_FOR:
            together.update(number for _, number in window)
    return together


class Announcer:
    """Makes messages for *receivers*; *url* is the address of the dashboard, where it is known.

    *devices* is how many there are in all.
    """

    def __init__(
        self, rules: Rules, receivers: Receivers, now: datetime, url: str | None, devices: int
    ) -> None:
        self._devices = devices
        self._rules = rules
        self._receivers = receivers
        self._now = now
        self._url = url

    async def announce(self, connection: AnyConnection) -> None:
        """Put what is due into the outbox. Needs a transaction."""
        for resolved in (False, True):
            by_kind: dict[AlertKind, list[OpenAlert]] = defaultdict(list)
            for alert in await alerts.to_announce(connection, resolved=resolved):
                by_kind[alert.kind].append(alert)
            for kind, found in by_kind.items():
                if self._is_due(kind, found, resolved=resolved):
                    await self._announce(connection, found, resolved=resolved)

    def _is_due(self, kind: AlertKind, found: Sequence[OpenAlert], *, resolved: bool) -> bool:
        if kind in _AT_ONCE:
            return True
        moments = [each.resolved_at if resolved else each.raised_at for each in found]
        return min(filter(None, moments)) <= self._now - _COLLECTED_FOR

    async def _announce(
        self, connection: AnyConnection, found: Sequence[OpenAlert], *, resolved: bool
    ) -> None:
        # Where a line is down, there is nothing that each employee could do.
        without_employees = set() if resolved else outage_of(found, self._devices)
        receivers = {
            each.alert_id: {
                key: receiver
                for key, receiver in self._receivers.of(each, self._rules[each.kind]).items()
                if not (receiver.is_employee and each.alert_id in without_employees)
            }
            for each in found
        }
        if resolved:
            await self._leave_out(connection, receivers)
        groups: dict[str, tuple[Receiver, list[OpenAlert]]] = {}
        for alert in found:
            for key, receiver in receivers[alert.alert_id].items():
                groups.setdefault(key, (receiver, []))[1].append(alert)
        event = "alert.resolved" if resolved else "alert.raised"
        new = [
            message
            for receiver, own in groups.values()
            for message in self._messages(receiver, own, event)
        ]
        await messages.add(connection, new, self._now)
        numbers = [each.alert_id for each in found]
        await alerts.set_announced(connection, numbers, self._now, resolved=resolved)

    async def _leave_out(
        self, connection: AnyConnection, receivers: dict[int, dict[str, Receiver]]
    ) -> None:
        """Leave out who has not heard of an alert, and whose message waits for working hours."""
        raised = {
            _key("alert.raised", str(number), key): (number, key, receiver.is_employee)
            for number, own in receivers.items()
            for key, receiver in own.items()
        }
        canceled = await messages.cancel(connection, list(raised), self._now)
        there = await messages.existing(connection, list(raised))
        for name, (number, key, is_employee) in raised.items():
            if name in canceled or (is_employee and name not in there):
                del receivers[number][key]

    def _messages(
        self, receiver: Receiver, found: Sequence[OpenAlert], event: str
    ) -> list[NewMessage]:
        if len(found) >= FLOOD:
            return [self._flood(receiver, found, event)]
        return [self._single(receiver, each, event) for each in found]

    def _single(self, receiver: Receiver, alert: OpenAlert, event: str) -> NewMessage:
        subject = texts.subject_of(alert)
        text = texts.sentence_of(alert, self._rules[alert.kind])
        if event == "alert.resolved":
            subject = _("Resolved: {subject}").format(subject=subject)
            text = _("This alert is resolved: {text}").format(text=text)
        data = _data_of(alert, self._rules[alert.kind])
        return self._message(receiver, event, [alert], subject, text, data)

    def _flood(self, receiver: Receiver, found: Sequence[OpenAlert], event: str) -> NewMessage:
        kind, count = found[0].kind, len(found)
        subject = texts.flood_subject(kind, count)
        first = ngettext("{count} alert at once:", "{count} alerts at once:", count)
        if event == "alert.resolved":
            subject = _("Resolved: {subject}").format(subject=subject)
            first = ngettext("{count} alert is resolved:", "{count} alerts are resolved:", count)
        text = f"{first.format(count=count)}\n\n{texts.flood_text(found)}"
        rule = self._rules[kind]
        listed = [_data_of(each, rule) for each in found[:_LISTED]]
        data = {"kind": kind, "count": count, "alerts": listed}
        return self._message(receiver, event, found, subject, text, data)

    def _message(
        self,
        receiver: Receiver,
        event: str,
        found: Sequence[OpenAlert],
        subject: str,
        text: str,
        data: Mapping[str, Any],
    ) -> NewMessage:
        mark = str(found[0].alert_id) if len(found) == 1 else f"{found[0].alert_id}+{len(found)}"
        people = sorted({each.employee_id for each in found if each.employee_id is not None})
        body = f"{text}\n\n{self._footer(receiver)}".rstrip() + "\n"
        if receiver.channel is not None:
            return message_to(
                receiver.channel,
                event=event,
                mark=mark,
                subject=subject,
                text=body,
                data=data,
                at=self._now,
                not_before=receiver.not_before,
                employee_ids=people,
            )
        return NewMessage(
            key=_key(event, mark, receiver.key),
            email=receiver.email,
            recipient=receiver.name,
            event=event,
            subject=subject,
            body=body,
            employee_ids=people,
            not_before=receiver.not_before,
        )

    def _footer(self, receiver: Receiver) -> str:
        if receiver.is_employee:
            return _("You get this message because it is about you.")
        return "" if self._url is None else f"{self._url}/alerts"


def _key(event: str, mark: str, receiver: str) -> str:
    return f"{event}:{mark}:{receiver}"


def _data_of(alert: OpenAlert, rule: AlertRule) -> dict[str, Any]:
    employee = device = None
    if alert.employee_id is not None:
        employee = {
            "employee_id": alert.employee_id,
            "username": alert.username,
            "display_name": alert.display_name,
        }
    if alert.agent_id is not None:
        device = {"agent_id": alert.agent_id, "hostname": alert.hostname}
    return {
        "alert_id": alert.alert_id,
        "kind": alert.kind,
        "text": texts.sentence_of(alert, rule),
        "employee": employee,
        "device": device,
        "raised_at": alert.raised_at,
        "resolved_at": alert.resolved_at,
    }
