"""What an administrator chooses when somebody leaves."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input, Text

_LAST_DAYS: Final = 3650
_MY_DATA_DAYS: Final = 365


class DataChoice(StrEnum):
    """What happens to the data of somebody who left."""

    RETENTION = "retention"
    ERASE_NOW = "erase_now"
    ERASE_ON = "erase_on"
    HOLD = "hold"


class NewDeparture(Input):
    """*data* is what happens to the data: `retention`, `erase_now`, `erase_on` or `hold`.

    *erase_on* is the day of `erase_on`, *reason* that of `hold`. For *my_data_days* the employee
    can still open their own data; 0 ends that now.
    """

    data: DataChoice = DataChoice.RETENTION
    erase_on: Day | None = None
    reason: Text | None = None
    my_data_days: Annotated[int, Field(ge=0, le=_MY_DATA_DAYS)] = 30


def checked_day(wanted: NewDeparture, today: date) -> date | None:
    """Return the day on which the data is erased, None for no day; Refusal when it is wrong."""
    if wanted.data is not DataChoice.ERASE_ON:
        return None
    if wanted.erase_on is None:
        raise Refusal(
            Code.INVALID_FIELD, "Choose the day on which the data is erased.", field="erase_on"
        )
    if not today < wanted.erase_on <= today + timedelta(days=_LAST_DAYS):
        raise Refusal(
            Code.INVALID_FIELD,
            "Choose a day after today, within ten years. To erase today, choose “erase now”.",
            field="erase_on",
        )
    return wanted.erase_on


def my_data_end(wanted: NewDeparture, now: datetime) -> datetime | None:
    """Return until when the employee can open their own data; None for not at all."""
    return now + timedelta(days=wanted.my_data_days) if wanted.my_data_days else None
