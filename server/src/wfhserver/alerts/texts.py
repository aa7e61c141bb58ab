"""What alerts say: a name and a state, nothing else of a person."""

from collections.abc import Sequence
from typing import Final

from wfhserver.messages import N_, _, ngettext
from wfhserver.models.alerts import AlertKind, AlertRule, OpenAlert

_TITLES: Final = {
    AlertKind.DEVICE_SILENT: N_("Device silent"),
    AlertKind.EMPLOYEE_NOT_SEEN: N_("Employee not seen"),
    AlertKind.LOGS_MISSED: N_("Logs missed"),
    AlertKind.APPROVAL_PENDING: N_("Device waits for approval"),
    AlertKind.FACT: N_("Rule on a fact"),
    AlertKind.SERVER: N_("Server needs attention"),
    AlertKind.SCREENSHOTS_FULL: N_("Disk of screenshots nearly full"),
}
_NAMED: Final = 20


def title_of(kind: AlertKind) -> str:
    """Return what alerts of *kind* are called."""
    return _(_TITLES[kind])


def name_of(alert: OpenAlert) -> str:
    """Return the employee's name, or what else the alert is about; may be empty."""
    if alert.employee_id is None:
        return alert.detail if alert.kind is AlertKind.APPROVAL_PENDING else ""
    name = alert.display_name or alert.username or ""
    return f"{name} ({alert.hostname})" if alert.hostname else name


def subject_of(alert: OpenAlert) -> str:
    """Return the subject of a message about one alert."""
    name = name_of(alert)
    return f"{title_of(alert.kind)}: {name}" if name else title_of(alert.kind)


def sentence_of(alert: OpenAlert, rule: AlertRule) -> str:
    """Return in a sentence what the alert says."""
    match alert.kind:
        case AlertKind.DEVICE_SILENT:
            text = ngettext(
                "The device {device} of {name} has not reported for {count} working hour.",
                "The device {device} of {name} has not reported for {count} working hours.",
                rule.threshold,
            )
        case AlertKind.EMPLOYEE_NOT_SEEN:
            text = ngettext(
                "The working day of {name} began {count} hour ago, and no device has reported.",
                "The working day of {name} began {count} hours ago, and no device has reported.",
                rule.threshold,
            )
        case AlertKind.LOGS_MISSED:
            text = ngettext(
                "The device {device} of {name} has missed logs on {count} working day.",
                "The device {device} of {name} has missed logs on {count} working days in a row.",
                rule.threshold,
            )
        case AlertKind.FACT:
            text = _("The rule “{detail}” holds for the device {device} of {name}.")
        case AlertKind.APPROVAL_PENDING:
            text = _("The device {detail} waits for approval.")
        case AlertKind.SCREENSHOTS_FULL:
            text = _("The disk of the screenshots is more than {count} % full.")
        case AlertKind.SERVER:
            text = "{detail}"
    return text.format(
        name=alert.display_name or alert.username or "",
        device=alert.hostname or "",
        detail=alert.detail,
        count=rule.threshold,
    )


def flood_subject(kind: AlertKind, count: int) -> str:
    """Return the subject of one message about many alerts."""
    return f"{title_of(kind)} ({count})"


def flood_text(alerts: Sequence[OpenAlert]) -> str:
    """Return the names in a message about many alerts, one a line, and how many more there are."""
    names = [f"- {name_of(each)}" for each in alerts[:_NAMED]]
    more = len(alerts) - len(names)
    if more > 0:
        names.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    return "\n".join(names)
