"""The copy without a console differs in one field of the header only."""

import struct
from pathlib import Path

import pytest

from wfhagent.os_service.windowless_copy import ProgramError, write_windowless_copy
from wfhagent.system.no_window import windowless

HEADER = 0x80
SUBSYSTEM = HEADER + 92
"""Offset 68 of the optional header, which begins 24 bytes behind the signature, also in PE32+."""


def program(subsystem: int, signature: bytes = b"PE\0\0") -> bytes:
    content = bytearray(0x200)
    content[:2] = b"MZ"
    struct.pack_into("<I", content, 0x3C, HEADER)
    content[HEADER : HEADER + 4] = signature
    struct.pack_into("<H", content, HEADER + 24, 0x20B)
    struct.pack_into("<H", content, SUBSYSTEM, subsystem)
    return bytes(content)


def test_only_the_subsystem_changes(tmp_path: Path):
    console, twin = tmp_path / "wfhagent.exe", tmp_path / "wfhagentw.exe"
    console.write_bytes(program(3))

    write_windowless_copy(console, twin)

    assert twin.read_bytes() == program(2)
    assert console.read_bytes() == program(3)


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh", program(2), program(3, b"NE\0\0")])
def test_what_is_no_console_program_is_refused(content: bytes, tmp_path: Path):
    file = tmp_path / "wfhagent"
    file.write_bytes(content)

    with pytest.raises(ProgramError, match="Windows"):
        write_windowless_copy(file, tmp_path / "wfhagentw.exe")
    assert not (tmp_path / "wfhagentw.exe").exists()


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        (r"C:\a b\wfhagent.exe", r"C:\a b\wfhagentw.exe"),
        (r"C:\py\python.exe", r"C:\py\pythonw.exe"),
        (r"C:\py\other.exe", r"C:\py\other.exe"),
        ("/opt/wfhagent/wfhagent", "/opt/wfhagent/wfhagent"),
    ],
)
def test_what_starts_at_log_on_has_no_console(name: str, twin: str):
    assert windowless(name) == twin
