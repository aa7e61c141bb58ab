"""Runs zig of Linux for Nuitka under Wine, where zig.exe does not run.

zig.c is what Nuitka calls: it hands each call over loopback to the Bridge, which names the files as
Linux does, and compiles for Windows.
"""

import os
import re
import shlex
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TARGET = ("-target", "x86_64-windows-gnu")
COMPILERS = ("cc", "c++")
DRIVE = re.compile(r"(?:(?<![A-Za-z])|(?<=-[IL]))([A-Za-z]):(?=/)")
STDOUT, STDERR, EXIT = 1, 2, 0


class Bridge(socketserver.ThreadingTCPServer):
    """Answers the calls of zig.exe, as zig.c describes them.

    Args:
        zig: the program.
        drive: the folder that is C: in Windows; Z: is the root of Linux.
        cache: where zig keeps what it has compiled.
    """

    daemon_threads = True

    def __init__(self, zig: Path, drive: Path, cache: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self._zig, self._drives = zig, {"c": str(drive), "z": ""}
        self._environment = {
            **os.environ,
            "ZIG_GLOBAL_CACHE_DIR": str(cache),
            "ZIG_LOCAL_CACHE_DIR": str(cache),
        }

    def call(self, folder: str, arguments: list[str]) -> "subprocess.CompletedProcess[bytes]":
        """Run zig in *folder* of Windows with *arguments* as Windows names files."""
        there = self._path(folder)
        command = [word for argument in arguments for word in self._words(argument, there)]
        if command[:1] and command[0] in COMPILERS:
            command[1:1] = TARGET
        return subprocess.run(
            [str(self._zig), *command],
            cwd=there,
            env=self._environment,
            capture_output=True,
            check=False,
        )

    def _words(self, argument: str, folder: str) -> list[str]:
        """Return *argument* for Linux; of a response file, what is in it."""
        if argument.startswith("-D"):
            return [argument]
        translated = self._path(argument)
        if not translated.startswith("@"):
            return [translated]
        text = Path(folder, translated[1:]).read_text(encoding="utf-8")
        return shlex.split(self._path(text))

    def _path(self, text: str) -> str:
        return DRIVE.sub(lambda found: self._drives[found[1].lower()], text.replace("\\", "/"))


class _Call(socketserver.StreamRequestHandler):
    server: Bridge

    def handle(self) -> None:
        (count,) = self._numbers("<I")
        folder, *arguments = [self._word() for _ in range(count)]
        done = self.server.call(folder, arguments)
        for stream, text in ((STDOUT, done.stdout), (STDERR, done.stderr)):
            self.wfile.write(struct.pack("<II", stream, len(text)) + text)
        self.wfile.write(struct.pack("<II", EXIT, done.returncode & 0xFF))

    def _word(self) -> str:
        (length,) = self._numbers("<I")
        return self.rfile.read(length).decode()

    def _numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.rfile.read(struct.calcsize(layout)))


@contextmanager
def bridge(zig: Path, drive: Path, cache: Path) -> Iterator[int]:
    """Answer calls for as long as the context lasts; yield the port."""
    with Bridge(zig, drive, cache) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
