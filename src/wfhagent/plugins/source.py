"""Where a plugin is, so that another process finds the same one."""

from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Where a plugin came from."""

    BUILT_IN = "built-in"
    INSTALLED = "installed"
    DROP_IN = "drop-in"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin: *where* is its module, or the path of a drop-in.

    *digest* is the hash of a drop-in, or of the files of an installed plugin. A *third_party*
    plugin does not come with the agent: its code runs in child processes only.
    """

    name: str
    origin: Origin
    where: str
    digest: str = ""
    third_party: bool = False
