"""Whether a value can be a known fact; whoever provides it, a wrong one must not travel. Pure.

The server refuses a whole log for one field of the wrong type.
"""

from ipaddress import ip_address
from typing import Any

import msgspec

from wfhagent.payload import FACT_TYPES


def problem_of(fact: str, value: Any) -> str:
    """Return why *value*, which is JSON, cannot be the known fact *fact*; empty when it can."""
    if fact not in FACT_TYPES:
        return ""
    try:
        msgspec.convert(value, FACT_TYPES[fact])
        if fact.endswith("_ip"):
            ip_address(value)
    except ValueError as error:
        return f"what it gave for {fact} is none: {error}"
    return ""
