"""Linux: follows the root file system down to the disks, through sysfs.

Sysfs is open to every user, and needs no child process; only ZFS has to be asked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command
from wfhagent.system.probe import is_folder
from wfhagent_disk_encryption.protection import NONE, Protection

_LUKS, _OTHER = "CRYPT-LUKS", ("CRYPT-PLAIN", "CRYPT-TCRYPT", "CRYPT-LOOPAES", "CRYPT-BITLK")
"""How device-mapper names what cryptsetup opened. VERITY and INTEGRITY encrypt nothing."""
_NO_DEVICE = "0"


class Root(NamedTuple):
    """The root file system: its *number* such as `253:0`, its *kind*, and its *source*."""

    number: str
    kind: str
    source: str


def read(
    proc: Path = Path("/proc"), sysfs: Path = Path("/sys"), ask: Ask = ask_command
) -> Protection:
    """Return the protection of the volume that is mounted at `/`.

    Raises:
        AbsentError: it is on no disk of this device.
    """
    root = root_of((proc / "self/mountinfo").read_text(encoding="utf-8", errors="replace"))
    if root.kind == "zfs":
        return _of_zfs(ask(["zfs", "get", "-H", "-o", "value", "encryption", root.source]))
    return _weakest([protection_of(device) for device in _devices(root, sysfs)])


def root_of(mountinfo: str) -> Root:
    """Return what /proc/self/mountinfo has at `/`; of several, the one mounted last."""
    found = None
    for line in mountinfo.splitlines():
        mount, _, file_system = line.partition(" - ")
        fields, kinds = mount.split(), file_system.split()
        if len(fields) > 4 and len(kinds) > 1 and fields[4] == "/":  # noqa: PLR2004 -- proc(5)
            found = Root(number=fields[2], kind=kinds[0], source=kinds[1])
    if found is None:
        raise AbsentError("the system does not say what its root file system is")
    return found


def _devices(root: Root, sysfs: Path) -> Sequence[Path]:
    """Return the folders in sysfs of the devices that *root* is on."""
    if root.number.partition(":")[0] != _NO_DEVICE:
        return [(sysfs / "dev/block" / root.number).resolve()]
    if not root.source.startswith("/dev/"):
        raise AbsentError(f"the root file system is {root.kind}, on no disk of this device")
    # Btrfs has a number of its own, which is none of a device. /dev/mapper has links to /dev/dm-0.
    device = (sysfs / "class/block" / Path(root.source).resolve().name).resolve()
    for pool in sorted((sysfs / "fs/btrfs").glob("*/devices")):
        if is_folder(pool / device.name):
            return [one.resolve() for one in sorted(pool.iterdir())]
    return [device]


def protection_of(device: Path) -> Protection:
    """Return the protection of *device*, a folder in sysfs: its own, or of all that is below it."""
    if not is_folder(device):
        raise AbsentError(f"sysfs has no device {device.name}")
    uuid = _text(device / "dm/uuid")
    if uuid.startswith((_LUKS, *_OTHER)):
        return Protection(encrypted=True, method="luks" if uuid.startswith(_LUKS) else "dm_crypt")
    below = sorted((device / "slaves").glob("*"))
    return _weakest([protection_of(one.resolve()) for one in below])


def _weakest(found: Sequence[Protection]) -> Protection:
    """Return that of the least protected part: one open disk is enough to read its files."""
    return min(found, key=lambda one: one.encrypted, default=NONE)


def _of_zfs(value: str) -> Protection:
    return NONE if value.strip() in {"off", "-", ""} else Protection(encrypted=True, method="zfs")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
