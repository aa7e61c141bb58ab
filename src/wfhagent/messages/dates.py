"""Dates as people read them. Times of day are written as 14:30 everywhere."""

from datetime import date, datetime

from wfhagent.messages.catalog import N_, _

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def weekday_name(number: int) -> str:
    """Return the name of a weekday, from 0 for Monday to 6."""
    return _(_WEEKDAYS[number])


def weekday_and_day(day: date) -> str:
    """Return *day* such as "Monday, November 30"."""
    return _("{weekday}, {month} {day}").format(
        weekday=weekday_name(day.weekday()), month=_(_MONTHS[day.month - 1]), day=day.day
    )


def day_and_time(moment: datetime) -> str:
    """Return *moment* such as "November 30, 14:30"."""
    return _("{month} {day}, {time}").format(
        month=_(_MONTHS[moment.month - 1]), day=moment.day, time=f"{moment:%H:%M}"
    )


def date_and_time(moment: datetime) -> str:
    """Return *moment* such as "November 30, 2026, 14:30"."""
    return _("{month} {day}, {year}, {time}").format(
        month=_(_MONTHS[moment.month - 1]),
        day=moment.day,
        year=moment.year,
        time=f"{moment:%H:%M}",
    )
