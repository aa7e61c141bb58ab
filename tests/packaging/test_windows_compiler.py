"""The compiler of `make windows`: Nuitka calls it in Windows, and it runs on Linux."""

import json
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.worlds.windows.compile.bridge import bridge
from tests.worlds.windows.repairs import repair_nuitka, repair_python

ZIG = f"""#!{sys.executable}
import json, os, sys
print(json.dumps([os.getcwd(), os.environ["ZIG_GLOBAL_CACHE_DIR"], *sys.argv[1:]]))
print("a warning", file=sys.stderr)
sys.exit(3)
"""
"""Records how it was called."""


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    (tmp_path / "drive_c/b").mkdir(parents=True)
    return tmp_path / "drive_c"


@pytest.fixture
def port(tmp_path: Path, drive: Path) -> Iterator[int]:
    zig = tmp_path / "zig"
    zig.write_text(ZIG)
    zig.chmod(0o755)
    with bridge(zig, drive, tmp_path / "cache") as port:
        yield port


def call(port: int, *words: str) -> tuple[list[str], str, int]:
    """Call zig as zig.c does; return how it was called there, its errors and its exit status."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        parts = [struct.pack("<I", len(text := word.encode())) + text for word in words]
        connection.sendall(struct.pack("<I", len(words)) + b"".join(parts))
        streams = {1: b"", 2: b""}
        with connection.makefile("rb") as answer:
            while (head := struct.unpack("<II", answer.read(8)))[0]:
                streams[head[0]] += answer.read(head[1])
    return json.loads(streams[1]), streams[2].decode(), head[1]


def test_a_call_names_files_as_linux_does_and_compiles_for_windows(
    port: int, drive: Path, tmp_path: Path
):
    given = ("cc", "-o", r"src\a.o", r"-IC:\py\include", rf"Z:{tmp_path}\b.c", r'-DX="C:\y"')

    called, errors, status = call(port, r"C:\b", *given)

    assert called == [
        *(str(drive / "b"), str(tmp_path / "cache")),
        *("cc", "-target", "x86_64-windows-gnu", "-o", "src/a.o", f"-I{drive}/py/include"),
        *(f"{tmp_path}/b.c", r'-DX="C:\y"'),
    ]
    assert (errors, status) == ("a warning\n", 3)


def test_the_words_of_a_response_file_are_passed_on(port: int, drive: Path):
    (drive / "b/link.txt").write_text('"./a b.o"\n"C:\\b\\ł.o"\n', encoding="utf-8")

    called, _, _ = call(port, r"C:\b", "cc", "@.\\link.txt")

    assert called[-2:] == ["./a b.o", f"{drive}/b/ł.o"]


def test_what_is_asked_of_zig_itself_gets_no_target(port: int):
    assert call(port, r"C:\b", "version")[0][2:] == ["version"]


def test_a_repair_that_finds_other_text_than_it_knows_ends_the_build(tmp_path: Path):
    (tmp_path / "Lib").mkdir()
    (tmp_path / "Lib/shutil.py").write_text("import os\n")

    with pytest.raises(SystemExit, match=r"shutil\.py has changed"):
        repair_python(tmp_path)


def test_nuitka_uses_long_names(tmp_path: Path):
    file = tmp_path / "utils/FileOperations.py"
    file.parent.mkdir()
    file.write_text(
        "import os\ndef getWindowsShortPathName(filename):\n"
        "    import ctypes.wintypes\n\n    GetShortPathNameW = ctypes.windll\n"
    )

    repair_nuitka(tmp_path)

    names: dict[str, object] = {}
    exec(file.read_text(), names)
    assert names["getWindowsShortPathName"](str(tmp_path)) == str(tmp_path)  # type: ignore[operator]
