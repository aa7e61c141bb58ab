"""Installs, upgrades, downgrades and removes the MSI around the compiled program, under Wine.

package.py does so around a stand-in, which notes when it is called and can fail.
"""

import time
from pathlib import Path

from tests.worlds.windows.compile.program import BUILT, FOLDER, megabytes
from tests.worlds.windows.package import FAILED, Machine, check, msi
from tests.worlds.windows.wine import cache

OLD, NEW = "0.1.0", "0.1.1"
PRODUCTS = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"
TASKS = ["wfhagent", "wfhagent-tray"]
TASKS_FOLDER = "windows/system32/tasks"


def play(machine: Machine) -> None:
    """Go through the life of the MSI, and check each step."""
    old, new = (msi.build(BUILT, FOLDER, version) for version in (OLD, NEW))
    print(f"MSI: {megabytes(old.stat().st_size)}")
    check("install", machine.msiexec("/i", old)[0], 0)
    check_installed(machine, OLD)
    check("upgrade", machine.msiexec("/i", new)[0], 0)
    check_installed(machine, NEW)
    check("downgrade", machine.msiexec("/i", old)[0], FAILED)
    check_installed(machine, NEW)
    check("remove", machine.msiexec("/x", new)[0], 0)
    check("nothing left", machine.program.parent.exists(), expected=False)
    check("its version", installed_versions(machine), [])
    check("its tasks", tasks(machine), [])
    machine_folder = machine.wine.drive / "ProgramData/wfhagent"
    check("the folder of agent.toml", machine_folder.is_dir(), expected=True)


def check_installed(machine: Machine, version: str) -> None:
    """End unless every file of the program is there, it runs, and Windows knows *version*."""
    check("files that differ", differing_files(FOLDER, machine.program.parent), [])
    check("its version", installed_versions(machine), [version])
    done = machine.wine.run(r"C:\Program Files\wfhagent\wfhagent.exe", "--version")
    check("the program runs", (done.returncode, done.stdout.split()[:1]), (0, ["wfhagent"]))
    check("its tasks", tasks(machine), TASKS)


def differing_files(one: Path, other: Path) -> list[str]:
    """Return the names below both folders that are on one side only, or have other contents."""
    names = {file.relative_to(place) for place in (one, other) for file in place.rglob("*")}
    return sorted(str(name) for name in names if _content(one / name) != _content(other / name))


def _content(path: Path) -> bytes:
    if path.is_dir():
        return b"a folder"
    return path.read_bytes() if path.exists() else b"missing"


def installed_versions(machine: Machine) -> list[str]:
    """Return the versions that Windows lists under installed programs."""
    done = machine.wine.run("reg", "query", PRODUCTS, "/s")
    lines = [line.split() for line in done.stdout.splitlines()]
    return [words[-1] for words in lines if words[:1] == ["DisplayVersion"]]


def tasks(machine: Machine) -> list[str]:
    """Return the tasks that are registered; schtasks of Wine finds every name."""
    return sorted(file.name for file in (machine.wine.drive / TASKS_FOLDER).iterdir())


def main() -> None:
    """Play it on a new Windows."""
    began = time.monotonic()
    machine = Machine(cache().with_name("windows-msi"))
    machine.start()
    try:
        play(machine)
    finally:
        machine.wine.end()
    print(f"The MSI passed in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
