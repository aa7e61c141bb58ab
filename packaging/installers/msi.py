"""`make msi`: build/wfhagent-<version>.msi around a folder of `make binary`, with wixl.

wixl builds on Linux, around any folder. Around one that was built here it proves the package and
installs a program that Windows does not run; the release is built around the folder of Windows.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from installers import tree
from installers.msi_tables import HEAD, folders_of_folders, read_table, run_tool, write_table
from installers.packs import with_packs
from wfhagent.os_service.all_users import end_agents
from wfhagent.system.compiled import WINDOWLESS_PROGRAM, WINDOWS_PROGRAM

UPGRADE_CODE = "6E1C1C39-6E4C-4C9C-9D0B-7B9C1A0A6C55"
"""What makes one version replace another; never to be changed."""

IMMEDIATE, DEFERRED, ROLLBACK = 50, 50 + 1024 + 2048, 50 + 256 + 1024 + 2048
"""Types of an action that runs a program: 50, in the script of the installation, as SYSTEM."""
RESULT_IGNORED = 64
SET_PROPERTY = 51


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A row of the tables CustomAction and InstallExecuteSequence."""

    name: str
    kind: int
    source: str = "PROGRAM"
    target: str
    at: int
    condition: str = ""


POWERSHELL = "[System64Folder]WindowsPowerShell\\v1.0\\powershell.exe"
INSTALL, UNINSTALL = "service install --all-users", "service uninstall --all-users"
IS_REMOVED = 'REMOVE="ALL"'
REMOVE_OLD_AT = 1501
"""RemoveExistingProducts inside of the transaction: the old version comes back when the new one
cannot be installed."""

ACTIONS = (
    *(
        # CostFinalize, at 1000, knows the folders.
        Action(name=f"Set{name}", kind=SET_PROPERTY, source=name, target=target, at=at)
        for name, target, at in (
            ("POWERSHELL", POWERSHELL, 1001),
            ("PROGRAM", "[INSTALLDIR]{program}", 1002),
        )
    ),
    # Before InstallValidate, at 1400, looks for files in use: no restart is needed. What an agent
    # has is on the disk at any moment.
    Action(
        name="EndAgents",
        kind=IMMEDIATE + RESULT_IGNORED,
        source="POWERSHELL",
        target=f'-NoProfile -NonInteractive -Command "{end_agents("[INSTALLDIR]")}"',
        at=1003,
    ),
    # Before RemoveFiles, at 3500. When a removal is rolled back the files are there again by then.
    Action(
        name="RestoreService",
        kind=ROLLBACK + RESULT_IGNORED,
        target=INSTALL,
        at=3401,
        condition=IS_REMOVED,
    ),
    Action(
        name="RemoveService",
        kind=DEFERRED + RESULT_IGNORED,
        target=UNINSTALL,
        at=3402,
        condition=IS_REMOVED,
    ),
    # Behind InstallFiles, at 4000.
    Action(
        name="UndoService",
        kind=ROLLBACK + RESULT_IGNORED,
        target=UNINSTALL,
        at=4001,
        condition=f"NOT {IS_REMOVED}",
    ),
    Action(
        name="InstallService",
        kind=DEFERRED,
        target=INSTALL,
        at=4002,
        condition=f"NOT {IS_REMOVED}",
    ),
)

FOLDER_ACTIONS = (("RemoveFolders", 3600), ("CreateFolders", 3700))
"""Where Windows does what the table CreateFolder says."""

WXS = """\
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="wfhagent" Version="{version}" Manufacturer="wfhagent" Language="1033"
           UpgradeCode="{upgrade_code}">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"
             Description="{summary}"/>
    <MajorUpgrade DowngradeErrorMessage="A newer wfhagent is installed; remove it first."/>
    <Media Id="1" Cabinet="wfhagent.cab" EmbedCab="yes"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLDIR" Name="wfhagent"/>
      </Directory>
    </Directory>
    <Feature Id="Agent" Level="1">
      <ComponentGroupRef Id="Files"/>
    </Feature>
  </Product>
</Wix>
"""


