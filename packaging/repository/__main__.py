"""`make repository`: an apt and a dnf repository in build/repository, around built packages.

Run again with newer packages, it adds them; older versions stay for a downgrade.
"""

import argparse
import re
import sys
from pathlib import Path

from repository import apt, dnf
from repository.signing import SigningKey, find_key
from repository.tools import NAME, RepositoryError, require_tools

ROOT = Path(__file__).resolve().parents[2]
URL = re.compile(r"(https://[^/\s]+|file:///)\S*")


def publish(packages: Path, into: Path, url: str, key: SigningKey) -> list[str]:
    """Add the packages in the folder *packages* to the repositories in *into*; return their names.

    *url* is where *into* will be published.

    Raises:
        RepositoryError: there are none, one is refused, or *url* is not protected.
    """
    if not URL.fullmatch(url):
        raise RepositoryError(
            f"the address {url!r} does not begin with https://. "
            "Set URL to where laptops will find the folder."
        )
    debs, rpms = sorted(packages.glob("*.deb")), sorted(packages.glob("*.rpm"))
    if not debs and not rpms:
        raise RepositoryError(
            f"{packages} has no .deb and no .rpm. Run `make deb` or `make rpm` first."
        )
    into.mkdir(parents=True, exist_ok=True)
    url = url.rstrip("/")
    if debs:
        require_tools(apt.TOOLS)
        architectures = apt.publish(into / "apt", debs, key)
        sources = apt.render_sources(url, architectures)
        (into / f"{NAME}.sources").write_text(sources, encoding="utf-8")
    if rpms:
        require_tools(dnf.TOOLS)
        dnf.publish(into / "dnf", rpms, key)
        (into / f"{NAME}.repo").write_text(dnf.render_repo(url), encoding="utf-8")
    key.export(into / f"{NAME}.asc", armor=True)
    key.export(into / f"{NAME}.gpg", armor=False)
    return [package.name for package in (*debs, *rpms)]


def main() -> int:
    """Make the repositories and print where they are."""
    parser = argparse.ArgumentParser(description="Make signed repositories for apt and dnf.")
    parser.add_argument("--packages", type=Path, default=ROOT / "build")
    parser.add_argument("--into", type=Path, default=ROOT / "build" / "repository")
    parser.add_argument("--url", default="", help="where the folder will be published")
    parser.add_argument("--key", default="", help="the signing key: a fingerprint or an address")
    options = parser.parse_args()
    try:
        key = find_key(options.key)
        added = publish(options.packages, options.into, options.url, key)
    except RepositoryError as error:
        print(f"make repository: {error}", file=sys.stderr)
        return 1
    print(f"{options.into}: {', '.join(added)}, signed with {key.fingerprint}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
