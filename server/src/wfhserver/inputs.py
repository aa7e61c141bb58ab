"""What comes in with a query or a body of the dashboard, as types that pydantic checks."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Length
from pydantic_core import core_schema

_TEXT_LIMIT = 255
_DAY = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Input(BaseModel):
    """Base of every query and body: a key that it does not have is refused.

    *limit_bytes* is what a body of this type may measure.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    limit_bytes: ClassVar[int] = 16 * 1024


def names_of(model: type[BaseModel]) -> list[str]:
    """Return the names under which the fields of *model* are sent."""
    return [str(field.validation_alias or name) for name, field in model.model_fields.items()]


def lists_of(model: type[BaseModel]) -> list[str]:
    """Return the names of those fields of *model* that a query may send more than once."""
    return [
        str(field.validation_alias or name)
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is tuple
    ]


@dataclass(frozen=True)
class WholeNumber:
    """Annotates an integer from 1 to *highest*."""

    highest: int

    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> core_schema.CoreSchema:
        """Return how it is checked, and what the document says of it."""
        number = core_schema.int_schema(ge=1, le=self.highest)
        return core_schema.no_info_before_validator_function(self._read, number)

    def _read(self, given: Any) -> Any:
        number = given
        # Python reads other forms as well: " 5", "+5", "5_0", digits of other scripts. It refuses
        # to read many thousand digits.
        if isinstance(given, str) and given.isascii() and given.isdecimal():
            number = int(given) if len(given) <= len(str(self.highest)) else 0
        if isinstance(number, int) and 1 <= number <= self.highest:
            return number
        raise ValueError(f"Must be a whole number from 1 to {self.highest}")


def _read_day(given: Any) -> date:
    if isinstance(given, date):
        return given
    try:
        # Python reads other forms as well, which nobody promised.
        return date.fromisoformat(given if _DAY.match(given) else "")
    except (TypeError, ValueError):
        raise ValueError("Must be a date such as 2026-11-23") from None


def _without_nul(given: str) -> str:
    if "\0" in given:
        raise ValueError("Must not contain NUL characters")
    return given


Number = Annotated[int, WholeNumber(2**31 - 1)]
LargeNumber = Annotated[int, WholeNumber(2**63 - 1)]
Day = Annotated[date, BeforeValidator(_read_day)]
# What PostgreSQL can compare.
Text = Annotated[str, Length(max_length=_TEXT_LIMIT), AfterValidator(_without_nul)]
Name = Annotated[str, Length(min_length=1, max_length=_TEXT_LIMIT)]
# `next_page` is looked at where the page is found.
Page = Annotated[str, Field(description="`next_page` of the page before")]
