"""`make msi`: build/wfhagent-<version>.msi around a folder of `make binary`, with wixl.

wixl builds on Linux, around any folder. Around one that was built here it proves the package and
installs a program that Windows does not run; the release is built around the folder of Windows.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from installers import tree

UPGRADE_CODE = "6E1C1C39-6E4C-4C9C-9D0B-7B9C1A0A6C55"
"""What makes one version replace another; never to be changed."""

WXS = """\
<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="wfhagent" Version="{version}" Manufacturer="wfhagent" Language="1033"
           UpgradeCode="{upgrade_code}">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"
             Description="{summary}"/>
    <MajorUpgrade DowngradeErrorMessage="A newer wfhagent is installed; remove it first."/>
    <Media Id="1" Cabinet="wfhagent.cab" EmbedCab="yes"/>
    <CustomAction Id="FindPowerShell" Property="POWERSHELL"
                  Value="[System64Folder]WindowsPowerShell\\v1.0\\powershell.exe"/>
    <CustomAction Id="EndAgents" Property="POWERSHELL" Execute="immediate" Return="ignore"
                  ExeCommand="{end_agents}"/>
    <InstallExecuteSequence>
      <Custom Action="FindPowerShell" After="CostFinalize"/>
      <Custom Action="EndAgents" After="FindPowerShell"/>
    </InstallExecuteSequence>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLDIR" Name="wfhagent">
          <Component Id="LogOn" Guid="5B0B8C0E-3C53-4E5D-8D9A-0C8B2C7D7E11" Win64="yes">
            <RegistryValue Root="HKLM" Key="Software\\Microsoft\\Windows\\CurrentVersion\\Run"
                           Name="wfhagent" Type="string" KeyPath="yes"
                           Value="&quot;[INSTALLDIR]{program}&quot; run --quiet"/>
            <RegistryValue Root="HKLM" Key="Software\\Microsoft\\Windows\\CurrentVersion\\Run"
                           Name="wfhagent-tray" Type="string"
                           Value="&quot;[INSTALLDIR]{program}&quot; tray"/>
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="Agent" Level="1">
      <ComponentGroupRef Id="Files"/>
      <ComponentRef Id="LogOn"/>
    </Feature>
  </Product>
</Wix>
"""


END_AGENTS = (
    '-NoProfile -NonInteractive -Command "Get-Process wfhagent -ErrorAction SilentlyContinue | '
    "Where-Object Path -eq '[INSTALLDIR]{program}' | Stop-Process -Force\""
)
"""Of all users, by the very file that they run, before Windows looks for files in use: an upgrade
and a removal need no restart. What an agent has is on the disk at any moment."""


def build(target: Path, folder: Path, version: str) -> Path:
    """Write the package of *version* around *folder* into *target*, and return its file.

    Raises:
        PackageError: *folder* holds no program.
    """
    program = next((p.name for p in folder.glob("wfhagent*") if p.stem == p.name or p.suffix), "")
    if not program:
        raise tree.PackageError(f"{folder} holds no program; `make binary` builds it.")
    file = target / f"wfhagent-{version}.msi"
    with tempfile.TemporaryDirectory(prefix="wfhagent-msi-") as name:
        product, files = Path(name) / "product.wxs", Path(name) / "files.wxs"
        product.write_text(
            WXS.format(
                version=version,
                upgrade_code=UPGRADE_CODE,
                summary=tree.SUMMARY,
                program=program,
                end_agents=escape(END_AGENTS.format(program=program), {'"': "&quot;"}),
            ),
            encoding="utf-8",
        )
        files.write_bytes(_harvest(folder))
        command = ["wixl", "--arch", "x64", "-D", f"Source={folder.name}", "-D", "Win64=yes"]
        command += ["-o", str(file), str(product), str(files)]
        # wixl finds the files of a package by relative paths only.
        subprocess.run(command, check=True, cwd=folder.parent)
    return file


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
        version = options.version or tree.version()
        print(build(tree.ROOT / "build", options.folder.resolve(), version))
    except tree.PackageError as error:
        print(f"make msi: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
