"""Who may change a file of Windows: reads a security descriptor in its self-relative form. Pure.

The layout is that of [MS-DTYP] 2.4.2 (SID), 2.4.4 (ACE), 2.4.5 (ACL) and 2.4.6.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SYSTEM = "S-1-5-18"
ADMINISTRATORS = "S-1-5-32-544"
TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
MACHINE = frozenset({SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER})
"""Who can change every file anyway."""
OWNER_RIGHTS = "S-1-3-4"
"""Means the owner, who is judged by the SID of the owner."""

CHANGE = 0x10000000 | 0x40000000 | 0xD0000 | 0x56
"""GENERIC_ALL, GENERIC_WRITE; DELETE, WRITE_DAC, WRITE_OWNER; and of a file the rights to write,
append and write extended attributes; of a folder to add files and folders and to delete children.
"""
REPLACE = 0x10000000 | 0xD0000 | 0x40
"""The rights to put another file in the place of one that a folder holds, and nothing less."""

_HEADER = struct.Struct("<BBHIIII")
_ACL = struct.Struct("<BBHHH")
_ACE = struct.Struct("<BBHI")
_DACL_PRESENT = 0x4
_INHERIT_ONLY = 0x8
_ALLOWED, _ALLOWED_CALLBACK = 0x0, 0x9
"""Types of entries that grant something about a file; the others deny, audit, or label it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Security:
    """Owner and access control list of one file or folder.

    Attributes:
        owner: SID of the owner; empty where there is none.
        grants: SID and access mask of each entry that grants something here; None where there is
            no list, which grants everything to everybody.
    """

    owner: str
    grants: tuple[tuple[str, int], ...] | None

    def is_owned(self, trusted: frozenset[str]) -> bool:
        """Tell whether one of *trusted* is the owner."""
        return self.owner in trusted

    def others_may(self, rights: int, trusted: frozenset[str]) -> bool:
        """Tell whether somebody who is none of *trusted* has one of *rights*.

        Entries that deny are passed over: what they take back depends on who asks.
        """
        if self.grants is None:
            return True
        return any(
            mask & rights for sid, mask in self.grants if sid not in trusted and sid != OWNER_RIGHTS
        )


def read_security(descriptor: bytes) -> Security:
    """Return what the self-relative security *descriptor* holds.

    Raises:
        ValueError: it is cut short.
    """
    try:
        _revision, _, control, owner, _group, _sacl, dacl = _HEADER.unpack_from(descriptor)
        listed = control & _DACL_PRESENT and dacl
        return Security(
            owner=read_sid(descriptor, owner) if owner else "",
            grants=tuple(_grants(descriptor, dacl)) if listed else None,
        )
    except struct.error as error:
        raise ValueError("the security descriptor is cut short") from error


def read_sid(data: bytes, start: int = 0) -> str:
    """Return the SID at *start* of *data* as text, such as "S-1-5-18".

    Raises:
        struct.error: it is cut short.
    """
    revision, count = struct.unpack_from("<BB", data, start)
    # The authority is the one number here whose first byte is the highest.
    high, low = struct.unpack_from(">HI", data, start + 2)
    parts = struct.unpack_from(f"<{count}I", data, start + 8)
    return "-".join(map(str, ("S", revision, high << 32 | low, *parts)))


def _grants(data: bytes, start: int) -> Iterator[tuple[str, int]]:
    _revision, _, _size, count, _ = _ACL.unpack_from(data, start)
    place = start + _ACL.size
    for _ in range(count):
        kind, flags, size, mask = _ACE.unpack_from(data, place)
        if kind in {_ALLOWED, _ALLOWED_CALLBACK} and not flags & _INHERIT_ONLY:
            yield read_sid(data, place + _ACE.size), mask
        place += size
