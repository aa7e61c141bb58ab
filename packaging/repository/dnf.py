"""The dnf repository: signed packages, and a signed repomd.xml.

packages/*.rpm        the packages, each with a signature of its own
repodata/repomd.xml   the hashes of the indexes; repomd.xml.asc is its signature
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from repository.signing import SigningKey
from repository.tools import NAME, RepositoryError, add_package, require_name, run

TOOLS = {"createrepo_c": "createrepo-c", "rpmsign": "rpm", "rpm": "rpm"}
HEADER = "%{SHA256HEADER}"
"""A hash of name, scripts and files: a signature does not change it."""
SIGNED = "%|RSAHEADER?{yes}:{%|DSAHEADER?{yes}:{no}|}|"
"""The first is of RSA keys, the second of all others."""

REPO = """\
# For /etc/yum.repos.d/: packages and indexes need the signature of this key.
[{name}]
name={name}
baseurl={url}/dnf
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey={url}/{name}.asc
"""


def publish(folder: Path, packages: Sequence[Path], key: SigningKey) -> None:
    """Add *packages* to the repository in *folder*, signed, and sign its index.

    Raises:
        RepositoryError: a package is damaged, of another name, or changed since it was published.
    """
    for package in packages:
        try:
            name, file = _query(package, "%{NAME}\t%{NVRA}.rpm").split("\t")
        except RepositoryError as error:
            raise RepositoryError(f"{package} is no whole RPM: {error}") from error
        require_name(package, name)
        target = folder / "packages" / file
        if add_package(package, target, is_same=_is_same_package):
            _sign_package(target, key)
    run(
        [
            "createrepo_c",
            "--quiet",
            "--checksum=sha256",
            "--general-compress-type=gz",
            "--no-database",
            folder,
        ]
    )
    index = folder / "repodata" / "repomd.xml"
    key.sign(index, "--detach-sign", "--armor", into=index.with_suffix(".xml.asc"))


def render_repo(url: str) -> str:
    """Return the file for /etc/yum.repos.d/ of laptops."""
    return REPO.format(url=url, name=NAME)


def _query(package: Path, shown: str) -> str:
    run(["rpmkeys", "--checksig", "--nosignature", package])
    return run(["rpm", "-qp", "--nosignature", "--queryformat", shown, package])


def _is_same_package(one: Path, other: Path) -> bool:
    return _query(one, HEADER) == _query(other, HEADER)


def _sign_package(package: Path, key: SigningKey) -> None:
    unsigned = package.with_suffix(".unsigned")
    package.rename(unsigned)
    try:
        macros = {
            "__gpg": shutil.which("gpg"),
            "_gpg_name": key.fingerprint,
            "_gpg_digest_algo": "sha256",
        }
        defined = [
            word for pair in macros.items() for word in ("--define", " ".join(map(str, pair)))
        ]
        run(["rpmsign", *defined, "--addsign", unsigned])
        if run(["rpm", "-qp", "--nosignature", "--queryformat", SIGNED, unsigned]) != "yes":
            raise RepositoryError(f"rpmsign added no signature to {package.name}.")
        unsigned.rename(package)
    finally:
        unsigned.unlink(missing_ok=True)
