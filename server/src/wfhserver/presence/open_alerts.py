"""What open alerts say of devices on *Now*, each with the next step. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from wfhserver.models.alerts import AlertKind
from wfhserver.presence.rows import PresenceRow

OpenAlertOf = tuple[int, int | None, AlertKind]
"""Employee, device if the alert is about one, and kind."""
# The others are about the server, or are read from the device itself.
_SENTENCES: Final = {
    AlertKind.DEVICE_SILENT: "Silent in working hours. Ask the employee, or check the device.",
    AlertKind.EMPLOYEE_NOT_SEEN: "Expected, and not seen. Ask the employee, or enter their leave.",
    AlertKind.LOGS_MISSED: (
        "Logs are missing on several working days. See the reasons on the employee's page."
    ),
    AlertKind.FACT: "A fact needs attention. See the page Alerts.",
}


def with_alerts(rows: list[PresenceRow], alerts: Sequence[OpenAlertOf]) -> list[PresenceRow]:
    """Return *rows*, with sentences for the devices that *alerts* are about.

    An alert about an employee is shown at each of the employee's devices.
    """
    of_agent: dict[int, list[str]] = defaultdict(list)
    of_employee: dict[int, list[str]] = defaultdict(list)
    for employee, agent, kind in alerts:
        sentence = _SENTENCES.get(kind)
        if sentence is not None:
            found = of_employee[employee] if agent is None else of_agent[agent]
            if sentence not in found:
                found.append(sentence)
    if not of_agent and not of_employee:
        return rows
    return [
        _with(row, of_agent.get(row.agent_id), of_employee.get(row.employee_id)) for row in rows
    ]


def _with(
    row: PresenceRow, of_device: list[str] | None, of_employee: list[str] | None
) -> PresenceRow:
    if of_device is None and of_employee is None:
        return row
    return replace(row, attention=[*row.attention, *(of_device or ()), *(of_employee or ())])
