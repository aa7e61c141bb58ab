"""`make rpm`: build/wfhagent-<version>-1.<architecture>.rpm, around the folder of `make binary`."""

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installers import tree
from installers.packs import add_packs

RESTART = """\
if [ -d /run/systemd/system ]; then
  # Agents of users who are logged in start again with the new version. Before systemd 248 it cannot
  # reach them, and they start with the next log-in.
  for user in $(systemctl list-units --plain --no-legend 'user@*.service' |
    sed -n 's/^user@\\([0-9]*\\)\\.service .*/\\1/p'); do
    SYSTEMD_BUS_TIMEOUT=15s systemctl --user --machine="$user@" daemon-reload || true
    SYSTEMD_BUS_TIMEOUT=15s systemctl --user --machine="$user@" try-restart \
      wfhagent.service wfhagent-tray.service || true
  done
fi"""

SPEC = f"""\
Name: wfhagent
Version: {{version}}
Release: 1
Summary: {tree.SUMMARY}
License: Apache-2.0
# What the program needs is in its folder; rpmbuild would list it as coming from elsewhere.
AutoReqProv: no
Requires: glibc >= 2.35
# The icon in panels without StatusNotifierItem.
Recommends: libXft
%global debug_package %{{{{nil}}}}
%global __os_install_post %{{{{nil}}}}
%global _build_id_links none

%description
{tree.DESCRIPTION}

%install
cp -a {{root}}/. %{{{{buildroot}}}}

%preun
{tree.END_AGENTS.replace("{", "{{").replace("}", "}}")}
if [ "$1" = 0 ]; then
  end_agents "{tree.PROGRAM}"
fi

%posttrans
{tree.END_AGENTS.replace("{", "{{").replace("}", "}}")}
{RESTART}
# After an upgrade: agents of the old version that no systemd restarted end.
end_agents "{tree.PROGRAM} (deleted)"

%files
/usr/lib/wfhagent
/usr/bin/wfhagent
/{tree.UNITS}/wfhagent.service
/{tree.UNITS}/wfhagent-tray.service
/{tree.UNITS}/graphical-session.target.wants/wfhagent.service
/{tree.UNITS}/graphical-session.target.wants/wfhagent-tray.service
/usr/share/doc/wfhagent
%dir {Path(tree.CONFIG).parent}
%config(noreplace) /etc/xdg/autostart/wfhagent.desktop
"""


def build(target: Path, version: str, payload: str = "w9.gzdio") -> Path:
    """Write the package of *version* into the folder *target*, and return its file.

    *payload* is one of rpm's `_binary_payload`: "w.ufdio" does not compress, and takes no time.
    """
    with tempfile.TemporaryDirectory(prefix="wfhagent-rpm-") as name:
        folder = Path(name)
        root = folder / "root"
        root.mkdir()
        tree.lay_out(root)
        add_packs(root / Path(tree.PROGRAM).parent.relative_to("/"))
        tree.make_readable(root)
        spec = folder / "wfhagent.spec"
        spec.write_text(SPEC.format(version=version, root=root), encoding="utf-8")
        defined = (f"_topdir {folder / 'top'}", f"_binary_payload {payload}")
        options = [word for one in defined for word in ("--define", one)]
        subprocess.run(["rpmbuild", "-bb", "--quiet", *options, str(spec)], check=True)
        (made,) = (folder / "top" / "RPMS" / platform.machine()).glob("*.rpm")
        return Path(shutil.copy(made, target))


def main() -> int:
    """Build the package and print its file."""
    try:
        tree.require_tool("rpmbuild", "rpm")
        print(build(tree.ROOT / "build", tree.version()))
    except tree.PackageError as error:
        print(f"make rpm: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
