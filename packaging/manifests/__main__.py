"""`make manifests`: what winget and Homebrew need to install a release, in build/manifests."""

import argparse
import sys
from pathlib import Path

from installers import tree

from manifests import cask, winget
from manifests.release import ReleaseError, read_release


def write(release: Path, url: str, into: Path, homepage: str = "") -> list[Path]:
    """Write the manifests of the files in the folder *release* under *into*; return them.

    Raises:
        ReleaseError: the folder is no release, or a field is wrong.
        PackageError: a tool that reads the MSI is missing.
    """
    found = read_release(release, url, homepage)
    files = []
    if found.msi:
        tree.require_tool("msiinfo", "msitools")
        files += winget.write(found, found.msi, into / "winget")
    if found.packages:
        files.append(cask.write(found, into / "homebrew"))
    return files


def main() -> int:
    """Write the manifests and print their files."""
    parser = argparse.ArgumentParser(description="Write the manifests for winget and Homebrew.")
    parser.add_argument("--release", type=Path, default=tree.ROOT / "build")
    parser.add_argument("--into", type=Path, default=tree.ROOT / "build" / "manifests")
    parser.add_argument("--url", default="", help="where the files of the release are published")
    parser.add_argument("--homepage", default="", help="a page about the program")
    options = parser.parse_args()
    try:
        for file in write(options.release, options.url, options.into, options.homepage):
            print(file)
    except (ReleaseError, tree.PackageError) as error:
        print(f"make manifests: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
