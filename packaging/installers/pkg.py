"""`make pkg`: build/wfhagent-<version>-<architecture>.pkg, around the bundle of `make binary`.

Library/Application Support/wfhagent/program/    the unchanged bundle, with drop-ins next to it
Library/Application Support/wfhagent/uninstall   removes all of this: macOS has no command for it
Library/LaunchAgents/wfhagent.plist              starts the agent of every user who logs in
Library/LaunchAgents/wfhagent-tray.plist         and the icon
usr/local/bin/wfhagent                           starts the program

pkgbuild and productbuild are macOS's own, so the package is made there. The tree, the scripts and
the commands for the two are made anywhere.
"""

import argparse
import os
import plistlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from installers import tree
from installers.packs import add_packs
from wfhagent.os_service.launchd import render_agent
from wfhagent.os_service.unit import AGENT, ICON, NAME, ServiceSpec
from wfhagent.system.compiled import BUNDLE, program_in

SUPPORT = "/Library/Application Support/wfhagent"
PROGRAM_FOLDER = f"{SUPPORT}/program"
PROGRAM = str(program_in(Path(PROGRAM_FOLDER), bundled=True))
APP = tree.STANDALONE.parent / BUNDLE
UNINSTALL = f"{SUPPORT}/uninstall"
PLISTS = {job: f"/Library/LaunchAgents/{job.name}.plist" for job in (AGENT, ICON)}
COMMAND = f"/usr/local/bin/{NAME}"
IDENTIFIER = NAME
SIGNER_VARIABLE = "MACOS_INSTALLER_IDENTITY"
"""Names a "Developer ID Installer" in the keychain; without it the package is not signed."""

START = f"""\
#!/bin/sh
# No link: macOS would not find the bundle that the program belongs to.
exec '{PROGRAM}' "$@"
"""

SESSIONS = """\
# Whoever has logged in at the screen has a Dock; fast user switching makes several.
sessions() { ps -axo uid=,comm= | awk '/\\/Dock$/ { print $1 }' | sort -u; }
"""

END_AGENTS = f"""\
{SESSIONS}
end_agents() {{
  for user in $(sessions); do
    for job in {" ".join(job.name for job in PLISTS)}; do
      launchctl bootout "gui/$user/$job" 2>/dev/null || continue
      # launchd answers before the process has ended; an agent that is asked to end first stores.
      for _ in $(seq 60); do
        launchctl print "gui/$user/$job" >/dev/null 2>&1 || break
        sleep 0.5
      done
    done
  done
}}
"""

PREINSTALL = f"""\
#!/bin/sh
# An upgrade: agents of the old version end before their program is replaced.
set -eu
{END_AGENTS}
[ "$3" != / ] || end_agents
# What the new version no longer has may not stay behind. Drop-ins are IT's.
program="${{3%/}}{PROGRAM_FOLDER}"
[ ! -d "$program" ] || find "$program" -mindepth 1 -maxdepth 1 ! -name plugins -exec rm -rf {{}} +
"""

POSTINSTALL = f"""\
#!/bin/sh
# Users who are logged in need not log in again.
set -eu
{SESSIONS}
[ "$3" = / ] || exit 0
for user in $(sessions); do
  for plist in {" ".join(PLISTS.values())}; do
    launchctl bootstrap "gui/$user" "$plist" || true
  done
done
"""

REMOVAL = f"""\
#!/bin/sh
# Removes the agent and the drop-ins next to it from this Mac. What was recorded is in the
# homes of its users, and is theirs; the configuration goes with --purge only.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
[ -w "$root{SUPPORT}" ] || {{ echo "Run it as root: sudo '$0'" >&2; exit 1; }}
{END_AGENTS}
end_agents
rm -rf "$root{PROGRAM_FOLDER}"
for file in {" ".join(PLISTS.values())} {COMMAND}; do
  rm -f "$root$file"
done
(cd "$root{SUPPORT}" && rm -f {" ".join(tree.DOCUMENTS)} uninstall)
[ "${{1-}}" != --purge ] || rm -f "$root{SUPPORT}/agent.toml"
rmdir "$root{SUPPORT}" 2>/dev/null || true
pkgutil --forget {IDENTIFIER} >/dev/null 2>&1 || true
"""

DISTRIBUTION = """\
<?xml version="1.0" encoding="utf-8"?>
<installer-gui-script minSpecVersion="2">
  <title>wfhagent</title>
  <options customize="never" require-scripts="false" hostArchitectures={architectures}/>
  <domains enable_anywhere="false" enable_currentUserHome="false" enable_localSystem="true"/>
  <choices-outline><line choice="agent"/></choices-outline>
  <choice id="agent" title="wfhagent"><pkg-ref id="{identifier}"/></choice>
  <pkg-ref id="{identifier}" version="{version}">component.pkg</pkg-ref>
</installer-gui-script>
"""


