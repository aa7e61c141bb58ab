"""macOS: FileVault, by `fdesetup status`, which every user may ask."""

from wfhagent.plugin import AbsentError
from wfhagent.plugin.command import Ask, ask_command
from wfhagent_disk_encryption.protection import NONE, Protection


def read(ask: Ask = ask_command) -> Protection:
    """Return the protection of the startup volume."""
    return protection_of(ask(["fdesetup", "status"]))


def protection_of(status: str) -> Protection:
    """Return what *status*, the answer of `fdesetup status`, means.

    Raises:
        AbsentError: it is none of the known answers.
    """
    if "in progress" in status:
        return Protection(encrypted=False, method="filevault")
    if status.startswith("FileVault is On"):
        return Protection(encrypted=True, method="filevault")
    if status.startswith("FileVault is Off"):
        return NONE
    raise AbsentError("fdesetup gave an answer that is not known")
