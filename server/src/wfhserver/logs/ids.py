"""The name of a log in an address: workday, agent, slot, and for a test log its moment.

2026-11-23.17.1     2026-11-23.17.0.1795425242000000
"""

import re
from datetime import UTC, date, datetime, timedelta

from wfhserver.errors import Code, Refusal
from wfhserver.storage.postgres.log_pages import LogKey

_FORM = re.compile(r"\A(\d{4}-\d{2}-\d{2})\.(\d{1,10})\.(?:([12])|0\.(\d{1,18}))\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_INT = 2**31 - 1


def log_id_of(key: LogKey) -> str:
    """Return the name of the log with this key."""
    name = f"{key.workday.isoformat()}.{key.agent_id}.{key.slot}"
    if key.slot:
        return name
    return f"{name}.{(key.timestamp - _EPOCH) // _MICROSECOND}"


def read_log_id(text: str) -> LogKey:
    """Return the key of the log with this name; for slots 1 and 2 the name has no time."""
    found = _FORM.match(text)
    key = None if found is None else _key(*found.groups(default="0"))
    if key is None or key.agent_id > _INT:
        raise Refusal(Code.NOT_FOUND, "This is not the ID of a log. Open the log from a list.")
    return key


def _key(workday: str, agent_id: str, slot: str, microseconds: str) -> LogKey | None:
    try:
        moment = _EPOCH + int(microseconds) * _MICROSECOND
        return LogKey(date.fromisoformat(workday), moment, int(agent_id), int(slot))
    except (ValueError, OverflowError):
        return None
