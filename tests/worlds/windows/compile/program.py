"""Compiles the agent for Windows under Wine: `make windows`.

Nuitka runs on the Windows Python of the world, its C compiler on Linux. What comes out is in
build/windows: the folder wfhagent, and the download wfhagent.exe.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tests.worlds.windows.build import PIP, build, compile_to_bytecode, install_wheels
from tests.worlds.windows.compile.bridge import bridge
from tests.worlds.windows.repairs import repair_nuitka
from tests.worlds.windows.wine import PYTHON, ROOT, Wine, cache

HERE = Path(__file__).parent
BUILT = ROOT / "build/windows"
FOLDER, DOWNLOAD = BUILT / "wfhagent", BUILT / "wfhagent.exe"
ZIG = ROOT / "build/zig/ziglang/zig"
LOCK = ROOT / "requirements/binary.txt"
SOURCES = (
    "pyproject.toml",
    "packaging",
    "plugins/*/pyproject.toml",
    "src/wfhagent/*/promised.txt",
)
"""What build_binary.py reads; the agent itself is installed in the Windows Python."""
OPTIONS = ("--zig", "--experimental=force-dependencies-pefile")
"""MinGW is refused for Python 3.13, and the program that finds DLLs otherwise is not for Wine."""
LIMIT_SECONDS = 3600.0


def compile_program(wine: Wine) -> None:
    """Compile what is installed in *wine*, into BUILT."""
    source = wine.drive / "b"
    _copy_sources(source)
    _install_compiler(wine)
    with bridge(ZIG, wine.drive, wine.folder / "zig-cache") as port:
        process = wine.start(
            PYTHON,
            r"C:\b\packaging\build_binary.py",
            *OPTIONS,
            # Known to be installed, the compiler stays out of the program, as with `make binary`.
            PYTHONPATH=r"C:\b\build\compiler",
            WINEPATH=r"C:\zig",
            WFHAGENT_ZIG_PORT=str(port),
            # Of the ways to embed data, one in which no C names a file with backslashes.
            NUITKA_RESOURCE_MODE="coff_obj",
        )
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
        if process.wait():
            raise SystemExit(f"The compiler ended with {process.returncode}.")
    _take_out(source / "build")


def _copy_sources(target: Path) -> None:
    """Copy what the build reads; what an earlier build has left there makes this one faster."""
    for folder in target.glob("[!b]*/"):
        # Not `build`, and nothing that has another place now.
        shutil.rmtree(folder)
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, copy)
            else:
                shutil.copy2(path, copy)


def _install_compiler(wine: Wine) -> None:
    """Install Nuitka, and the program that it takes for zig."""
    (wine.drive / "zig").mkdir(exist_ok=True)
    program = ["-o", str(wine.drive / "zig/zig.exe"), "-lws2_32"]
    compiler = ["x86_64-w64-mingw32-gcc", "-O2", "-municode", str(HERE / "zig.c")]
    subprocess.run([*compiler, *program], check=True)
    target, version = wine.drive / "b/build/compiler", _version()
    if (target / "version").exists() and (target / "version").read_text() == version:
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    requirements = re.split(r"\n(?=\w)", LOCK.read_text())
    _unpack_nuitka(target, next(one for one in requirements if one.startswith("nuitka==")))
    repair_nuitka(target / "nuitka")
    install_wheels(next(one for one in requirements if one.startswith("zstandard==")), target)
    # Parts of its inline copies are for other versions of Python.
    compile_to_bytecode(wine, r"C:\b\build\compiler\nuitka", "-x", "inline_copy")
    (target / "version").write_text(version)


def _unpack_nuitka(target: Path, requirement: str) -> None:
    """Unpack its source into *target*; built on Linux, it lacks what is for Windows."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "requirements.txt")
        file.write_text(requirement)
        options = ["--no-deps", "--no-binary", ":all:", "--require-hashes", "--dest", scratch]
        subprocess.run([*PIP, "download", *options, "-r", str(file)], check=True)
        (archive,) = Path(scratch).glob("*.tar.gz")
        with tarfile.open(archive) as source:
            source.extractall(scratch, filter="data")
        (package,) = Path(scratch).glob("*/nuitka/__main__.py")
        shutil.move(package.parent, target)


def _version() -> str:
    files = (LOCK, Path(__file__), HERE.with_name("repairs.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _take_out(built: Path) -> None:
    """Copy what was built to where people look for it."""
    shutil.rmtree(BUILT, ignore_errors=True)
    shutil.copytree(built / "standalone/wfhagent", FOLDER)
    shutil.copy2(built / "onefile/wfhagent.exe", DOWNLOAD)


def megabytes(size: int) -> str:
    """Return *size*, in bytes, as people read it."""
    return f"{size / 1_000_000:.1f} MB"


def main() -> int:
    """Compile, and print how long it took and how large the results are."""
    began = time.monotonic()
    wine = Wine(cache())
    build(wine)
    try:
        compile_program(wine)
    finally:
        wine.end()
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    print(f"Compiled in {time.monotonic() - began:.0f} s.")
    print(f"Folder {megabytes(size)}, download {megabytes(DOWNLOAD.stat().st_size)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
