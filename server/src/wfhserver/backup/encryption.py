"""Encrypts the files of a backup to a public key: age, or OpenPGP through the program gpg.

Whoever makes backups needs no secret: the identity that reads them belongs on another machine.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final, Protocol

from wfhserver.errors import BackupError, SettingsError

_AGE_KEY: Final = "age1"
_CHUNK: Final = 1024 * 1024


class Writer(Protocol):
    """What takes bytes: a file, or a hash of one."""

    def write(self, content: bytes, /) -> int:
        """Take *content*."""

    def flush(self) -> None:
        """Pass on what was taken."""


class Encryption(Protocol):
    """A way to write files. *name* and *recipients* go into the manifest, *suffix* onto files."""

    @property
    def name(self) -> str:
        """`none`, `age` or `openpgp`."""

    @property
    def suffix(self) -> str:
        """What the names of files get."""

    @property
    def recipients(self) -> list[str]:
        """Public keys, or their hashes."""

    def encrypt(self, source: IO[bytes], target: Writer) -> None:
        """Write *source*, encrypted, to *target*. Raises BackupError."""


class Decryption(Protocol):
    """A way to read files."""

    def decrypt(self, source: IO[bytes], target: IO[bytes]) -> None:
        """Write *source*, decrypted, to *target*. Raises BackupError."""


class Plain:
    """No encryption."""

    name = "none"
    suffix = ""
    recipients: list[str] = []  # noqa: RUF012 -- never changed

    def encrypt(self, source: IO[bytes], target: Writer) -> None:
        """See Encryption.encrypt."""
        shutil.copyfileobj(source, target, _CHUNK)

    def decrypt(self, source: IO[bytes], target: IO[bytes]) -> None:
        """See Decryption.decrypt."""
        shutil.copyfileobj(source, target, _CHUNK)


class Age:
    """age, to one or more of its public keys. SettingsError when one is not a key."""

    name = "age"
    suffix = ".age"

    def __init__(self, recipients: Sequence[str]) -> None:
        import pyrage  # noqa: PLC0415 -- 2 MB, for backups alone

        self.recipients = sorted(recipients)
        try:
            self._keys = [pyrage.x25519.Recipient.from_str(each) for each in self.recipients]
        except pyrage.RecipientError as error:
            raise SettingsError(
                f"A recipient of backups is no public key of age ({error}). `age-keygen -y FILE`"
                " prints it; it begins with age1."
            ) from error

    def encrypt(self, source: IO[bytes], target: Writer) -> None:
        """See Encryption.encrypt."""
        import pyrage  # noqa: PLC0415

        pyrage.encrypt_io(source, target, self._keys)


class AgeIdentity:
    """The secret keys of a file that age-keygen wrote. SettingsError when it has none."""

    def __init__(self, path: Path) -> None:
        import pyrage  # noqa: PLC0415

        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
            self._identities = [pyrage.x25519.Identity.from_str(each) for each in keys]
        except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
            raise SettingsError(f"{path} cannot be read as an identity of age: {error}.") from error
        if not self._identities:
            raise SettingsError(f"{path} has no identity of age. age-keygen makes one.")

    def decrypt(self, source: IO[bytes], target: IO[bytes]) -> None:
        """See Decryption.decrypt."""
        import pyrage  # noqa: PLC0415

        try:
            pyrage.decrypt_io(source, target, self._identities)
        except (pyrage.DecryptError, OSError) as error:
            raise BackupError(
                f"A file cannot be decrypted ({error}): it is damaged, or encrypted to another key."
            ) from error


class OpenPgp:
    """OpenPGP, to the public key in a file. SettingsError when there is no gpg."""

    name = "openpgp"
    suffix = ".gpg"

    def __init__(self, key: Path) -> None:
        self._key = key
        try:
            self.recipients = [hashlib.sha256(key.read_bytes()).hexdigest()]
        except OSError as error:
            raise SettingsError(
                f"The recipient of backups is neither a public key of age nor a file: {key}"
                f" cannot be read ({error.strerror})."
            ) from error
        self._gpg = _gpg()

    def encrypt(self, source: IO[bytes], target: Writer) -> None:
        """See Encryption.encrypt."""
        # A home of its own: whoever makes backups has no keyring, and needs none.
        with tempfile.TemporaryDirectory() as home:
            options = ("--homedir", home, "--trust-model", "always")
            _pipe(
                [self._gpg, *_QUIET, *options, "--recipient-file", str(self._key), "--encrypt"],
                source,
                target,
            )


class OpenPgpIdentity:
    """The secret key in the keyring of whoever types the command; gpg asks for its password."""

    def __init__(self) -> None:
        self._gpg = _gpg()

    def decrypt(self, source: IO[bytes], target: IO[bytes]) -> None:
        """See Decryption.decrypt."""
        _pipe([self._gpg, "--quiet", "--decrypt"], source, target)


SUFFIXES: Final = {each.name: each.suffix for each in (Plain, Age, OpenPgp)}
"""What the names of files end with, by the name of the encryption."""
_QUIET: Final = ("--batch", "--no-tty", "--quiet")


def encryption_to(recipients: Sequence[str]) -> Encryption:
    """Return how to write to *recipients*: keys of age, or one file with an OpenPGP key."""
    if not recipients:
        return Plain()
    if all(each.startswith(_AGE_KEY) for each in recipients):
        return Age(recipients)
    if len(recipients) > 1:
        raise SettingsError(
            "Several recipients of backups must all be keys of age, which begin with age1. For"
            " OpenPGP name one file; it may hold several keys."
        )
    return OpenPgp(Path(recipients[0]).expanduser())


def decryption_of(encryption: str, identity: Path | None) -> Decryption | None:
    """Return how to read what *encryption* wrote; None without the *identity* that age needs."""
    if encryption == Plain.name:
        return Plain()
    if encryption == OpenPgp.name:
        return OpenPgpIdentity()
    return None if identity is None else AgeIdentity(identity)


def _gpg() -> str:
    found = shutil.which("gpg")
    if found is None:
        raise SettingsError("OpenPGP needs the program gpg: install gnupg, or use a key of age.")
    return found


def _pipe(command: list[str], source: IO[bytes], target: Writer) -> None:
    """Run gpg from *source*, of which nothing was read yet, to *target*."""
    with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(  # noqa: S603 -- gpg, no shell
            command,
            stdin=_with_descriptor(source, sent),
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:
            if process.stdout is not None:
                shutil.copyfileobj(process.stdout, target, _CHUNK)
        if process.returncode != 0:
            complaints.seek(0)
            words = complaints.read().decode(errors="replace").strip().splitlines()
            raise BackupError(f"gpg failed: {words[-1] if words else process.returncode}.")


def _with_descriptor(source: IO[bytes], temporary: IO[bytes]) -> IO[bytes]:
    """Return *source*, or *temporary* with its content: a child needs a descriptor."""
    try:
        source.fileno()
    except OSError:
        shutil.copyfileobj(source, temporary, _CHUNK)
        temporary.seek(0)
        return temporary
    return source
