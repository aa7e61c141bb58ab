"""`make deb`: build/wfhagent_<version>_<architecture>.deb, around the folder of `make binary`."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from installers import tree
from installers.packs import add_packs

CONTROL = """\
Package: wfhagent
Version: {version}
Architecture: {architecture}
Maintainer: wfhagent <security@wfhagent.example>
Installed-Size: {kilobytes}
Depends: libc6 (>= 2.35)
Recommends: libxft2
Section: admin
Priority: optional
Description: {summary}
{description}
"""

SYSTEMD = "[ -d /run/systemd/system ] && command -v deb-systemd-invoke >/dev/null"

POSTINST = f"""\
#!/bin/sh
set -e
{tree.END_AGENTS}
if [ "$1" = configure ] && [ -n "$2" ]; then
  # An upgrade: agents of the old version end, and those of logged-in users start again.
  if [ -z "$DPKG_ROOT" ] && {SYSTEMD}; then
    deb-systemd-invoke --user daemon-reload || true
    deb-systemd-invoke --user restart wfhagent.service wfhagent-tray.service || true
  fi
  end_agents "$DPKG_ROOT{tree.PROGRAM} (deleted)"
fi
"""

PRERM = f"""\
#!/bin/sh
set -e
{tree.END_AGENTS}
if [ "$1" = remove ]; then
  if [ -z "$DPKG_ROOT" ] && {SYSTEMD}; then
    deb-systemd-invoke --user stop wfhagent.service wfhagent-tray.service || true
  fi
  end_agents "$DPKG_ROOT{tree.PROGRAM}"
fi
"""

POSTRM = f"""\
#!/bin/sh
set -e
if [ "$1" = purge ]; then
  # What IT has pushed. What was recorded of employees is in their homes, and is theirs.
  rm -f "$DPKG_ROOT{tree.CONFIG}"
  rmdir --ignore-fail-on-non-empty "$DPKG_ROOT{Path(tree.CONFIG).parent}" 2>/dev/null || true
fi
"""


def build(target: Path, version: str, compression: str = "xz") -> Path:
    """Write the package of *version* into the folder *target*, and return its file.

    *compression* is one of `dpkg-deb -Z`: "xz" takes half a minute, "none" no time.
    """
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="wfhagent-deb-") as name:
        root = Path(name) / "root"
        root.mkdir()
        tree.lay_out(root)
        add_packs(root / Path(tree.PROGRAM).parent.relative_to("/"))
        tree.make_readable(root)
        _write_control(root / "DEBIAN", version, architecture)
        file = target / f"wfhagent_{version}_{architecture}.deb"
        command = ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--build"]
        subprocess.run([*command, str(root), str(file)], check=True, stdout=subprocess.DEVNULL)
    return file


def _write_control(folder: Path, version: str, architecture: str) -> None:
    used = sum(path.lstat().st_size for path in folder.parent.rglob("*") if path.is_file())
    folder.mkdir(mode=0o755)
    control = CONTROL.format(
        version=version,
        architecture=architecture,
        kilobytes=used // 1024,
        summary=tree.SUMMARY,
        description="\n".join(f" {line}" for line in tree.DESCRIPTION.splitlines()),
    )
    (folder / "control").write_text(control, encoding="utf-8")
    # Ours by name: dpkg asks before it overwrites what somebody has changed.
    (folder / "conffiles").write_text("/etc/xdg/autostart/wfhagent.desktop\n", encoding="utf-8")
    for name, text in (("postinst", POSTINST), ("prerm", PRERM), ("postrm", POSTRM)):
        script = folder / name
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)


def main() -> int:
    """Build the package and print its file."""
    parser = argparse.ArgumentParser(description="Build the Debian package.")
    parser.add_argument("--version", help="another version than the program's, to try an upgrade")
    parser.add_argument("--into", type=Path, default=tree.ROOT / "build")
    options = parser.parse_args()
    try:
        tree.require_tool("dpkg-deb", "dpkg")
        print(build(options.into, options.version or tree.version()))
    except tree.PackageError as error:
        print(f"make deb: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
