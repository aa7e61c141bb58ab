"""The key that signs the repositories: one of gpg's, named by KEY, in the keyring of GNUPGHOME."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from repository.tools import RepositoryError, run

UNUSABLE = {"e": "has expired", "r": "is revoked", "i": "is invalid"}
"""By the second field of gpg's listing."""
HOW = "`gpg --list-secret-keys` lists yours, and GNUPGHOME names another keyring"


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """A secret key of gpg, by its fingerprint."""

    fingerprint: str

    def sign(self, file: Path, *options: str, into: Path) -> None:
        """Sign *file* into *into*; *options* say how, such as `--clearsign`.

        Raises:
            RepositoryError: gpg cannot sign, as without the key's passphrase.
        """
        who = ("--local-user", f"{self.fingerprint}!")
        run([*_GPG, *who, "--digest-algo", "SHA512", *options, "--output", into, file])

    def export(self, file: Path, *, armor: bool) -> None:
        """Write the public key to *file*, as text or as bytes."""
        options = ["--armor"] if armor else []
        run([*_GPG, *options, "--output", file, "--export", self.fingerprint])


_GPG = ("gpg", "--batch", "--yes", "--no-tty")


def find_key(name: str) -> SigningKey:
    """Return the secret key that *name* names: a fingerprint, or an address.

    Raises:
        RepositoryError: *name* is empty, or names no usable key, or several.
    """
    if not name:
        raise RepositoryError(f"no signing key. Name it: make repository KEY=fingerprint; {HOW}.")
    home = os.environ.get("GNUPGHOME", "~/.gnupg")
    if not Path(home).expanduser().is_dir():
        raise RepositoryError(
            f"there is no keyring {home}. Create the key first, or set GNUPGHOME."
        )
    if shutil.which("gpg") is None:
        raise RepositoryError("gpg is missing; `apt-get install gpg gpg-agent` has it.")
    try:
        listed = run([*_GPG, "--list-secret-keys", "--with-colons", name])
    except RepositoryError:
        raise RepositoryError(f"there is no secret key {name!r} in {home}; {HOW}.") from None
    rows = [line.split(":") for line in listed.splitlines()]
    found = [index for index, row in enumerate(rows) if row[0] == "sec"]
    if len(found) > 1:
        raise RepositoryError(
            f"{name!r} names {len(found)} keys in {home}. Set KEY to a fingerprint."
        )
    start = found[0]
    if problem := UNUSABLE.get(rows[start][1]):
        raise RepositoryError(
            f"the key {name!r} in {home} {problem}. Use another key, or extend it."
        )
    fingerprint = next(row[9] for row in rows[start:] if row[0] == "fpr")
    return SigningKey(fingerprint=fingerprint)
