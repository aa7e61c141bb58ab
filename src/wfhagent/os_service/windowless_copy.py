"""Makes the twin of a Windows program that has no console.

Console or not is one field of a program's header, the subsystem (Microsoft, "PE Format"): with it
Windows decides whether to open a console before the program runs. All else is the same.
"""

import struct
from pathlib import Path

from wfhagent.errors import WfhagentError

_NEW_HEADER_AT = 0x3C
_SIGNATURE = b"PE\0\0"
_SUBSYSTEM_AT = 4 + 20 + 68
"""Behind the signature: the COFF header, and the field's place in the optional header."""
_WINDOWS_GUI, _WINDOWS_CONSOLE = 2, 3


class ProgramError(WfhagentError):
    """A file is no console program of Windows."""


def write_windowless_copy(program: Path, target: Path) -> None:
    """Write *program* to *target*, changed so that Windows opens no console for it.

    Raises:
        ProgramError: *program* is no console program of Windows.
        OSError: it cannot be read, or *target* not written.
    """
    content = bytearray(program.read_bytes())
    try:
        (header,) = struct.unpack_from("<I", content, _NEW_HEADER_AT)
        (subsystem,) = struct.unpack_from("<H", content, header + _SUBSYSTEM_AT)
    except struct.error as error:
        raise ProgramError(f"{program} is no Windows program.") from error
    if content[header : header + len(_SIGNATURE)] != _SIGNATURE or subsystem != _WINDOWS_CONSOLE:
        raise ProgramError(f"{program} is no console program of Windows.")
    struct.pack_into("<H", content, header + _SUBSYSTEM_AT, _WINDOWS_GUI)
    target.write_bytes(content)
