"""Where a plugin is, so that another process finds the same one."""

from enum import StrEnum

import msgspec


class Origin(StrEnum):
    """Where a plugin came from."""

    BUILT_IN = "built-in"
    INSTALLED = "installed"
    DROP_IN = "drop-in"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin: *where* is its module, or the path of a drop-in, whose hash is *digest*."""

    name: str
    origin: Origin
    where: str
    digest: str = ""
