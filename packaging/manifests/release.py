"""The files of a release: names, version and hashes of what winget and Homebrew install."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

MSI = re.compile(r"wfhagent-(?P<version>\d[\w.]*)\.msi")
PKG = re.compile(r"wfhagent-(?P<version>\d[\w.]*)-(?P<architecture>arm64|x86_64)\.pkg")
SUMS = "SHA256SUMS"
CHUNK_BYTES = 1 << 20


class ReleaseError(Exception):
    """A folder is no release; says what is wrong, where, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One version of the program, as it will be found under *url*.

    Attributes:
        url: the folder of the release, without a slash at its end.
        homepage: a page about the program.
        msi: the package for Windows, if there is one.
        packages: those for macOS, by architecture: none, or `arm64` and `x86_64`.
        hashes: SHA-256 of each of these, by name.
    """

    version: str
    url: str
    homepage: str
    msi: Path | None
    packages: dict[str, Path]
    hashes: dict[str, str]


def read_release(folder: Path, url: str, homepage: str = "") -> Release:
    """Return the release in *folder*; *url* is where its files are published.

    Raises:
        ReleaseError: files are missing, of several versions, or not those of SHA256SUMS.
    """
    if not re.fullmatch(r"https://[^/\s]+\S*", url):
        raise ReleaseError(
            f"the address {url!r} does not begin with https://. Set URL to the release's folder."
        )
    found = {
        file: match for file in sorted(folder.glob("wfhagent-*")) if (match := _match(file.name))
    }
    versions = sorted({match["version"] for match in found.values()})
    if not versions:
        raise ReleaseError(
            f"{folder} has no wfhagent-<version>.msi or .pkg. Set RELEASE to a release's folder."
        )
    if len(versions) > 1:
        raise ReleaseError(
            f"{folder} has files of the versions {', '.join(versions)}. Keep one in a folder."
        )
    packages = {match["architecture"]: file for file, match in found.items() if match.re is PKG}
    if len(packages) == 1:
        raise ReleaseError(
            f"{next(iter(packages.values()))} is alone. Homebrew needs arm64 and x86_64."
        )
    hashes = {file.name: _sha256(file) for file in found}
    _check_sums(folder / SUMS, hashes)
    msi = next((file for file, match in found.items() if match.re is MSI), None)
    return Release(
        version=versions[0],
        url=url.rstrip("/"),
        homepage=homepage or url,
        msi=msi,
        packages=packages,
        hashes=hashes,
    )


def _match(name: str) -> re.Match[str] | None:
    return MSI.fullmatch(name) or PKG.fullmatch(name)


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _check_sums(sums: Path, hashes: dict[str, str]) -> None:
    """Compare *hashes* with the list that the release was signed with, where there is one."""
    if not sums.exists():
        return
    lines = [
        line.split(maxsplit=1) for line in sums.read_text(encoding="utf-8").splitlines() if line
    ]
    listed = {name.lstrip("*"): digest for digest, name in lines}
    for name, digest in hashes.items():
        if listed.get(name) != digest:
            problem = "another hash" if name in listed else "no hash"
            raise ReleaseError(f"{sums} has {problem} of {name}. Download the release again.")