def build(target: Path, folder: Path, version: str) -> Path:
    """Write the package of *version* around *folder* into *target*, and return its file.

    Raises:
        PackageError: *folder* holds no program, or wixl makes no package of it.
    """
    program = _program(folder)
    target.mkdir(parents=True, exist_ok=True)
    file = target / f"wfhagent-{version}.msi"
    with tempfile.TemporaryDirectory(prefix="wfhagent-msi-") as name:
        product, files = Path(name) / "product.wxs", Path(name) / "files.wxs"
        product.write_text(
            WXS.format(version=version, upgrade_code=UPGRADE_CODE, summary=tree.SUMMARY),
            encoding="utf-8",
        )
        folder = with_packs(folder, Path(name))
        files.write_bytes(_harvest(folder))
        made = Path(name) / "made.msi"
        command = ["wixl", "--arch", "x64", "-D", f"Source={folder.name}", "-D", "Win64=yes"]
        command += ["-o", str(made), str(product), str(files)]
        # wixl finds the files of a package by relative paths only.
        run_tool(command, folder.parent)
        if not made.is_file():
            # It ends with 0 all the same.
            raise tree.PackageError(f"wixl made no package of {folder}.")
        _add_actions(made, program, Path(name))
        _add_folders(made, Path(name))
        shutil.move(made, file)
    return file


def _program(folder: Path) -> str:
    """Return the name of the program in *folder*; one of Windows has its twin in the same folder.

    Raises:
        PackageError: one of them is missing.
    """
    if (folder / WINDOWS_PROGRAM).is_file():
        if not (folder / WINDOWLESS_PROGRAM).is_file():
            raise tree.PackageError(
                f"{folder} holds no {WINDOWLESS_PROGRAM}; `make binary` on Windows makes it."
            )
        return WINDOWS_PROGRAM
    if not (folder / "wfhagent").is_file():
        raise tree.PackageError(f"{folder} holds no program; `make binary` builds it.")
    return "wfhagent"


def _add_actions(package: Path, program: str, scratch: Path) -> None:
    """Write ACTIONS into *package*: wixl knows no rollback, and orders only its own actions."""
    name, sequence = "CustomAction", "InstallExecuteSequence"
    actions = [
        [a.name, str(a.kind), a.source, a.target.format(program=program), ""] for a in ACTIONS
    ]
    write_table(package, scratch / f"{name}.idt", read_table(package, name) + actions)
    rows = [
        [row[0], row[1], str(REMOVE_OLD_AT)] if row[0] == "RemoveExistingProducts" else row
        for row in read_table(package, sequence)
    ]
    rows += [[a.name, a.condition, str(a.at)] for a in ACTIONS]
    rows += [[name, "", str(at)] for name, at in FOLDER_ACTIONS]
    write_table(package, scratch / f"{sequence}.idt", rows)


def _add_folders(package: Path, scratch: Path) -> None:
    """Let *package* remove the folders that hold folders only: Windows looks at the others."""
    name = "CreateFolder"
    rows = read_table(package, name) + folders_of_folders(
        read_table(package, "Directory")[HEAD:], read_table(package, "Component")[HEAD:]
    )
    write_table(package, scratch / f"{name}.idt", rows)


def _harvest(folder: Path) -> bytes:
    """Return the WiX source that names every file of *folder*."""
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = "".join(f"{name}\n" for name in names).encode()
    command = ["wixl-heat", "-p", f"{folder}/", "--component-group", "Files", "--win64"]
    options = ["--var", "var.Source", "--directory-ref", "INSTALLDIR"]
    done = subprocess.run([*command, *options], input=listed, stdout=subprocess.PIPE, check=True)
    return done.stdout


def main() -> int:
    """Build the package and print its file."""
    parser = argparse.ArgumentParser(description="Build the Windows package.")
    parser.add_argument("--folder", type=Path, default=tree.STANDALONE, help="what goes into it")
    parser.add_argument("--version", help="of the program in the folder, when it does not run here")
    options = parser.parse_args()
    try:
        tree.require_tool("wixl", "wixl")
        tree.require_tool("msibuild", "msitools")
        version = options.version or tree.version()
        print(build(tree.ROOT / "build", options.folder.resolve(), version))
    except tree.PackageError as error:
        print(f"make msi: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
