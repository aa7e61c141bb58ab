"""Windows: BitLocker and device encryption, as the Explorer shows them to every user.

`Get-BitLockerVolume` and `manage-bde` would need an administrator.
"""

from collections.abc import Callable

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import ask_powershell
from wfhagent_disk_encryption.protection import NONE, Protection

SCRIPT = (
    "(New-Object -ComObject Shell.Application).NameSpace($env:SystemDrive + '\\')"
    ".Self.ExtendedProperty('System.Volume.BitLockerProtection')"
)
_ON, _LOCKED = 1, 6
_UNPROTECTED = {3: "encrypting", 4: "decrypting", 5: "suspended", 8: "waiting for activation"}
_OFF = {0: "cannot be encrypted", 2: "off"}


def read(ask: Callable[[str], str] = ask_powershell) -> Protection:
    """Return the protection of the system drive."""
    return protection_of(ask(SCRIPT))


def protection_of(printed: str) -> Protection:
    """Return what *printed*, the value of System.Volume.BitLockerProtection, means.

    Raises:
        AbsentError: it is none of the known values.
    """
    value = int(printed) if printed.strip().isdigit() else -1
    if value in {_ON, _LOCKED}:
        return Protection(encrypted=True, method="bitlocker")
    if value in _UNPROTECTED:
        return Protection(encrypted=False, method="bitlocker")
    if value in _OFF:
        return NONE
    raise AbsentError("Windows does not say whether its drive is encrypted")
