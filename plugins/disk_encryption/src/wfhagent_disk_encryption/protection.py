"""How a volume is protected, on every system."""

from typing import NamedTuple

METHODS = ("luks", "dm_crypt", "zfs", "bitlocker", "filevault", "none")


class Protection(NamedTuple):
    """Whether a volume is *encrypted* with its key out of reach, and by which of `METHODS`.

    A volume that is half encrypted, or whose key is open on the disk, has a method and is not
    encrypted.
    """

    encrypted: bool
    method: str


NONE = Protection(encrypted=False, method="none")
