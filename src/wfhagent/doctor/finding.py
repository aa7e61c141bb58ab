"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; *advice* says what to do when it is not ok."""

    what: str
    ok: bool
    detail: str
    advice: str = ""