def build(target: Path, app: Path, version: str, *, architecture: str, signer: str = "") -> Path:
    """Write the package of *version* around the bundle *app* into *target*, and return its file.

    *architecture* is that of the program, as `uname -m` says it; *signer* names an identity of the
    keychain, and the package is not signed without one.

    Raises:
        PackageError: *app* holds no program.
    """
    if not program_in(app.parent, bundled=True).is_file():
        raise tree.PackageError(f"{app} holds no program; `make binary` builds it.")
    file = target / f"wfhagent-{version}-{architecture}.pkg"
    with tempfile.TemporaryDirectory(prefix="wfhagent-pkg-") as name:
        work = Path(name)
        brought = lay_out(work / "root", app)
        write_scripts(work / "scripts", brought)
        (work / "components.plist").write_bytes(plistlib.dumps(components()))
        distribution = work / "distribution.xml"
        distribution.write_text(render_distribution(version, architecture), encoding="utf-8")
        for command in commands(work, file, version, signer):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def commands(work: Path, file: Path, version: str, signer: str) -> list[list[str]]:
    """Return what makes *file* of the root, the scripts and the distribution in *work*."""
    component = ["pkgbuild", "--root", str(work / "root"), "--scripts", str(work / "scripts")]
    component += ["--identifier", IDENTIFIER, "--version", version, "--install-location", "/"]
    component += ["--component-plist", str(work / "components.plist")]
    # Root owns all of it, whoever builds.
    component += ["--ownership", "recommended", str(work / "component.pkg")]
    product = ["productbuild", "--distribution", str(work / "distribution.xml")]
    product += ["--package-path", str(work)]
    product += ["--sign", signer, "--timestamp"] if signer else []
    return [component, [*product, str(file)]]


def components() -> list[dict[str, object]]:
    """Return the component list of the bundle for pkgbuild.

    By default the installer looks for a bundle of the same identifier, such as a
    download in somebody's home, and installs over that one.
    """
    return [
        {
            "RootRelativeBundlePath": f"{PROGRAM_FOLDER}/{BUNDLE}".lstrip("/"),
            "BundleIsRelocatable": False,
            "BundleIsVersionChecked": False,
            "BundleHasStrictIdentifier": True,
            "BundleOverwriteAction": "upgrade",
        }
    ]


def lay_out(root: Path, app: Path) -> list[str]:
    """Make the tree of the package under *root*; return the names of the plugins in it."""
    shutil.copytree(app, _under(root, PROGRAM_FOLDER) / BUNDLE, symlinks=True)
    spec = ServiceSpec(program=(PROGRAM,))
    for job, place in PLISTS.items():
        plist = _under(root, place)
        plist.parent.mkdir(parents=True, exist_ok=True)
        plist.write_text(render_agent(spec, None, job), encoding="utf-8")
    command, uninstall = _under(root, COMMAND), _under(root, UNINSTALL)
    command.parent.mkdir(parents=True)
    _write_script(command, START)
    _write_script(uninstall, REMOVAL)
    for name in tree.DOCUMENTS:
        shutil.copy(tree.ROOT / name, uninstall.parent)
    brought = add_packs(_under(root, PROGRAM_FOLDER))
    tree.make_readable(root)
    return brought


def write_scripts(folder: Path, brought: Sequence[str] = ()) -> None:
    """Write what the installer runs before and after it copies the tree.

    *brought* are the plugins in the package.
    """
    folder.mkdir()
    # A file that the new version of a plugin no longer has would make its hash another one.
    replaced = "".join(f'rm -rf "$program/plugins/{name}"\n' for name in brought)
    _write_script(folder / "preinstall", PREINSTALL + replaced)
    _write_script(folder / "postinstall", POSTINSTALL)


def render_distribution(version: str, architecture: str) -> str:
    """Return what the installer asks (nothing), and on which machines it installs."""
    return DISTRIBUTION.format(
        version=version, identifier=IDENTIFIER, architectures=quoteattr(architecture)
    )


def _under(root: Path, place: str) -> Path:
    return root / place.lstrip("/")


def _write_script(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)


def _require_mac() -> None:
    if shutil.which("pkgbuild") is None:
        raise tree.PackageError("pkgbuild and productbuild are on macOS only; run it there.")


def main() -> int:
    """Build the package and print its file."""
    parser = argparse.ArgumentParser(description="Build the macOS package.")
    parser.add_argument("--version", help="another version than the program's, to try an upgrade")
    parser.add_argument("--into", type=Path, default=tree.ROOT / "build")
    options = parser.parse_args()
    try:
        _require_mac()
        file = build(
            options.into,
            APP,
            options.version or tree.version(program_in(APP.parent, bundled=True)),
            architecture=os.uname().machine,
            signer=os.environ.get(SIGNER_VARIABLE, ""),
        )
        print(file)
    except tree.PackageError as error:
        print(f"make pkg: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
