"""Facts of plugins: what is declared, and what is asked of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec

FactValue = bool | int | float | str


class FactType(StrEnum):
    """What the value of a fact is; `any` is any JSON, of a fact without a declared type."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    TIME = "time"
    DURATION = "duration"
    BYTES = "bytes"
    CHOICE = "choice"
    ANY = "any"

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, which have an order and a middle."""
        return self in (FactType.INT, FactType.FLOAT, FactType.DURATION, FactType.BYTES)


class FactColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as most devices with it declare it.

    *fact* is its name in filters, columns and files: `disk_encryption.encrypted`. A value is a
    number of seconds for `duration`, of bytes for `bytes`, and a text in UTC for `time`.
    *differs* is how many devices declare another type.
    """

    fact: str
    plugin: str
    name: str
    label: str
    what: str
    why: str
    personal: Literal["no", "indirect", "direct"]
    type: FactType
    unit: str
    choices: list[str]
    occasions: list[str]
    devices: int
    differs: int


class Operator(StrEnum):
    """How a fact is compared."""

    IS = "is"
    IS_NOT = "is not"
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOVE = ">"
    BELOW = "<"
    CONTAINS = "contains"
    MISSING = "is missing"
    KNOWN = "is known"


class Condition(msgspec.Struct, frozen=True):
    """What a fact has to be; the last two operators take no *value*."""

    plugin: str
    name: str
    operator: Operator
    value: FactValue | None = None

    @property
    def fact(self) -> str:
        """Return the name of the fact."""
        return f"{self.plugin}.{self.name}"


class PluginVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a plugin and how many devices have it; *sha256* of a drop-in's code."""

    version: str
    sha256: str
    origin: str
    devices: int


class PluginFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin on devices that the user may see, and the facts that it declares."""

    plugin: str
    kind: str
    devices: int
    versions: list[PluginVersion]
    facts: list[FactColumn]


class FactCell(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest value of a fact and when it was collected, or the reason why it is missing."""

    value: Any = None
    at: datetime | None = None
    missing: str = ""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A device, with a cell for each column."""

    agent_id: int
    employee_id: int
    username: str
    hostname: str
    last_seen: datetime | None
    cells: list[FactCell]


class FactTable(msgspec.Struct, frozen=True, kw_only=True):
    """A page of devices by employee; *count* is of all pages, null on later ones."""

    columns: list[FactColumn]
    rows: list[FactRow]
    next_page: str | None
    count: int | None


class ValueCount(msgspec.Struct, frozen=True):
    """A value and how many devices have it; null is missing."""

    value: Any
    devices: int


class ValueRange(msgspec.Struct, frozen=True, kw_only=True):
    """So many devices have a value from *low* to below *high*; the last range has both."""

    low: float
    high: float
    devices: int


class FactDistribution(msgspec.Struct, frozen=True, kw_only=True):
    """How a fact is distributed over the devices that have its plugin.

    *values* are the most common ones of a fact that is no number, most devices first. *ranges* and
    the three values are of numbers.
    """

    column: FactColumn
    devices: int
    missing: int
    values: list[ValueCount]
    others: int
    ranges: list[ValueRange]
    least: float | None
    median: float | None
    most: float | None


class FactPoint(msgspec.Struct, frozen=True):
    """The value of a fact in a detailed log, or the reason why it is missing there."""

    at: datetime
    value: Any = None
    missing: str = ""


class FactHistory(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of one device in its detailed logs, oldest first; *now* is the newest value."""

    column: FactColumn
    row: FactRow
    points: list[FactPoint]


class FactView(msgspec.Struct, frozen=True, kw_only=True):
    """Columns and filters under a name; without *facts* all of *plugin*."""

    view_id: int
    name: str
    plugin: str | None
    fact: list[str]
    where: list[str]


class FactRule(msgspec.Struct, frozen=True, kw_only=True):
    """When a fact raises an alert: the filter *where* holds for *hours*."""

    rule_id: int
    name: str
    where: str
    hours: float
    created_at: datetime
    created_by: str


class FactAlert(msgspec.Struct, frozen=True, kw_only=True):
    """The filter of a rule holds for a device *since* then, and raised an alert.

    It is resolved when the filter holds no more.
    """

    alert_id: int
    rule_id: int
    rule: str
    agent_id: int
    employee_id: int
    username: str
    hostname: str
    since: datetime
    raised_at: datetime
    resolved_at: datetime | None
