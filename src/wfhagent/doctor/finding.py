"""The result of a check."""

from dataclasses import dataclass

from wfhagent.messages import N_

NAMES = (
    N_("configuration"),
    N_("plugins"),
    N_("disk"),
    N_("agent"),
    N_("time zone"),
    N_("other agent"),
    N_("notice"),
    N_("outbox"),
    N_("keyring"),
    N_("enrollment"),
    N_("proxy"),
    N_("name"),
    N_("local network"),
    N_("server"),
    N_("token"),
    N_("clock"),
    N_("screenshot"),
)
"""Of all checks; programs read them in English."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check; *what* is its name in English, *advice* says what to do when it is not ok."""

    what: str
    ok: bool
    detail: str
    advice: str = ""
