"""For which devices and employees each rule holds at a moment. Pure."""

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from wfhserver.alerts.working_hours import WorkingHours
from wfhserver.models.alerts import Holding
from wfhserver.storage.postgres.alert_subjects import WatchedDevice

LOOK_BACK: Final = timedelta(days=14)
"""So far back missed logs are looked at."""


def silent_devices(
    devices: Iterable[WatchedDevice],
    hours: Mapping[int, WorkingHours],
    now: datetime,
    threshold: int,
    without: Container[str],
) -> dict[str, Holding]:
    """Return the devices without a heartbeat for *threshold* working hours of their employees.

    *hours* are by device; subjects *without* are left out.
    """
    limit, found = timedelta(hours=threshold), {}
    for device in devices:
        subject = f"agent:{device.agent_id}"
        if device.agent_id not in hours or subject in without or now - device.last_seen < limit:
            continue
        if hours[device.agent_id].between(device.last_seen, now) >= limit:
            found[subject] = Holding(
                subject=subject, employee_id=device.employee_id, agent_id=device.agent_id
            )
    return found


def missing_employees(
    devices: Iterable[WatchedDevice],
    hours: Mapping[int, WorkingHours],
    now: datetime,
    threshold: int,
) -> dict[str, Holding]:
    """Return the employees whose working day began *threshold* hours ago, and none was seen since.

    *hours* are by device; without a schedule nobody is expected.
    """
    last_seen: dict[int, datetime] = {}
    of_employee: dict[int, WorkingHours] = {}
    for device in devices:
        number = device.employee_id
        last_seen[number] = max(device.last_seen, last_seen.get(number, device.last_seen))
        if device.agent_id in hours:
            of_employee[number] = hours[device.agent_id]
    limit, found = timedelta(hours=threshold), {}
    for number, own in of_employee.items():
        begin = own.last_begin(now, limit) if own.planned else None
        if begin is None or last_seen[number] >= begin:
            continue
        found[f"employee:{number}"] = Holding(subject=f"employee:{number}", employee_id=number)
    return found


def devices_missing_logs(
    devices: Iterable[WatchedDevice],
    missed: Mapping[int, Mapping[date, bool]],
    taken: Mapping[int, set[date]],
    days_off: Mapping[int, frozenset[date]],
    threshold: int,
) -> dict[str, Holding]:
    """Return the devices with a missed log on each of the last *threshold* days of work.

    Those are the days of which a log was taken or missed, but for *days_off* of the employee and
    what the agent itself calls no working day.
    """
    found = {}
    for device in devices:
        rows = missed.get(device.agent_id, {})
        off = days_off.get(device.employee_id, frozenset())
        worked = {day for day, is_day_off in rows.items() if not is_day_off}
        worked = {*worked, *taken.get(device.agent_id, ())} - off
        last = sorted(worked)[-threshold:]
        if len(last) == threshold and all(day in rows and not rows[day] for day in last):
            subject = f"agent:{device.agent_id}"
            found[subject] = Holding(
                subject=subject, employee_id=device.employee_id, agent_id=device.agent_id
            )
    return found
