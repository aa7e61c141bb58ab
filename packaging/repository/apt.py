"""The apt repository: a pool, its indexes by hash, and a signed InRelease.

pool/main/w/wfhagent/*.deb                        the packages, as they were built
dists/stable/main/binary-<architecture>/Packages  the index, with Packages.gz and by-hash/
dists/stable/{InRelease,Release,Release.gpg}      the hashes of the indexes, signed
"""

import gzip
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from repository.signing import SigningKey
from repository.tools import NAME, ORIGIN, SUITE, RepositoryError, add_package, require_name, run

TOOLS = {"apt-ftparchive": "apt-utils", "dpkg-deb": "dpkg"}
COMPONENT = "main"
POOL = Path("pool") / COMPONENT / NAME[0] / NAME
STRONG = ("-o", "APT::FTPArchive::MD5=false", "-o", "APT::FTPArchive::SHA1=false")
HASH_LINE = re.compile(r"^ ([0-9a-f]{64}) +\d+ ", re.MULTILINE)

SOURCES = """\
# For /etc/apt/sources.list.d/. This key signs this repository, and is trusted for no other.
Types: deb
URIs: {url}/apt
Suites: {suite}
Components: {component}
Architectures: {architectures}
Signed-By: /etc/apt/keyrings/{name}.gpg
"""


def publish(folder: Path, packages: Sequence[Path], key: SigningKey) -> list[str]:
    """Add *packages* to the repository in *folder* and sign it; return its architectures.

    Raises:
        RepositoryError: a package is damaged, of another name, or changed since it was published.
    """
    for package in packages:
        name, version, architecture = _fields(package)
        require_name(package, name)
        file = f"{name}_{version.partition(':')[2] or version}_{architecture}.deb"
        add_package(package, folder / POOL / file)
    architectures = sorted({file.stem.rpartition("_")[2] for file in (folder / POOL).glob("*.deb")})
    suite = folder / "dists" / SUITE
    before = _hashes(suite / "Release")
    for architecture in architectures:
        _write_index(folder, suite / COMPONENT / f"binary-{architecture}", architecture)
    _write_release(folder, suite, architectures)
    release = suite / "Release"
    key.sign(release, "--detach-sign", "--armor", into=suite / "Release.gpg")
    key.sign(release, "--clearsign", into=suite / "InRelease")
    _remove_old_indexes(suite, before | _hashes(release))
    return architectures


def render_sources(url: str, architectures: Sequence[str]) -> str:
    """Return the file for /etc/apt/sources.list.d/ of laptops."""
    return SOURCES.format(
        url=url, suite=SUITE, component=COMPONENT, name=NAME, architectures=" ".join(architectures)
    )


def _fields(package: Path) -> tuple[str, str, str]:
    try:
        command = ["dpkg-deb", "--showformat=${Package}\t${Version}\t${Architecture}", "--show"]
        name, version, architecture = run([*command, package]).split("\t")
        # The control archive may be whole and the files damaged.
        run(["dpkg-deb", "--contents", package])
    except RepositoryError as error:
        raise RepositoryError(f"{package} is no whole Debian package: {error}") from error
    return name, version, architecture


def _write_index(folder: Path, target: Path, architecture: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    index = run(["apt-ftparchive", *STRONG, "--arch", architecture, "packages", "pool"], folder)
    content = index.encode()
    for name, data in (
        ("Packages", content),
        ("Packages.gz", gzip.compress(content, mtime=0)),
    ):
        by_hash = target / "by-hash" / "SHA256" / hashlib.sha256(data).hexdigest()
        by_hash.parent.mkdir(parents=True, exist_ok=True)
        by_hash.write_bytes(data)
        (target / name).write_bytes(data)


def _write_release(folder: Path, suite: Path, architectures: Sequence[str]) -> None:
    fields = {
        "Origin": ORIGIN,
        "Label": ORIGIN,
        "Suite": SUITE,
        "Codename": SUITE,
        "Components": COMPONENT,
        "Architectures": " ".join(architectures),
        "Acquire-By-Hash": "yes",
    }
    given = [
        word
        for name, value in fields.items()
        for word in ("-o", f"APT::FTPArchive::Release::{name}={value}")
    ]
    for name in ("InRelease", "Release", "Release.gpg"):
        (suite / name).unlink(missing_ok=True)
    command = ["apt-ftparchive", *STRONG, *given, "release", suite.relative_to(folder)]
    (suite / "Release").write_text(run(command, folder), encoding="utf-8")


def _hashes(release: Path) -> set[str]:
    """Return the hashes that *release* lists; none before it was written."""
    return (
        set(HASH_LINE.findall(release.read_text(encoding="utf-8"))) if release.exists() else set()
    )


def _remove_old_indexes(suite: Path, kept: set[str]) -> None:
    """Keep the indexes of this and of the previous Release: somebody may be reading that one."""
    for file in suite.glob("*/*/by-hash/SHA256/*"):
        if file.name not in kept:
            file.unlink()
